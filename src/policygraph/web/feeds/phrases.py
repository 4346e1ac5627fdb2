"""The words of calendar, news feed and API page: ``translations/feeds/<language>.toml``, nothing in code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "i18n" / "translations" / "feeds"


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words in, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def _entries(language: str) -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one section in one language; ``phrases("summary", text="…")`` fills them in."""

    section: str
    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The words under ``key``; KeyError for one that the file lacks."""
        return _entries(self.language)[self.section][key].format(**values)
