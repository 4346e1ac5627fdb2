"""What the structure tree of a tagged PDF says: tables with their cells, and the block of each marked content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import playa
from playa.structure import ContentItem, Element

from ..stream import Columns
from .pages import Glyph
from .tables import Cell, PdfTable

GROUPS = frozenset({"THead", "TBody", "TFoot"})
LEAVES = frozenset({"P", "Caption", "TOCI", "Note", "BlockQuote", "Title", "FENote", "LI"})
WHOLE = frozenset({"LI", "Note", "FENote", "TOCI"})
INLINE = frozenset(
    {"Span", "NonStruct", "Link", "Reference", "Quote", "Em", "Strong", "Sub", "Code", "Lbl", "LBody", "Annot"}
)
HEADING = re.compile(r"H\d?")
DEEPEST = 100


class Leaf(NamedTuple):
    """A block element of the tree: its place in the order of the tree, its role and level as a heading."""

    order: int
    role: str
    level: int


Mark = tuple[int, int]
"""Page from 0, and the number of the marked content on it."""


class StructureTree:
    """The structure tree of a document, walked once; empty where the file has none."""

    def __init__(self, document: playa.Document) -> None:
        self.leaves: dict[Mark, Leaf] = {}
        self._tables: list[list[list[tuple[Cell, list[Mark]]]]] = []
        self._columns = Columns()
        self._count = 0
        if document.is_tagged and document.structure is not None:
            for child in document.structure:
                if isinstance(child, Element):
                    self._walk(child, None, 0)

    def tables(self, glyphs: dict[Mark, list[Glyph]]) -> list[PdfTable]:
        """Return the tables, with the glyphs of each cell."""
        out = []
        for rows in self._tables:
            for row in rows:
                for cell, marks in row:
                    cell.glyphs = [glyph for mark in marks for glyph in glyphs.get(mark, ())]
            table = PdfTable([[cell for cell, _ in row] for row in rows if row], "tags")
            if any(True for _ in table.glyphs()):
                out.append(table)
        return out

    def _walk(self, element: Element, leaf: Leaf | None, depth: int) -> None:
        role = str(element.role)
        if depth > DEEPEST:
            return
        if role == "Table":
            trs = list(_rows(element, False))
            # a table that a page cuts is tagged as two: cells that span rows go on in the second
            first = next((len(_cells(row)) for row, in_head in trs if not in_head), 0)
            if not self._columns.lacks(first):
                self._columns = Columns()
            rows = [self._row(row, in_head, Columns() if in_head else self._columns) for row, in_head in trs]
            self._tables.append(rows)
            return
        leaf = self._leaf(role, leaf)
        for child in element:
            if isinstance(child, Element):
                self._walk(child, leaf, depth + 1)
            elif isinstance(child, ContentItem) and (mark := self._mark(child)) is not None:
                leaf = leaf or self._new(role)
                self.leaves.setdefault(mark, leaf)

    def _leaf(self, role: str, around: Leaf | None) -> Leaf | None:
        """The block that this element's content belongs to; None where it only groups."""
        if role in INLINE or (around and around.role in WHOLE and role not in ("LI", "L")):
            return around
        return self._new(role) if role in LEAVES or HEADING.fullmatch(role) else None

    def _new(self, role: str) -> Leaf:
        self._count += 1
        level = int(role[1:] or 0) if HEADING.fullmatch(role) else int(role == "Title")
        return Leaf(self._count, role, level)

    def _row(self, row: Element, in_head: bool, columns: Columns) -> list[tuple[Cell, list[Mark]]]:
        columns.next_row()
        out = []
        cells = _cells(row)
        in_head = in_head or all(str(cell.role) == "TH" for cell in cells)
        for cell in cells:
            spans = _attributes(cell)
            span = columns.place(spans.get("RowSpan", 1), spans.get("ColSpan", 1))
            header = str(cell.role) == "TH" and in_head
            out.append((Cell(span.column, span.rows, span.columns, header), list(self._marks(cell, 0))))
        return out

    def _marks(self, element: Element, depth: int) -> Iterator[Mark]:
        for child in element:
            if isinstance(child, ContentItem):
                if (mark := self._mark(child)) is not None:
                    yield mark
            elif isinstance(child, Element) and depth < DEEPEST:
                yield from self._marks(child, depth + 1)

    def _mark(self, item: ContentItem) -> Mark | None:
        page = item.page
        return None if page is None or item.mcid is None else (page.page_idx, item.mcid)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if isinstance(cell, Element) and str(cell.role) in ("TH", "TD")]


def _rows(element: Element, in_head: bool) -> Iterator[tuple[Element, bool]]:
    for child in element:
        if isinstance(child, Element):
            if str(child.role) == "TR":
                yield child, in_head
            elif str(child.role) in GROUPS:
                yield from _rows(child, str(child.role) == "THead")


def _attributes(cell: Element) -> dict[str, int]:
    """RowSpan and ColSpan, from one attribute dictionary or a list of them."""
    attributes: Any = playa.resolve(cell.props.get("A"))
    out: dict[str, int] = {}
    for entry in attributes if isinstance(attributes, list) else [attributes]:
        resolved = playa.resolve(entry)
        if isinstance(resolved, dict):
            out |= {name: n for name, n in resolved.items() if name.endswith("Span") and isinstance(n, int)}
    return out
