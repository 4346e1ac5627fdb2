"""What a layout finds in a document: sections, and entries with their words, dates and further cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from ...errors import NotUnderstood
from ..spans import Pieces

Refuse = Callable[[str, int, int, str], NotUnderstood]
"""Makes the error for words that are not understood: what, start and end in the stream, cure."""


class EntryDate(NamedTuple):
    """The words of a target date, and of what it is for where the cell says so."""

    pieces: Pieces
    about: Pieces = ()


class FurtherCell(NamedTuple):
    """A cell that is neither text nor date: its role, the words of its header, and its own."""

    role: str
    header: Pieces
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Section:
    """What heads entries: its words, its printed number, and the section around it by index."""

    pieces: Pieces
    label: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a part: its section by index, printed number, words, dates and further cells."""

    part: int
    section: int | None
    number: str
    pieces: Pieces
    dates: tuple[EntryDate, ...] = ()
    further: tuple[FurtherCell, ...] = ()


@dataclass
class Reading:
    """What a layout found in a document; ``words`` are headers and other words of the tables themselves.

    ``tables`` are the stretches of those that were read (start, end): nothing in them may be left unread.
    """

    sections: list[Section] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    words: list[Pieces] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)


class CellParagraph(NamedTuple):
    """A paragraph of a cell, or an item; ``is_item`` belongs to the paragraph above it."""

    pieces: Pieces
    is_item: bool
