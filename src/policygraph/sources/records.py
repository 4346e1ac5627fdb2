"""What an annex says, as frozen values: no RDF, no layout.

Codes (``kind``, ``access``, ``modality`` …) are notations of the code lists; every value keeps the
fragments of the text that it rests on.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from .deadlines import DeadlineReading
from .folder import SourceText
from .spans import Fragment


@dataclass(frozen=True, slots=True)
class Deadline:
    """A target date: what its words say, the words, and what it is for where an action has several.

    ``order`` counts the dates of an action from 1; 0 is the one at its place among them.
    """

    reading: DeadlineReading
    words: Fragment
    purpose: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading above actions; ``number`` None for a grouping; ``grouping`` is its index among the groupings.

    ``part`` is the annex or other part in which it stands ("A3", or "B" for the body).
    """

    part: str
    number: int | None
    words: Fragment
    grouping: int | None
    section: tuple[Fragment, ...]
    role: str | None


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """What a row says in a column without a term of its own: a code of the list ``column-role``, header, words.

    ``order`` counts the columns of a row from 1; 0 is the one at its place among them.
    """

    role: str
    header: str
    words: Fragment
    order: int = 0


@dataclass(frozen=True, slots=True)
class Action:
    """An announced action, ``heading`` by number.

    ``part`` and ``number`` identify it: a row of annex 3 is "A3" and 1, a box below heading 2.4 "B2.4" and 1, a
    milestone "M" and 1. ``kind`` and ``heading`` are None where the document prints none.
    """

    part: str
    number: int
    kind: str | None
    heading: int | None
    words: Fragment
    deadlines: tuple[Deadline, ...] = ()
    columns: tuple[ColumnEntry, ...] = ()

    @property
    def identifier(self) -> str:
        """Its part of an IRI: "A3-001", "B2.4-01", "M-01"."""
        return f"{self.part}-{self.number:0{3 if self.part.startswith('A') else 2}}"


@dataclass(frozen=True, slots=True)
class ReportedCount:
    """A number as reported; ``qualifier`` is the code of "approximately", or None for a bare number."""

    value: int
    qualifier: str | None
    words: Fragment


@dataclass(frozen=True, slots=True)
class SectorLabel:
    """A sector as the table of dialogues names it, where it stands first, and short forms used elsewhere."""

    number: int
    words: Fragment
    short_forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A row of the table of dialogues in a part ("A1"); ``sectors`` are numbers of sector labels."""

    part: str
    number: int
    kind: str
    sectors: tuple[int, ...]
    sector_words: Fragment
    date: datetime.date
    date_words: Fragment
    access: str | None
    audiences: tuple[str, ...]
    audience_words: Fragment
    attendance: ReportedCount
    row: Fragment


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote: its printed number, its words, and the address in it (None where it gives none)."""

    number: int
    words: Fragment
    address: str | None


@dataclass(frozen=True, slots=True)
class Initiative:
    """An objective (``kind`` objective, with the words that name it) or an example of one, in a part ("A2")."""

    part: str
    number: int
    kind: str
    objective: str | None
    words: Fragment
    notes: tuple[Footnote, ...]
    deadline: Deadline | None


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex with its title, the running text that is no record, its notes, and its table's own words.

    ``part`` begins the identifiers of what stands in it ("A3"), ``number`` is as printed, or that of the part.
    """

    part: str
    number: str
    kind: str
    title: Fragment
    text: Fragment | None
    notes: tuple[Footnote, ...]
    own_words: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class VersionWords:
    """What one version of a document says where versions disagree: its language, its words in short, and where.

    ``places`` are words by the segments below ``id:source/<document>/<language>/``.
    """

    language: str
    says: str
    places: tuple[tuple[str, Fragment], ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two versions of a document that do not say the same.

    ``kind`` is deadline, number, type, heading, order, missing (what the first has, the other lacks), extra (the
    reverse), row, or unclear (one has fewer rows, and which it lacks is not told); ``about`` is the thing in the
    first version, as kind and segment ("action", "A3-001"), the document itself where there is none; ``note`` is
    what a person settled about it.
    """

    kind: str
    about: tuple[str, str] | None
    identifier: str
    first: VersionWords
    other: VersionWords
    note: str = ""


@dataclass(frozen=True, slots=True)
class Annexes:
    """All that one text says, and its furniture by name: what is print, not content.

    Of a document in several versions, ``leading`` is the first, whose dates and numbers hold; ``disagreements``
    are those of this version with it.
    """

    document: SourceText
    annexes: tuple[Annex, ...]
    sector_labels: tuple[SectorLabel, ...]
    dialogues: tuple[Dialogue, ...]
    initiatives: tuple[Initiative, ...]
    groupings: tuple[Heading, ...]
    headings: tuple[Heading, ...]
    actions: tuple[Action, ...]
    furniture: tuple[tuple[str, Fragment], ...]
    leading: Annexes | None = None
    disagreements: tuple[Disagreement, ...] = ()
    file_number: int = 1

    def fragments(self) -> Iterator[tuple[str, Fragment]]:
        """Yield every fragment of the text with the role that it plays."""
        for annex in self.annexes:
            yield "title", annex.title
            yield from (("table", words) for words in annex.own_words)
            yield from (("footnote", note.words) for note in annex.notes)
            if annex.text:
                yield "text", annex.text
        yield from (("dialogue", dialogue.row) for dialogue in self.dialogues)
        for initiative in self.initiatives:
            yield "initiative", initiative.words
            yield from (("footnote", note.words) for note in initiative.notes)
        for heading in (*self.groupings, *self.headings):
            yield "heading", heading.words
            yield from (("table", words) for words in heading.section)
        for action in self.actions:
            yield "action", action.words
            yield from (("deadline", deadline.words) for deadline in action.deadlines)
            yield from (("column", column.words) for column in action.columns)
        yield from self.furniture
