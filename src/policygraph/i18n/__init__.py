"""The words of the interface: one catalogue, one file a language (``en.toml``, ``nl.toml``), nothing in code.

``Words("nl")("actions.found", n=3)`` takes the entry ``found`` of the section ``actions``, its plural form for 3,
and fills ``{n}``. An entry that a language lacks is said in English, so that a new language can begin with a short
file. Plural rules, numbers, dates and names of languages are those of CLDR, by Babel.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_quarter_names
from babel.numbers import format_decimal

FOLDER = Path(__file__).parent
DEFAULT = "en"
PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
"""The plural categories of CLDR: a table of these alone is one entry."""

_QUALITY = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$")
_PERIOD = re.compile(
    r"(\d{4})-(?:Q([1-4])|(H[12]|spring|summer|autumn|winter)|(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)"
)


@cache
def languages() -> tuple[str, ...]:
    """The languages that the interface speaks, the default first."""
    others = {path.stem for path in FOLDER.glob("*.toml")} - {DEFAULT}
    return (DEFAULT, *sorted(others))


@cache
def own_entries(language: str) -> Mapping[str, Any]:
    """Dotted key → words or a table of plural forms, as far as the file of the language has them."""
    path = FOLDER / f"{language}.toml"
    return dict(_flat(tomllib.loads(path.read_text("utf-8")))) if language in languages() else {}


@cache
def entries(language: str) -> Mapping[str, Any]:
    """Dotted key → words or a table of plural forms: every key, in English where the language lacks it."""
    return {**own_entries(DEFAULT), **own_entries(language)}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and not set(value) <= PLURALS:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


@cache
def locale_of(language: str) -> Locale:
    """The CLDR locale of a language of ours, with the country that its file names; English for an unknown one."""
    try:
        return Locale.parse(own_entries(language).get("site.locale", language))
    except (UnknownLocaleError, ValueError):
        return locale_of(DEFAULT)


def choose(explicit: str | None, accept: str | None) -> str:
    """The language of a page: that of the address where we speak it, else by Accept-Language, else the default."""
    if explicit in languages():
        return explicit or DEFAULT
    wanted = [(quality, -place, tag) for place, (tag, quality) in enumerate(_accepted(accept or ""))]
    return next((tag for quality, _, tag in sorted(wanted, reverse=True) if quality > 0), DEFAULT)


def _accepted(header: str) -> Iterator[tuple[str, float]]:
    for part in header[:1000].split(","):
        match = _QUALITY.match(part)
        if match and match[1].lower() in languages():
            yield match[1].lower(), float(match[2] or 1)


class LocalizedStr(str):
    """A sentence of ours and the language that it is in: a problem's page marks what is in another."""

    language: str

    def __new__(cls, words: str, language: str) -> LocalizedStr:
        sentence = super().__new__(cls, words)
        sentence.language = language
        return sentence


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; call it with a key. KeyError for a key that English lacks too."""

    language: str = DEFAULT

    @property
    def locale(self) -> Locale:
        return locale_of(self.language)

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """The words under ``key`` with ``{names}`` filled; ``n`` chooses the plural form and fills ``{n}``."""
        entry = entries(self.language)[key]
        if isinstance(entry, dict):
            spoken = self.language if key in own_entries(self.language) else DEFAULT
            entry = entry.get(locale_of(spoken).plural_form(n or 0), entry["other"])
        numbered = {} if n is None else {"n": self.number(n)}
        return str(entry).format(**numbered | values)

    def maybe(self, key: str) -> str | None:
        """The words under ``key``, or None."""
        entry = entries(self.language).get(key)
        return None if entry is None else str(entry)

    def number(self, value: int) -> str:
        """A whole number with the language's mark between thousands."""
        return str(format_decimal(value, locale=self.locale))

    def day(self, value: datetime.date | str) -> str:
        """A date in words; text that is no date comes back as it is."""
        try:
            day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
        return format_date(day, "long", locale=self.locale)

    def period(self, notation: str) -> str:
        """``2026-Q4``, ``2026``, or another code of a period (``sources.periods``) in words."""
        return self._period(notation, short=False)

    def short_period(self, notation: str) -> str:
        """The same as narrow as a table's head needs it."""
        return self._period(notation, short=True)

    def quarter(self, notation: str) -> str:
        """The quarter of ``2026-Q4`` without its year."""
        return str(get_quarter_names("abbreviated", locale=self.locale)[int(notation[-1])])

    def _period(self, notation: str, *, short: bool) -> str:
        """A season or half in words of ours, all else as CLDR has it; what is no code comes back as it is."""
        first, two, last = notation.partition("--")
        if two:
            first, last = self._period(first, short=short), self._period(last, short=short)
            return f"{first} – {last}" if short else self("period.span", first=first, last=last)
        match = _PERIOD.fullmatch(notation)
        if match is None:
            return notation
        year, quarter, named, month, day = match.groups()
        if quarter:
            own = None if short else own_entries(self.language).get(f"quarter.{quarter}")
            return (
                str(own).format(year=year)
                if own
                else self._skeleton("yQQQ", "yQQQQ", short, year, 3 * int(quarter))
            )
        if named:
            return self(f"period.{named}", year=year)
        if day:
            return self.day(notation)
        return self._skeleton("yMMM", "yMMMM", short, year, int(month))

    def _skeleton(self, narrow: str, wide: str, short: bool, year: str, month: int) -> str:
        return format_skeleton(narrow if short else wide, datetime.date(int(year), month, 1), locale=self.locale)

    def size(self, count: int) -> str:
        """A number of bytes for people: B, kB or MB."""
        step, unit = next((one for one in ((10**6, "MB"), (10**3, "kB")) if count >= one[0]), (1, "B"))
        number = format_decimal(count / step, "0.0" if step > 1 else "0", locale=self.locale)
        return f"{number}\N{NO-BREAK SPACE}{unit}"


def shortened(text: str, length: int = 160) -> str:
    """The text cut at a word where it is longer than ``length`` characters.

    >>> shortened("Een AI-strategie voor de culturele sectoren", 30)
    'Een AI-strategie voor de…'
    """
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def name_of(language: str) -> str:
    """A language's own name for itself; its code where CLDR has none."""
    try:
        return Locale.parse(language).get_language_name() or language
    except (UnknownLocaleError, ValueError):
        return language
