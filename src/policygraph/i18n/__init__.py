"""The interface's words in each language: ``translations/<language>.toml``, nothing in code.

``Words("nl")("actions.found", n=3)`` takes the entry, its singular or plural by ``n``, and fills ``{n}``.
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

FOLDER = Path(__file__).with_name("translations")
DEFAULT = "en"
_QUALITY = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


@cache
def languages() -> tuple[str, ...]:
    """The languages that the interface speaks, the default first."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return (DEFAULT, *(language for language in found if language != DEFAULT))


@cache
def entries(language: str) -> Mapping[str, Any]:
    """Dotted key → words, or a table with ``one`` and ``other``."""
    return dict(_flat(tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


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
        made = super().__new__(cls, words)
        made.language = language
        return made


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; call it with a key. KeyError for a key that the file lacks."""

    language: str = DEFAULT

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """The words under ``key`` with ``{names}`` filled; ``n`` chooses singular or plural."""
        found = entries(self.language)[key]
        if isinstance(found, dict):
            found = found["one" if n == 1 else "other"]
        given = values if n is None else {"n": self.number(n), **values}
        return str(found).format(**given)

    def maybe(self, key: str) -> str | None:
        """The words under ``key``, or None."""
        found = entries(self.language).get(key)
        return None if found is None else str(found)

    def number(self, value: int) -> str:
        """A whole number with the language's mark between thousands."""
        return f"{value:,}".replace(",", self("format.thousands"))

    def day(self, value: datetime.date | str) -> str:
        """A date in words; text that is no date comes back as it is."""
        try:
            day = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
        return self("format.day", day=day.day, month=self(f"month.{day.month}"), year=day.year)

    def period(self, notation: str) -> str:
        """``2026-Q4`` or ``2026`` in words."""
        match = _QUARTER.fullmatch(notation)
        if match is None:
            return notation
        return self("format.quarter", ordinal=self(f"quarter.{match[2]}"), year=match[1])

    def short_period(self, notation: str) -> str:
        """``2026-Q4`` as narrow as a table's head needs it."""
        match = _QUARTER.fullmatch(notation)
        return notation if match is None else self("format.short_quarter", quarter=match[2], year=match[1])

    def size(self, count: int) -> str:
        """A number of bytes for people: B, kB or MB."""
        for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
            if count >= step:
                text = f"{count / step:.1f}".replace(".", self("format.decimal"))
                return f"{text}\N{NO-BREAK SPACE}{unit}"
        return f"{count}\N{NO-BREAK SPACE}B"
