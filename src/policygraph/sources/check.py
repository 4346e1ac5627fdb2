"""What is understood of a source before it is built: entries a part and section, dates, and what nobody read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..errors import NotUnderstood
from .annexes import counts_of, differences, read_whole
from .counts import Counted
from .deadlines import DeadlineReading
from .entries import Reading
from .entries.view import tables_in
from .extract import Extraction
from .folder import Source, SourceFile, read
from .formats import of_one_format
from .layout import DocumentLayout, part_keys
from .records import Annexes, Deadline
from .spans import Fragment, Piece, Stretches
from .versions import merge_versions


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a person checks it: section, printed number, words, dates as worded and as they are read.

    ``places`` and ``date_places`` are the stretches of the stream (start, end) that words and dates stand in.
    """

    section: str
    number: str
    words: str
    dates: tuple[str, ...]
    readings: tuple[str, ...]
    further: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    places: tuple[tuple[int, int], ...] = ()
    date_places: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PartCheck:
    """One annex, or one part of a layout: the key of its count in source.toml, what it is, and its entries."""

    key: str
    kind: str
    rows: tuple[EntryRow, ...]

    def sections(self) -> list[tuple[str, int]]:
        """Return each section in order with its number of entries."""
        return list(Counter(row.section for row in self.rows).items())


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One file of a source: what was extracted, its pages (start, number), its parts, tables that no part read."""

    name: str
    language: str
    extraction: Extraction
    pages: tuple[tuple[int, int], ...]
    parts: tuple[PartCheck, ...]
    unread_tables: tuple[str, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()

    @property
    def format(self) -> str:
        return self.extraction.format

    @property
    def characters(self) -> int:
        return len(self.extraction.text)


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """All files of a source; ``differences`` are counts that are not those of source.toml.

    ``disagreements`` say what two versions of the document do not say alike, where all of both is understood.
    """

    source: Source
    files: tuple[FileCheck, ...]
    differences: tuple[str, ...] = field(default=())
    disagreements: tuple[str, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """Return the entries of each part of the first file: what ``sources accept`` writes down."""
        return {part.key: len(part.rows) for part in self.files[0].parts}


def check_source(source: Source) -> SourceCheck:
    """Read every file of a source as far as its layout goes.

    Wordings of dates that no rule covers are collected; everything else that is not understood is raised, as
    NotUnderstood or another SourceError, with its place.
    """
    read_files = [_check_file(source, file) for file in source.files]
    files = tuple(file for file, _ in read_files)
    disagreements = (
        f"{text.document.file.name}: {d.kind} of {d.identifier}: "
        f"{d.first.language} says “{d.first.says}”, {d.other.language} says “{d.other.says}”"
        for text in (
            []
            if any(f.not_understood for f in files)
            else merge_versions(of_one_format([t for _, t in read_files]))
        )
        for d in text.disagreements
    )
    counts: dict[str, dict[Counted, int]] = {part.key: {"rows": len(part.rows)} for part in files[0].parts}
    return SourceCheck(source, files, tuple(map(str, differences(source.rules, counts))), tuple(disagreements))


def _check_file(source: Source, file: SourceFile) -> tuple[FileCheck, Annexes]:
    problems: list[NotUnderstood] = []
    annexes, extraction, layout, reading = read_whole(read(source, file), problems)
    unread = tuple(
        " ".join(extraction.text[table.start : table.start + 200].split())[:60]
        for table in _unread(extraction, reading)
    )
    check = FileCheck(
        name=file.name,
        language=file.language,
        extraction=extraction,
        pages=tuple((page.start, page.number) for page in annexes.document.pages),
        parts=tuple(_parts(annexes, layout, reading)),
        unread_tables=unread,
        not_understood=tuple(problems),
    )
    return check, annexes


def _parts(annexes: Annexes, layout: DocumentLayout, reading: Reading) -> Iterator[PartCheck]:
    """The records of each part of a layout, as a person checks them."""
    headings = {heading.number: heading.words.quote for heading in annexes.headings}
    rows: dict[str, list[EntryRow]] = {key: [] for key in counts_of(layout, reading)}
    kinds = {row.key: layout.part[row.part].kind for row in reading.rows}
    for entry, action in zip(reading.entries, annexes.actions, strict=True):
        section = headings[action.heading] if action.heading else ""
        further = tuple((column.header, column.words.quote) for column in action.columns)
        rows[entry.key].append(_row(section, entry.number, action.words, action.deadlines, action.kind, further))
    for dialogue in annexes.dialogues:
        date = (dialogue.date_words.quote,), (dialogue.date.isoformat(),)
        rows[dialogue.part].append(
            EntryRow("", str(dialogue.number), dialogue.row.quote, *date, (), dialogue.kind, _places(dialogue.row))
        )
    for initiative in annexes.initiatives:
        deadlines = (initiative.deadline,) if initiative.deadline else ()
        number = str(initiative.number)
        rows[initiative.part].append(_row("", number, initiative.words, deadlines, initiative.kind, ()))
    default = dict(zip(part_keys(layout), (part.kind for part in layout.part), strict=True))
    for key, entries in rows.items():
        yield PartCheck(key, kinds.get(key) or default[key], tuple(entries))


def _row(
    section: str,
    number: str,
    words: Fragment,
    deadlines: Sequence[Deadline],
    kind: str | None,
    further: tuple[tuple[str, str], ...],
) -> EntryRow:
    dates = tuple(dict.fromkeys(deadline.words.quote for deadline in deadlines))
    readings = tuple(describe(deadline.reading) for deadline in deadlines)
    dated = tuple(place for deadline in deadlines for place in _places(deadline.words))
    return EntryRow(section, number, words.quote, dates, readings, further, kind or "", _places(words), dated)


def _places(words: Fragment) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in words.spans)


def describe(reading: DeadlineReading) -> str:
    """Return a target date as it is read: modality, period and vagueness, or event and duration."""
    named = [reading.modality, reading.period.code if reading.period else "", reading.vagueness or ""]
    named += [reading.duration or "", f"of “{reading.event}”" if reading.event else ""]
    return " ".join(filter(None, named))


def _unread(extraction: Extraction, reading: Reading) -> Iterator[Piece]:
    """Tables of more than one cell in which no entry and no word of a part stands."""
    words = Stretches(
        piece for pieces in (*(entry.pieces for entry in reading.entries), *reading.words) for piece in pieces
    )
    tables = Stretches(reading.tables)
    for table in tables_in(extraction.blocks):
        is_read = words.touch(table.start, table.end) or tables.cover(table.start, table.start + 1)
        if not is_read and sum(len(row.children) for row in table.children) > 1:
            yield Piece(table.start, table.end)
