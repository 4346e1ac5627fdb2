"""Words → periods and dates: every wording of a target date, per language, and nothing that is not one."""

from __future__ import annotations

import datetime
import re

from .language import Language, fold
from .records import Period

YEARS = range(2000, 2100)


def deadline(words: str, language: Language) -> tuple[Period, str] | None:
    """The period and the modality (code of the list ``modality``) that these words name, or None.

    >>> from policygraph.sources.language import language
    >>> deadline("Vierde kwartaal 2026", language("nl"))
    (Period(year=2026, quarter=4), 'within')
    >>> deadline("Vijfde kwartaal 2026", language("nl")) is None
    True
    """
    for label, codes in language.concepts("modality").items():
        rest = fold(words).removeprefix(f"{label} ")
        if rest != fold(words) and (found := period(rest, language)):
            return found, codes[0]
    found = period(words, language)
    return (found, "within") if found else None


def period(words: str, language: Language) -> Period | None:
    """The quarter or year that these words name, or None."""
    for pattern in language.rules["deadline"]["periods"]:
        match = re.fullmatch(pattern.replace(" ", r"\s+"), words.strip(), re.IGNORECASE)
        if match and int(match["year"]) in YEARS:
            return _period(match.groupdict(), language)
    return None


def _period(parts: dict[str, str], language: Language) -> Period | None:
    year = int(parts["year"])
    if "ordinal" not in parts:
        return Period(year)
    quarter = language.rules["deadline"]["ordinals"].get(parts["ordinal"].casefold())
    return Period(year, quarter) if quarter else None


def day(words: str, language: Language) -> datetime.date | None:
    """The calendar day that these words name, or None where there is no such day (31.6.2025)."""
    match = language.pattern("date").fullmatch(words.strip())
    if not match or int(match["year"]) not in YEARS:
        return None
    try:
        return datetime.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def planned(text: str, language: Language) -> tuple[Period, int, int] | None:
    """A date that running text plans: its period, and where in the text it is worded (start, end)."""
    for pattern in language.rules["deadline"]["planned"]:
        match = re.search(pattern.replace(" ", r"\s+"), text, re.IGNORECASE)
        if match and (found := period(match["period"], language)):
            return found, *match.span()
    return None
