"""Document → annexes and their tables: parts, rows and cells with offsets; no meaning.

A column holds words, or cells that can be told by their form (a date, a count, a target date). Cells come one a
line or several on one; words stand between them; a cell of words may span the rows below it; and a page break may
cut the words of a row, so that the row's last cell is printed inside its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from ..errors import NotUnderstood
from .deadlines import parse_deadline
from .furniture import CleanText
from .language import Layout, LayoutColumn, fold
from .spans import Piece, Pieces

GOES_ON = re.compile(r"[/)\],;:.%]|[-–](?=\S)")
MARGIN = 0.9  # of a line's width in characters: how full a line surely is when its last word was put there


class TableToken(NamedTuple):
    """Words, or a cell of ``column`` (None for words)."""

    column: int | None
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class TableRow:
    """The pieces of each cell by column name."""

    cells: dict[str, Pieces]


@dataclass(frozen=True, slots=True)
class TableSection:
    """The rows below one section label; ``headings`` stand above the label, outermost first."""

    label: Pieces
    headings: tuple[Pieces, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the words of its header, and its parts in order."""

    layout: Layout
    header: tuple[Pieces, ...]
    parts: tuple[TableSection, ...]


class TableBlock(NamedTuple):
    """Words of a known place in a table: its header, or a section label."""

    start: int
    end: int
    is_label: bool


def read_table(view: CleanText, layout: Layout, start: int, end: int) -> Table | None:
    """Return the table of this layout between these offsets, or None where its header does not stand there.

    Raises NotUnderstood for a row that lacks a cell, and for words that belong to no row.
    """
    header = re.compile(r"\s+".join(re.escape(word) for cell in layout.header for word in cell.split()))
    headers = [TableBlock(*match.span(), False) for match in header.finditer(view.text, start, end)]
    if not headers:
        return None
    labels = set(view.document.language.concepts(layout.sections))
    blocks = sorted(headers + list(_labels(view, labels, start, end)))
    parts = _Parts(view, layout)
    for block, after in zip([None, *blocks], [*blocks, None], strict=True):
        parts.read(block.end if block else start, after.start if after else end, after)
    rows = tuple(tuple(view.pieces(block.start, block.end)) for block in headers)
    return Table(layout, rows, tuple(parts.finished()))


def _labels(view: CleanText, labels: set[str], start: int, end: int) -> Iterator[TableBlock]:
    """Each section label, alone on its line or wrapped over two."""
    lines = view.lines(start, end)
    for index, line in enumerate(lines):
        for last in lines[index : index + 2]:
            if fold(view.text[line.start : last.end]) in labels:
                yield TableBlock(line.start, last.end, True)
                break


@dataclass
class _Parts:
    """Collects parts while the table is read from top to bottom."""

    view: CleanText
    layout: Layout
    parts: list[TableSection] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    label: Pieces | None = None
    headings: tuple[Pieces, ...] = ()

    def read(self, start: int, end: int, after: TableBlock | None) -> None:
        """Read the rows between two blocks, then start the part that ``after`` labels."""
        rows = _Rows(self.view, self.layout, self.rows)
        for token in tokens(self.view, self.layout, start, end):
            rows.take(token)
        left = rows.left()
        if left and not (self.layout.headings and after and after.is_label):
            raise rows.unfinished(left)
        if self.rows and self.label is None:
            first = next(iter(self.rows[0].cells.values()))
            cure = "add that label to ontology/codelists.ttl, or correct the text."
            raise self.view.refuse("A row stands before the first section label", first, cure)
        if after and after.is_label:
            self._begin(tuple(self.view.pieces(after.start, after.end)), left)

    def _begin(self, label: Pieces, left: Pieces) -> None:
        if self.label is not None:
            self.parts.append(TableSection(self.label, self.headings, tuple(self.rows)))
        self.rows, self.label = [], label
        self.headings = _headings(self.view, left) if left else ()

    def finished(self) -> list[TableSection]:
        if self.label is not None:
            self.parts.append(TableSection(self.label, self.headings, tuple(self.rows)))
        return self.parts


def _headings(view: CleanText, pieces: Pieces) -> tuple[Pieces, ...]:
    """The headings in these lines: one, or a grouping and one; lower case goes on with the line above.

    Raises NotUnderstood for what cannot be headings: these are words of a row without its last cell.
    """
    headings: list[list[Piece]] = []
    for piece in pieces:
        if headings and view.text[piece.start].islower():
            headings[-1].append(piece)
        else:
            headings.append([piece])
    ends = [view.text[heading[-1].end - 1] for heading in headings]
    if len(headings) > 2 or view.text[pieces[0].start].islower() or any(end in ".;,:-" for end in ends):
        raise view.refuse(
            "Words that end in no target date, and are no heading either",
            pieces,
            "give the row the date that the publisher's document has.",
        )
    return tuple(tuple(heading) for heading in headings)


class _Rows:
    """Puts tokens into rows: the state between two blocks."""

    def __init__(self, view: CleanText, layout: Layout, rows: list[TableRow]) -> None:
        self.view, self.columns, self.rows = view, layout.columns, rows
        self.in_lines = any(column.whole_line for column in layout.columns)
        self.cells: dict[str, Pieces] = {}
        self.at = 0

    def take(self, token: TableToken) -> None:
        if token.column is None:
            self._take_words(token.pieces)
        else:
            self._take_cell(token.column, token.pieces)

    def left(self) -> Pieces:
        """Return words after the last complete row."""
        return tuple(piece for cell in self.cells.values() for piece in cell)

    def _take_words(self, pieces: Pieces) -> None:
        if self.at == 0 and self.in_lines:
            pieces = self._continue_row(pieces)
        if not pieces:
            return
        column = self.columns[self.at]
        if column.holds != "words":
            raise self._refuse(f"Words where the {column.name} should stand", pieces)
        self.cells[column.name] = pieces
        self.at += 1

    def _take_cell(self, index: int, pieces: Pieces) -> None:
        column = self.columns[index]
        if index < self.at or index > self.at + 1:
            raise self._refuse(f"The {column.name} stands where the {self.columns[self.at].name} should", pieces)
        if index == self.at + 1:
            self.cells[self.columns[self.at].name] = self._from_above(self.columns[self.at], pieces)
        elif self.in_lines:
            self._one_paragraph(self.cells[self.columns[index - 1].name])
        self.cells[column.name] = pieces
        self.at = index + 1
        if self.at == len(self.columns):
            self.rows.append(TableRow(self.cells))
            self.cells, self.at = {}, 0

    def _from_above(self, column: LayoutColumn, pieces: Pieces) -> Pieces:
        if column.spans_rows and self.rows:
            return self.rows[-1].cells[column.name]
        raise self._refuse(f"A row without {column.name}", pieces)

    def _continue_row(self, pieces: Pieces) -> Pieces:
        """Give the row above the rest of the sentence that a page break cut; what is left begins a row."""
        text, first = self.view.text, pieces[0]
        goes_on = [self._goes_on(piece) for piece in pieces]
        if not self.rows or not (goes_on[0] or self._breaks_off(first)):
            return pieces
        if not (self._opens_page(first) and goes_on[0]):
            raise self._refuse("Words that continue no sentence, or may continue the one above", pieces)
        ends = (
            i for i, piece in enumerate(pieces, 1) if text[piece.end - 1] == "." and not any(goes_on[i : i + 1])
        )
        stop = next(ends, len(pieces))
        cells = self.rows[-1].cells
        cells[self.columns[0].name] += pieces[:stop]
        return pieces[stop:]

    def _goes_on(self, piece: Piece) -> bool:
        """Whether no row begins so: in lower case, or with a mark that belongs to the word before."""
        return GOES_ON.match(self.view.text, piece.start) is not None or self.view.text[piece.start].islower()

    def _breaks_off(self, first: Piece) -> bool:
        above = self.rows[-1].cells[self.columns[0].name][-1]
        return self._opens_page(first) and self.view.text[above.end - 1] not in ".?!”"

    def _opens_page(self, piece: Piece) -> bool:
        page = self.view.document.page(piece.start)
        return not self.view.text[page.start : piece.start].strip()

    def _one_paragraph(self, pieces: Pieces) -> None:
        """Refuse two rows in one, or a strange line: one that ends although the next word would have fitted.

        That says nothing where the next word has no capital, but then no sentence may have ended before it. Widths
        are those of the row's own lines, for each may have been wrapped anew; they are counted in characters while
        print is proportional: hence the margin without a full stop.
        """
        lines = [" ".join(self.view.text[piece.start : piece.end].split()) for piece in pieces]
        width, brackets = max(map(len, lines)), 0
        for index, (line, next_line) in enumerate(pairwise(lines)):
            brackets += line.count("(") - line.count(")")
            word, closed = next_line.split()[0], line.endswith(".")
            if line == next_line:
                raise self._refuse("The same line twice", pieces[index : index + 2])
            fits = len(line) + 1 + len(word) <= (width if closed else MARGIN * width)
            if (word[0].isupper() and fits) or (word[0].islower() and closed and not brackets):
                raise self._refuse("Words that end in no target date", pieces[index : index + 1])

    def unfinished(self, pieces: Pieces) -> NotUnderstood:
        missing = self.columns[self.at].name if self.at < len(self.columns) else self.columns[-1].name
        return self._refuse(f"A row without {missing}, or a text that is cut off", pieces)

    def _refuse(self, what: str, pieces: Pieces) -> NotUnderstood:
        cure = "compare the row with the publisher's document; nothing is guessed."
        return self.view.refuse(what, pieces, cure)


def tokens(view: CleanText, layout: Layout, start: int, end: int) -> Iterator[TableToken]:
    """Yield words and cells between these offsets, in order."""
    at = start
    for column, first, last in _joined(view, _cells(view, layout, start, end)):
        yield from _words(view, at, first)
        yield TableToken(column, tuple(view.pieces(first, last)))
        at = last
    yield from _words(view, at, end)


def _words(view: CleanText, start: int, end: int) -> Iterator[TableToken]:
    if pieces := view.pieces(start, end):
        yield TableToken(None, tuple(pieces))


def _cells(view: CleanText, layout: Layout, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Column, start and end of each cell that can be told by its form."""
    forms = [(i, column) for i, column in enumerate(layout.columns) if column.holds != "words"]
    patterns = [f"(?P<c{i}>{_form(view, column)})" for i, column in forms]
    form = re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE)
    at = start
    wrapped = [cell for i, column in forms if column.whole_line for cell in _wrapped(view, i, column, start, end)]
    for index, first, last in [*wrapped, (-1, end, end)]:
        for match in form.finditer(view.text, at, first):
            if match.lastgroup:
                yield int(match.lastgroup[1:]), *match.span()
        if index >= 0:
            yield index, first, last
        at = last


def _wrapped(
    view: CleanText, index: int, column: LayoutColumn, start: int, end: int
) -> Iterator[tuple[int, int, int]]:
    """The target dates that go over two or three lines: lines that are one only together."""
    form = re.compile(view.document.language.looks_like(column.holds), re.IGNORECASE)
    lines, language = view.lines(start, end), view.document.language
    at = start
    for first, line in enumerate(lines):
        if line.start < at or parse_deadline(view.text[line.start : line.end], language):
            continue
        for last in lines[first + 1 : first + 3]:
            words = view.text[line.start : last.end]
            if form.fullmatch(words) and parse_deadline(words, language):
                yield index, line.start, last.end
                at = last.end
                break


def _form(view: CleanText, column: LayoutColumn) -> str:
    form = view.document.language.looks_like(column.holds)
    if column.whole_line:
        on_one_line = form.replace(r"\s+", r"[^\S\n]+")
        return rf"^[^\S\n]*(?:{on_one_line})[^\S\n]*$"
    return rf"(?<![\w.])(?:{form})(?!\w)"


def _joined(view: CleanText, cells: Iterator[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """The cells, those of one column joined where only white space is between: a cell wrapped over lines."""
    last: tuple[int, int, int] | None = None
    for cell in cells:
        if last and last[0] == cell[0] and not view.text[last[2] : cell[1]].strip():
            last = (last[0], last[1], cell[2])
            continue
        if last:
            yield last
        last = cell
    if last:
        yield last
