"""Spans of a stored text, and fragments: some spans in order with the words that they quote.

The law of a fragment: its spans joined equal its quote when white space is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple


class NativeAddress(NamedTuple):
    """Where words stand in the file as published.

    ``kind`` is ``xpath``, ``viewrect`` (page and box of a PDF), or ``part`` (file in a package, "#", XPath).
    """

    kind: str
    value: str


class Span(NamedTuple):
    """Code points ``start`` to ``end`` (exclusive) of the stored text, on one page; ``line`` counts from 1.

    ``basis`` tells how the page number was found: ``printed`` on the page, or ``counted`` from one that is; both
    are None where the file has no pages. ``addresses`` say where the words stand in the file as published.
    """

    start: int
    end: int
    page: int | None
    line: int
    basis: str | None
    addresses: tuple[NativeAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words of the source that belong together, though furniture or another cell may stand between them."""

    spans: tuple[Span, ...]
    quote: str

    @property
    def start(self) -> int:
        return self.spans[0].start


class Piece(NamedTuple):
    """Words on one line, without the white space around them: code points ``start`` to ``end`` (exclusive)."""

    start: int
    end: int


Pieces = tuple[Piece, ...]


class Stretches:
    """Stretches of a text, which may overlap, to ask what lies in them."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(stretches)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def cover(self, start: int, end: int) -> bool:
        """Return whether all of this lies in one of them."""
        at = bisect_right(self._starts, start)
        return at > 0 and self._ends[at - 1] >= end

    def touch(self, start: int, end: int) -> bool:
        """Return whether some of this lies in one of them."""
        at = bisect_left(self._starts, end)
        return at > 0 and self._ends[at - 1] > start


def quote(text: str, pieces: Sequence[Piece], conjunctions: Sequence[str]) -> str:
    """Join the words of the pieces as a person reads them: single blanks, none after a line that ends in a hyphen.

    A hyphen before a conjunction stands for the rest of a word ("mobiliteits- en …") and keeps its blank.
    """
    words = ""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        words += _joint(text, before, piece, conjunctions) if before else ""
        words += " ".join(text[piece.start : piece.end].split())
    return words


def _joint(text: str, before: Piece, after: Piece, conjunctions: Sequence[str]) -> str:
    if after.start < before.end:
        return " "  # words in another order than on the page
    between = text[before.end : after.start]
    if not any(character.isspace() for character in between):
        return ""
    if not text[before.start : before.end].endswith("-"):
        return " "
    next_word = text[after.start : after.end].split()[0]
    return " " if next_word in conjunctions else ""


def runs(text: str, pieces: Iterable[Piece], borders: Sequence[int]) -> list[Piece]:
    """Return the pieces with neighbours joined where only white space, and no border (a page's start), is between.

    ``borders`` are in order. One stands between lines: pages begin with a line (see ``pagination``), so that no
    piece is ever cut.
    """
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if (
            last
            and not text[last.end : piece.start].strip()
            and bisect_left(borders, last.end) == bisect_right(borders, piece.start)
        ):
            joined[-1] = Piece(last.start, piece.end)
        else:
            joined.append(piece)
    return joined
