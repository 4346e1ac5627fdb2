"""Every wording of a target date, and the days that it means: ``deadlines/<language>.csv``, a wording a row.

The column ``text`` names the document of somebody else that words a date so; the others were written for the test.
"""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from policygraph.errors import SourceError
from policygraph.sources import periods
from policygraph.sources.deadlines import (
    day,
    find_deadlines,
    parse_deadline,
    parse_deadlines,
    parse_period,
    planned,
)
from policygraph.sources.language import FOLDER, language, read_language

DUTCH, ENGLISH = language("nl"), language("en")
QUARTERS = ["Eerste", "Tweede", "Derde", "Vierde"]
TABLES = sorted(Path(__file__).with_name("deadlines").glob("*.csv"))


def wordings() -> list[tuple[str, dict[str, str]]]:
    return [(path.stem, row) for path in TABLES for row in csv.DictReader(path.read_text("utf-8").splitlines())]


@pytest.mark.parametrize(
    ("code", "row"), wordings(), ids=lambda value: value if isinstance(value, str) else value["words"]
)
def test_each_wording_of_the_tables(code: str, row: dict[str, str]) -> None:
    reading = parse_deadline(row["words"], language(code))
    assert reading is not None
    period = reading.period.code if reading.period else ""
    assert (reading.modality, period, reading.vagueness or "", reading.edtf or "") == (
        row["modality"], row["period"], row["vagueness"], row["edtf"]
    )  # fmt: skip


def test_the_tables_have_every_language_and_a_fifth_is_from_documents_of_others() -> None:
    rows = wordings()
    assert {code for code, _ in rows} == {path.stem for path in FOLDER.glob("*.toml")}
    assert len({code for code, _ in rows}) == 24
    from_documents = sum(1 for _, row in rows if row["text"])
    assert (len(rows), from_documents) == (255, 53)


def test_every_edtf_form_and_its_days_are_those_of_a_parser_that_is_not_ours() -> None:
    """The days of seasons apart, which we keep wider, and those of open intervals, which have one end."""
    compared = set()
    for code, row in wordings():
        reading = parse_deadline(row["words"], language(code))
        if not row["edtf"] or row["edtf"] in compared:
            continue
        compared.add(row["edtf"])
        parsed = parse_edtf(row["edtf"])
        assert str(parsed) == row["edtf"]
        assert reading and reading.period
        if ".." not in row["edtf"] and reading.period.kind != "season":
            assert tuple(parsed.lower_strict())[:3] == reading.period.first_day.timetuple()[:3]
            assert tuple(parsed.upper_strict())[:3] == reading.period.last_day.timetuple()[:3]
    assert len(compared) > 50


@given(year=st.integers(1950, 2099), quarter=st.integers(1, 4), start=st.booleans(), of=st.booleans())
def test_every_quarter_of_every_year(year: int, quarter: int, start: bool, of: bool) -> None:
    words = f"{QUARTERS[quarter - 1]} kwartaal {'van ' if of else ''}{year}"
    reading = parse_deadline(f"Vanaf {words.lower()}" if start else words, DUTCH)
    assert reading is not None
    assert (reading.period, reading.modality) == (periods.quarter(year, quarter), "from" if start else "within")


@pytest.mark.parametrize(
    "words",
    [
        "Vijfde kwartaal 2026",
        "Vierde kwartaal 20266",
        "Vierde kwartaal 1926",
        "Vierde kwartaal",
        "20266",
        "206",
        "13 2026",
        "31 juni 2026",
        "derde helft van 2026",
        "Vanaf",
        "na 2026",
        "2027-2025",
        "2026-2026",
        "zomer 2026 – 2027",
        "2011-12",
        "Vierde kwartaal 2026 2027",
        "binnen twee jaar na 2026",
        "",
    ],
)
def test_what_is_no_target_date(words: str) -> None:
    assert parse_deadline(words, DUTCH) is None


def test_a_span_never_becomes_one_of_its_years_nor_a_half_its_year() -> None:
    for path in FOLDER.glob("*.toml"):
        span = parse_period("2025-2027", language(path.stem))
        assert span and (span.first_day.year, span.last_day.year) == (2025, 2027)
        assert (half := parse_period("H2 2026", language(path.stem))) is None or half.code == "2026-H2"


def test_by_has_no_earliest_day_and_from_no_last() -> None:
    by, start = parse_deadline("by 2026", ENGLISH), parse_deadline("from 2026", ENGLISH)
    assert by and start
    assert (by.earliest, by.completion_due_by, by.start_due_by) == (None, datetime.date(2026, 12, 31), None)
    assert (start.earliest, start.completion_due_by, start.start_due_by) == (
        datetime.date(2026, 1, 1), None, datetime.date(2026, 12, 31)
    )  # fmt: skip


def test_about_a_period_gives_no_day_at_all() -> None:
    for words in ("around 2026", "from about 2026", "by about 2026"):
        reading = parse_deadline(words, ENGLISH)
        assert reading and reading.vagueness == "about"
        assert (reading.earliest, reading.completion_due_by, reading.start_due_by, reading.edtf) == (None,) * 4


def test_a_relative_date_keeps_event_and_duration_and_becomes_no_date() -> None:
    reading = parse_deadline("within two years of entry into force", ENGLISH)
    assert reading and (reading.event, reading.duration, reading.period) == ("entry into force", "P2Y", None)
    assert (reading.earliest, reading.completion_due_by, reading.edtf) == (None, None, None)
    required = parse_deadline("As required by the FY2023 budget timeline", ENGLISH)
    assert required and (required.modality, required.event) == ("relative", "the FY2023 budget timeline")
    upon = parse_deadline("upon adoption of the act", ENGLISH)
    assert upon and (upon.event, upon.duration) == ("adoption of the act", None)


def test_a_season_ends_no_earlier_than_anybody_says() -> None:
    summer, winter = periods.season(2026, 2), periods.season(2026, 4)
    assert (summer.first_day, summer.last_day) == (datetime.date(2026, 6, 1), datetime.date(2026, 9, 22))
    assert (winter.first_day, winter.last_day) == (datetime.date(2026, 1, 1), datetime.date(2027, 3, 20))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Q1 2026; Q3 2027", [("2026-Q1", None), ("2027-Q3", None)]),
        ("Q1 2026 and Q3 2027", [("2026-Q1", None), ("2027-Q3", None)]),
        ("proposal: Q1 2026; adoption: 2027", [("2026-Q1", "proposal"), ("2027", "adoption")]),
        ("Q4 2025 (launch), 2027 (evaluation)", [("2025-Q4", "launch"), ("2027", "evaluation")]),
        ("December 31, 2021", [("2021-12-31", None)]),
        ("• proposal: Q1 2026 • adoption: 2027", [("2026-Q1", "proposal"), ("2027", "adoption")]),
        ("Q3 and Q4 2026", [("2026-Q3", None), ("2026-Q4", None)]),
        ("May & June 2026", [("2026-05", None), ("2026-06", None)]),
        ("2026 (Q3)", [("2026-Q3", None)]),
        ("2026 (end)", [("2026", None)]),
        ("2026, nobody knows", []),
        ("31 December and 2027", []),
        ("Ongoing (2026)", []),
        ("2026 (2)", []),
        ("Q3 2026 (Q4 2026)", []),
    ],
)
def test_several_dates_in_one_cell_each_with_what_it_is_for(
    words: str, expected: list[tuple[str, str | None]]
) -> None:
    placed = parse_deadlines(words, ENGLISH)
    actual = [
        (one.reading.period and one.reading.period.code, one.purpose and words[slice(*one.purpose)])
        for one in placed
    ]
    assert actual == expected


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("en", "Ongoing (2025-2027)", [("between", "2025--2027", None)]),
        ("de", "2025–2027 (laufend)", [("between", "2025--2027", None)]),
        ("fr", "en continu (2025-2027)", [("between", "2025--2027", None)]),
        ("en", "late 2026/early 2027", [("between", "2026--2027", "mid")]),
        ("nl", "eind 2026 – begin 2027", [("between", "2026--2027", "mid")]),
        ("de", "Ende 2026/Anfang 2027", [("between", "2026--2027", "mid")]),
        ("en", "late 2026/early 2028", []),
        ("en", "mid 2026/early 2027", []),
        ("en", "early 2026/late 2027", []),
        ("en", "2026 (tbc)", [("unspecified", None, None)]),
        ("en", "tbc (2026)", [("unspecified", None, None)]),
        ("en", "2026, tbc", [("unspecified", None, None)]),
        ("fr", "2026 (à confirmer)", [("unspecified", None, None)]),
        ("en", "2026; tbc", [("within", "2026", None), ("unspecified", None, None)]),
    ],
)
def test_two_times_beside_each_other_that_are_one(
    code: str, words: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    placed = parse_deadlines(words, language(code))
    readings = [date.reading for date in placed]
    assert [(r.modality, r.period and r.period.code, r.vagueness) for r in readings] == expected
    if len(placed) == 1:
        assert (placed[0].start, placed[0].end, placed[0].purpose) == (0, len(words), None)


def test_many_dashes_take_no_time() -> None:
    assert parse_deadline("late 2026/early 2027" * 14, ENGLISH) is None


def test_dates_in_a_sentence_stand_at_the_end_of_a_clause() -> None:
    text = "Develop a definition, by Q2 2022, as well as a scheme, by the end of 2023. It helps by 2030 targets."
    first, second = find_deadlines(text, ENGLISH)
    assert (
        text[first.start : first.end] == "by Q2 2022" and text[second.start : second.end] == "by the end of 2023"
    )
    assert second.purpose and text[slice(*second.purpose)] == "as well as a scheme"
    assert find_deadlines("trees planted between May 2020 and the current day", ENGLISH) == []
    assert [one.purpose for one in find_deadlines("Adopt it by 2026.", ENGLISH)] == [None]


def test_quarters_in_roman_numbers_are_ordinals() -> None:
    periods = [parse_period(f"{number}. Quartal 2026", language("de")) for number in ("I", "II", "III", "IV")]
    assert [period and period.code for period in periods] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]


@pytest.mark.parametrize(
    ("code", "words", "modality", "period"),
    [
        ("en", "end-2026", "within", "2026"),
        ("en", "by end-2026", "by", "2026"),
        ("en", "31.12.2026", "within", "2026-12-31"),
        ("en", "In the course of 2026", "within", "2026"),
        ("en", "throughout 2026-2028", "between", "2026--2028"),
        ("en", "last quarter of 2026", "within", "2026-Q4"),
        ("en", "2026+", "from", "2026"),
        ("en", "Start in Q1 2026", "from", "2026-Q1"),
        ("en", "Continuous as of 2026", "from", "2026"),
        ("en", "every two years", "ongoing", None),
        ("de", "im Laufe des Jahres 2026", "within", "2026"),
        ("de", "laufend ab 2026", "from", "2026"),
        ("nl", "in de loop van 2026", "within", "2026"),
        ("nl", "doorlopend vanaf 2026", "from", "2026"),
        ("fr", "courant 2026", "within", "2026"),
        ("fr", "au cours du premier semestre 2026", "within", "2026-H1"),
        ("it", "1º gennaio 2028", "within", "2028-01-01"),
        ("it", "4° trimestre del 2026", "within", "2026-Q4"),
        ("it", "31.12.2026", "within", "2026-12-31"),
        ("pl", "31 grudnia 2026 r.", "within", "2026-12-31"),
        ("pl", "IV kwartał 2026 roku", "within", "2026-Q4"),
        ("el", "4ο τρίμηνο του 2026", "within", "2026-Q4"),
        ("es", "Primer trimestre de 2026", "within", "2026-Q1"),
        ("es", "segundo semestre de 2026", "within", "2026-H2"),
        ("it", "terzo trimestre 2026", "within", "2026-Q3"),
        ("it", "seconda metà del 2026", "within", "2026-H2"),
        ("pt", "quarto trimestre de 2026", "within", "2026-Q4"),
        ("pt", "primeiro semestre de 2026", "within", "2026-H1"),
        ("sv", "tredje kvartalet 2026", "within", "2026-Q3"),
        ("sv", "första halvåret 2026", "within", "2026-H1"),
        ("da", "andet kvartal 2026", "within", "2026-Q2"),
        ("da", "andet halvår af 2026", "within", "2026-H2"),
        ("pl", "pierwszy kwartał 2026 r.", "within", "2026-Q1"),
        ("pl", "II półrocze 2026 r.", "within", "2026-H2"),
    ],
)
def test_wordings_of_action_plans(code: str, words: str, modality: str, period: str | None) -> None:
    reading = parse_deadline(words, language(code))
    assert reading and (reading.modality, reading.period and reading.period.code) == (modality, period)


@pytest.mark.parametrize("words", ["last half of 2026", "after 2026", "before summer 2026", "in it"])
def test_what_english_does_not_say(words: str) -> None:
    assert parse_deadline(words, ENGLISH) is None


def test_a_date_that_running_text_plans() -> None:
    text = "De eerste release is gepland voor 2026; meer volgt."
    placed = planned(text, DUTCH)
    assert placed and (text[placed.start : placed.end], placed.reading.modality) == ("gepland voor 2026", "within")
    assert planned("gepland voor later", DUTCH) is None


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31)))
def test_every_calendar_day(date: datetime.date) -> None:
    assert day(f"{date.day}.{date.month}.{date.year}", DUTCH) == date


@pytest.mark.parametrize("words", ["31.6.2025", "29.2.2025", "0.1.2025", "1.13.2025", "1.1.20255", "1-1-2025"])
def test_what_is_no_day(words: str) -> None:
    assert day(words, DUTCH) is None


@given(year=st.integers(1950, 2099), part=st.integers(1, 4))
def test_a_period_begins_and_ends_with_its_quarter(year: int, part: int) -> None:
    for period, lengths in ((periods.quarter(year, part), {90, 91, 92}), (periods.year(year), {365, 366})):
        first, after = period.first_day, period.last_day + datetime.timedelta(days=1)
        assert first.day == after.day == 1 and (after - first).days in lengths
        assert first.year == period.last_day.year == year


# --- grammar files that are wrong ---

GOOD = 'language = "xx"\nauthority = "ENG"\nconjunctions = ["and"]\nlocales = ["en"]\n'


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("[modality]\nby = ['by {perod}']\n", 6, "unknown slot {perod}"),
        ("[modality]\n\nby = ['by ({period}']\n", 7, "no regular expression"),
        ("[modality]\nbye = ['by {period}']\n", 6, "unknown"),
        ("[ordinal]\nfirst = 1\n", 5, "write “ordinals”"),
        ("[ordinals]\nfirst = '1'\n", 6, "a whole number"),
        ("[period]\nyear = '{year}'\n", 6, "an array of text"),
        ("[vague]\nearly = ['early {period}', 7]\n", 6, "text in quotes"),
        ("[units]\nyear = 'J'\n", 6, "one of “D”"),
    ],
)
def test_a_grammar_that_is_wrong_is_refused_with_its_line(
    tmp_path: Path, more: str, line: int, words: str
) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(GOOD + more, "utf-8")
    with pytest.raises(SourceError) as refused:
        read_language(path)
    assert f"line {line}:" in str(refused.value) and words in str(refused.value)


def test_a_grammar_without_its_authority_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text('language = "xx"\nconjunctions = []\n', "utf-8")
    with pytest.raises(SourceError, match="“authority” is missing"):
        read_language(path)


def test_a_language_without_grammar_is_told_which_there_are() -> None:
    with pytest.raises(SourceError, match="No grammar for the language “ru”"):
        language("ru")
