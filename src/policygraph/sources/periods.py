"""Periods: a day, month, quarter, half, season or year, or a span of them, with first and last day.

A season's days are the widest of the usual readings (spring begins on 1 March at the earliest and ends on 20 June
at the latest), so that nothing in a season is called late while somebody would still count it in.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

PeriodKind = Literal["day", "month", "quarter", "half", "season", "year", "span"]

YEARS = range(1950, 2100)
"""Years that a wording may name: others are misprints or no years."""

SEASONS = ("spring", "summer", "autumn", "winter")
SEASON_DAYS = (((3, 1), (6, 20)), ((6, 1), (9, 22)), ((9, 1), (12, 21)), ((1, 1), (3, 20)))


@dataclass(frozen=True, slots=True)
class Period:
    """``code`` is its part of an IRI, ``edtf`` its form in EDTF (ISO 8601-2), None where that cannot say it."""

    kind: PeriodKind
    first_day: datetime.date
    last_day: datetime.date
    code: str
    edtf: str | None

    @property
    def quarter(self) -> int | None:
        """Which quarter of its year it is, where it is one."""
        return (self.first_day.month + 2) // 3 if self.kind == "quarter" else None


def year(number: int) -> Period:
    """Return a calendar year.

    >>> year(2026).code
    '2026'
    """
    return _months("year", number, 1, 12, f"{number}", f"{number}")


def half(year_number: int, part: int) -> Period:
    """Return the first or second half of a year; ``2026-H2``, in EDTF ``2026-41``."""
    return _months(
        "half", year_number, 6 * part - 5, 6 * part, f"{year_number}-H{part}", f"{year_number}-{39 + part}"
    )


def quarter(year_number: int, part: int) -> Period:
    """Return a quarter of a year; ``2026-Q4``, in EDTF ``2026-36``."""
    code = f"{year_number}-Q{part}"
    return _months("quarter", year_number, 3 * part - 2, 3 * part, code, f"{year_number}-{32 + part}")


def month(year_number: int, part: int) -> Period:
    """Return a month; ``2026-03``."""
    code = f"{year_number}-{part:02}"
    return _months("month", year_number, part, part, code, code)


def day(date: datetime.date) -> Period:
    """Return one day; ``2026-03-31``."""
    return Period("day", date, date, date.isoformat(), date.isoformat())


def season(year_number: int, part: int) -> Period:
    """Return a season, 1 spring to 4 winter; ``2020-summer``, in EDTF ``2020-22``.

    A winter of one year may be the one in which that year begins or the one in which it ends.
    """
    (first_month, first), (last_month, last) = SEASON_DAYS[part - 1]
    code = f"{year_number}-{SEASONS[part - 1]}"
    ends = year_number + (SEASONS[part - 1] == "winter")
    first_day, last_day = datetime.date(year_number, first_month, first), datetime.date(ends, last_month, last)
    return Period("season", first_day, last_day, code, f"{year_number}-{20 + part}")


def span(first: Period, last: Period) -> Period | None:
    """From one period to another; ``2025--2027`` (ISO 8601 allows two hyphens where a slash will not do).
    None where the second does not end after the first.
    """
    if last.last_day <= first.last_day or last.first_day < first.first_day:
        return None
    seasonal = "season" in (first.kind, last.kind)
    edtf = None if seasonal else f"{first.first_day.isoformat()}/{last.last_day.isoformat()}"
    return Period("span", first.first_day, last.last_day, f"{first.code}--{last.code}", edtf)


_END = r"[0-9]{4}(-(Q[1-4]|H[12]|(0[1-9]|1[0-2])(-[0-3][0-9])?|spring|summer|autumn|winter))?"
CODE = f"{_END}(--{_END})?"
"""What the codes of all periods look like, as JSON Schema can say it."""

_PARTS = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-H(?P<half>[12])|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?"
    rf"|-(?P<season>{'|'.join(SEASONS)}))?"
)


def from_code(code: str) -> Period | None:
    """The period whose code this is; None where there is no such period.

    >>> from_code("2025--2027").last_day, from_code("2026-Q5")
    (datetime.date(2027, 12, 31), None)
    """
    first, two, last = code.partition("--")
    if two:
        ends = from_code(first), from_code(last)
        return span(ends[0], ends[1]) if ends[0] and ends[1] else None
    match = _PARTS.fullmatch(code)
    if match is None or int(match["year"]) not in YEARS:
        return None
    number = int(match["year"])
    for name, of in (("quarter", quarter), ("half", half)):
        if match[name]:
            return of(number, int(match[name]))
    if match["season"]:
        return season(number, SEASONS.index(match["season"]) + 1)
    if match["day"]:
        try:
            return day(datetime.date.fromisoformat(code))
        except ValueError:
            return None
    return month(number, int(match["month"])) if match["month"] else year(number)


def in_time(code: str) -> tuple[str, int, str]:
    """What sorts codes of periods: by their last day, of those that end together the shortest first.

    A year comes after its quarters, for it ends with them and began before. What is no period keeps its letters'
    order.
    """
    period = from_code(code)
    if period is None:
        return code, 0, code
    return period.last_day.isoformat(), -period.first_day.toordinal(), code


def _months(kind: PeriodKind, number: int, first: int, last: int, code: str, edtf: str) -> Period:
    after = datetime.date(number + last // 12, last % 12 + 1, 1)
    return Period(kind, datetime.date(number, first, 1), after - datetime.timedelta(days=1), code, edtf)
