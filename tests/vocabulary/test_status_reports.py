"""A status report that cannot be right is refused with its line; the others become statements."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pyoxigraph import Quad

from policygraph.errors import PolicygraphError, SourceError
from policygraph.rdf.iris import Names
from policygraph.vocabulary import status_reports
from policygraph.vocabulary.codelists import triples
from policygraph.vocabulary.status_reports import status_quads

GOOD = {
    "about": "action/COM-2025-723/A3-001",
    "status": "started",
    "as_of": "2026-11-20",
    "recorded_on": "2026-11-26",
    "source": "https://example.org/news",
    "note": "A note",
    "news_on": "2026-11-21",
    "quote": "the Commission opened the network today",
    "link": "The same network",
    "certainty": "certain",
    "source_kind": "primary",
    "page_answered": "yes",
    "corrects": "",
    "succeeds": "",
    "late": "no",
}
FIRST = "status-report/COM-2025-723/A3-001/recorded-2026-11-26"


def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *rows: dict[str, str]) -> list[Quad]:
    """What the package makes of these rows, each good but for what it says."""
    (tmp_path / "curated").mkdir()
    with (tmp_path / "curated" / status_reports.FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(GOOD))
        writer.writeheader()
        writer.writerows(GOOD | row for row in rows)
    monkeypatch.setattr(status_reports, "folder", lambda _: tmp_path)
    return status_quads(Names())


def values(quads: list[Quad], name: str) -> dict[str, str]:
    """Subject below id/ → object (below id/ or as text) of the property with this local name."""
    things = f"{Names().base}id/"
    return {
        quad.subject.value.removeprefix(things): quad.object.value.removeprefix(things)
        for quad in quads
        if quad.predicate.value.endswith(name)
    }


def test_a_good_report_has_three_days_and_its_evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quads = reports(tmp_path, monkeypatch, {})
    assert values(quads, "asOf") == {FIRST: "2026-11-20"}
    assert values(quads, "newsOn") == {FIRST: "2026-11-21"}
    assert values(quads, "recordedOn") == {FIRST: "2026-11-26"}
    assert values(quads, "certainty") == {FIRST: "certainty/certain"}
    assert values(quads, "sourceKind") == {FIRST: "source-kind/primary"}
    assert values(quads, "pageAnswered") == {FIRST: "true"}
    assert values(quads, "late") == {FIRST: "false"}
    assert values(quads, "quote") == {FIRST: GOOD["quote"]}


def test_a_correction_on_the_same_day_is_a_report_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quads = reports(
        tmp_path, monkeypatch, {}, {"corrects": FIRST, "status": "delivered"}, {"succeeds": f"{FIRST}-2"}
    )
    assert values(quads, "wasRevisionOf") == {f"{FIRST}-2": FIRST}
    assert values(quads, "succeeds") == {f"{FIRST}-3": f"{FIRST}-2"}
    assert values(quads, "#status")[f"{FIRST}-2"] == "status/delivered"


def test_a_report_of_before_the_rule_keeps_its_iri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quads = reports(tmp_path, monkeypatch, {"recorded_on": "2026-11-24", "quote": "", "link": ""})
    assert values(quads, "asOf") == {"status-report/COM-2025-723/A3-001/2026-11-20": "2026-11-20"}


def test_looked_and_nothing_found_is_a_row_and_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {
        "status": "nothing-found",
        "as_of": "",
        "note": "The pages of the Commission",
        "source": "",
        "quote": "",
    }
    quads = reports(tmp_path, monkeypatch, row)
    search = "status-search/COM-2025-723/A3-001/recorded-2026-11-26"
    assert values(quads, "description") == {search: "The pages of the Commission"}
    assert values(quads, "#type") == {search: f"{Names().base}def#StatusSearch"}
    assert values(quads, "asOf") == {}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"as_of": "2026-11-27"}, "was recorded on 2026-11-26, before the day it is about"),
        ({"status": "finished"}, "has the unknown status “finished”"),
        ({"as_of": "2026-02-30"}, "has no day in as_of"),
        ({"recorded_on": "soon"}, "has no day in recorded_on"),
        ({"about": "action/A3-001"}, "is about “action/A3-001”, which is no action/DOCUMENT/ROW"),
        ({"quote": ""}, "lacks the words that say it in quote"),
        ({"quote": "word " * 26}, "quotes 26 words, more than 25"),
        ({"link": ""}, "lacks what ties these words to the action in link"),
        ({"note": "See 52026DC0503"}, "names 52026DC0503, which does not stand in the quoted words"),
        ({"link": "By eli/reg/2024/1689"}, "names eli/reg/2024/1689, which does not stand in the quoted words"),
        ({"source": "a newspaper"}, "has no address of a page in source"),
        ({"news_on": ""}, "has no day in news_on"),
        ({"news_on": "2026-11-27"}, "rests on news of 2026-11-27, after the day of recording"),
        ({"certainty": "sure"}, "has the unknown certainty “sure”"),
        ({"source_kind": ""}, "has the unknown source_kind “”"),
        ({"page_answered": ""}, "has neither yes nor no in page_answered"),
        ({"late": "very"}, "has neither yes nor no in late"),
        (
            {"corrects": "status-report/x"},
            "in corrects “status-report/x”, which is no report of a row above",
        ),
        ({"about": "action/COM-2025-723/A3-002", "succeeds": FIRST}, "which is about action/COM-2025-723/A3-001"),
        ({"status": "nothing-found", "note": ""}, "found nothing and does not say where in note"),
    ],
)
def test_a_report_that_cannot_be_right(
    changed: dict[str, str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceError, match=f"line 3: .*{re.escape(reason)}.*correct the row"):
        reports(tmp_path, monkeypatch, {}, changed)


def test_a_number_that_the_words_hold_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reports(tmp_path, monkeypatch, {"quote": "the communication 52026DC0503", "note": "It is 52026DC0503."})


def test_a_file_of_ours_that_is_not_turtle(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<a> <b> .", "utf-8")
    with pytest.raises(PolicygraphError, match=r"broken\.ttl is not Turtle"):
        triples(tmp_path / "broken.ttl")
