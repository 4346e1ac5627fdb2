"""What is understood of a source before it is built: entries a part and section, dates, and what nobody read.

Also as one HTML page, for a person who reads it beside the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from ..errors import NotUnderstood, SourceError, readable
from .annexes import read as read_annexes
from .counts import Counted, count_differences
from .deadlines import DeadlineReading, parse_deadlines
from .entries import Entry, Reading
from .entries.view import tables_in
from .extract import Extraction
from .folder import Source, SourceFile, read
from .laid_out import has_layout, read_laid_out
from .language import language
from .layout import DocumentLayout, part_keys
from .records import Action, Annexes, Initiative
from .spans import Piece

STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}caption{font-weight:600;text-align:left;padding:.5rem 0}.no{background:#fff3cd}"
)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a person checks it: section, printed number, words, dates as worded and as they are read."""

    section: str
    number: str
    words: str
    dates: tuple[str, ...]
    readings: tuple[str, ...]
    further: tuple[tuple[str, str], ...] = ()


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
    """One file of a source: format, extractor, length, parts, and the words of tables that no part read."""

    name: str
    language: str
    format: str
    characters: int
    parts: tuple[PartCheck, ...]
    unread_tables: tuple[str, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """All files of a source; ``differences`` are counts that are not those of source.toml."""

    source: Source
    files: tuple[FileCheck, ...]
    differences: tuple[str, ...] = field(default=())

    def counts(self) -> dict[str, int]:
        """Return the entries of each part of the first file: what ``sources accept`` writes down."""
        return {part.key: len(part.rows) for part in self.files[0].parts}


def check_source(source: Source) -> SourceCheck:
    """Read every file of a source as far as its layout goes.

    Wordings of dates that no rule covers are collected; everything else that is not understood is raised, as
    NotUnderstood or another SourceError, with its place.
    """
    files = tuple(_check_file(source, file) for file in source.files)
    counts = {part.key: len(part.rows) for part in files[0].parts}
    rows: dict[str, dict[Counted, int]] = {key: {"rows": count} for key, count in counts.items()}
    return SourceCheck(source, files, tuple(map(str, count_differences(source.rules, rows))))


def _check_file(source: Source, file: SourceFile) -> FileCheck:
    if not has_layout(source):
        annexes = read_annexes(read(source, file))
        return FileCheck(
            file.name, file.language, "text", len(annexes.document.text), tuple(_annex_parts(annexes))
        )
    problems: list[NotUnderstood] = []
    _, extraction, layout, reading = read_laid_out(source, file, problems)
    parts = tuple(layout_parts(extraction, layout, reading, file.language))
    unread = tuple(
        " ".join(extraction.text[table.start : table.start + 200].split())[:60]
        for table in _unread(extraction, reading)
    )
    return FileCheck(
        file.name, file.language, extraction.format, len(extraction.text), parts, unread, tuple(problems)
    )


def layout_parts(
    extraction: Extraction, layout: DocumentLayout, reading: Reading, code: str
) -> Iterator[PartCheck]:
    """Yield the entries of each part of a layout, as a person checks them."""
    for index, (key, part) in enumerate(zip(part_keys(layout), layout.part, strict=True)):
        rows = tuple(
            _entry_row(extraction, reading, entry, code) for entry in reading.entries if entry.part == index
        )
        yield PartCheck(key, part.kind, rows)


def _entry_row(extraction: Extraction, reading: Reading, entry: Entry, code: str) -> EntryRow:
    def words(pieces: tuple[Piece, ...]) -> str:
        return " ".join(" ".join(extraction.text[piece.start : piece.end].split()) for piece in pieces)

    section = "" if entry.section is None else words(reading.sections[entry.section].pieces)
    dates = tuple(words(date.pieces) for date in entry.dates)
    readings = [placed.reading for date in dates for placed in parse_deadlines(date, language(code))]
    further = tuple((words(cell.header), words(cell.pieces)) for cell in entry.further)
    return EntryRow(section, entry.number, words(entry.pieces), dates, tuple(map(describe, readings)), further)


def describe(reading: DeadlineReading) -> str:
    """Return a target date as it is read: modality, period and vagueness, or event and duration."""
    named = [reading.modality, reading.period.code if reading.period else "", reading.vagueness or ""]
    named += [reading.duration or "", f"of “{reading.event}”" if reading.event else ""]
    return " ".join(filter(None, named))


def _annex_parts(annexes: Annexes) -> Iterator[PartCheck]:
    """The records of flattened annexes by annex."""
    headings = {heading.number: heading.words.quote for heading in annexes.headings}
    for annex in annexes.annexes:
        entries: list[Action | Initiative] = [*annexes.actions] if annex.kind == "actions" else []
        entries += annexes.initiatives if annex.kind == "initiatives" else []
        rows = [_record_row(entry, headings) for entry in entries]
        if annex.kind == "dialogues":
            rows = [
                EntryRow("", "", dialogue.row.quote, (dialogue.date_words.quote,), (dialogue.date.isoformat(),))
                for dialogue in annexes.dialogues
            ]
        yield PartCheck(str(annex.number), annex.kind, tuple(rows))


def _record_row(entry: Action | Initiative, headings: dict[int | None, str]) -> EntryRow:
    if isinstance(entry, Action):
        section, deadlines = headings[entry.heading], entry.deadlines
    else:
        section, deadlines = "", (entry.deadline,) if entry.deadline else ()
    dates = tuple(deadline.words.quote for deadline in deadlines)
    readings = tuple(describe(deadline.reading) for deadline in deadlines)
    return EntryRow(section, str(entry.number), entry.words.quote, dates, readings)


def _unread(extraction: Extraction, reading: Reading) -> Iterator[Piece]:
    """Tables of more than one cell in which no entry and no word of a part stands."""
    read_at = sorted(
        piece.start
        for pieces in (*(entry.pieces for entry in reading.entries), *reading.words)
        for piece in pieces
    )
    for table in tables_in(extraction.blocks):
        is_read = any(table.start <= start < table.end for start in read_at)
        if not is_read and sum(len(row.children) for row in table.children) > 1:
            yield Piece(table.start, table.end)


def write_report(checked: SourceCheck, path: Path) -> None:
    """Write the page. Raises SourceError where it cannot be written."""
    try:
        path.write_text(report_html(checked), "utf-8")
    except OSError as error:
        raise SourceError(
            f"“{readable(path)}” cannot be written ({error.strerror}): name another file."
        ) from error


def report_html(checked: SourceCheck) -> str:
    """Return the page: a table a part, a row an entry; one without a date is marked."""
    title = escape(f"{checked.source.rules.identifier}: what was understood")
    language = escape(checked.files[0].language)
    body = [f"<h1>{title}</h1>"]
    body += [f"<p class=no>{escape(difference)}.</p>" for difference in checked.differences]
    for file in checked.files:
        body.append(f"<h2>{escape(file.name)}</h2>")
        for problem in file.not_understood:
            body.append(f"<p class=no>{escape(str(problem))}</p>")
        for part in file.parts:
            rows = "".join(map(_html_row, part.rows))
            head = "<tr><th>Section<th>No<th>Words<th>Date as printed<th>Read as<th>Further columns</tr>"
            caption = escape(f"{part.key}, {part.kind}: {len(part.rows)} entries")
            body.append(f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>")
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main>{''.join(body)}</main></html>\n"
    )


def _html_row(row: EntryRow) -> str:
    further = "; ".join(f"{header}: {words}" for header, words in row.further)
    cells = (row.section, row.number, row.words, "; ".join(row.dates), "; ".join(row.readings), further)
    return f"<tr{'' if row.dates else ' class=no'}>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"
