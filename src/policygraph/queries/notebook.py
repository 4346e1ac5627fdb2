"""Notebooks of canned queries: question, SPARQL, data frame, chart, and the words that a row rests on.

What is written is Jupyter's format 4.5 (https://nbformat.readthedocs.io), not yet run. It needs this package,
pandas and matplotlib, and asks the release beside it, without a server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import QueryError, readable
from ..release import Release
from . import Answer, CannedQuery, ask, get, resolved
from .parameters import Parameter
from .results import NUMBERS

PERIODS = ("period", "quarter", "completion_due_by", "start_due_by", "date")
"""Columns of time by which rows are counted where an answer has no numbers; the first that it has is taken."""

SETUP = """from io import BytesIO
from pathlib import Path
from textwrap import shorten

import matplotlib.pyplot as plt
import pandas as pd

import policygraph
from policygraph.receipts import receipts
from policygraph.receipts.text import written

RELEASE = Path({release!r})
WRITTEN_FOR = {canonical!r}

store, base = policygraph.open_release(RELEASE)
canonical = policygraph.Release.open(RELEASE).manifest.canonical
if canonical != WRITTEN_FOR:
    print("This release is not the one that the notebook was written for: rows may differ.")


def frame_of(sparql: str) -> pd.DataFrame:
    \"\"\"The answer to a SELECT as a data frame, its numbers as numbers.\"\"\"
    answer = policygraph.query(sparql, store)
    return pd.read_csv(BytesIO(answer.serialize("csv")), keep_default_na=False, na_values=[""])


def short(name: object) -> str:
    \"\"\"A name that fits beside a chart.\"\"\"
    return shorten(str(name), 40, placeholder=" …")"""

BARS = """shown = frame.assign({name}=frame["{name}"].map(short))
axes = shown.plot.barh(x="{name}", y="{number}", legend=False, figsize=(8, 1 + 0.3 * len(shown)))
axes.invert_yaxis()
axes.set(xlabel="{title}", ylabel="")
plt.show()"""

GRID = """grid = frame.pivot_table(
    index="{name}", columns="{across}", values="{number}", aggfunc="sum", sort=False
).sort_index(axis="columns")
figure, axes = plt.subplots(figsize=(10, 1 + 0.35 * len(grid)))
image = axes.imshow(grid, aspect="auto", cmap="Blues", vmin=0)
axes.set_xticks(range(len(grid.columns)), grid.columns, rotation=90)
axes.set_yticks(range(len(grid)), [*map(short, grid.index)])
figure.colorbar(image, label="{title}")
plt.show()"""

COUNTS = """counts = frame["{name}"].value_counts().sort_index()
axes = counts.plot.bar(figsize=(10, 4))
axes.set(xlabel="{title}", ylabel="rows")
plt.show()"""

WHY = """print(written(receipts(store, SPARQL, base, {graphs}, {many}, most=1)))"""


class NotebookCell(NamedTuple):
    """A cell of a notebook: ``kind`` is markdown or code."""

    kind: str
    text: str


def notebook(names: Sequence[str], release: Path, values: Mapping[str, str]) -> str:
    """A notebook of these canned queries over a release, as JSON.

    ``values`` are of parameters, given to each query that has one of that name; days that are not given are fixed
    as today, so that the notebook gives the same tomorrow. Needs the extra ``notebook``. Raises QueryError for a
    query that is none or a CONSTRUCT, and for a parameter that no query has.
    """
    import nbformat

    form: Any = nbformat.v4

    queries = [get(name) for name in names]
    _check(queries, values)
    manifest = Release.open(release).manifest
    title = queries[0].question["en"] if len(queries) == 1 else f"{len(queries)} questions to policygraph"
    cells = [
        NotebookCell(
            "markdown",
            f"# {title}\n\nAsked of release {manifest.versions['policygraph']} of policygraph, whose canonical "
            f"form has the SHA-256 `{manifest.canonical}`. Cite it with this hash. To run the notebook: "
            "`pip install 'policygraph[notebook]'`, and the release in the folder that `RELEASE` names.",
        ),
        NotebookCell("code", SETUP.format(release=str(release), canonical=manifest.canonical)),
    ]
    for query in queries:
        own = {name: value for name, value in values.items() if name in _names(query)}
        cells += _cells(query, release, own, alone=len(queries) == 1)
    content = form.new_notebook(
        cells=[
            (form.new_code_cell if cell.kind == "code" else form.new_markdown_cell)(cell.text, id=f"cell-{number}")
            for number, cell in enumerate(cells, 1)
        ],
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(content)
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _names(query: CannedQuery) -> list[str]:
    return [parameter.name for parameter in query.parameters]


def _check(queries: Sequence[CannedQuery], values: Mapping[str, str]) -> None:
    for query in queries:
        if query.form != "select":
            raise QueryError(f"The query “{query.name}” gives statements, not rows: take one that gives a table.")
    takes = dict.fromkeys(name for query in queries for name in _names(query))
    for name in values:
        if name not in takes:
            among = f"they take {', '.join(takes)}" if takes else "they take none"
            raise QueryError(f"None of these queries has a parameter “{name}”: {among}.")


def _cells(query: CannedQuery, release: Path, values: Mapping[str, str], *, alone: bool) -> list[NotebookCell]:
    """The cells of one query: its question, text and answer, its chart, and the words of its first row."""
    bound = resolved(query, release, values)
    days = {parameter.name: parameter.lexical() for parameter in query.parameters if parameter.is_today}
    answer = ask(query.name, release, **{**days, **bound})
    question = query.question["en"]
    text = query.bind(answer.base, **{**days, **bound}).strip()
    sparql = re.sub(r"^#\+ .*\n+", "", text, flags=re.MULTILINE).replace("\\", "\\\\").replace('"""', '\\"""')
    cells = [
        *([] if alone else [NotebookCell("markdown", f"## {question}")]),
        NotebookCell("markdown", _described(query.parameters, {**days, **bound}, answer.base)),
        NotebookCell("code", f'SPARQL = """\n{sparql}\n"""\nframe = frame_of(SPARQL)\nframe'),
    ]
    if chart := _chart(query, answer):
        cells.append(NotebookCell("code", chart))
    if answer.rows:
        graphs = [f"{answer.base}graph/{name}" for name in query.graphs]
        many = [column.name for column in query.columns if column.many]
        why = "The first row again: the statements that give it, and where the words stand that these rest on."
        cells += [NotebookCell("markdown", why), NotebookCell("code", WHY.format(graphs=graphs, many=many))]
    return cells


def _described(parameters: Sequence[Parameter], values: Mapping[str, object], base: str) -> str:
    """The values that a query is asked with, and what they mean; its SPARQL follows."""
    if not parameters:
        return "The query takes no values; change its text and run the cell again."
    lines = [
        f"- `{parameter.name}`: `{values.get(parameter.name, parameter.lexical(base))}` ({parameter.description})"
        for parameter in parameters
    ]
    return "\n".join(["Asked with these values, in the line `VALUES` of the query:", "", *lines])


def _chart(query: CannedQuery, answer: Answer) -> str | None:
    """The code of a chart that the columns suggest: bars, a grid of two names, or rows counted by time."""
    terms = {name: [row[place] for row in answer.rows] for place, name in enumerate(answer.columns)}
    kinds = {
        name: {str(getattr(term, "datatype", "IRI")) for term in column if term is not None}
        for name, column in terms.items()
    }
    numbers = [name for name, kind in kinds.items() if kind and kind <= NUMBERS]
    texts = [name for name, kind in kinds.items() if kind and not kind <= NUMBERS and "IRI" not in kind]
    titles = {column.name: column.description.replace('"', "'") for column in query.columns}
    if len(answer.rows) < 2:
        return None
    if numbers and texts and len(set(terms[texts[0]])) == len(answer.rows):
        return BARS.format(name=texts[0], number=numbers[0], title=titles[numbers[0]])
    if (
        numbers
        and len(texts) > 1
        and len(set(zip(terms[texts[0]], terms[texts[1]], strict=True))) == len(answer.rows)
    ):
        title = titles[numbers[0]]
        return GRID.format(name=texts[0], across=texts[1], number=numbers[0], title=title)
    time = next((name for name in PERIODS if name in texts), None)
    return COUNTS.format(name=time, title=titles[time]) if time else None


def write_notebook(text: str, file: Path, *, overwrite: bool = False) -> None:
    """Write a notebook to a file; QueryError where there is one already, which may have been worked in."""
    try:
        with file.open("w" if overwrite else "x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError as error:
        raise QueryError(
            f"{readable(file)} is there already: name another with -o, or pass --overwrite."
        ) from error
    except OSError as error:
        raise QueryError(
            f"{readable(file)} cannot be written ({error.strerror}): name another with -o."
        ) from error
