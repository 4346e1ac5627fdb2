"""Tables as PDF files give them, whatever told of them: rows of cells with the glyphs in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .lines import SPACE, TextLine, lines_of
from .pages import Glyph

ENDS = ".!?"


@dataclass
class Cell:
    """A cell: its column from 0, spans, and glyphs; they may stand on several pages."""

    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    glyphs: list[Glyph] = field(default_factory=list)

    def lines(self) -> list[TextLine]:
        """Return its lines, page by page."""
        pages = sorted({glyph.page for glyph in self.glyphs})
        return [line for page in pages for line in lines_of(glyph for glyph in self.glyphs if glyph.page == page)]

    def text(self) -> str:
        return " ".join(line.text() for line in self.lines())


@dataclass
class PdfTable:
    """Rows of cells; ``witness`` is what told of it: tags, rules or columns.

    Where its last rows have ``foot`` lines of the page in one cell, none of them is the beginning of a cut row.
    """

    rows: list[list[Cell]]
    witness: str
    foot: int = 0

    def glyphs(self) -> Iterator[Glyph]:
        for row in self.rows:
            for cell in row:
                yield from cell.glyphs

    @property
    def width(self) -> int:
        """Columns of the grid."""
        return max((cell.column + cell.colspan for row in self.rows for cell in row), default=0)

    def extents(self) -> dict[int, tuple[float, float]]:
        """Return left and right of what stands in each column, from cells that do not span columns."""
        out: dict[int, tuple[float, float]] = {}
        for row in self.rows:
            for cell in row:
                if cell.colspan == 1 and cell.glyphs:
                    left, right = out.get(cell.column, (1e9, -1e9))
                    out[cell.column] = (
                        min(left, *(glyph.x0 for glyph in cell.glyphs)),
                        max(right, *(glyph.x1 for glyph in cell.glyphs)),
                    )
        return out


def join(tables: list[PdfTable], between: dict[int, bool]) -> list[PdfTable]:
    """Return tables that go on over a page break as one, and rows that the break cuts as one.

    A table goes on where it is the last thing of its page and the next table the first of the next (``between``:
    by page, whether other words stand after the last table of it or before the first of the next), with as many
    columns at the same places. A header printed again stays a row of its own.
    """
    out: list[PdfTable] = []
    for table in tables:
        if out and goes_on(out[-1], table, between):
            above, rows = out[-1].rows, table.rows
            repeated = _repeated_head(above[0], rows)
            if not out[-1].foot and len(rows) > repeated and _is_cut(above[-1], rows[repeated], out[-1], table):
                _append(above[-1], rows.pop(repeated))
            out[-1].rows, out[-1].foot = above + rows, table.foot
        else:
            out.append(table)
    return out


def goes_on(above: PdfTable, below: PdfTable, between: dict[int, bool]) -> bool:
    """Return whether a table goes on in the next, on the next page: see ``join``."""
    last, first = max(g.page for g in above.glyphs()), min(g.page for g in below.glyphs())
    if first != last + 1 or between.get(last, False) or above.width != below.width or above.width < 2:
        return False
    left, right = above.extents(), below.extents()
    return all(abs(left[column][0] - right[column][0]) < 40 for column in left.keys() & right.keys())


def _repeated_head(head: list[Cell], rows: list[list[Cell]]) -> int:
    """1 where the first row is the header again, else 0; a cut row that no rule parts from it becomes a row."""
    of_head = [(cell.column, [line.text() for line in cell.lines()]) for cell in head]
    first = [(cell.column, cell.lines()) for cell in rows[0]]
    if [column for column, _ in of_head] != [column for column, _ in first] or not any(t for _, t in of_head):
        return 0
    if any(
        [line.text() for line in lines[: len(t)]] != t for (_, t), (_, lines) in zip(of_head, first, strict=True)
    ):
        return 0
    if all(len(lines) == len(t) for (_, t), (_, lines) in zip(of_head, first, strict=True)):
        return 1
    rest = []
    for cell, (_, texts), (_, lines) in zip(rows[0], of_head, first, strict=True):
        rest.append(Cell(cell.column, glyphs=[g for line in lines[len(texts) :] for g in line.glyphs]))
        cell.glyphs = [g for line in lines[: len(texts)] for g in line.glyphs]
    rows.insert(1, rest)
    return 1


def _is_cut(above: list[Cell], first: list[Cell], left: PdfTable, right: PdfTable) -> bool:
    """Whether a page break parts one row: its last cell stands on one of the pages only, and the words run on.

    The last cell may be that of a row above, which spans this one too.
    Words run on where the first of them had no room on the line before, in the same type: a title that begins a
    page would have had; or it ends no sentence and does not begin in lower case, after words that end one.
    """
    if any(cell.colspan > 1 or cell.rowspan > 1 for cell in (*above, *first)):
        return False
    of_above = {cell.column: cell for cell in above if cell.glyphs}
    of_first = {cell.column: cell for cell in first if cell.glyphs}
    last = left.width - 1
    spanned = any(
        cell.column + cell.colspan > last and cell.rowspan >= rows and cell.glyphs
        for rows, row in enumerate(reversed(left.rows), 1)
        for cell in row
    )
    if not of_above or not of_first or spanned == (last in of_first):
        return False
    both = of_above.keys() & of_first.keys()
    if not both:
        return last in of_above and len(of_above) == 1
    if all(_is_title(of_first[column].text(), of_above[column].text()) for column in both):
        return False
    edges = [table.extents() for table in (left, right)]
    edge = {column: max(e[column][1] for e in edges if column in e) for column in both}
    return all(_runs_on(of_above[column], of_first[column], edge[column]) for column in both)


def _is_title(words: str, above: str) -> bool:
    return above[-1] in ENDS and words[-1] not in ENDS and not words[0].islower()


def _runs_on(above: Cell, below: Cell, edge: float) -> bool:
    last, first = above.lines()[-1], below.lines()[0]
    word = first.words()[0]
    same = last.glyphs[-1].font == word[0].font and abs(last.glyphs[-1].size - word[0].size) < 0.5
    return same and last.x1 + SPACE * last.size + word[-1].x1 - word[0].x0 > edge - 1


def _append(above: list[Cell], rest: list[Cell]) -> None:
    of_above = {cell.column: cell for cell in above}
    for cell in rest:
        if cell.column in of_above:
            of_above[cell.column].glyphs += cell.glyphs
        elif cell.glyphs:  # else a cell of a row above may span this place
            above.append(cell)
    above.sort(key=lambda cell: cell.column)
