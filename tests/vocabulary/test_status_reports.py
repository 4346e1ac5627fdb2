"""A status report that cannot be right is refused with its line; the others become statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.errors import PolicygraphError, SourceError
from policygraph.rdf.iris import Names
from policygraph.vocabulary import status_reports
from policygraph.vocabulary.codelists import triples
from policygraph.vocabulary.status_reports import status_quads

HEADER = "document,about,status,as_of,recorded_on,source,note,revises"
GOOD = {
    "document": "COM-2025-723",
    "about": "action/COM-2025-723/A3-001",
    "status": "started",
    "as_of": "2026-01-10",
    "recorded_on": "2026-01-12",
    "source": "http://publications.europa.eu/resource/celex/52025DC0723",
    "note": "A note",
    "revises": "",
}


def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    """Let the package find one report, good but for what is changed, on line 3 below a good one."""
    (tmp_path / "curated").mkdir()
    lines = [HEADER, *(",".join((GOOD | change).values()) for change in ({}, changed))]
    (tmp_path / "curated" / status_reports.FILE).write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr(status_reports, "folder", lambda _: tmp_path)


def test_a_good_report_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports(tmp_path, monkeypatch, as_of="2026-01-12", recorded_on="2026-01-12", revises="status-report/x")
    quads = status_quads(Names())
    assert {str(quad.subject.value).rsplit("/", 1)[-1] for quad in quads} == {"2026-01-10", "2026-01-12"}
    revisions = [quad.object.value for quad in quads if quad.predicate.value.endswith("wasRevisionOf")]
    assert revisions == [f"{Names().base}id/status-report/x"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"recorded_on": "2026-01-09"}, "was recorded on 2026-01-09, before the day it is about"),
        ({"status": "finished"}, "has the unknown status “finished”"),
        ({"as_of": "2026-02-30"}, "has no day in as_of"),
        ({"recorded_on": "soon"}, "has no day in recorded_on"),
    ],
)
def test_a_report_that_cannot_be_right(
    changed: dict[str, str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(tmp_path, monkeypatch, **changed)
    with pytest.raises(SourceError, match=f"line 3: .*{reason}"):
        status_quads(Names())


def test_a_file_of_ours_that_is_not_turtle(tmp_path: Path) -> None:
    (tmp_path / "broken.ttl").write_text("<a> <b> .", "utf-8")
    with pytest.raises(PolicygraphError, match=r"broken\.ttl is not Turtle"):
        triples(tmp_path / "broken.ttl")
