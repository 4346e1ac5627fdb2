"""Answers held against a reading of the source by hand, counted here in plain Python.

``reading-annex-1.csv``, ``reading-annex-3.csv`` and ``reading-headings.csv`` were written from the text
before any converter ran; nothing below asks the graph how to count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest
from pyoxigraph import Store

from policygraph.queries import ask

from .conftest import AS_OF, reading

ACTIONS = reading("annex-3")
DIALOGUES = reading("annex-1")
HEADINGS = {row["heading"]: row for row in reading("headings")}
WORDS = {key: row["words"] for key, row in HEADINGS.items()}
ADOPTED = "2025-10-08"
Rows = list[tuple[str | None, ...]]


def answer(store: Store, name: str, *columns: str, **values: object) -> Rows:
    """The chosen columns of an answer as text."""
    return [tuple(row[column] for column in columns) for row in ask(name, store, **values).dicts()]


def first_day(period: str) -> str:
    return f"{period[:4]}-{int(period[-1]) * 3 - 2:02}-01" if "Q" in period else f"{period}-01-01"


def last_day(period: str) -> str:
    last = {"1": "03-31", "2": "06-30", "3": "09-30", "4": "12-31"}
    return f"{period[:4]}-{last[period[-1]] if 'Q' in period else '12-31'}"


def ordinal(period: str) -> int:
    return int(period[:4]) * 4 + int(period[-1]) - 1


def within(row: dict[str, str]) -> bool:
    return row["modality"] == "within"


def of_heading(heading: str) -> list[dict[str, str]]:
    return [row for row in ACTIONS if row["heading"] == heading]


def flagships(rows: list[dict[str, str]]) -> int:
    return sum(row["kind"] == "flagship" for row in rows)


def held_on(heading: str) -> list[dict[str, str]]:
    """The dialogues of the sectors that the heading is about, each once."""
    labels = set(filter(None, HEADINGS[heading]["labels_of_annex_1"].split(";")))
    return [row for row in DIALOGUES if labels & set(row["sectors"].split(";"))]


def attended(rows: list[dict[str, str]]) -> int:
    return sum(int(row["attendees"]) for row in rows)


def numbers(rows: list[dict[str, str]]) -> Rows:
    return [(row["number"],) for row in rows]


def test_the_reading_itself_adds_up() -> None:
    assert len(ACTIONS) == 70 and flagships(ACTIONS) == 38
    assert len(DIALOGUES) == 19 and len(HEADINGS) == 16
    assert [int(row["number"]) for row in ACTIONS] == list(range(1, 71))


def test_actions(store: Store) -> None:
    columns = ("number", "heading", "kind", "period", "modality", "earliest", "completion_due_by", "start_due_by")
    expected = [
        (
            row["number"],
            WORDS[row["heading"]],
            row["kind"],
            row["period"],
            row["modality"],
            first_day(row["period"]),
        )
        + ((last_day(row["period"]), None) if within(row) else (None, last_day(row["period"])))
        for row in ACTIONS
    ]
    assert answer(store, "actions", *columns) == expected
    texts = [text or "" for (text,) in answer(store, "actions", "description")]
    assert all(text.startswith(row["begins"]) for text, row in zip(texts, ACTIONS, strict=True))


def test_wording_says_the_period_in_the_words_of_the_table(store: Store) -> None:
    quarters = {"1": "eerste", "2": "tweede", "3": "derde", "4": "vierde"}
    for (said,), row in zip(answer(store, "actions", "wording"), ACTIONS, strict=True):
        words = (
            f"{quarters[row['period'][-1]]} kwartaal {row['period'][:4]}"
            if "Q" in row["period"]
            else row["period"]
        )
        words = words if within(row) else f"Vanaf {words}"
        assert said == words[0].upper() + words[1:]


def test_totals(store: Store) -> None:
    [row] = ask("totals", store).dicts()
    assert row == {
        "actions": "70",
        "flagships": "38",
        "open_ended": "15",
        "dialogues": "19",
        "approximate_attendees": str(attended(DIALOGUES)),
        "initiatives": "6",
        "headings": "16",
    }


def test_actions_by_heading(store: Store) -> None:
    expected = []
    for heading, words in WORDS.items():
        rows = of_heading(heading)
        expected.append((words, str(len(rows)), str(flagships(rows)), str(len(rows) - flagships(rows))))
    assert answer(store, "actions-by-heading", "heading", "actions", "flagships", "others") == expected


@pytest.mark.parametrize("day", [AS_OF, "2025-09-30", "2025-10-01", "2027-01-01"])
def test_actions_due_before_a_day(store: Store, day: str) -> None:
    due = [row for row in ACTIONS if within(row) and last_day(row["period"]) < day]
    due.sort(key=lambda row: (last_day(row["period"]), int(row["number"])))
    assert answer(store, "actions-due-before", "number", as_of=day) == numbers(due)


@pytest.mark.parametrize("day", [AS_OF, "2025-12-31", "2026-01-01"])
def test_actions_that_should_have_started(store: Store, day: str) -> None:
    starting = [row for row in ACTIONS if not within(row) and last_day(row["period"]) < day]
    starting.sort(key=lambda row: (last_day(row["period"]), int(row["number"])))
    assert answer(store, "actions-that-should-have-started", "number", as_of=day) == numbers(starting)


def test_actions_due_before_adoption(store: Store) -> None:
    due = [row for row in ACTIONS if within(row) and last_day(row["period"]) < ADOPTED]
    assert answer(store, "actions-due-before-adoption", "number", "adopted") == [(due[0]["number"], ADOPTED)]
    assert len(due) == 1


@pytest.mark.parametrize(
    "period, named",
    [("2026-Q4", ("2026-Q4", "2026")), ("2025-Q3", ("2025-Q3",)), ("2028", ()), ("2027-Q1", ("2027-Q1",))],
)
def test_actions_due_in_a_quarter(store: Store, period: str, named: tuple[str, ...]) -> None:
    due = [row for row in ACTIONS if within(row) and row["period"] in named]
    assert answer(store, "actions-due-in-period", "number", period=period) == numbers(due)


def test_actions_due_in_a_year(store: Store) -> None:
    due = [row for row in ACTIONS if within(row) and row["period"].startswith("2026")]
    assert answer(store, "actions-due-in-period", "number", period="2026") == numbers(due)


@pytest.mark.parametrize(
    "day, due", [(AS_OF, "2026-12-31"), ("2026-12-31", "2026-12-31"), ("2027-04-01", "2027-06-30")]
)
def test_actions_due_next(store: Store, day: str, due: str) -> None:
    expected = [row for row in ACTIONS if within(row) and last_day(row["period"]) == due]
    assert answer(store, "actions-due-next", "number", as_of=day) == numbers(expected)


def test_actions_active_between_two_days(store: Store) -> None:
    active = [
        row
        for row in ACTIONS
        if first_day(row["period"]) <= "2026-03-31"
        and (not within(row) or last_day(row["period"]) >= "2026-01-01")
    ]
    given = {"from": date(2026, 1, 1), "to": date(2026, 3, 31)}
    assert answer(store, "actions-active-in", "number", **given) == numbers(active)


def test_actions_with_words_in_their_text(store: Store, seed_text: str) -> None:
    expected = [("7",), ("28",)]
    assert seed_text.count("fabrieken") == 2
    for text in ("fabrieken", "FABRIEKEN"):
        assert answer(store, "actions-mentioning", "number", text=text) == expected
    assert answer(store, "actions-mentioning", "number", text=".*") == []
    assert len(answer(store, "actions-mentioning", "number", text="")) == 70


def test_load_by_period(store: Store) -> None:
    by_period = defaultdict(list)
    for row in ACTIONS:
        by_period[row["period"]].append(row)
    expected = [
        (period, str(len(rows)), str(sum(not within(row) for row in rows)), str(flagships(rows)))
        for period, rows in sorted(by_period.items())
    ]
    assert answer(store, "load-by-period", "period", "actions", "open_ended", "flagships") == expected


def quarter_of(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def test_what_is_due_is_counted_alike_in_every_query(store: Store) -> None:
    """Due is the last day that a target names, so that a year is due in its last quarter."""
    due = Counter(quarter_of(last_day(row["period"])) for row in ACTIONS if within(row))
    starts = Counter(quarter_of(last_day(row["period"])) for row in ACTIONS if not within(row))
    leading = Counter(quarter_of(last_day(row["period"])) for row in ACTIONS if within(row) and flagships([row]))
    expected = [
        (quarter, *map(str, (due[quarter], leading[quarter], starts[quarter])))
        for quarter in sorted({*due, *starts})
    ]
    columns = ("quarter", "due", "flagships_due", "start_due")
    assert answer(store, "due-by-quarter", *columns) == expected
    for period, count in answer(store, "load-by-period", "period", "due"):
        in_it = sum(number for quarter, number in due.items() if quarter.startswith(str(period)))
        assert int(str(count)) == in_it == len(answer(store, "actions-due-in-period", "action", period=period))
    assert due["2026-Q4"] == 21 == len(answer(store, "actions-due-next", "action", as_of=AS_OF))


def test_load_by_sector_and_quarter(store: Store) -> None:
    cells = Counter((row["heading"], row["period"]) for row in ACTIONS)
    expected = [(WORDS[heading], period, str(count)) for (heading, period), count in sorted(cells.items())]
    assert answer(store, "load-by-sector-and-quarter", "heading", "period", "actions") == expected


def test_dialogues(store: Store) -> None:
    columns = ("number", "date", "kind", "sectors", "access", "audience", "reported")
    expected = [
        (
            row["number"],
            row["date"],
            row["kind"],
            "; ".join(sorted(row["sectors"].split(";"))),
            row["access"] or None,
            "; ".join(sorted(row["audience"].split(";"))) or None,
            row["attendees"],
        )
        for row in DIALOGUES
    ]
    assert answer(store, "dialogues", *columns) == expected


def test_dialogues_by_heading(store: Store) -> None:
    expected = [(words, str(len(held_on(heading)))) for heading, words in WORDS.items()]
    assert answer(store, "dialogues-by-heading", "heading", "dialogues") == expected


def test_dialogues_by_access(store: Store) -> None:
    expected = {
        access or None: [row for row in DIALOGUES if row["access"] == access]
        for access in {row["access"] for row in DIALOGUES}
    }
    found = answer(store, "dialogues-by-access", "access", "dialogues", "approximate_attendees")
    assert sorted(found, key=str) == sorted(
        ((access, str(len(rows)), str(attended(rows))) for access, rows in expected.items()), key=str
    )


def test_dialogues_by_audience(store: Store) -> None:
    expected = Counter(name or None for row in DIALOGUES for name in row["audience"].split(";"))
    found = answer(store, "dialogues-by-audience", "audience", "dialogues")
    assert dict(found) == {name: str(count) for name, count in expected.items()}


def test_dialogues_across_sectors(store: Store) -> None:
    expected = [(row["number"],) for row in DIALOGUES if ";" in row["sectors"]]
    assert answer(store, "dialogues-across-sectors", "number") == expected == [("18",), ("19",)]


def test_headings_without_dialogue(store: Store) -> None:
    expected = [(words,) for heading, words in WORDS.items() if not held_on(heading)]
    assert answer(store, "headings-without-dialogue", "heading") == expected
    assert len(expected) == 5


def test_actions_against_dialogues(store: Store) -> None:
    columns = ("heading", "actions", "flagships", "dialogues", "approximate_attendees")
    expected = []
    for heading, words in WORDS.items():
        rows, held = of_heading(heading), held_on(heading)
        expected.append((words, *map(str, (len(rows), flagships(rows), len(held), attended(held)))))
    assert answer(store, "actions-against-dialogues", *columns) == expected


@pytest.mark.parametrize("ratio", [1, 2, 4, 5])
def test_sectors_with_few_dialogues(store: Store, ratio: int) -> None:
    expected = {
        words
        for heading, words in WORDS.items()
        if held_on(heading) and len(of_heading(heading)) >= ratio * len(held_on(heading))
    }
    found = answer(store, "sectors-with-few-dialogues", "heading", ratio=ratio)
    assert {words for (words,) in found} == expected and len(found) == len(expected)


def test_dialogues_by_sector(store: Store) -> None:
    found = answer(
        store, "dialogues-by-sector", "sector_iri", "dialogues", "approximate_attendees", "first", "last"
    )
    expected = []
    for heading, row in HEADINGS.items():
        held = held_on(heading)
        if held:
            days = sorted(one["date"] for one in held)
            iri = f"https://w3id.org/policygraph/id/sector/{row['sector']}"
            expected.append((iri, str(len(held)), str(attended(held)), days[0], days[-1]))
    assert found == sorted(expected)


def test_flagships_sharing_a_quarter(store: Store) -> None:
    shared = defaultdict(list)
    for row in ACTIONS:
        if row["kind"] == "flagship" and "Q" in row["period"]:
            shared[row["heading"], row["period"]].append(f"A3-{int(row['number']):03}")
    expected = [
        (WORDS[heading], period, str(len(which)), "; ".join(which))
        for (heading, period), which in sorted(shared.items())
        if len(which) > 1
    ]
    assert answer(store, "flagships-sharing-quarter", "heading", "period", "flagships", "identifiers") == expected


def test_actions_starting_before_a_dialogue(store: Store) -> None:
    expected = [
        (row["number"], dialogue["number"], dialogue["date"])
        for row in ACTIONS
        for dialogue in held_on(row["heading"])
        if first_day(row["period"]) < dialogue["date"]
    ]
    found = ask("actions-starting-before-dialogue", store).dicts()
    assert [
        (row["number"], str(int(str(row["dialogue"])[-2:])), row["dialogue_date"]) for row in found
    ] == expected


def test_no_dialogue_came_after_the_plan(store: Store) -> None:
    assert not [row for row in DIALOGUES if row["date"] > ADOPTED]
    assert answer(store, "dialogues-after-adoption", "number") == []


@pytest.mark.parametrize("centre, quarters", [("30", 1), ("44", 0), ("44", 2)])
def test_neighbours_in_time(store: Store, centre: str, quarters: int) -> None:
    [middle] = [row for row in ACTIONS if row["number"] == centre]
    expected = {
        (row["number"], str(ordinal(row["period"]) - ordinal(middle["period"])))
        for row in ACTIONS
        if "Q" in row["period"]
        and row["heading"] != middle["heading"]
        and abs(ordinal(row["period"]) - ordinal(middle["period"])) <= quarters
    }
    thing = f"id:action/COM-2025-723/A3-{int(centre):03}"
    found = answer(store, "neighbours-in-time", "number", "quarters", centre=thing, within=quarters)
    assert set(found) == expected and len(found) == len(expected)


def test_open_ended_actions(store: Store) -> None:
    expected = [row for row in ACTIONS if not within(row)]
    expected.sort(key=lambda row: (last_day(row["period"]), int(row["number"])))
    assert answer(store, "open-ended-actions", "number") == numbers(expected)


def test_quarters_from_dialogue_to_target(store: Store) -> None:
    expected = []
    for heading, words in WORDS.items():
        held = sorted(row["date"] for row in held_on(heading))
        if held:
            begun = int(held[0][:4]) * 4 + (int(held[0][5:7]) - 1) // 3
            target = min((row["period"] for row in of_heading(heading) if "Q" in row["period"]), key=ordinal)
            expected.append((words, held[0], target, str(ordinal(target) - begun)))
    columns = ("heading", "first_dialogue", "first_target", "quarters")
    assert answer(store, "quarters-from-dialogue-to-target", *columns) == expected


def test_periods_across_headings(store: Store) -> None:
    reach = defaultdict(set)
    for row in ACTIONS:
        reach[row["period"]].add(row["heading"])
    found = answer(store, "periods-across-headings", "period", "headings", "actions")
    counts = Counter(row["period"] for row in ACTIONS)
    assert set(found) == {(period, str(len(reach[period])), str(counts[period])) for period in reach}


def test_targets_by_heading(store: Store) -> None:
    expected = []
    for heading, words in WORDS.items():
        rows = of_heading(heading)
        ends = [last_day(row["period"]) for row in rows if within(row)]
        open_ended = str(sum(not within(row) for row in rows))
        expected.append((words, min(first_day(row["period"]) for row in rows), max(ends), open_ended))
    columns = ("heading", "first_start", "last_completion_due_by", "open_ended")
    assert answer(store, "targets-by-heading", *columns) == expected


@pytest.mark.parametrize("heading", ["01", "04", "16"])
def test_behind_a_sector_and_under_a_heading(store: Store, heading: str) -> None:
    under = answer(store, "actions-of-heading", "number", heading=f"id:heading/COM-2025-723/{heading}")
    assert under == numbers(of_heading(heading))
    sector = HEADINGS[heading]["sector"]
    if sector:
        found = answer(store, "behind-sector", "what", "number", sector=f"id:sector/{sector}")
        assert {number for what, number in found if what == "action"} == {number for (number,) in under}
        assert {number for what, number in found if what == "dialogue"} == {
            row["number"] for row in held_on(heading)
        }


def test_actions_cut_by_a_page_break(store: Store) -> None:
    """Six actions are cut: the ones after which a page of the text ends, read by hand."""
    found = answer(store, "actions-across-pages", "number", "first_page", "last_page", "spans")
    assert [number for number, *_ in found] == ["3", "21", "27", "35", "41", "58"]
    assert all(int(str(last)) == int(str(first)) + 1 and spans == "2" for _, first, last, spans in found)
    assert found[-1][1:3] == ("10", "11")


def test_source_of_an_action_is_in_the_file(store: Store, seed_text: str) -> None:
    rows = ask("source-of", store, action="id:action/COM-2025-723/A3-058").dicts()
    spans = "".join(seed_text[int(str(row["start"])) : int(str(row["end"]))] for row in rows)
    assert "".join(spans.split()) == "".join(str(rows[0]["quote"]).split())
    assert [row["page"] for row in rows] == ["10", "11"]
