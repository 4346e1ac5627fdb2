"""Notebooks of canned queries run as they are written, and give the rows, a chart and the words of the source."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from places import ROOT
from policygraph.cli import cli
from policygraph.errors import PolicygraphError, QueryError
from policygraph.queries import ask, catalogue, query

EXAMPLE = ROOT / "docs" / "how-to" / "load-by-quarter.ipynb"
SETTINGS = ("--set", "lang=en", "--set", "document=Apply AI")

pytestmark = pytest.mark.slow  # what writes and runs notebooks is installed for CI alone


def write(release: Path, folder: Path, *words: str) -> Result:
    file = folder / "made.ipynb"
    return CliRunner().invoke(
        cli, ["notebook", "--release", str(release), "-o", str(file), *words], catch_exceptions=False
    )


def executed(file: Path) -> list[Any]:
    """The cells of a notebook after a kernel of its own has run it."""
    import nbformat
    from nbclient import NotebookClient

    content = nbformat.read(file, as_version=4)
    NotebookClient(
        content, timeout=300, kernel_name="python3", resources={"metadata": {"path": file.parent}}
    ).execute()
    return [cell for cell in content.cells if cell.cell_type == "code"]


def shown(cell: Any, kind: str) -> str:
    return "".join(output.get("data", {}).get(kind, "") for output in cell.outputs)


def printed(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_a_notebook_leads_from_the_question_to_the_words(corpus: Path, tmp_path: Path) -> None:
    import pandas

    names = ("load-by-sector-and-quarter", "actions-by-heading", "actions")
    assert write(corpus, tmp_path, *names, *SETTINGS).exit_code == 0
    setup, *cells = executed(tmp_path / "made.ipynb")
    assert printed(setup) == ""
    for name, (table, chart, why) in zip(names, [cells[:3], cells[3:6], cells[6:]], strict=True):
        answer = ask(name, corpus, lang="en", document="Apply AI")
        (frame,) = pandas.read_html(io.StringIO(shown(table, "text/html")), index_col=0, keep_default_na=False)
        assert list(frame.columns) == list(answer.columns)
        first = ["" if cell == "NaN" else str(cell) for cell in frame.iloc[0]]
        expected = [cell or "" for cell in answer.dicts()[0].values()]
        assert [a for a, b in zip(first, expected, strict=True) if not b.startswith(a.removesuffix("..."))] == []
        assert shown(chart, "image/png")
        assert "nl.txt, page " in printed(why)


@pytest.mark.parametrize("name", [canned.name for canned in catalogue() if canned.form == "select"])
def test_the_sparql_of_each_query_gives_its_rows(name: str, corpus: Path, tmp_path: Path) -> None:
    """The text in the notebook, read as Python reads it, is the query: strings with quotes and backslashes too."""
    assert write(corpus, tmp_path, name).exit_code == 0
    cells = json.loads((tmp_path / "made.ipynb").read_text("utf-8"))["cells"]
    code = next(cell["source"] for cell in cells if str(cell["source"]).startswith("SPARQL ="))
    held: dict[str, str] = {}
    exec(code.partition("\nframe =")[0], held)
    answer = ask(name, corpus)
    rows = query(held["SPARQL"], corpus)
    assert (rows.columns, len(rows)) == (answer.columns, len(answer))


def test_the_same_words_give_the_same_bytes_and_nothing_is_overwritten(corpus: Path, tmp_path: Path) -> None:
    assert write(corpus, tmp_path, "actions-by-heading").exit_code == 0
    file = tmp_path / "made.ipynb"
    before = file.read_bytes()
    with pytest.raises(QueryError, match=r"is there already: name another with -o"):
        write(corpus, tmp_path, "actions")
    assert file.read_bytes() == before
    assert write(corpus, tmp_path, "actions-by-heading", "--overwrite").exit_code == 0
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("actions", "--set", "en"), "is no value: write it as NAME=VALUE"),
        (("actions", "--set", "sector=health"), "None of these queries has a parameter “sector”: they take "),
        (("about",), "gives statements, not rows"),
        (("action",), "There is no query called “action”: did you mean"),
        (("actions-in-sector", "--set", "sector=helth"), "did you mean"),
    ],
)
def test_what_cannot_be_written_is_said_and_writes_nothing(
    words: tuple[str, ...], sentence: str, corpus: Path, tmp_path: Path
) -> None:
    with pytest.raises(PolicygraphError) as refusal:
        write(corpus, tmp_path, *words)
    assert sentence in str(refusal.value)
    assert not (tmp_path / "made.ipynb").exists()


def test_the_example_of_the_documents_is_what_is_written_today(corpus: Path, tmp_path: Path) -> None:
    """All but the hash of the release, and what the cells printed when it was run."""
    assert write(corpus, tmp_path, "load-by-sector-and-quarter", *SETTINGS).exit_code == 0
    made, kept = (
        [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(file.read_text("utf-8"))["cells"]]
        for file in (tmp_path / "made.ipynb", EXAMPLE)
    )
    assert [kind for kind, _ in made] == [kind for kind, _ in kept]
    assert made[2:] == kept[2:]
