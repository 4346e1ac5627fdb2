"""Codes of periods: each leads back to its period, and they have an order in time."""

from __future__ import annotations

import datetime
import re

import pytest

from policygraph.sources import periods
from policygraph.sources.periods import CODE, Period, from_code, in_time

SPAN = periods.span(periods.quarter(2025, 3), periods.half(2027, 1))
KINDS = (
    periods.year(2026),
    *(periods.half(2026, part) for part in (1, 2)),
    *(periods.quarter(2026, part) for part in (1, 4)),
    *(periods.season(2026, part) for part in (1, 2, 3, 4)),
    *(periods.month(2026, part) for part in (2, 12)),
    periods.day(datetime.date(2028, 2, 29)),
    periods.span(periods.year(2025), periods.year(2027)),
    SPAN,
)


@pytest.mark.parametrize("period", KINDS, ids=lambda period: period.code)
def test_a_code_leads_back_to_its_period(period: Period) -> None:
    assert from_code(period.code) == period and re.fullmatch(CODE, period.code)


@pytest.mark.parametrize(
    "code", ["", "soon", "2026-Q5", "2026-13", "2026-02-30", "1900", "2027--2025", "2026--", "26"]
)
def test_what_is_no_period_has_none(code: str) -> None:
    assert from_code(code) is None


def test_a_year_comes_after_its_parts_and_before_a_span_that_ends_later() -> None:
    codes = ["2025--2027", "2027", "2026", "2026-Q4", "2026-12", "2026-spring", "2026-Q1"]
    assert sorted(codes, key=in_time, reverse=True) == codes
