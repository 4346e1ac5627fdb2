"""Parameters: typed, checked, and never more than one term of the query, whatever they hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse, serialize

from policygraph.errors import QueryError
from policygraph.queries import ask
from policygraph.queries.canned import get, with_graphs
from policygraph.queries.parameters import CONTROL, Parameter
from policygraph.rdf.iris import BASE

TEXT = Parameter("text", "xsd:string", "", "")
BREAKOUTS = [
    '" "en") } } #',
    '") } UNION { ?action ?p ?o } #',
    "\\u0022 ) } UNION { ?a ?b ?c } #",
    "\\\\u0022) } #",
    "\\U00000022) } #",
    "\\",
    "\\\\",
    "'",
    "?action",
    "<http://example.eu/>",
    "${jndi:ldap://x}",
    "SERVICE <http://127.0.0.1/>",
    "=1+1",
    "é\u202e漢字",
]


@pytest.mark.parametrize("text", BREAKOUTS)
def test_text_stays_text(store: Store, text: str) -> None:
    """Nothing in our source has these words, so the honest answer is none; nothing breaks or widens."""
    assert ask("actions-mentioning", store, text=f"{text}§").rows == ()


@pytest.mark.parametrize("text", BREAKOUTS)
def test_every_engine_reads_the_same_text(text: str) -> None:
    query = f"SELECT ?text {{ VALUES (?text) {{ ({TEXT.written(text)}) }} }}"
    [row] = rdflib.Graph().query(query)
    [solution] = Store().query(query)
    assert str(row[0]) == text
    assert solution["text"] == Literal(text)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_kept_whole(text: str) -> None:
    import re

    if re.search(CONTROL, text):
        with pytest.raises(QueryError, match="control character"):
            TEXT.written(text)
        return
    [solution] = Store().query(f"SELECT ?text {{ VALUES (?text) {{ ({TEXT.written(text)}) }} }}")
    assert solution["text"] == Literal(text)


WRONG = [
    ("actions-due-before", "as_of", "2026-02-30", "a day of the calendar"),
    ("actions-due-before", "as_of", "20261124", "a day of the calendar"),
    ("actions-due-before", "as_of", "2026-11-24T00:00:00", "a day of the calendar"),
    ("actions-due-before", "as_of", "٢٠٢٦-11-24", "a day of the calendar"),
    ("actions-due-before", "as_of", "", "a day of the calendar"),
    ("actions-due-before", "lang", 'en") } #', "a language tag"),
    ("actions-due-before", "lang", "en_GB", "a language tag"),
    ("actions-due-before", "lang", "", "a language tag"),
    ("actions-due-in-period", "period", "2026-Q5", "a year or a quarter"),
    ("actions-due-in-period", "period", "2026-Q4\n", "control character"),
    ("actions-due-in-period", "period", "26", "a year or a quarter"),
    ("actions-mentioning", "text", "x" * 1001, "1000 characters"),
    ("actions-mentioning", "text", "a\x00b", "control character"),
    ("actions-mentioning", "text", "\ud800", "control character"),
    ("about", "iri", "A3-001", "an IRI"),
    ("about", "iri", "http://example.eu/> ?p ?o } #", "an IRI"),
    ("about", "iri", "http://example.eu/\\u003E", "an IRI"),
    ("about", "iri", "", "an IRI"),
    ("sectors-with-few-dialogues", "ratio", "2.5", "a whole number"),
    ("sectors-with-few-dialogues", "ratio", "1e9", "a whole number"),
    ("sectors-with-few-dialogues", "ratio", "9" * 10, "a whole number"),
]


@pytest.mark.parametrize("name, parameter, value, expected", WRONG)
def test_a_wrong_value_is_refused_with_what_is_expected(
    name: str, parameter: str, value: str, expected: str
) -> None:
    with pytest.raises(QueryError, match=expected) as refused:
        get(name).bind(**{parameter: value})
    assert get(name).parameters[0].option in str(refused.value) or f"--{parameter}" in str(refused.value)
    assert "\n" not in str(refused.value) and "\x00" not in str(refused.value)


def test_an_unknown_parameter_is_answered_with_the_known_ones() -> None:
    with pytest.raises(QueryError, match=r"has no parameter “until”: it takes as_of, lang, document\."):
        get("actions-due-before").bind(until="2026-01-01")
    with pytest.raises(QueryError, match="has no parameter “lang”: it takes document"):
        get("totals").bind(lang="en")


def test_an_unknown_query_is_answered_with_the_near_ones() -> None:
    with pytest.raises(QueryError, match=r"did you mean .*actions-due-before"):
        get("action-due-before")
    with pytest.raises(QueryError, match="policygraph queries"):
        get("zzz")
    with pytest.raises(QueryError):
        get("../tables/actions")


def test_the_day_of_reference_is_today_unless_given() -> None:
    query = get("actions-due-before")
    today = {date.today(), date.today() - timedelta(days=1)}
    assert any(f'"{day}"^^' in query.bind() for day in today)
    assert '"2025-10-01"^^' in query.bind(as_of="2025-10-01")
    assert query.bind(as_of=date(2025, 10, 1)) == query.bind(as_of="2025-10-01")


def test_a_python_keyword_is_written_with_an_underscore() -> None:
    query = get("actions-active-in")
    assert query.bind(from_="2026-01-01", to="2026-02-01") == query.bind(
        **{"from": "2026-01-01", "to": "2026-02-01"}
    )


def test_things_are_named_in_full_or_as_tables_print_them() -> None:
    query = get("about")
    assert query.bind(iri="id:sector/HEALTH") == query.bind(iri=f"{BASE}id/sector/HEALTH")
    assert query.bind(iri=NamedNode(f"{BASE}id/sector/HEALTH").value) == query.bind(iri="id:sector/HEALTH")


def test_another_base_moves_the_query_and_leaves_values_alone(store: Store) -> None:
    """A release below another base gives the same answers below that base; a text that names ours stays."""
    other = "https://data.example.eu/plans/"
    text = serialize(list(store), format=RdfFormat.N_QUADS).decode().replace(BASE, other)
    moved = Store()
    moved.extend(parse(text, format=RdfFormat.N_QUADS))
    theirs = ask("actions-by-heading", moved, base=other).serialize("csv").decode()
    assert theirs.replace(other, BASE) == ask("actions-by-heading", store).serialize("csv").decode()
    assert BASE not in get("about").bind(other)
    assert f'"{BASE}"' in get("actions-mentioning").bind(other, text=BASE)
    assert f"FROM <{other}graph/actions>" in with_graphs(get("totals").bind(other), other)


@pytest.mark.parametrize(
    "lang, kind",
    [("en", "flagship"), ("nl", "Vlaggenschipinitiatief"), ("NL", "Vlaggenschipinitiatief"), ("mt", "flagship")],
)
def test_labels_fall_back(store: Store, lang: str, kind: str) -> None:
    first = ask("actions", store, lang=lang).dicts()[0]
    assert first["kind"] == kind
    translated = "Healthcare, including pharmaceuticals"
    dutch = "Gezondheidszorg, met inbegrip van farmaceutische producten"
    assert first["heading"] == (translated if lang == "en" else dutch)


def test_text_in_another_language_is_found_when_it_is_the_only_one() -> None:
    """A document read in French alone has neither English nor Dutch words: French is better than nothing."""
    lines = f"""
        PREFIX pg: <{BASE}def#> PREFIX id: <{BASE}id/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX dct: <http://purl.org/dc/terms/>
        INSERT DATA {{ GRAPH id:g {{
          <{BASE}id/heading/F/01> skos:inScheme <{BASE}id/heading/F> ; skos:prefLabel "Santé"@fr , "Sanità"@it .
          <{BASE}id/heading/F> pg:schemeOf <{BASE}id/doc/F> .
          <{BASE}id/action/F/A3-001> a pg:PolicyAction ; pg:heading <{BASE}id/heading/F/01> ;
            dct:type <{BASE}id/action-kind/other> .
        }} }}"""
    foreign = Store()
    foreign.update(lines)
    assert [row["heading"] for row in ask("actions-by-heading", foreign).dicts()] == ["Sanità"]
    [row] = ask("actions-by-heading", foreign, lang="fr").rows
    assert row[0] == Literal("Santé", language="fr")
    assert row[1:4] == (Literal(1), Literal(0), Literal(1))
