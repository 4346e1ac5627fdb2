"""Answers in every form: W3C formats, tables for people, and cells that nobody runs as code."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from policygraph.queries import ask
from policygraph.queries.results import FORMATS, RESULT_SET, Answer, plain_table
from policygraph.queries.terminal import show
from policygraph.rdf.iris import BASE, XSD

DAY = Literal("2026-12-31", datatype=NamedNode(XSD + "date"))
HOSTILE = Answer(
    ("thing", "words", "day", "count"),
    (
        (NamedNode(f"{BASE}id/action/D/A3-001"), Literal('=HYPERLINK("x")', language="en"), DAY, Literal(-5)),
        (None, Literal("[red]a,\n\x1b[31mb\u202e[/red]"), None, None),
    ),
)


@pytest.mark.parametrize("syntax", FORMATS)
def test_every_form_of_every_kind_of_answer(store: Store, syntax: str) -> None:
    for name in ("totals", "about", "dialogues-after-adoption"):
        assert ask(name, store).serialize(syntax)


def test_csv_is_that_of_the_w3c() -> None:
    text = HOSTILE.serialize("csv").decode()
    assert text.startswith("thing,words,day,count\r\n")
    first, second = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert first == [f"{BASE}id/action/D/A3-001", '=HYPERLINK("x")', "2026-12-31", "-5"]
    assert second == ["", "[red]a,\n\x1b[31mb\u202e[/red]", "", ""]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_spreadsheets_get_text_and_no_formula(start: str) -> None:
    answer = Answer(("words", "number"), ((Literal(start), Literal(-3)),))
    text = answer.serialize("csv", spreadsheet=True).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [f"'{start}", "-3"]
    assert answer.serialize("csv").decode("utf-8").split("\r\n", 1)[1].lstrip('"').startswith(start)


def test_json_keeps_language_datatype_and_empty_cells() -> None:
    document = json.loads(HOSTILE.serialize("json"))
    first, second = document["results"]["bindings"]
    assert first["words"] == {"type": "literal", "value": '=HYPERLINK("x")', "xml:lang": "en"}
    assert first["day"] == {"type": "literal", "value": "2026-12-31", "datatype": XSD + "date"}
    assert set(second) == {"words"}
    assert document["head"]["vars"] == ["thing", "words", "day", "count"]


def test_xml_is_well_formed(store: Store) -> None:
    root = ElementTree.fromstring(ask("dialogues", store).serialize("xml"))
    assert len(root.findall("{*}results/{*}result")) == 19


def test_turtle_of_rows_is_the_result_set_vocabulary() -> None:
    graph = rdflib.Graph().parse(data=HOSTILE.serialize("turtle"), format="turtle")
    rs = rdflib.Namespace(RESULT_SET)
    assert len(list(graph.objects(predicate=rs.solution))) == 2
    assert len(list(graph.objects(predicate=rs.binding))) == 5
    assert {str(name) for name in graph.objects(predicate=rs.resultVariable)} == set(HOSTILE.columns)
    assert HOSTILE.serialize("turtle") == HOSTILE.serialize("turtle")


def test_turtle_of_a_construct_is_its_triples(store: Store) -> None:
    answer = ask("about", store)
    read_back = {quad.triple for quad in parse(answer.serialize("turtle"), format=RdfFormat.TURTLE)}
    assert {(triple.subject, triple.predicate, triple.object) for triple in read_back} == set(answer.rows)
    assert b"pg:deadline" in answer.serialize("turtle")


def test_everything_about_one_thing_is_there(store: Store) -> None:
    action = f"{BASE}id/action/COM-2025-723/A3-004"
    rows = ask("about", store, iri=action).dicts()
    said = {(row["subject"], str(row["predicate"]).rpartition("#")[2]) for row in rows}
    assert (f"{BASE}id/deadline/COM-2025-723/A3-004", "completionDueBy") in said
    assert (f"{BASE}id/source/COM-2025-723/nl/A3-004", "quote") in said
    own = {quad.triple for quad in store if quad.subject == NamedNode(action)}
    assert len([row for row in rows if row["subject"] == action]) == len(own)
    assert any(row["object"] == action and str(row["predicate"]).endswith("about") for row in rows)


def test_plain_table_is_aligned_and_whole() -> None:
    lines = plain_table(HOSTILE).split("\n")
    assert lines[0].split() == ["thing", "words", "day", "count"]
    assert lines[2].startswith("id:action/D/A3-001")
    assert lines[-1] == "(2 rows)" and len(lines) == 5
    assert "\x1b" not in "".join(lines) and "\u202e" not in "".join(lines)


def shown(answer: Answer, width: int) -> str:
    from rich.console import Console

    screen = io.StringIO()
    show(answer, Console(file=screen, width=width, force_terminal=True, color_system=None))
    return screen.getvalue()


@pytest.mark.parametrize("width", [120, 40])
def test_a_terminal_shows_markup_as_it_is(width: int) -> None:
    text = shown(HOSTILE, width)
    assert "[red]a, " in text and "\x1b[31m" not in text and "\u202e" not in text
    assert "(2 rows)" in text


def test_a_terminal_gets_a_table_or_records_whichever_fits(store: Store) -> None:
    answer = ask("dialogues", store)
    wide, narrow = shown(answer, 300), shown(answer, 80)
    assert wide.splitlines()[3].split()[:3] == ["id:dialogue/COM-2025-723/A1-01", "1", "2025-02-05"]
    assert narrow.splitlines()[0].split() == ["dialogue", "id:dialogue/COM-2025-723/A1-01"]
    assert max(map(len, narrow.splitlines())) <= 80
    assert all(text.count("Alleen deskundigen") == 8 for text in (wide, narrow))


def test_an_empty_answer_says_so(store: Store) -> None:
    answer = ask("dialogues-after-adoption", store)
    assert plain_table(answer).endswith("(0 rows)")
    assert answer.serialize("csv") == b"sector,dialogue,number,date,adopted,document,text_status\r\n"
    assert "(0 rows)" in shown(answer, 80)


def test_an_answer_is_iterated_row_by_row(store: Store) -> None:
    answer = ask("dialogues", store)
    assert list(answer) == list(answer.rows)
    assert len(answer) == len(answer.dicts()) == 19
    assert answer == ask("dialogues", store) and hash(answer) == hash(ask("dialogues", store))
    assert answer != ask("initiatives", store)
    assert [len(row) for row in answer] == [len(answer.columns)] * 19
