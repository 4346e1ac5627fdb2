"""The canned queries as files: complete, portable, and as the interfaces promise them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib.plugins.sparql
from pyoxigraph import NamedNode

from policygraph.errors import QueryError
from policygraph.files import check_files, folder
from policygraph.queries.canned import CannedQuery, catalogue, read
from policygraph.queries.parameters import TYPES
from policygraph.rdf.iris import BASE, GRAPHS, Names
from policygraph.vocabulary.codelists import static_quads

HERE = Path(__file__).parent
QUERIES = {query.name: query for query in catalogue()}
CHECKS = {path.stem: read(path) for path in check_files()}
ALL = {**QUERIES, **CHECKS}

PROMISED = """
actions | lang | action, number, heading, kind, description, wording, period, modality, earliest, \
    completion_due_by, start_due_by
actions-by-heading | lang | heading, actions, flagships, others
actions-due-before | as_of | action, number, heading, period, completion_due_by
actions-due-in-period | period | action, number, heading, kind, wording
actions-due-without-report | as_of | action, number, heading, completion_due_by
actions-that-should-have-started | as_of | action, number, heading, start_due_by
actions-due-before-adoption | | action, number, heading, completion_due_by, adopted
actions-mentioning | text | action, number, heading, description
actions-active-in | from, to | action, number, heading, earliest, completion_due_by
load-by-period | | period, actions, open_ended, flagships
dialogues | lang | dialogue, number, date, kind, sectors, access, audience, reported, wording
dialogues-by-heading | | heading, dialogues
dialogues-by-access | | access, dialogues, approximate_attendees
dialogues-across-sectors | | dialogue, number, date, sectors
headings-without-dialogue | | heading
actions-against-dialogues | | heading, actions, flagships, dialogues, approximate_attendees
status-as-known | as_of | action, status, since, source
initiatives | lang | initiative, number, objective, description
links | | concept, label, relation, target, target_label, scheme
actions-by-eurovoc | | domain, domain_label, actions
source-of | action | action, page, start, end, quote
about | iri |
"""
"""The names of ``policygraph query``: promises to users, to be kept and added to."""


def listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(",") if word.strip())


@pytest.mark.parametrize("line", PROMISED.strip().splitlines())
def test_what_was_promised_is_kept(line: str) -> None:
    name, parameters, columns = (part.strip() for part in line.split("|"))
    query = QUERIES[name]
    assert tuple(one.name for one in query.parameters)[: len(listed(parameters))] == listed(parameters)
    assert query.column_names[: len(listed(columns))] == listed(columns)


def test_there_are_more_questions_than_promised() -> None:
    assert len(QUERIES) - len(PROMISED.strip().splitlines()) >= 10


def test_each_query_has_an_expected_answer_and_none_is_left_over() -> None:
    assert {path.parent.name for path in HERE.glob("*/expected.csv")} == set(QUERIES)


@pytest.mark.parametrize("name", ALL)
def test_a_header_says_everything(name: str) -> None:
    query = ALL[name]
    assert query.question["en"] and query.question["nl"] and query.tags
    assert all(column.description for column in query.columns) and query.columns
    assert all(parameter.description and parameter.datatype in TYPES for parameter in query.parameters)
    assert set(query.graphs) <= set(GRAPHS)
    if name in QUERIES:
        assert query.question["en"].rstrip().endswith(("?", ")")) and query.question["nl"].rstrip().endswith(
            ("?", ")")
        )


@pytest.mark.parametrize("name", ALL)
def test_columns_are_those_of_the_select(name: str) -> None:
    query = ALL[name]
    parsed = rdflib.plugins.sparql.prepareQuery(query.text)
    if query.form == "select":
        assert tuple(str(variable) for variable in parsed.algebra.PV) == query.column_names


def bare(query: CannedQuery) -> str:
    """The text without comments, strings and variables."""
    return re.sub(r'"[^"]*"|\?\w+', " ", re.sub(r"(?m)(^#|#\+).*$", "", query.text))


@pytest.mark.parametrize("name", ALL)
def test_what_stores_answer_differently_is_left_out(name: str) -> None:
    """See docs/decisions/queries-union.md and the ground rules of the model."""
    words = bare(ALL[name]).upper()
    for banned in (
        "NOW()",
        "NOT EXISTS",
        "EXISTS",
        "SERVICE",
        "GRAPH ",
        "FROM ",
        "REGEX",
        "GYEAR",
        "RAND()",
        "LIMIT",
    ):
        assert not re.search(rf"\b{re.escape(banned)}", words), banned
    assert not re.search(r"\\[/,;]", ALL[name].text.replace("\\\\s", ""))


@pytest.mark.parametrize("name", ALL)
def test_parameters_stand_on_one_line(name: str) -> None:
    query = ALL[name]
    assert query.text.count("#+ parameters") == bool(query.parameters)
    assert "\nWHERE {\n" in query.text
    assert query.bind(**{one.name: one.default for one in query.parameters}).count("VALUES (") == query.text.count(
        "VALUES ("
    )


@pytest.mark.parametrize("name", QUERIES)
def test_rows_come_in_an_order(name: str) -> None:
    query = QUERIES[name]
    assert query.form == "construct" or name == "totals" or "ORDER BY" in query.text


def test_every_term_and_concept_of_ours_exists() -> None:
    """A misspelt term would answer with nothing, and nobody would notice."""
    known = {quad.subject for quad in static_quads(Names())}
    for name, query in ALL.items():
        terms = {Names().term(term) for term in re.findall(r"\bpg:(\w+)", bare(query))}
        concepts = {NamedNode(iri) for iri in re.findall(rf"<({BASE}id/[^>]+)>", bare(query))}
        examples = {one for one in concepts if "/COM-2025-723/" in one.value or one.value == f"{BASE}id/doc"}
        unknown = (terms | concepts) - known - examples
        assert not unknown, f"{name}: {unknown}"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("SELECT * WHERE {}", "does not say its question"),
        ("#+ summary: Why?\nSELECT ?a\nWHERE {\n  VALUES (?a) { (1) } #+ parameters\n}", "make them agree"),
        (
            "#+ summary: Why?\n#+ param a: xsd:gYear A\nSELECT ?a\nWHERE {\nVALUES (?a) { (1) } #+ parameters\n}",
            "xsd:gYear",
        ),
        ("#+ summary: Why?\n#+ param a: xsd:date A\nSELECT ?a\nWHERE {\n}", "make them agree"),
    ],
)
def test_a_file_that_is_no_canned_query_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "why.rq"
    path.write_text(text)
    with pytest.raises(QueryError, match=sentence):
        read(path)


def test_queries_ship_with_the_package() -> None:
    assert len(list(folder("queries").glob("*.rq"))) == len(QUERIES)
