"""Pages say what the canned queries say, and downloads hold exactly what a page shows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest

import policygraph
from policygraph.queries import open_release
from policygraph.rdf.iris import BASE
from policygraph.web.delivery.problems import HTTPProblem
from policygraph.web.pages.views import changes
from policygraph.web.pages.views.actions import action_file, action_list, action_timeline
from policygraph.web.pages.views.changes import change_list, counting
from policygraph.web.pages.views.home import home
from policygraph.web.pages.views.overviews import periods
from policygraph.web.pages.views.sectors import compare, sector_page, sectors
from policygraph.web.pages.views.strategies import strategy_list, strategy_page
from policygraph.web.viewmodels.timeliness import WORDS
from visiting import TODAY, Asked, html, made, moved, visiting

DAY = TODAY.isoformat()


@pytest.fixture(scope="module")
def store(release: Path) -> ox.Store:
    return open_release(release)[0]


def ask(store: ox.Store, name: str, **parameters: object) -> list[dict[str, str | None]]:
    return policygraph.ask(name, store, **parameters).dicts()


STRATEGY = "COM-2025-723"


def test_home_says_what_the_queries_say(store: ox.Store) -> None:
    page = made(home, visiting(store)).values
    for word in WORDS:
        asked = {row["action"] for row in ask(store, f"actions-{word}", as_of=DAY)}
        assert {one.iri for one in page["passed"][word]} == asked, word
        assert bool(asked) == (word != "late"), "the report that says so was recorded two days later"
    for period in ("2026-Q4", "2027-Q1"):
        asked = {row["action"] for row in ask(store, "actions-due-in-period", period=period)}
        assert {one.iri for one in page["due"][period]} == asked and asked, period


def test_every_door_has_the_same_numbers(store: ox.Store) -> None:
    """Queries, home, tracker and its files, strategy, sectors, and the page that tells how things are counted."""
    visit = visiting(store)
    counted = {word: len({row["action"] for row in ask(store, f"actions-{word}", as_of=DAY)}) for word in WORDS}
    due = {row["quarter"]: int(row["due"] or 0) for row in ask(store, "due-by-quarter")}
    told = made(counting, visit).values
    assert told["counts"] == counted and told["due"] == due["2026-Q4"] == 21
    for name, numbers in (("timeliness", counted), ("due", due)):
        for value, number in numbers.items():
            if number:
                address = f"/actions?{name}={value}"
                page = made(action_list, moved(visit, address)).values
                assert len(page["actions"]) == number, address
                assert {one.value: one.count for one in page["facets"][name]}[value] == number
                rows = json.loads(made(action_file, moved(visit, address), "json"))["actions"]
                assert len({row["action"] for row in rows}) == number
    [(_, line)] = made(strategy_list, visit).values["lines"]
    assert [line.states[word] for word in WORDS] == [*counted.values()] and sum(line.states.values()) == line.total
    assert made(strategy_page, visit, STRATEGY).values["briefing"].progress == line
    overview = {one["concept"].key: one for one in made(sectors, visit).values["sectors"]}
    for key, sector in overview.items():
        briefing = made(sector_page, visit, key).values["briefing"]
        page = made(action_list, moved(visit, f"/actions?sector={key}")).values
        assert len(briefing.actions) == len(page["actions"]) == sector["actions"] == briefing.progress.total
        assert sum(map(len, briefing.states.values())) == briefing.progress.total
        assert len(briefing.dialogues) == sector["dialogues"]


def test_sectors_side_by_side_say_what_their_briefings_say(store: ox.Store) -> None:
    visit = visiting(store, "/compare?sector=HEALTH&sector=ENERGY")
    both = made(compare, visit).values["briefings"]
    for sector, briefing in both:
        assert made(sector_page, visit, sector.key).values["briefing"] == briefing
    assert [sector.key for sector, _ in both] == ["HEALTH", "ENERGY"]
    every = made(compare, moved(visit, "/compare")).values["briefings"]
    assert len(every) > 10 and all(pair in every for pair in both)


def test_changes_come_in_pages_that_hold_them_all(store: ox.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visiting(store, "/changes?since=2020-01-01")
    first = html(change_list, visit)
    monkeypatch.setattr(changes, "SHOWN", 1_000)
    whole = made(change_list, visit).values["part"]
    assert whole.last == 1 and whole.total == len(whole.entries) > 25
    assert "page=2" in first and "page=3" not in first
    monkeypatch.setattr(changes, "SHOWN", 4)
    parts = [
        made(change_list, moved(visit, f"/changes?since=2020-01-01&page={number}")).values["part"]
        for number in range(1, -(-whole.total // 4) + 1)
    ]
    assert sum((part.entries for part in parts), ()) == whole.entries
    assert {part.last for part in parts} == {len(parts)} and all(part.total == whole.total for part in parts)
    with pytest.raises(HTTPProblem, match="no number of a page"):
        made(change_list, moved(visit, "/changes?page=none"))


def test_the_heat_map_says_what_its_query_says(store: ox.Store) -> None:
    heat = made(strategy_page, visiting(store), STRATEGY).values["heat"]
    shown = {
        (row.heading, cell.period, cell.actions, cell.open_ended)
        for row in heat.rows
        for cell in row.cells
        if cell.actions
    }
    asked = ask(store, "load-by-sector-and-quarter")
    assert shown == {
        (row["heading_iri"], row["period"], int(row["actions"] or 0), int(row["open_ended"] or 0)) for row in asked
    }
    assert heat.total == sum(heat.totals) == 70
    assert {cell.shade for row in heat.rows for cell in row.cells} <= set(range(7))
    assert max(cell.shade for row in heat.rows for cell in row.cells) == 6


def test_the_bars_say_what_their_query_says(store: ox.Store) -> None:
    bars = made(strategy_page, visiting(store), STRATEGY).values["bars"]
    shown = [(one.heading, one.actions, one.flagships, one.dialogues, one.attendees) for one in bars]
    names = ("actions", "flagships", "dialogues", "approximate_attendees")
    asked = ask(store, "actions-against-dialogues")
    assert shown == [(row["heading_iri"], *(int(row[name] or 0) for name in names)) for row in asked]


@pytest.mark.parametrize("group", ["strategy", "sector", "heading", "body"])
def test_the_timeline_draws_every_target_and_open_ones_open(store: ox.Store, group: str) -> None:
    line = made(action_timeline, visiting(store, f"/timeline?group={group}")).values["line"]
    marks = {mark.target.iri: mark for of in line.groups for mark in of.marks}
    assert len(marks) + line.undated + line.outside == 70 and line.outside == 0
    assert sum(mark.target.open_ended for mark in marks.values()) == 15
    assert all(mark.left >= 0 and mark.width > 0 and mark.left + mark.width <= 100.01 for mark in marks.values())
    assert all(mark.left + mark.width == 100 for mark in marks.values() if mark.target.open_ended)
    assert 0 <= line.today <= 100


def test_a_shorter_timeline_says_what_it_leaves_out(store: ox.Store) -> None:
    whole, year = (
        made(action_timeline, visiting(store, f"/timeline?zoom={zoom}")).values["line"] for zoom in ("all", "1")
    )
    assert [tick.period for tick in year.ticks] == ["2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2"]
    assert year.marks + year.outside == whole.marks and year.outside > 0 and 25 < year.today < 50


def test_periods_say_what_their_query_says(store: ox.Store) -> None:
    shown = {
        tuple(period[name] for name in ("notation", "actions", "open_ended", "flagships"))
        for period in made(periods, visiting(store)).values["periods"]
        if period["actions"]
    }
    names = ("actions", "open_ended", "flagships")
    asked = ask(store, "load-by-period")
    assert shown == {(row["period"], *(int(row[name] or 0) for name in names)) for row in asked}


def test_sectors_and_themes_hold_every_action_once(store: ox.Store) -> None:
    context = made(sectors, visiting(store)).values
    themes = sum(context["counts"][one.iri] for one in context["themes"])
    assert len(context["sectors"]) == 11 and len(context["themes"]) == 5
    assert sum(sector["actions"] for sector in context["sectors"]) + themes == 70


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 70),
        ("kind=flagship", 38),
        ("kind=flagship&kind=other", 70),
        ("modality=from", 15),
        ("heading=COM-2025-723/01", 12),
        ("sector=HEALTH", 12),
        ("heading=COM-2025-723/01&kind=flagship", 4),
        ("period=2026-Q4&period=2026", 22),
        ("due_before=2026-11-24", 22),
        ("due_before=2026-11-24&report=none", 19),
        ("start_before=2026-11-24", 14),
        ("strategy=COM-2025-723", 70),
        ("strategy=COM-2019-640", 0),
        ("due=2026-Q4", 21),
        ("timeliness=due-without-report&due_before=2026-11-24", 19),
        ("status=none&report=some", 0),
        ("due_from=2026-11-24&due_before=2027-01-01", 21),
        ("q=ROBOTICA", 5),
        ("q=zzz", 0),
        ("heading=nonsense", 0),
        ("kind=<script>", 0),
    ],
)
def test_facets_narrow(store: ox.Store, query: str, found: int) -> None:
    visit = visiting(store, f"/actions?{query}")
    page = made(action_list, visit).values
    assert len(page["actions"]) == found
    for name, facets in page["facets"].items():
        for facet in facets:
            narrowed = f"/actions?{query}&{name}={facet.value}"
            if not facet.chosen and not page["selection"].chosen[name]:
                assert len(made(action_list, moved(visit, narrowed)).values["actions"]) == facet.count


def test_an_open_ended_action_is_never_due(store: ox.Store) -> None:
    page = made(action_list, visiting(store, "/actions?due_before=2099-01-01")).values
    assert len(page["actions"]) == 55 and not any(one.open_ended for one in page["actions"])


@pytest.mark.parametrize("sort", ["number", "heading", "kind", "due", "description"])
def test_orders_turn_round(store: ox.Store, sort: str) -> None:
    up = made(action_list, visiting(store, f"/actions?sort={sort}")).values["actions"]
    down = made(action_list, visiting(store, f"/actions?sort={sort}&order=desc")).values["actions"]
    assert [one.iri for one in up] == [one.iri for one in reversed(down)]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("due_before=tomorrow", "due_before"),
        ("sort=colour", "number, heading"),
        ("page=0", "page"),
        ("page=x", "page"),
    ],
)
def test_values_that_cannot_be_are_refused_in_words(store: ox.Store, query: str, words: str) -> None:
    with pytest.raises(HTTPProblem) as refused:
        made(action_list, visiting(store, f"/actions?{query}"))
    assert refused.value.status == 400 and words in refused.value.sentence


SELECTED = "/actions?heading=COM-2025-723/01&sort=due&order=desc"


def test_downloads_hold_what_the_page_shows(store: ox.Store) -> None:
    shown = made(action_list, visiting(store, SELECTED, "nl")).values["actions"]
    iris = [one.iri for one in shown]
    files = {
        name: made(action_file, visiting(store, SELECTED, "nl"), name) for name in ("csv", "json", "xlsx", "ttl")
    }
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert [row["action"] for row in rows] == iris
    assert [row["action"] for row in json.loads(files["json"])["actions"]] == iris
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == iris
    turtle = list(ox.parse(files["ttl"], format=ox.RdfFormat.TURTLE))
    action = ox.NamedNode(f"{BASE}def#PolicyAction")
    assert {quad.subject.value for quad in turtle if quad.object == action} == set(iris)
    assert {row["kind"] for row in rows} == {"Vlaggenschipinitiatief", "Andere relevante actie"}
    assert rows[0]["completion_due_by"] == shown[0].due


def test_nothing_shown_is_nothing_taken(store: ox.Store) -> None:
    files = {name: made(action_file, visiting(store, "/actions?q=zzz"), name) for name in ("csv", "json", "ttl")}
    assert files["csv"].count(b"\n") == 1
    assert json.loads(files["json"])["actions"] == []
    assert list(ox.parse(files["ttl"], format=ox.RdfFormat.TURTLE)) == []


def test_a_long_list_comes_in_parts_and_its_download_whole(store: ox.Store) -> None:
    many = ox.Store()
    many.extend(store)
    graph, copies = ox.NamedNode(f"{BASE}graph/actions"), range(200)
    first = ox.NamedNode(f"{BASE}id/action/COM-2025-723/A3-001")
    said = list(store.quads_for_pattern(first, None, None, graph))
    for copy in copies:
        other = ox.NamedNode(f"{BASE}id/action/COM-2025-999/A3-{copy:03}")
        many.extend(ox.Quad(other, quad.predicate, quad.object, graph) for quad in said)
    page = made(action_list, visiting(many, "/actions?page=2")).values
    assert (page["part"].number, page["part"].last, len(page["part"].entries)) == (2, 2, 70)
    rows = json.loads(made(action_file, visiting(many, "/actions?page=2"), "json"))["actions"]
    assert len(rows) == 270
    assert 'rel="prev"' in html(action_list, visiting(many, "/actions?page=2"))


def test_no_report_is_not_not_done(store: ox.Store) -> None:
    shown = html(home, visiting(store))
    assert "not the same as “not done”" in shown
    for words in ("overdue", "too late", "failed"):
        assert words not in shown.casefold()


@pytest.mark.parametrize("maker", [home, action_list, strategy_list, sectors, counting])
def test_what_was_asked_once_is_kept_for_every_page(store: ox.Store, maker: Any) -> None:
    visit = visiting(store)
    assert isinstance(visit.view, Asked)
    made(home, visit)
    asked = visit.view.calls
    assert asked <= 9
    made(maker, visit)
    assert visit.view.calls - asked <= (1 if maker is counting else 0)
