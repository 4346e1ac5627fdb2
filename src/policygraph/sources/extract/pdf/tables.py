"""Tables as PDF files give them, whatever told of them: rows of cells with the glyphs in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .lines import TextLine, lines_of
from .pages import Glyph


@dataclass
class Cell:
    """A cell: its column from 0, spans, and glyphs; they may stand on several pages."""

    column: int
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    glyphs: list[Glyph] = field(default_factory=list)

    def lines(self) -> list[TextLine]:
        """Its lines, page by page."""
        pages = sorted({glyph.page for glyph in self.glyphs})
        return [line for page in pages for line in lines_of(glyph for glyph in self.glyphs if glyph.page == page)]

    def text(self) -> str:
        return " ".join(line.text() for line in self.lines())


@dataclass
class PdfTable:
    """Rows of cells; ``witness`` is what told of it: tags, rules or columns."""

    rows: list[list[Cell]]
    witness: str

    def glyphs(self) -> Iterator[Glyph]:
        for row in self.rows:
            for cell in row:
                yield from cell.glyphs

    @property
    def width(self) -> int:
        """Columns of the grid."""
        return max((cell.column + cell.colspan for row in self.rows for cell in row), default=0)

    def extents(self) -> dict[int, tuple[float, float]]:
        """Left and right of what stands in each column, from cells that do not span columns."""
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
    """Tables that go on over a page break as one, and rows that the break cuts as one.

    A table goes on where it is the last thing of its page and the next table the first of the next (``between``:
    by page, whether other words stand after the last table of it or before the first of the next), with as many
    columns at the same places. Its first row there belongs to the row above where its last cell is empty and
    that row's is not, and another is not.
    """
    out: list[PdfTable] = []
    for table in tables:
        if out and _goes_on(out[-1], table, between):
            rows = table.rows
            head = out[-1].rows[0]
            repeated = _same(head, rows[0]) if rows and head else False
            body = rows[1:] if repeated else rows
            if body and _is_cut(out[-1].rows[-1], body[0], table.width):
                _append(out[-1].rows[-1], body[0])
                body = body[1:]
            out[-1].rows += rows[:1] + body if repeated else body
        else:
            out.append(table)
    return out


def _goes_on(above: PdfTable, below: PdfTable, between: dict[int, bool]) -> bool:
    last, first = max(g.page for g in above.glyphs()), min(g.page for g in below.glyphs())
    if first != last + 1 or between.get(last, False) or above.width != below.width or above.width < 2:
        return False
    left, right = above.extents(), below.extents()
    return all(abs(left[column][0] - right[column][0]) < 40 for column in left.keys() & right.keys())


def _is_cut(above: list[Cell], first: list[Cell], width: int) -> bool:
    """Whether the row is the rest of the one above: nothing in its last column, words in another that has some."""
    if any(cell.colspan > 1 or cell.rowspan > 1 for cell in (*above, *first)):
        return False
    last = {cell.column: cell for cell in first}.get(width - 1)
    of_above = {cell.column: cell for cell in above}
    filled = [cell for cell in first if cell.glyphs]
    if (last is not None and last.glyphs) or not filled:
        return False
    if width - 1 not in of_above or not of_above[width - 1].glyphs:
        return False
    return all(cell.column in of_above and of_above[cell.column].glyphs for cell in filled)


def _append(above: list[Cell], rest: list[Cell]) -> None:
    of_above = {cell.column: cell for cell in above}
    for cell in rest:
        if cell.glyphs:
            of_above[cell.column].glyphs += cell.glyphs


def _same(first: list[Cell], second: list[Cell]) -> bool:
    return [cell.text() for cell in first] == [cell.text() for cell in second]
