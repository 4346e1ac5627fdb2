"""Actions whose targets name no day, or only an end: pages and charts neither invent one nor call them late."""

from __future__ import annotations

import datetime
from pathlib import Path

from pyoxigraph import Quad, QuerySolutions, Store

from kinds_of_action import records, text
from policygraph.graph import quads
from policygraph.rdf.iris import Names
from policygraph.web.viewmodels import actions as viewmodel
from policygraph.web.viewmodels.actions import ActionView
from policygraph.web.viewmodels.charts import heat_map
from policygraph.web.viewmodels.timeline import timeline


class Row(dict[str, object]):
    """A row of an answer, as the engine gives it."""

    def __missing__(self, name: str) -> None:
        return None

    def text(self, name: str) -> str:
        return getattr(self[name], "value", "") if self[name] is not None else ""


def views() -> dict[str, ActionView]:
    """The views of the hand-made document, by identifier, from the query that pages ask."""
    store = Store()
    store.extend(Quad(*quad.triple) for quad in quads(records(text()), Names()))
    folder = Path(viewmodel.__file__).parent / "queries"
    answer = store.query((folder / "actions.rq").read_text("utf-8"))
    assert isinstance(answer, QuerySolutions)
    names = [variable.value for variable in answer.variables]
    rows = [Row({name: row[name] for name in names if row[name] is not None}) for row in answer]
    return {action.identifier: action for action in viewmodel.actions_of(rows)}  # type: ignore[arg-type]


def test_every_action_is_shown_with_or_without_heading_and_date() -> None:
    assert sorted(views()) == ["A1-001", "A1-002", "B2.4-01", "B3-01", "B3-02", "M-01"]


def test_what_names_no_day_is_neither_due_nor_open_ended() -> None:
    for identifier in ("A1-002", "B3-01", "B3-02", "M-01"):
        action = views()[identifier]
        assert (action.due, action.start_due, action.last_day, action.open_ended) == ("", "", "", False)
    dated = {identifier for identifier, action in views().items() if action.due}
    assert dated == {"A1-001", "B2.4-01"} and not any(action.start_due for action in views().values())


def test_by_has_a_last_day_and_no_first() -> None:
    by = views()["A1-001"]
    assert (by.targets[0].earliest, by.due, by.open_ended) == ("", "2026-12-31", False)


def test_the_words_of_several_targets_are_not_mixed() -> None:
    several = views()["B2.4-01"]
    assert several.due == "2027-06-30" and [target.due for target in several.targets] == [
        "2027-06-30",
        "2028-12-31",
    ]
    assert [target.wording("en").value for target in several.targets] == ["by Q2 2027", "by 2028"]


def test_charts_leave_out_what_names_no_period() -> None:
    every = list(views().values())
    headings = sorted({action.heading for action in every})
    heat = heat_map(every, headings)
    assert heat.periods == ("2026", "2027-Q2", "2028")
    assert (heat.total, heat.undated, heat.totals) == (3, 3, (1, 1, 2))
    line = timeline(every, lambda action: (action.heading,), datetime.date(2026, 11, 26))
    assert line.undated == heat.undated
    marked = {mark.action.identifier for of in line.groups for mark in of.marks}
    assert marked == {"A1-001", "B2.4-01", "B3-01"}
