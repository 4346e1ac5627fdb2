"""Texts from the data with their languages: which one is shown, and how it is shown without doing harm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

FALLBACK = ("en", "nl")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STEERING = BIDI | {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
"""Characters that turn text round or steer a display: they are never sent as they are."""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """Words and the language they are in; "" where the data do not say."""

    value: str
    language: str = ""

    @classmethod
    def of(cls, term: Any) -> LocalizedText:
        """A literal as text."""
        return cls(str(term.value), (getattr(term, "language", None) or "").lower())


def pick(texts: Iterable[LocalizedText], language: str) -> LocalizedText | None:
    """The text in ``language``; where there is none English, Dutch, one without language, then any."""
    ordered = sorted(texts, key=lambda text: (text.language, text.value))
    for wanted in (language, *FALLBACK, ""):
        for text in ordered:
            if text.language.partition("-")[0] == wanted:
                return text
    return ordered[0] if ordered else None


def shown(value: object) -> Markup:
    """Any characters as HTML: escaped, and characters that steer the display shown by their number."""
    text = str(value)
    if text.isprintable():
        return escape(text)
    return Markup("").join(_character(char) for char in text)


def _character(char: str) -> Markup | str:
    if char not in STEERING:
        return escape(char)
    return Markup('<span class="control">U+{:04X}</span>').format(ord(char))


def plain(value: object) -> str:
    """Any characters for an attribute or a title, where no markup can be: those that steer are replaced."""
    return "".join("\N{REPLACEMENT CHARACTER}" if char in STEERING else char for char in str(value))


def shortened(value: str, length: int = 160) -> str:
    """The text cut at a word where it is longer than ``length`` characters."""
    if len(value) <= length:
        return value
    return value[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
