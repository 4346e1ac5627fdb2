"""PDF: tables by three witnesses (tags, rules, columns), the rest as paragraphs, headers and footers as furniture.

::

    pages      characters and rules of each page        lines      glyphs → lines → runs of a leaf
    tagged     what the structure tree says             ruled      grids of rules
    columns    white between words                      tables     cells; what a page break cut is joined
    furniture  what repeats on pages                    prose      columns of running text, in the order of reading

All that the file offers must agree on a row; every character belongs to a block, or the document is refused with
page and box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ..model import Block, BlockKind, Extraction
from ..stream import CellSpan, Look, StreamBuilder
from . import columns, ruled
from .furniture import notes_of, running
from .lines import TextLine, lines_of, runs_of
from .pages import Glyph, OpenedPdf, PdfPage, refusal
from .prose import ColumnPlace, parted_in_columns, reading_order
from .tables import Cell, PdfTable, join
from .tagged import Leaf, Mark, StructureTree

EXTRACTOR = "pdf 4"


def extract(content: bytes, file: str) -> Extraction:
    """Return the stream, blocks and boxes of one PDF.

    Raises SourceError where it is damaged, where its witnesses differ about a row, or where a character is left
    over, with page, box and words.
    """
    opened = OpenedPdf(content, file)
    pages = opened.pages()
    tree = StructureTree(opened.playa)
    return _PdfLayout(file, pages, tree, _metadata(opened)).extraction()


@dataclass
class _Paragraph:
    """Lines that make up a leaf, and what it is."""

    lines: list[TextLine]
    look: Look
    order: int = 0


class _PdfLayout:
    """Puts tables, paragraphs and furniture of all pages in order."""

    def __init__(self, file: str, pages: Sequence[PdfPage], tree: StructureTree, metadata: dict[str, str]) -> None:
        self._file, self._pages, self._tree, self._metadata = file, pages, tree, metadata
        self._of_mark: dict[Mark, list[Glyph]] = defaultdict(list)
        for page in pages:
            for glyph in page.glyphs:
                if glyph.mcid is not None:
                    self._of_mark[page.index, glyph.mcid].append(glyph)
        self._holed: list[tuple[int, float, float, PdfTable]] = []
        """Page, top and bottom of the tables whose tags leave cells out."""
        self._places: dict[int, ColumnPlace] = {}
        """By ``id`` of a line: where it stands in columns of prose."""
        self._size = median([g.size for page in pages for g in page.glyphs] or [0.0])

    def extraction(self) -> Extraction:
        tagged = self._tree.tables(self._of_mark)
        in_tags = {id(glyph) for table in tagged for glyph in table.glyphs()}
        tables: list[PdfTable] = []
        boxes: list[list[PdfTable]] = []
        free: list[list[TextLine]] = []
        for page in self._pages:
            by_rules = ruled.tables_of(page, page.glyphs)
            self._compare(page, tagged, by_rules, in_tags)
            self._drop_holed(page, tagged, in_tags)
            untagged = [t for t in by_rules if not any(id(glyph) in in_tags for glyph in t.glyphs())]
            boxes.append([table for table in untagged if len(table.rows) * table.width == 1])
            grids = [table for table in untagged if len(table.rows) * table.width > 1]
            tables += grids
            taken = in_tags | {id(glyph) for table in grids for glyph in table.glyphs()}
            free.append(lines_of(glyph for glyph in page.glyphs if id(glyph) not in taken))
        furniture, printed = running(free, [page.height for page in self._pages])
        rest: list[list[TextLine]] = []
        notes: list[_Paragraph] = []
        borders: list[float] = []
        for page, lines in zip(self._pages, free, strict=True):
            outside, in_boxes = _unboxed(lines, boxes[page.index], furniture)
            tables += in_boxes
            words = [line for line in outside if id(line) not in furniture]
            of_page = notes_of(page, words, self._size)
            notes += [_Paragraph(note, Look("note")) for note in of_page]
            noted = {id(line) for note in of_page for line in note}
            words = [line for line in words if id(line) not in noted]
            words, places = parted_in_columns(words, page)
            self._places |= places
            plain = [line for line in words if id(line) not in places and not self._is_tagged(line)]
            bare, outside, borders = columns.tables_of(plain, page.horizontal, borders)
            tables += bare
            rest.append([*outside, *(line for line in words if id(line) in places or self._is_tagged(line))])
        self._check_holed(tables)
        return self._assembled(tagged + tables, rest, notes, free, furniture, printed)

    def _is_tagged(self, line: TextLine) -> bool:
        return self._leaf(line) is not None

    def _leaf(self, line: TextLine) -> Leaf | None:
        glyph = line.glyphs[0]
        middle = (line.top + line.bottom) / 2
        if any(page == line.page and top <= middle <= bottom for page, top, bottom, _ in self._holed):
            return None
        return None if glyph.mcid is None else self._tree.leaves.get((glyph.page, glyph.mcid))

    def _compare(
        self, page: PdfPage, tagged: Sequence[PdfTable], by_rules: Sequence[PdfTable], in_tags: set[int]
    ) -> None:
        """Refuse the document where rules part what tags join in a row, or join what they part."""
        ruled_row: dict[int, tuple[int, int, int]] = {}
        owners = {
            id(glyph): cell for table in tagged for row in table.rows for cell in row for glyph in cell.glyphs
        }
        for number, table in enumerate(by_rules):
            if table.width < 2:
                continue
            for j, row in enumerate(table.rows):
                for cell in row:
                    ruled_row |= {id(glyph): (number, j, j + cell.rowspan - 1) for glyph in cell.glyphs}
                    self._adopt(cell, owners, in_tags)
        for table in tagged:
            owner: dict[tuple[int, int], int] = {}
            for j, row in enumerate(table.rows):
                for cell in row:
                    places = {ruled_row[id(g)] for g in cell.glyphs if g.page == page.index and id(g) in ruled_row}
                    for number, first, last in places:
                        same = first == last and cell.rowspan == 1
                        if len(places) > 1 or (same and owner.setdefault((number, first), j) != j):
                            glyph = next(g for g in cell.glyphs if g.page == page.index)
                            what = "tags and rules of the table tell different rows"
                            raise refusal(
                                self._file, glyph, what, "take another format of the document", cell.text()
                            )

    def _adopt(self, ruled_cell: Cell, owners: dict[int, Cell], in_tags: set[int]) -> None:
        """Give what tags leave out (a mark) to the only tagged cell that stands between the same rules."""
        of_tags = {id(owners[id(g)]): owners[id(g)] for g in ruled_cell.glyphs if id(g) in owners}
        left_out = [glyph for glyph in ruled_cell.glyphs if id(glyph) not in in_tags]
        if left_out and len(of_tags) == 1:
            next(iter(of_tags.values())).glyphs += left_out
            in_tags |= {id(glyph) for glyph in left_out}
        elif left_out and of_tags:
            what = "stands in a table by its rules, but its tags do not say in which cell"
            cure = "take another format of the document"
            raise refusal(self._file, left_out[0], what, cure, ruled_cell.text())

    def _drop_holed(self, page: PdfPage, tagged: list[PdfTable], in_tags: set[int]) -> None:
        """Set free the tables between whose cells, in their rows, glyphs stand that no tag puts in a cell.

        Such tags (cells that their writer left out) tell half a table: the white between its columns tells all.
        """
        for table in list(tagged):
            bands = _bands(table, page.index)
            if not bands:
                continue
            boxes = [glyph for glyph in table.glyphs() if glyph.page == page.index]
            left, right = min(glyph.x0 for glyph in boxes), max(glyph.x1 for glyph in boxes)
            for glyph in page.glyphs:
                x, y = glyph.middle
                inside = left <= x <= right and any(top <= y <= bottom for top, bottom in bands)
                if inside and id(glyph) not in in_tags:
                    tagged.remove(table)
                    self._holed.append((page.index, bands[0][0], bands[-1][1], table))
                    in_tags -= {id(one) for one in table.glyphs()}
                    break

    def _check_holed(self, tables: Sequence[PdfTable]) -> None:
        """Refuse the document where a cell by its tags is not within one cell of the table by its columns."""
        place = {id(g): id(cell) for table in tables for row in table.rows for cell in row for g in cell.glyphs}
        for _, _, _, holed in self._holed:
            for cell in (cell for row in holed.rows for cell in row if cell.glyphs):
                if len({place.get(id(glyph)) for glyph in cell.glyphs}) > 1:
                    what = "tags of the table leave cells out, and its columns tell other cells"
                    raise refusal(
                        self._file, cell.glyphs[0], what, "take another format of the document", cell.text()
                    )

    def _assembled(
        self,
        tables: list[PdfTable],
        rest: Sequence[list[TextLine]],
        notes: Sequence[_Paragraph],
        free: Sequence[Sequence[TextLine]],
        furniture: set[int],
        printed: dict[int, int],
    ) -> Extraction:
        for table in tables:
            table.rows = [row for row in table.rows if row]
        tables.sort(key=_top)
        columns.take_feet(tables, rest, [page.horizontal for page in self._pages])
        paragraphs = [p for lines in rest for p in self._paragraphs(lines)]
        joined = join(tables, _words_between(tables, rest))
        running_lines = [
            _Paragraph([line], Look("furniture")) for of in free for line in of if id(line) in furniture
        ]
        items: list[PdfTable | _Paragraph] = [*joined, *paragraphs, *notes, *running_lines]
        items.sort(key=self._place)
        numbers = [printed.get(page.index, page.index + 1) for page in self._pages]
        stream = StreamBuilder("viewrect", "; ".join, "printed" if printed else "counted")
        blocks = []
        for item in items:
            if isinstance(item, PdfTable):
                blocks.append(self._table(item, stream, numbers))
            elif leaf := stream.leaf(item.look, runs_of(item.lines, numbers)):
                blocks.append(leaf)
        extraction = stream.extraction(blocks, "pdf", EXTRACTOR, self._metadata)
        self._account(items)
        return extraction

    def _account(self, items: Sequence[PdfTable | _Paragraph]) -> None:
        """Refuse the document where a character that is drawn belongs to no block."""
        taken: set[int] = set()
        places: set[tuple[int, str, int, int]] = set()
        for glyph in _glyphs(items):
            taken.add(id(glyph))
            places.add((glyph.page, glyph.text, round(glyph.x0), round(glyph.baseline)))
        for page in self._pages:
            for glyph in page.glyphs:
                x, y = round(glyph.x0), round(glyph.baseline)
                twins = ((page.index, glyph.text, x + a, y + b) for a in (-1, 0, 1) for b in (-1, 0, 1))
                if id(glyph) not in taken and not any(twin in places for twin in twins):
                    words = "".join(g.text for g in page.glyphs if abs(g.baseline - glyph.baseline) < 1)
                    raise refusal(self._file, glyph, "belongs to no block", "take another format", words)

    def _table(self, table: PdfTable, stream: StreamBuilder, numbers: Sequence[int]) -> Block:
        rows = []
        for row in table.rows:
            cells = []
            for cell in row:
                leaf = stream.leaf(Look("paragraph"), runs_of(cell.lines(), numbers))
                span = CellSpan(cell.column, cell.rowspan, cell.colspan)
                cells.append(stream.cell("", [leaf] if leaf else [], span, cell.header))
            rows.append(stream.container(Look("row"), cells))
        return stream.container(Look("table", style=table.witness), rows)

    def _paragraphs(self, lines: Sequence[TextLine]) -> Iterator[_Paragraph]:
        """The lines of a page as leaves: those of one tagged element, or those set as one paragraph."""
        of_leaf: dict[int, list[TextLine]] = defaultdict(list)
        looks: dict[int, Leaf] = {}
        plain: list[TextLine] = []
        for line in lines:
            leaf = self._leaf(line)
            if leaf is None:
                plain.append(line)
            else:
                of_leaf[leaf.order].append(line)
                looks[leaf.order] = leaf
        for order, of in of_leaf.items():
            yield _Paragraph(of, _look(looks[order]), order)
        titles: list[TextLine] = []
        for line in sorted(plain, key=lambda line: reading_order(line, self._places)):
            if titles and not self._goes_on(titles[-1], line):
                yield _Paragraph(titles, Look("heading"))
                titles = []
            if line.size > 1.15 * self._size:
                titles = [*titles, line]
            else:
                yield _Paragraph([line], Look("paragraph"))
        if titles:
            yield _Paragraph(titles, Look("heading"))

    def _goes_on(self, above: TextLine, below: TextLine) -> bool:
        """Whether a line goes on with the heading above it: in its size and column, at the distance of lines."""
        is_next = 0 < below.baseline - above.baseline <= 1.6 * above.size
        same = above.page == below.page and self._places.get(id(above)) == self._places.get(id(below))
        return is_next and same and abs(above.size - below.size) < 0.1

    def _place(self, item: PdfTable | _Paragraph) -> tuple[int, float, int, float]:
        """What sorts tables and paragraphs as they are read."""
        if isinstance(item, PdfTable):
            page, top = _top(item)
            return page, top, 0, top
        return reading_order(item.lines[0], self._places)


def _bands(table: PdfTable, page: int) -> list[tuple[float, float]]:
    """Top and bottom of each row that has glyphs on the page, down to the next row's top."""
    out: list[tuple[float, float]] = []
    for row in table.rows:
        glyphs = [glyph for cell in row for glyph in cell.glyphs if glyph.page == page and cell.rowspan == 1]
        if glyphs:
            top = min(glyph.top for glyph in glyphs)
            if out:
                out[-1] = (out[-1][0], max(out[-1][1], top - 4))
            out.append((top - 1, max(glyph.bottom for glyph in glyphs) + 1))
    return out


def _unboxed(
    lines: Sequence[TextLine], boxes: Sequence[PdfTable], furniture: set[int]
) -> tuple[list[TextLine], list[PdfTable]]:
    """The lines outside of boxes, and the boxes that hold more than furniture, as tables of one cell."""
    outside, tables = list(lines), []
    for box in boxes:
        held = {id(glyph) for glyph in box.glyphs()}
        inside = [line for line in outside if any(id(glyph) in held for glyph in line.glyphs)]
        words = [line for line in inside if id(line) not in furniture]
        if words and all(id(glyph) in held for line in words for glyph in line.glyphs):
            box.rows[0][0].glyphs = [glyph for line in words for glyph in line.glyphs]
            tables.append(box)
            outside = [line for line in outside if line not in words]
    return outside, tables


def _look(leaf: Leaf) -> Look:
    if leaf.level or leaf.role == "H":
        return Look("heading", level=leaf.level, style=leaf.role)
    kind: BlockKind = {"LI": "item", "Note": "note", "FENote": "note"}.get(leaf.role, "paragraph")  # type: ignore[assignment]
    return Look(kind, style=leaf.role)


def _glyphs(items: Sequence[PdfTable | _Paragraph]) -> Iterator[Glyph]:
    for item in items:
        if isinstance(item, PdfTable):
            for row in item.rows:
                for cell in row:
                    for line in cell.lines():
                        yield from line.glyphs
        else:
            for line in item.lines:
                yield from line.glyphs


def _top(table: PdfTable) -> tuple[int, float]:
    """Page and height at which a table begins."""
    return min(((glyph.page, glyph.top) for glyph in table.glyphs()), default=(0, 0.0))


def _words_between(tables: Sequence[PdfTable], rest: Sequence[Sequence[TextLine]]) -> dict[int, bool]:
    """By page: whether words stand below its last table, or above the first table of the next page."""
    last: dict[int, float] = {}
    first: dict[int, float] = {}
    for table in tables:
        for glyph in table.glyphs():
            last[glyph.page] = max(last.get(glyph.page, 0.0), glyph.bottom)
            first[glyph.page] = min(first.get(glyph.page, 1e9), glyph.top)
    return {
        page: any(line.top > last[page] - 1 for line in rest[page])
        or (page + 1 < len(rest) and any(line.bottom < first.get(page + 1, 0) + 1 for line in rest[page + 1]))
        for page in last
    }


def _metadata(opened: OpenedPdf) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, key in (("title", "Title"), ("date", "CreationDate")):
        value = (opened.plumber.metadata or {}).get(key)
        if isinstance(value, str) and value.strip():
            out[name] = " ".join(value.split())
    if date := out.pop("date", ""):
        digits = date.removeprefix("D:")[:8]
        if digits.isdigit() and len(digits) == 8:
            out["date"] = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    language = opened.playa.catalog.get("Lang")
    if isinstance(language, bytes):
        out["language"] = language.decode("latin-1")[:2].lower()
    return out


__all__ = ["EXTRACTOR", "extract"]
