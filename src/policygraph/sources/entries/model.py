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
    """The words of a target date, of what it is for where the cell says so, and of the last date if it goes on."""

    pieces: Pieces
    about: Pieces = ()
    until: Pieces = ()


class FurtherCell(NamedTuple):
    """A cell that is neither text nor date: its role, the words of its header, and its own."""

    role: str
    header: Pieces
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Section:
    """What heads entries: its words, its printed number, and the section around it by index.

    ``part`` is the key of the part in which it stands; ``labels`` are the words below it that name kinds of
    entries, as they follow one another.
    """

    pieces: Pieces
    label: str = ""
    parent: int | None = None
    part: str = ""
    labels: tuple[Pieces, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a part: its section by index, printed number, words, dates and further cells.

    ``key`` is that of its part; ``kind`` is the code that the label above it names, None where there is none.
    """

    part: int
    section: int | None
    number: str
    pieces: Pieces
    dates: tuple[EntryDate, ...] = ()
    further: tuple[FurtherCell, ...] = ()
    key: str = ""
    kind: str | None = None


class DialogueRow(NamedTuple):
    """A row of a table of dialogues: the part's index and key, the code of its label, and its cells by role."""

    part: int
    key: str
    kind: str
    cells: dict[str, Pieces]


class ListedItem(NamedTuple):
    """An item of a list of initiatives: the part's index and key, ``objective`` or ``example``, and its words."""

    part: int
    key: str
    kind: str
    pieces: Pieces


@dataclass
class Division:
    """An annex: its printed number (None where it has none), its title, and what of it is no record.

    ``kind`` is that of its entries, "" where there are none; ``words`` are the headers and ``labels`` the
    sub-headings of its tables, ``text`` the lines between the items of its list.
    """

    number: int | None
    title: Pieces
    kind: str = ""
    words: list[Pieces] = field(default_factory=list)
    labels: list[Pieces] = field(default_factory=list)
    text: list[Pieces] = field(default_factory=list)


@dataclass
class Reading:
    """What a layout found in a document; ``words`` are headers and other words of the tables themselves.

    ``tables`` are the stretches of those that were read (start, end): nothing in them may be left unread.
    """

    sections: list[Section] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    dialogues: list[DialogueRow] = field(default_factory=list)
    items: list[ListedItem] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)
    words: list[Pieces] = field(default_factory=list)
    marks: list[Pieces] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rows(self) -> tuple[Entry | DialogueRow | ListedItem, ...]:
        """What is counted: entries, dialogues and items."""
        return (*self.entries, *self.dialogues, *self.items)


class CellParagraph(NamedTuple):
    """A paragraph of a cell, or an item; ``is_item`` belongs to the paragraph above it."""

    pieces: Pieces
    is_item: bool
