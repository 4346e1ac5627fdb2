"""Flattened text → blocks: tables whose cells came out as lines, in the reading order of the page.

A column holds words, or cells that can be told by their form (a date, a count, a target date). Cells come one a
line or several on one; words stand between them; a cell of words may span the rows below it; and a page break may
cut the words of a row, so that the row's last cell is printed inside its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..errors import NotUnderstood
from .checked_toml import spaced
from .deadlines import parse_deadline, parse_deadlines
from .extract import Block, Extraction, PageStart
from .extract.text import EXTRACTOR
from .folder import SourceText
from .furniture import CleanText, view
from .language import fold
from .layout import DocumentLayout, PartLayout
from .pagination import DAY
from .running import CURE, block_of, line_of, row_of, with_running_tables
from .spans import Piece, Pieces
from .titles import MARGIN, TABLES, WRAPPED, annex_regions, table_header

GOES_ON = re.compile(r"[/)\],;:.%]|[-–](?=\S)")
NOTE_SIGNS = "*†‡"
OPENING = "“„«‘'\""
SLACK = 0.75  # MARGIN of a line in lower case at the edge of a page: a word of a cell or an address is shorter
SHORT = 3  # words that the cell of another column has
MANY = 5  # lines at the edges of pages, at least, that tell one as strange
WORDS = frozenset({"description", "sectors", "audience"})
FORMS = {"date": DAY, "attendance": r"(?:{qualifiers}) \S+|\d+"}


def without_furniture(document: SourceText, layout: DocumentLayout) -> tuple[CleanText, Extraction]:
    """Return a flattened text without furniture, and its tables; NotUnderstood as ``flattened`` raises it.

    Where rows lack their dates because most pages begin or end with one, those are cells, and only what stands
    outside of them, or nothing, is a running line.
    """
    page_view = view(document)
    running = (words.quote for name, words in page_view.furniture if name == "running line")
    if not any(parse_deadlines(words, document.language) for words in running):
        return page_view, flattened(page_view, layout)
    for dates in (1, 0):
        try:
            return page_view, flattened(page_view, layout)
        except NotUnderstood:
            page_view = view(document, dates)
    return page_view, flattened(page_view, layout)


def flattened(view: CleanText, layout: DocumentLayout) -> Extraction:
    """Return the text with its tables as blocks, and each other line as a paragraph.

    Raises NotUnderstood for a row that lacks a cell, for words that belong to no row, and for an annex without a
    table or list that the layout knows.
    """
    blocks: list[Block] = []
    running = [part for part in layout.part if part.cells]
    for start, end in annex_regions(view, layout, blocks):
        if running:
            blocks += with_running_tables(view, running, start, end)
            continue
        table = next((t for part in layout.part if (t := _table(view, layout, part, start, end))), None)
        blocks += [table] if table else [line_of(view, line) for line in view.lines(start, end)]
    pages = tuple(PageStart(page.start, page.number, "counted") for page in view.document.pages)
    return Extraction(view.document.text, tuple(blocks), (), pages, "text", EXTRACTOR)


class TableColumn(NamedTuple):
    """A column by its role; ``form`` is what a cell of it looks like on any line, right or wrong."""

    role: str
    form: str | None


class TableBlock(NamedTuple):
    """Words of a known place in a table: its header, or a label."""

    start: int
    end: int
    is_label: bool


class TableToken(NamedTuple):
    """Words, or a cell of ``column`` (None for words)."""

    column: int | None
    pieces: Pieces


def _table(view: CleanText, layout: DocumentLayout, part: PartLayout, start: int, end: int) -> Block | None:
    """The table of this part between these offsets, or None where its header does not stand there."""
    if part.kind not in TABLES:
        return None
    order, header = table_header(view, part)
    headers = [(TableBlock(*match.span(), False), match) for match in header.finditer(view.text, start, end)]
    if not headers:
        return None
    labels = set(layout.concepts(part.labels, view.document.language)) if part.labels else set()
    blocks = sorted([block for block, _ in headers] + list(_labels(view, labels, start, end)))
    rows: list[Block] = []
    reader = _Rows(view, [TableColumn(role, _form(view, layout, role)) for role in order], rows)
    for block, after in zip([None, *blocks], [*blocks, None], strict=True):
        reader.read(block.end if block else start, after.start if after else end, bool(after and after.is_label))
        if after and after.is_label:
            rows.append(row_of(block_of("cell", view.pieces(after.start, after.end), colspan=len(order))))
        elif after:
            match = next(match for b, match in headers if b == after)
            cells = [view.pieces(*match.span(role)) for role in order]
            rows.append(row_of(*(block_of("cell", pieces, n) for n, pieces in enumerate(cells))))
    if reader.in_lines:
        reader.check_ends()
    return Block("table", rows[0].start, rows[-1].end, tuple(rows))


def _labels(view: CleanText, labels: set[str], start: int, end: int) -> Iterator[TableBlock]:
    """Each label, alone on its line or wrapped over a few."""
    lines = view.lines(start, end)
    for index, line in enumerate(lines):
        for last in lines[index : index + WRAPPED]:
            if fold(view.text[line.start : last.end]) in labels:
                yield TableBlock(line.start, last.end, True)
                break


def _form(view: CleanText, layout: DocumentLayout, role: str) -> str | None:
    """What a cell of this role looks like, right or wrong; None for words. A target date has lines of its own."""
    if role in WORDS or role == "deadline":
        return None
    qualifiers = "|".join(map(re.escape, layout.concepts("qualifier", view.document.language)))
    form = FORMS[role].replace("{qualifiers}", qualifiers)
    return rf"(?<![\w.])(?:{spaced(form)})(?!\w)"


class _Rows:
    """Puts tokens into rows: the state between two blocks of a table."""

    def __init__(self, view: CleanText, columns: Sequence[TableColumn], rows: list[Block]) -> None:
        self.view, self.columns, self.rows = view, columns, rows
        self.in_lines = columns[-1].role == "deadline"
        self.cells: dict[int, Pieces] = {}
        self.descriptions: list[Pieces] = []
        self.cuts: list[tuple[int, Pieces]] = []
        self.above: dict[int, Pieces] | None = None
        self.at = 0

    def read(self, start: int, end: int, is_labelled: bool) -> None:
        """Read the rows between two blocks; words left over before a label are headings."""
        self.above = None
        for token in self._tokens(start, end):
            if token.column is None:
                self._take_words(token.pieces)
            else:
                self._take_cell(token.column, token.pieces)
        left = tuple(piece for cell in self.cells.values() for piece in cell)
        if left and not (self.in_lines and is_labelled):
            raise self._refuse(f"A row without {self.columns[self.at].role}, or a text that is cut off", left)
        self._close()
        self.cells, self.at = {}, 0
        for heading in self._headings(left) if left else ():
            self.rows.append(row_of(block_of("cell", heading, colspan=len(self.columns))))

    def _close(self) -> None:
        """Append the row above, which may have gone on over a page."""
        if self.above is not None:
            self.descriptions.append(self.above.get(0, ()))
            cells = [block_of("cell", pieces, column) for column, pieces in sorted(self.above.items())]
            self.rows.append(row_of(*cells))
        self.above = None

    def _headings(self, pieces: Pieces) -> list[list[Piece]]:
        """The headings in these lines: one, or a grouping and one; lower case goes on with the line above."""
        text, headings = self.view.text, list[list[Piece]]()
        for piece in pieces:
            if headings and text[piece.start].islower():
                headings[-1].append(piece)
            else:
                headings.append([piece])
        ends = [text[heading[-1].end - 1] for heading in headings]
        if len(headings) > 2 or text[pieces[0].start].islower() or any(end in ".;,:-" for end in ends):
            cure = "give the row the date that the publisher's document has."
            raise self.view.refuse("Words that end in no target date, and are no heading either", pieces, cure)
        return headings

    def _take_words(self, pieces: Pieces) -> None:
        if self.at == 0 and self.in_lines:
            pieces = self._continue_row(pieces)
        if note := next((piece for piece in pieces if self.view.text[piece.start] in NOTE_SIGNS), None):
            raise self._refuse("A note that stands between the rows", (note,))
        if not pieces:
            return
        if self.columns[self.at].role not in WORDS:
            raise self._refuse(f"Words where the {self.columns[self.at].role} should stand", pieces)
        self.cells[self.at] = pieces
        self.at += 1

    def _take_cell(self, index: int, pieces: Pieces) -> None:
        column = self.columns[index]
        if index < self.at or index > self.at + 1:
            raise self._refuse(f"The {column.role} stands where the {self.columns[self.at].role} should", pieces)
        if index == self.at + 1 and self.columns[self.at].role != "sectors":
            raise self._refuse(f"A row without {self.columns[self.at].role}", pieces)
        if self.in_lines:
            self._one_paragraph(self.cells[index - 1])
        self.cells[index] = pieces
        self.at = index + 1
        if self.at == len(self.columns):
            self._close()
            self.above, self.cells, self.at = self.cells, {}, 0

    def _continue_row(self, pieces: Pieces) -> Pieces:
        """Give the row above the rest of the sentence that a page break cut; what is left begins a row."""
        first, above = pieces[0], self.above
        goes_on = [self._goes_on(piece) for piece in pieces]
        if above is None or not (goes_on[0] or self._breaks_off(first, above[0][-1])):
            return pieces
        if not (self._opens_page(first) and goes_on[0]):
            raise self._refuse("Words that continue no sentence, or may continue the one above", pieces)
        closed = (self.view.text[piece.end - 1] in ".!?" for piece in pieces)
        ends = (n for n, is_closed in enumerate(closed, 1) if is_closed and not any(goes_on[n : n + 1]))
        stop = next(ends, None)
        if stop is None:
            raise self._refuse("A sentence that goes on over a page, and ends in no full stop", pieces)
        self._one_paragraph(pieces[:stop])
        last, above[0] = above[0][-1], above[0] + pieces[:stop]
        self._cut(above[0], (last, *pieces[: min(stop, 2)]))
        return pieces[stop:]

    def _goes_on(self, piece: Piece) -> bool:
        """Whether no row begins so: in lower case, or with a mark that belongs to the word before."""
        return GOES_ON.match(self.view.text, piece.start) is not None or self.view.text[piece.start].islower()

    def _breaks_off(self, first: Piece, last: Piece) -> bool:
        return self._opens_page(first) and self.view.text[last.end - 1] not in ".?!”"

    def _opens_page(self, piece: Piece) -> bool:
        page = self.view.document.page(piece.start)
        return not self.view.text[page.start : piece.start].strip()

    def _one_paragraph(self, pieces: Pieces) -> None:
        """Refuse two rows in one, or a strange line: one that ends although the next word would have fitted.

        That says nothing where the next word has no capital, but then no sentence may have ended before it; and a
        last line that ends in a word, below one that ends a sentence, may be the cell of another column. Widths
        are those of the row's own lines, for each may have been wrapped anew; they are counted in characters while
        print is proportional: hence the margin without a full stop.
        """
        lines = self._lines(pieces)
        width, brackets = max(map(len, lines)), 0
        for index, (line, next_line) in enumerate(pairwise(lines)):
            brackets += line.count("(") - line.count(")")
            word, closed = next_line.split()[0].lstrip(OPENING), line.endswith(".")
            if line == next_line:
                raise self._refuse("The same line twice", pieces[index : index + 2])
            fits = len(line) + 1 + len(word) <= (width if closed else MARGIN * width)
            added = closed and index == len(lines) - 2 and next_line[-1].isalnum()
            if (word[:1].isupper() and (fits or added)) or (word[:1].islower() and closed and not brackets):
                raise self._refuse("Words that end in no target date", pieces[index : index + 1])
            if self._opens_page(pieces[index + 1]):
                self._cut(pieces, pieces[index : index + 3])

    def _cut(self, row: Pieces, lines: Pieces) -> None:
        """Keep the lines at the edge of a page that cuts this row, if others tell how wide its lines are."""
        if len(row) > len(lines[:2]):
            self.cuts.append((max(map(len, self._lines(row))), lines))

    def check_ends(self) -> None:
        """Refuse what may be another column's cell, or a header, by what is usual in the whole table.

        Where all but a tenth of the rows end in a full stop, the last line of another row is a word or three that
        begin with a capital, or would have fitted on the line above. Where pages cut rows, their lines next to the
        edge are full but for one, which ends although the next word would have fitted; where a second is not full
        either, each paragraph was wrapped anew and none is strange.
        """
        rows = [self._lines(pieces) for pieces in self.descriptions]
        bare = [n for n, lines in enumerate(rows) if lines[-1][-1] not in ".?!”"]
        width = max((len(line) for lines in rows for line in lines), default=0)
        for lines, pieces in ((rows[n], self.descriptions[n]) for n in bare if len(bare) * 10 <= len(rows)):
            above, last = lines[-2:] if len(lines) > 1 else ("", "")
            fits = len(above) + 1 + len(last) <= MARGIN * (max(map(len, lines)) if len(lines) > 2 else width)
            if last and len(last.split()) <= SHORT and (last[0].isupper() or fits):
                raise self._refuse("Words that end in no target date", pieces[-1:])
        for edge in (0, 1):
            cuts = [(width, cut[edge : edge + 2]) for width, cut in self.cuts if len(cut) > edge + 1]
            loose: list[tuple[Pieces, bool]] = []
            for width, cut in cuts:
                line, after = self._lines(cut)
                full = len(f"{line} {after.split()[0]}")
                if full <= width:
                    is_short = full <= (MARGIN if line[0].isupper() else SLACK) * width
                    loose.append((cut[:1], is_short))
            if len(loose) == 1 and loose[0][1] and len(cuts) >= MANY:
                what = "A line at the edge of a page that ends although the next word would have fitted"
                raise self._refuse(what, loose[0][0])

    def _lines(self, pieces: Pieces) -> list[str]:
        """The words of each line, with single blanks."""
        return [" ".join(self.view.text[piece.start : piece.end].split()) for piece in pieces]

    def _refuse(self, what: str, pieces: Pieces) -> Exception:
        return self.view.refuse(what, pieces, CURE)

    def _tokens(self, start: int, end: int) -> Iterator[TableToken]:
        """Words and cells between these offsets, in order."""
        at = start
        for column, first, last in self._joined(start, end):
            yield from self._words(at, first)
            yield TableToken(column, tuple(self.view.pieces(first, last)))
            at = last
        yield from self._words(at, end)

    def _words(self, start: int, end: int) -> Iterator[TableToken]:
        if pieces := self.view.pieces(start, end):
            yield TableToken(None, tuple(pieces))

    def _joined(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Column, start and end of each cell that can be told by its form; those of one column with only white
        space between are one cell, wrapped over lines.
        """
        last: tuple[int, int, int] | None = None
        for cell in self._dates(start, end) if self.in_lines else self._cells(start, end):
            if last and last[0] == cell[0] and not self.view.text[last[2] : cell[1]].strip():
                last = (last[0], last[1], cell[2])
                continue
            if last:
                yield last
            last = cell
        if last:
            yield last

    def _cells(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        forms = {f"c{n}": column.form for n, column in enumerate(self.columns) if column.form}
        form = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in forms.items()), re.IGNORECASE)
        for match in form.finditer(self.view.text, start, end):
            yield int((match.lastgroup or "c0")[1:]), *match.span()

    def _dates(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The lines that are or look like a target date, and two or three that are one only together."""
        text, language, column = self.view.text, self.view.document.language, len(self.columns) - 1
        lines, at = self.view.lines(start, end), start
        for first, line in enumerate(lines):
            if line.start < at:
                continue
            last = line
            if not parse_deadlines(text[line.start : line.end], language):
                wrapped = (
                    after
                    for after in lines[first + 1 : first + WRAPPED]
                    if language.looks_like_deadline.fullmatch(text[line.start : after.end])
                    and parse_deadline(text[line.start : after.end], language)
                )
                last = next(wrapped, line)
                if last == line and not language.looks_like_deadline.fullmatch(text[line.start : line.end]):
                    continue
            at = last.end
            yield column, line.start, last.end
