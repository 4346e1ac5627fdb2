"""Canned queries over dates that the first document does not have: what is not said is never overdue."""

from __future__ import annotations

from functools import cache

from pyoxigraph import Quad, QuerySolutions, Store

from kinds_of_action import DOCUMENT, records, text
from policygraph.files import folder
from policygraph.graph import quads
from policygraph.pipeline.context import build_context
from policygraph.rdf.iris import BASE, Names


@cache
def store() -> Store:
    found = Store()
    found.extend(Quad(*quad.triple) for quad in (*quads(records(text()), Names()), *build_context(BASE).quads))
    return found


def asked(name: str, old: str = "", new: str = "") -> dict[str, dict[str, str]]:
    """The rows of a canned query on the hand-made document alone, by the action's identifier and its period."""
    query = (folder("queries") / f"{name}.rq").read_text("utf-8")
    assert old in query
    answer = store().query(query.replace(old, new))
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    rows = [{name: str(row[name].value) for name in names if row[name] is not None} for row in answer]  # type: ignore[union-attr]
    return {
        f"{row['action'].rpartition('/')[2]} {row.get('wording', row.get('completion_due_by', ''))}".strip(): row
        for row in rows
    }


def test_every_action_is_listed_with_what_its_words_say() -> None:
    rows = asked("actions")
    assert sorted(rows) == [
        "A1-001 By the end of 2026",
        "A1-002 ongoing",
        "B2.4-01 by 2028",
        "B2.4-01 by Q2 2027",
        "B3-01 around 2028",
        "B3-02",
        "M-01 Within one year of adoption",
    ]
    by = rows["A1-001 By the end of 2026"]
    assert (by["heading"], by["modality"], by["completion_due_by"]) == ("Research", "by", "2026-12-31")
    assert "earliest" not in by and "kind" not in by
    ongoing = rows["A1-002 ongoing"]
    assert set(ongoing) == {"action", "number", "description", "wording", "modality", "document", "text_status"}
    assert rows["M-01 Within one year of adoption"]["kind"] == "milestone"


def test_only_what_has_a_last_day_is_ever_due() -> None:
    rows = asked("actions-due-without-report", '"2026-11-24"^^xsd:date', '"2099-01-01"^^xsd:date')
    assert {row["completion_due_by"] for row in rows.values()} == {"2026-12-31", "2027-06-30", "2028-12-31"}
    assert {key.split()[0] for key in rows} == {"A1-001", "B2.4-01"}
    for name in ("that-should-have-started", "should-have-started-without-report", "late"):
        assert asked(f"actions-{name}", '"2026-11-24"^^xsd:date', '"2099-01-01"^^xsd:date') == {}


def test_what_is_due_by_a_day_may_be_under_way_before_it_and_what_is_ongoing_always() -> None:
    rows = asked("actions-active-in")
    assert {key.split()[0] for key in rows} == {"A1-001", "A1-002", "B2.4-01"}


def test_an_action_with_two_dates_counts_once() -> None:
    query = (folder("queries") / "totals.rq").read_text("utf-8")
    answer = store().query(query)
    assert isinstance(answer, QuerySolutions)
    (row,) = answer
    assert [int(row[name].value) for name in ("actions", "flagships", "open_ended", "headings")] == [6, 0, 0, 1]


def test_the_check_of_modalities_finds_nothing_here() -> None:
    for name in ("modality-against-dates", "deadline-inside-period"):
        answer = store().query((folder("queries") / "checks" / f"{name}.rq").read_text("utf-8"))
        assert isinstance(answer, QuerySolutions) and list(answer) == []


def test_the_document_is_the_hand_made_one() -> None:
    assert all(DOCUMENT in row["action"] for row in asked("actions").values())
