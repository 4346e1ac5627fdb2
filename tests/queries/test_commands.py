"""``policygraph queries`` and ``policygraph query``, as a user types them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from policygraph.cli import cli
from policygraph.errors import PolicygraphError, QueryError, ReleaseError
from policygraph.queries.canned import catalogue

QUERIES = {query.name: query for query in catalogue()}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


def refused(*words: str) -> str:
    """The sentence that the command ends with."""
    result = run(*words)
    assert isinstance(result.exception, PolicygraphError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_queries_lists_every_query_with_its_question() -> None:
    lines = run("queries").output.splitlines()
    assert [line.split()[0] for line in lines] == list(QUERIES)
    assert "Which actions were to be completed before a day?" in run("queries").output
    assert "Welke acties moesten vóór een bepaalde dag klaar zijn?" in run("queries", "--lang", "nl").output


def test_queries_of_one_tag() -> None:
    names = [line.split()[0] for line in run("queries", "--tag", "dialogues").output.splitlines()]
    assert "dialogues-by-access" in names and "actions" not in names


def test_queries_as_json_says_what_is_promised() -> None:
    listed = {query["name"]: query for query in json.loads(run("queries", "-f", "json").output)}
    due = listed["actions-due-before"]
    assert [parameter["name"] for parameter in due["parameters"]] == ["as_of", "lang", "document"]
    assert due["parameters"][0]["type"] == "xsd:date" and due["parameters"][0]["option"] == "--as-of"
    assert [column["name"] for column in due["columns"]][:3] == ["action", "number", "heading"]
    assert due["question"]["en"] and due["question"]["nl"] and due["form"] == "select"


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_is_a_command(name: str, release: Path) -> None:
    result = run("query", name, "--release", str(release), "-f", "csv")
    assert result.exit_code == 0, result.output
    head = next(csv.reader(io.StringIO(result.output)))
    assert tuple(head) == QUERIES[name].column_names


@pytest.mark.parametrize("name", QUERIES)
def test_help_of_each_query_says_question_parameters_columns_and_an_example(name: str) -> None:
    text = " ".join(run("query", name, "--help").output.split())
    query = QUERIES[name]
    assert query.question["en"] in text
    assert f"Example: policygraph query {name}" in text
    assert all(parameter.option in text for parameter in query.parameters)
    assert all(f"{column.name} " in text for column in query.columns)


def test_parameters_are_options(release: Path) -> None:
    early = run("query", "actions-due-before", "--as-of", "2025-10-01", "--release", str(release), "-f", "csv")
    assert [row["number"] for row in csv.DictReader(io.StringIO(early.output))] == ["30"]
    words = ("query", "actions-active-in", "--from", "2027-10-01", "--to", "2027-12-31", "--release", str(release))
    assert "2027-10-01" in run(*words).output


def test_the_release_of_the_working_directory_is_asked(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release.parent)
    assert run("query", "totals").output.splitlines()[2].split() == ["70", "38", "15", "19", "3175", "6", "16"]


def test_tables_are_plain_where_nobody_looks(release: Path) -> None:
    output = run("query", "load-by-period", "--release", str(release)).output
    assert output.splitlines()[0].split() == ["period", "actions", "open_ended", "flagships", "due"]
    assert output.endswith("(11 rows)\n")


def test_a_construct_is_turtle_unless_asked_otherwise(release: Path) -> None:
    turtle = run("query", "about", "--iri", "id:sector/HEALTH", "--release", str(release)).output
    assert "@prefix skos:" in turtle
    rows = run("query", "about", "--iri", "id:sector/HEALTH", "--release", str(release), "-f", "csv").output
    assert rows.startswith("subject,predicate,object")


def test_output_goes_to_a_file(release: Path, tmp_path: Path) -> None:
    file = tmp_path / "load.csv"
    result = run("query", "load-by-period", "--release", str(release), "-f", "csv", "-o", str(file))
    assert result.output == "" and file.read_bytes().count(b"\r\n") == 12
    sentence = refused("query", "totals", "--release", str(release), "-o", str(tmp_path / "no" / "file"))
    assert "cannot be written" in sentence and "name another file" in sentence


def test_spreadsheets_only_change_csv(release: Path) -> None:
    words = ("query", "actions", "--release", str(release), "--spreadsheet")
    assert run(*words, "-f", "csv").stdout_bytes.startswith(b"\xef\xbb\xbfaction")
    assert "add -f csv" in refused(*words, "-f", "json")


def test_show_prints_what_an_endpoint_is_sent() -> None:
    text = run("query", "actions-due-before", "--as-of", "2026-01-01", "--show").output
    assert '"2026-01-01"^^' in text and "FROM <https://w3id.org/policygraph/graph/actions>" in text
    assert "FROM" not in run("query", "totals", "--show", "--union").output
    assert (
        "https://other.example.eu/graph/"
        in run("query", "totals", "--show", "--base", "https://other.example.eu/").output
    )


@pytest.mark.parametrize(
    "words, sentence",
    [
        (("actions-due-befor",), "did you mean actions-due-before"),
        (("totals", "--as-of", "2026-01-01"), "The query “totals” has no parameter “as-of”: it takes document."),
        (("actions-due-before", "--until", "2026"), "it takes as_of, lang, document."),
        (("actions-due-before", "--as-of", "tomorrow"), "give a day of the calendar as YYYY-MM-DD"),
        (("totals", "--release", "nowhere"), "There is no release in nowhere: make one with"),
        (("totals", "--endpoint", "ftp://example.eu"), "is no address of a store or endpoint"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused("query", *words)


def test_a_broken_release_is_no_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    (folder / "policygraph.nq").write_text("")
    assert isinstance(run("query", "totals", "--release", str(folder)).exception, ReleaseError)
    (folder / "manifest.json").write_text('{"base": "https://w3id.org/policygraph/", "versions": {"model": "2"}}')
    (folder / "policygraph.nq").write_text("no quads <https://w3id.org/policygraph/graph/actions> .\n")
    assert "build it again" in refused("query", "totals", "--release", str(folder))


@pytest.mark.parametrize("versions", [{}, {"policygraph": "0.1.0"}, {"model": "1"}])
def test_a_release_from_before_the_queries_is_refused_and_not_empty(
    tmp_path: Path, release: Path, versions: dict[str, str]
) -> None:
    folder = tmp_path / "earlier"
    folder.mkdir()
    (folder / "policygraph.nq").write_bytes((release / "policygraph.nq").read_bytes())
    manifest = json.loads((release / "manifest.json").read_text("utf-8")) | {"versions": versions}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    sentence = refused("query", "totals", "--release", str(folder))
    assert "was built before the graph said what our queries ask for" in sentence and "build it again" in sentence


def test_names_of_queries_are_completed() -> None:
    complete = ShellComplete(cli, {}, "policygraph", "_POLICYGRAPH_COMPLETE")
    found = [item.value for item in complete.get_completions(["query"], "actions-due")]
    assert "actions-due-before" in found and all(name in QUERIES for name in found)
    options = [item.value for item in complete.get_completions(["query", "actions-due-before"], "--as")]
    assert options == ["--as-of", "--as-known-on"]


def test_no_parameter_hides_an_option_of_the_command() -> None:
    taken = {
        "--release",
        "--endpoint",
        "--timeout",
        "--union",
        "--base",
        "--format",
        "--output",
        "--show",
        "--help",
    }
    assert not taken & {parameter.option for query in QUERIES.values() for parameter in query.parameters}


def test_a_process_says_the_sentence_and_exits_with_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policygraph", "query", "totals"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("policygraph: There is no release in release:") and done.stderr.count("\n") == 1


def test_a_cold_start_imports_what_it_needs_alone(release: Path) -> None:
    """The list of modules stands for the time to start, which depends on the machine (benchmarks/README.md)."""
    script = (
        "import sys; from policygraph.cli import cli\n"
        f"cli(['query', 'totals', '--release', {str(release)!r}, '-o', sys.argv[1]], standalone_mode=False)\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-I", "-c", script, str(release.parent / "totals.txt")]
    modules = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    ours = {name.removeprefix("policygraph.") for name in modules if name.startswith("policygraph.")}
    queries = {"queries", "queries.canned", "queries.parameters", "queries.results"}
    assert ours == {"cli", "cli.downloads", "cli.query", "errors", "files", "rdf", "rdf.iris", "version"} | queries
    others = {name.partition(".")[0] for name in modules} - set(sys.stdlib_module_names)
    assert {name for name in others if not name.startswith("_")} <= {"policygraph", "click", "pyoxigraph"}
    assert not modules & {"dataclasses", "http.client", "asyncio", "email", "tomllib", "logging", "tempfile"}


def test_a_query_error_is_an_error_of_ours() -> None:
    assert isinstance(run("query", "nothing-like-it").exception, QueryError)
