"""Actions that the first document does not have: boxes, milestones, several dates, columns."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from places import SEED
from policygraph.graph import quads
from policygraph.pipeline.context import build_context
from policygraph.rdf.iris import BASE, Names
from policygraph.sources import open_source
from policygraph.sources.deadlines import find_deadlines, parse_deadline
from policygraph.sources.extract import Anchor, Extraction
from policygraph.sources.folder import SourceFile, SourceText, extracted
from policygraph.sources.language import language
from policygraph.sources.records import Action, Annex, Annexes, ColumnEntry, Deadline, Heading
from policygraph.sources.spans import Fragment, Piece
from policygraph.validation import validate

TEXT = """\
Annex 1
A roadmap
Research
Adopt the act
By the end of 2026
CDO Council
Publish a study
ongoing
Report to Parliament, by Q2 2027, and repeat it, by 2028.
MILESTONE 1
Evaluate the act
Within one year of adoption
Consult widely
around 2028
"""
DOCUMENT = "COM-2030-1"
PATHS = ("/html[1]/body[1]/p[{}]", "page=2&viewrect=72,90,410,{}", "word/document.xml#/w:document[1]/w:p[{}]")
KINDS = ("xpath", "viewrect", "part")


def text() -> SourceText:
    """A file without pages; its lines have addresses of each kind in turn."""
    starts = [0, *(at + 1 for at, character in enumerate(TEXT) if character == "\n")][:-1]
    anchors = tuple(
        Anchor(start, TEXT.index("\n", start), KINDS[n % 3], PATHS[n % 3].format(n))
        for n, start in enumerate(starts)
    )
    source = open_source(SEED)
    rules = replace(
        source.rules, id=DOCUMENT, celex="", identifier="COM(2030) 1", title={"en": "A plan"}, authentic=False,
        obtained_from="a copy", obtained_on=datetime.date(2026, 11, 26),
    )  # fmt: skip
    file = SourceFile("plan.html", "en", "0" * 64)
    return extracted(replace(source, rules=rules), file, Extraction(TEXT, (), anchors, (), "html", "html 1"))


def records(document: SourceText) -> Annexes:
    def words(quoted: str) -> Fragment:
        start = TEXT.index(quoted)
        return document.fragment([Piece(start, start + len(quoted))])

    def due(quoted: str) -> tuple[Deadline, ...]:
        reading = parse_deadline(quoted, language("en"))
        assert reading
        return (Deadline(reading, words(quoted)),)

    sentence = "Report to Parliament, by Q2 2027, and repeat it, by 2028."
    several = tuple(
        Deadline(one.reading, words(sentence[one.start : one.end]), one.purpose and sentence[slice(*one.purpose)])
        for one in find_deadlines(sentence, language("en"))
    )
    column = ColumnEntry("responsible", "Responsible", words("CDO Council"))
    return Annexes(
        document=document,
        annexes=(Annex(1, "actions", words("A roadmap"), None, (), (words("Annex 1"),)),),
        sector_labels=(), dialogues=(), initiatives=(), groupings=(),
        headings=(Heading("A1", 1, words("Research"), None, (), None),),
        actions=(
            Action("A1", 1, None, 1, words("Adopt the act"), due("By the end of 2026"), (column,)),
            Action("A1", 2, None, None, words("Publish a study"), due("ongoing")),
            Action("B2.4", 1, None, None, words(sentence), several),
            Action("M", 1, "milestone", None, words("Evaluate the act"), due("Within one year of adoption")),
            Action("B3", 1, None, None, words("Consult widely"), due("around 2028")),
            Action("B3", 2, None, None, words("MILESTONE 1")),
        ),
        furniture=(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> list[Quad]:
    return quads(records(text()), Names())


def values(graph: list[Quad], thing: str, predicate: str) -> list[str]:
    node = NamedNode(f"{BASE}id/{thing}")
    found = (quad.object for quad in graph if quad.subject == node and quad.predicate.value.endswith(predicate))
    return [value.value.removeprefix(f"{BASE}id/") for value in found if isinstance(value, NamedNode | Literal)]


def test_they_conform(graph: list[Quad]) -> None:
    report = validate([*graph, *build_context(BASE).quads])
    assert [finding for finding in report.findings if str(finding.severity) == "Violation"] == []


def test_each_has_its_identifier_and_kind(graph: list[Quad]) -> None:
    rows = [f"action/{DOCUMENT}/{row}" for row in ("A1-001", "A1-002", "B2.4-01", "M-01", "B3-01", "B3-02")]
    assert [values(graph, row, "identifier") for row in rows] == [[row.rpartition("/")[2]] for row in rows]
    assert [values(graph, row, "terms/type") for row in rows] == [[], [], [], ["action-kind/milestone"], [], []]
    assert [values(graph, row, "#heading") for row in rows] == [[f"heading/{DOCUMENT}/01"], [], [], [], [], []]
    assert values(graph, f"doc/{DOCUMENT}/B2.4/01", "is_part_of") == [f"doc/{DOCUMENT}/B2.4"]
    assert values(graph, f"doc/{DOCUMENT}/B2.4", "is_part_of") == [f"doc/{DOCUMENT}"]


def test_by_has_an_end_and_no_beginning(graph: list[Quad]) -> None:
    deadline = f"deadline/{DOCUMENT}/A1-001"
    assert values(graph, deadline, "earliest") == [] and values(graph, deadline, "completionDueBy") == [
        "2026-12-31"
    ]
    assert values(graph, deadline, "edtf") == ["../2026-12-31"]


def test_ongoing_relative_and_about_have_no_day(graph: list[Quad]) -> None:
    for row in ("A1-002", "M-01", "B3-01"):
        for predicate in ("earliest", "completionDueBy", "startDueBy", "edtf"):
            assert values(graph, f"deadline/{DOCUMENT}/{row}", predicate) == []
    assert values(graph, f"deadline/{DOCUMENT}/M-01", "event") == ["adoption"]
    assert values(graph, f"deadline/{DOCUMENT}/M-01", "duration") == ["P1Y"]
    assert values(graph, f"deadline/{DOCUMENT}/B3-01", "vagueness") == ["vagueness/about"]


def test_several_deadlines_say_what_each_is_for(graph: list[Quad]) -> None:
    row = f"deadline/{DOCUMENT}/B2.4-01"
    assert values(graph, f"action/{DOCUMENT}/B2.4-01", "deadline") == [row, f"{row}/2"]
    assert values(graph, row, "purpose") == ["Report to Parliament"]
    assert values(graph, f"{row}/2", "purpose") == ["and repeat it"]
    assert values(graph, f"{row}/2", "wording") == ["by 2028"]
    assert values(graph, f"action/{DOCUMENT}/B3-02", "deadline") == []


def test_a_further_column_is_kept_with_its_header(graph: list[Quad]) -> None:
    entry = f"column-entry/{DOCUMENT}/A1-001/1"
    assert values(graph, f"action/{DOCUMENT}/A1-001", "columnEntry") == [entry]
    assert values(graph, entry, "columnHeader") == ["Responsible"] and values(graph, entry, "wording") == [
        "CDO Council"
    ]
    assert values(graph, entry, "columnRole") == ["column-role/responsible"]


def test_native_addresses_are_second_selectors(graph: list[Quad]) -> None:
    place = f"source/{DOCUMENT}/en/A1-001"
    assert values(graph, f"{place}/address-1", "type") == ["http://www.w3.org/ns/oa#XPathSelector"]
    assert values(graph, f"{place}/address-1", "value") == ["/html[1]/body[1]/p[3]"]
    box = f"{place}/deadline/address-1"
    assert values(graph, box, "type") == ["http://www.w3.org/ns/oa#FragmentSelector"]
    assert values(graph, box, "conformsTo") == ["https://www.rfc-editor.org/info/rfc8118"]
    part = f"{place}/column-1/address-1"
    assert values(graph, part, "value") == ["/w:document[1]/w:p[5]"]
    assert values(graph, part, "fileName") == ["word/document.xml"]
    assert values(graph, place, "page") == []


def test_a_copy_says_so(graph: list[Quad]) -> None:
    carrier = f"doc/{DOCUMENT}/en/txt"
    assert values(graph, carrier, "authentic") == ["false"] and values(graph, carrier, "obtainedFrom") == [
        "a copy"
    ]
    assert values(graph, carrier, "obtainedOn") == ["2026-11-26"]
    assert values(graph, f"doc/{DOCUMENT}", "sameAs") == []


def test_a_place_in_a_file_without_pages_has_none() -> None:
    assert text().place(0, 7).page is None
