"""Several versions of one document → records with the same identifiers, and where the versions disagree.

The language of the first file leads: its rows, dates and numbers hold. Another version adds its words to the rows
that are the same (``alignment`` tells which); what it says otherwise becomes a Disagreement and is left out of the
rows. Several files of one language are parts of one document, read one after the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ..errors import SourceError
from ..vocabulary.codelists import curated
from .alignment import AlignedLine, Alignment, align
from .deadlines import DeadlineReading
from .records import (
    Action,
    Annexes,
    ColumnEntry,
    Deadline,
    Dialogue,
    Disagreement,
    Heading,
    Initiative,
    SectorLabel,
    VersionWords,
)
from .spans import Fragment

Record = Heading | Action | Dialogue | Initiative | SectorLabel
R = TypeVar("R", Dialogue, Initiative, SectorLabel)

FIGURES = re.compile(r"\d+(?:[./]\d+)*")
LONGEST = 120
"""Characters of a row that the sentence on a disagreement quotes."""


def merge_versions(texts: Sequence[Annexes]) -> list[Annexes]:
    """Return the records of each file, those of later languages with the identifiers of the first.

    The files of a language are of one format (``formats.of_one_format``). Raises SourceError for versions in
    different numbers of files.
    """
    versions: dict[str, list[Annexes]] = {}
    for text in texts:
        versions.setdefault(text.document.file.language, []).append(text)
    leading, *others = map(numbered_on, versions.values())
    merged = list(leading)
    for version in others:
        if len(version) != len(leading):
            counts = [f"{len(files)} file(s) in {files[0].document.file.language}" for files in (leading, version)]
            raise SourceError(
                f"source.toml names {' and '.join(counts)}: name the same parts in each language, in one order."
            )
        merged += [_Merge(first, other).annexes() for first, other in zip(leading, version, strict=True)]
    return merged


def numbered_on(files: Sequence[Annexes]) -> list[Annexes]:
    """Return the files of one language as parts of one document: headings and rows count on from file to file."""
    numbered: list[Annexes] = []
    rows: Counter[str] = Counter()
    annexes: set[str] = set()
    heads = 0
    for number, text in enumerate(files, 1):
        if twice := annexes & {annex.part for annex in text.annexes}:
            raise SourceError(
                f"“{text.document.file.name}” holds the annex {min(twice)}, which an earlier file holds as well: "
                "name each annex in one file of a language."
            )
        annexes |= {annex.part for annex in text.annexes}
        headings = tuple(replace(head, number=head.number and head.number + heads) for head in text.headings)
        actions = tuple(
            replace(
                action, number=action.number + rows[action.part], heading=action.heading and action.heading + heads
            )
            for action in text.actions
        )
        numbered.append(replace(text, headings=headings, actions=actions, file_number=number))
        rows.update(action.part for action in text.actions)
        heads += len(headings)
    return numbered


@dataclass
class _Merge:
    """One version beside the one that leads."""

    first: Annexes
    other: Annexes
    disagreements: list[Disagreement] = field(default_factory=list)
    notes: dict[tuple[str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        source = self.other.document.source
        rows = curated("disagreements", source.id, source.folder)
        self.notes = {(row["language"], row["identifier"]): row["reason"] for row in rows}

    def annexes(self) -> Annexes:
        """The other version's records under the identifiers of the first, without what disagrees."""
        first, other = self.first, self.other
        ours, theirs = headed(first), headed(other)
        alignment = self._align(ours, theirs)
        pairs = [(ours[mine], theirs[at], at in alignment.moved) for at, mine in sorted(alignment.pairs.items())]
        heads = {id(their): _as(mine, their) for mine, their, _ in pairs if isinstance(mine, Heading)}
        numbers = {head.number: heads.get(id(head)) for head in other.headings}
        actions = [
            self._action(mine, their, numbers.get(their.heading), moved)
            for mine, their, moved in pairs
            if isinstance(mine, Action) and isinstance(their, Action)
        ]
        groupings = tuple(heads[id(head)] for head in other.groupings if id(head) in heads)
        return replace(
            other,
            annexes=tuple(a for a in other.annexes if a.part in {annex.part for annex in first.annexes}),
            sector_labels=self._same(first.sector_labels, other.sector_labels, _label),
            dialogues=self._same(first.dialogues, other.dialogues, _dialogue),
            initiatives=self._same(first.initiatives, other.initiatives, _initiative),
            groupings=groupings if len(groupings) == len(first.groupings) else (),
            headings=tuple(heads[id(head)] for head in other.headings if id(head) in heads),
            actions=tuple(sorted(actions, key=lambda action: (action.part, action.number))),
            leading=first,
            disagreements=tuple(self.disagreements),
        )

    def _align(self, ours: Sequence[Record], theirs: Sequence[Record]) -> Alignment:
        """Pair the records of both versions; tell what has no pair, and what stands elsewhere."""
        alignment = align(_lines(ours), _lines(theirs))
        for at in alignment.missing:
            self._tell("missing", ours[at], "", (self._place(ours[at]),), ())
        for at in alignment.extra:
            self._tell("extra", None, f"extra-{self._count('extra')}", (), (words_of(theirs[at]),))
        for stretch, their in alignment.unclear:
            name, places = f"unclear-{self._count('unclear')}", [self._place(ours[at]) for at in stretch]
            self._tell("unclear", None, name, places, [words_of(theirs[at]) for at in their])
        for at in sorted(alignment.moved):
            mine = alignment.pairs[at]
            if at - 1 in alignment.moved and alignment.pairs[at - 1] == mine + 1:
                continue  # the second of two lines in turned order
            place, says = self._place(ours[mine]), (_own_number(ours[mine]), _own_number(theirs[at]))
            self._tell("order", ours[mine], "order", (place,), (words_of(theirs[at]),), says, at=place[0])
        return alignment

    def _action(self, mine: Action, their: Action, heading: Heading | None, moved: bool) -> Action:
        row = mine.identifier
        if mine.kind != their.kind:
            says = mine.kind or "–", their.kind or "–"
            self._tell("type", mine, "type", ((row, mine.words),), (their.words,), says, at=row)
        if heading and heading.number != mine.heading and not moved:
            above = next((self._place(head) for head in self.first.headings if head.number == mine.heading), None)
            self._tell(
                "heading",
                mine,
                "heading",
                (above or (row, mine.words),),
                (heading.words,),
                at=self._place(heading)[0],
            )
        deadlines, columns = tuple(self._deadlines(mine, their)), tuple(self._columns(mine, their))
        return replace(mine, words=their.words, deadlines=deadlines, columns=columns)

    def _deadlines(self, mine: Action, their: Action) -> Iterator[Deadline]:
        """The dates of the other version that say the same, with its words."""
        ours, theirs = mine.deadlines, their.deadlines
        if len(ours) != len(theirs):
            places = tuple((_cell(mine, "deadline", n), date.words) for n, date in enumerate(ours, 1))
            says = tuple("; ".join(date.words.quote for date in dates) or "–" for dates in (ours, theirs))
            words = [date.words for date in theirs] or [their.words]
            self._tell("deadline", mine, "deadlines", places or (self._place(mine),), words, (says[0], says[1]))
            return
        for order, (date, other) in enumerate(zip(ours, theirs, strict=True), 1):
            if _date(date.reading) == _date(other.reading):
                yield replace(other, reading=replace(date.reading, event=other.reading.event), order=order)
            else:
                cell = _cell(mine, "deadline", order)
                self._tell(
                    "deadline", mine, cell.partition("/")[2], ((cell, date.words),), (other.words,), at=cell
                )

    def _columns(self, mine: Action, their: Action) -> Iterator[ColumnEntry]:
        """The further cells of the other version, each beside that of the first at its place."""
        if len(mine.columns) != len(their.columns):
            return
        for order, (column, other) in enumerate(zip(mine.columns, their.columns, strict=True), 1):
            cell = f"{mine.identifier}/column-{order}"
            if column.role == "number" and _printed(column.words) != _printed(other.words):
                self._tell("number", mine, f"column-{order}", ((cell, column.words),), (other.words,), at=cell)
            else:
                yield replace(other, role=column.role, order=order)

    def _same(self, ours: tuple[R, ...], theirs: tuple[R, ...], merged: Callable[[R, R], R]) -> tuple[R, ...]:
        """The records of the other version that say what the first says, as the first counts them."""
        alignment = self._align(ours, theirs)
        same = []
        for at, mine in sorted(alignment.pairs.items()):
            if aligned_line(ours[mine]).differs(aligned_line(theirs[at])):
                self._tell("row", ours[mine], "row", (self._place(ours[mine]),), (words_of(theirs[at]),))
            else:
                same.append(merged(ours[mine], theirs[at]))
        return tuple(same)

    def _thing(self, record: Record) -> tuple[str, str]:
        """The kind of thing that a record of the first version becomes, and the last segment of its IRI."""
        match record:
            case Action():
                return "action", record.identifier
            case Heading():
                at = next(n for n, head in enumerate((*self.first.groupings, record), 1) if head is record)
                return "heading", f"G{at}" if record.number is None else f"{record.number:02}"
            case Dialogue():
                return "dialogue", f"{record.part}-{record.number:02}"
            case Initiative():
                return "initiative", f"{record.part}-{record.number:02}"
            case SectorLabel():
                return "sector-label", f"{record.number:02}"

    def _place(self, record: Record) -> tuple[str, Fragment]:
        """Where the words of a record of the first version stand: a path below its sources, and the words."""
        kind, segment = self._thing(record)
        if isinstance(record, Heading):
            segment = f"{record.part}-H{segment}/heading"
        elif kind == "sector-label":
            segment = f"{self.first.dialogues[0].part}-S{segment}/label"
        return segment, words_of(record)

    def _count(self, kind: str) -> int:
        return sum(disagreement.kind == kind for disagreement in self.disagreements) + 1

    def _tell(
        self,
        kind: str,
        record: Record | None,
        name: str,
        ours: Sequence[tuple[str, Fragment]],
        theirs: Sequence[Fragment],
        says: tuple[str, str] | None = None,
        *,
        at: str = "",
    ) -> None:
        """Keep a disagreement; the other's words stand ``at`` a place that has them, else at places of its own.

        Without ``says``, each version says its words there.
        """
        about = None if record is None else self._thing(record)
        subject = () if about is None else about[1:] if about[0] == "action" else about
        identifier = "/".join((*subject, name or kind))
        places = tuple(
            (at or f"{identifier}/{'-'.join(filter(None, (kind, str(n) if len(theirs) > 1 else '')))}", words)
            for n, words in enumerate(theirs, 1)
        )
        mine, their = says or (shortened([words for _, words in ours]), shortened(theirs))
        codes = [text.document.file.language for text in (self.first, self.other)]
        sides = VersionWords(codes[0], mine, tuple(ours)), VersionWords(codes[1], their, places)
        note = self.notes.get((codes[1], identifier), "")
        self.disagreements.append(Disagreement(kind, about, identifier, *sides, note))


def headed(text: Annexes) -> list[Heading | Action]:
    """Return headings and actions in the order of the text."""
    records: list[Heading | Action] = [*text.groupings, *text.headings, *text.actions]
    return sorted(records, key=lambda record: record.words.start)


def _as(mine: Record, their: Record) -> Heading:
    assert isinstance(mine, Heading) and isinstance(their, Heading)
    return replace(mine, words=their.words, section=their.section)


def _label(mine: SectorLabel, their: SectorLabel) -> SectorLabel:
    return replace(their, number=mine.number)


def _dialogue(mine: Dialogue, their: Dialogue) -> Dialogue:
    their = replace(their, part=mine.part, number=mine.number, sectors=mine.sectors)
    return replace(their, access=mine.access, audiences=mine.audiences)


def _initiative(mine: Initiative, their: Initiative) -> Initiative:
    return replace(their, part=mine.part, number=mine.number)


def words_of(record: Record) -> Fragment:
    """Return the words of a record: of a dialogue the whole row."""
    return record.row if isinstance(record, Dialogue) else record.words


def _own_number(record: Record) -> str:
    """The number of a record in its own version."""
    return record.identifier if isinstance(record, Action) else str(record.number)


def shortened(words: Sequence[Fragment]) -> str:
    """Return the words as a sentence quotes them."""
    quotes = (fragment.quote for fragment in words)
    return "; ".join(quote if len(quote) <= LONGEST else f"{quote[:LONGEST].rstrip()} …" for quote in quotes)


def _cell(action: Action, name: str, order: int) -> str:
    """The path of a cell of a row below its sources: the second date is ``A3-001/deadline-2``."""
    return f"{action.identifier}/{name}" + (f"-{order}" if order > 1 else "")


def _lines(records: Sequence[Record]) -> list[AlignedLine]:
    """The lines of records in order; a heading is told by what stands right below it, too."""
    below = [*records[1:], None]
    return [
        replace(aligned_line(record), code=type(under).__name__)
        if isinstance(record, Heading)
        else aligned_line(record)
        for record, under in zip(records, below, strict=False)
    ]


def aligned_line(record: Record) -> AlignedLine:
    """Return what of a record needs no translation."""
    quote = words_of(record).quote
    size, figures = len(quote), frozenset(FIGURES.findall(quote))
    match record:
        case Action():
            dates = tuple(_date(deadline.reading) for deadline in record.deadlines)
            numbers = [_printed(column.words) for column in record.columns if column.role == "number"]
            return AlignedLine("action", record.part, size, dates, "".join(numbers), record.kind or "", figures)
        case Heading():
            return AlignedLine(
                "grouping heading" if record.number is None else "heading", record.part, size, figures=figures
            )
        case Dialogue():
            count = record.attendance
            said = (record.date, count.value, count.qualifier)
            return AlignedLine("dialogue", "", size, said, code=record.kind)
        case Initiative():
            dates = (_date(record.deadline.reading),) if record.deadline else ()
            return AlignedLine("initiative", "", size, dates, code=record.kind)
        case SectorLabel():
            return AlignedLine("sector-label", "", size)


def _date(reading: DeadlineReading) -> tuple[object, ...]:
    """What a date says without its words."""
    return (reading.modality, reading.period, reading.vagueness, reading.duration)


def _printed(words: Fragment) -> str:
    return words.quote.strip(" .()").casefold()
