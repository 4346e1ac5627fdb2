"""Actions that the first document does not have: boxes, milestones, several dates, columns."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kinds_of_action import DOCUMENT, records, text
from policygraph.graph import quads
from policygraph.pipeline.context import build_context
from policygraph.rdf.iris import BASE, Names
from policygraph.validation import validate


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
    carrier = f"doc/{DOCUMENT}/en/html"
    assert values(graph, carrier, "format")[0].endswith("file-type/HTML")
    assert values(graph, carrier, "authentic") == ["false"] and values(graph, carrier, "obtainedFrom") == [
        "a copy"
    ]
    assert values(graph, carrier, "obtainedOn") == ["2026-11-26"]
    assert values(graph, f"doc/{DOCUMENT}", "sameAs") == []


def test_a_place_in_a_file_without_pages_has_none() -> None:
    assert text().place(0, 7).page is None
