"""Every wording of a target date, and the days that it means."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.sources.deadlines import day, deadline
from policygraph.sources.language import language
from policygraph.sources.records import Period

DUTCH = language("nl")
QUARTERS = ["Eerste", "Tweede", "Derde", "Vierde"]


@given(year=st.integers(2000, 2099), quarter=st.integers(1, 4), start=st.booleans(), of=st.booleans())
def test_every_quarter_of_every_year(year: int, quarter: int, start: bool, of: bool) -> None:
    words = f"{QUARTERS[quarter - 1]} kwartaal {'van ' if of else ''}{year}"
    words = f"Vanaf {words.lower()}" if start else words
    assert deadline(words, DUTCH) == (Period(year, quarter), "from" if start else "within")


@pytest.mark.parametrize(
    "words",
    [
        "Vijfde kwartaal 2026",
        "Vierde kwartaal 20266",
        "Vierde kwartaal 1926",
        "Vierde kwartaal",
        "20266",
        "206",
        "Medio 2026",
        "Uiterlijk vierde kwartaal 2026",
        "Vanaf",
        "Vierde kwartaal 2026 2027",
        "",
    ],
)
def test_what_is_no_target_date(words: str) -> None:
    assert deadline(words, DUTCH) is None


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)))
def test_every_calendar_day(date: datetime.date) -> None:
    assert day(f"{date.day}.{date.month}.{date.year}", DUTCH) == date


@pytest.mark.parametrize("words", ["31.6.2025", "29.2.2025", "0.1.2025", "1.13.2025", "1.1.20255", "1-1-2025"])
def test_what_is_no_day(words: str) -> None:
    assert day(words, DUTCH) is None


@given(year=st.integers(2000, 2099), quarter=st.sampled_from([None, 1, 2, 3, 4]))
def test_a_period_begins_and_ends_with_its_quarter(year: int, quarter: int | None) -> None:
    period = Period(year, quarter)
    first, last = period.first_day, period.last_day
    assert first.day == 1 and (last + datetime.timedelta(days=1)).day == 1
    assert (last - first).days in ({364, 365} if quarter is None else {89, 90, 91})
    assert first.year == last.year == year
