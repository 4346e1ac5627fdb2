"""One document while a layout is applied to it: its blocks, their words, and the entries collected so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...errors import NotUnderstood
from ..deadlines import find_deadlines, may_be_deadline, parse_deadlines
from ..extract import Block, Extraction
from ..language import Language
from ..layout import DocumentLayout, PartLayout, part_keys
from ..spans import Piece, Pieces
from .model import CellParagraph, Division, Entry, EntryDate, FurtherCell, Reading, Refuse

BULLETS = "·•▪‣◦–—-"
_LABEL = re.compile(r"\(?(\d+(?:\.\d+)*|[A-Z]|[IVX]+)[.)]?")


@dataclass
class BlockView:
    """A document, the grammar of its language, and the entries that were read."""

    extraction: Extraction
    language: Language
    refuse: Refuse
    layout: DocumentLayout
    problems: list[NotUnderstood] | None = None
    reading: Reading = field(default_factory=Reading)
    division: Division | None = None

    def __post_init__(self) -> None:
        self._keys = part_keys(self.layout)

    def key(self, part: int) -> str:
        """The key of a part: the annex in which it stands, where that has a number, else that of the layout."""
        if self.division and self.division.number is not None:
            return f"A{self.division.number}"
        return self._keys[part]

    def concepts(self, scheme: str) -> dict[str, tuple[str, ...]]:
        return self.layout.concepts(scheme, self.language)

    def begin_table(self, part: PartLayout, table: Block) -> None:
        """Take a table as read: it is of its annex's kind."""
        self.reading.tables.append((table.start, table.end))
        if self.division:
            self.division.kind = "dialogues" if part.kind == "dialogues" else "actions"

    def say(self, words: Iterable[Pieces]) -> None:
        """Take words of the tables themselves: headers and their like."""
        (self.division.words if self.division else self.reading.words).extend(words)

    def label(self, pieces: Pieces) -> None:
        """Take the label of a group that stands in no section."""
        (self.division.labels if self.division else self.reading.words).append(pieces)

    def words(self, pieces: Iterable[Piece]) -> str:
        return " ".join(" ".join(self.extraction.text[p.start : p.end].split()) for p in pieces)

    def is_date(self, words: str) -> bool:
        """Return whether all of these words are one target date or several."""
        return bool(parse_deadlines(words, self.language))

    def pieces(self, block: Block) -> Pieces:
        """Return the words of a block without marks, and without the notes in it, a piece a line."""
        return tuple(
            Piece(leaf.start + match.start(), leaf.start + match.end())
            for leaf in _leaves_of_words(block)
            for match in re.finditer(r"\S(?:[^\n]*\S)?", self.extraction.text[leaf.start : leaf.end])
        )

    def paragraphs_of(self, cell: Block) -> list[CellParagraph]:
        """Return the paragraphs and items of a cell in order, those without words left out."""
        paragraphs = []
        for block in leaf_parents(cell):
            if pieces := self.pieces(block):
                bullet = self.extraction.text[pieces[0].start] in BULLETS and len(self.words(pieces)) > 1
                paragraphs.append(CellParagraph(pieces, block.kind == "item" or bullet))
        return paragraphs

    def turns_page(self, start: int, end: int) -> bool:
        """Whether a page begins between these offsets."""
        return any(start <= page.start <= end for page in self.extraction.pages)

    def stop(self, what: str, pieces: Sequence[Piece], cure: str) -> NotUnderstood:
        return self.refuse(what, pieces[0].start, pieces[-1].end, cure)

    def between(self, part: PartLayout, blocks: Sequence[Block]) -> list[Block]:
        """Return the blocks from the one that ``begins`` the part to the one that ``ends`` it."""
        blocks = list(blocks)
        for name, pattern in (("begins", part.begins), ("ends", part.ends)):
            if not pattern:
                continue
            at = next((i for i, b in enumerate(blocks) if re.search(pattern, self.words(self.pieces(b)))), None)
            if at is None and name == "begins":
                first = self.extraction.blocks[0]
                raise self.refuse(
                    f"No words fit “{pattern}”, with which this part begins",
                    first.start,
                    first.end,
                    "correct “begins” in the layout, or take the document that has the part.",
                )
            if at is not None:
                blocks = blocks[at:] if name == "begins" else blocks[:at]
        return blocks

    def dates_of(self, cell: Block, role: str) -> list[Pieces]:
        """Return the dates of a cell: the whole of it where that is one, else one a paragraph."""
        whole = self.pieces(cell)
        if self.is_date(self.words(whole)):
            return [whole]
        dates = [paragraph.pieces for paragraph in self.paragraphs_of(cell)]
        for pieces in dates:
            if not self.is_date(self.words(pieces)):
                beside = f"grammar.{self.language.code}.toml beside source.toml"
                cure = f"compare it with the published document; if it is right, add the wording to {beside}."
                if not may_be_deadline(self.words(pieces), self.language):
                    cure = (
                        f"these are no words of a date: correct which column is “{role}” in layout.toml, or, if "
                        f"the cell names no time, add them under “unspecified” to {beside}."
                    )
                name = "target date" if role == "deadline" else role
                error = self.stop(f"A {name} that no rule covers", pieces, cure)
                if self.problems is None:
                    raise error
                self.problems.append(error)
        return dates

    def add_entries(
        self,
        part: int,
        group: tuple[int | None, str | None],
        number: str,
        texts: Sequence[CellParagraph],
        dates: Sequence[EntryDate],
        further: tuple[FurtherCell, ...] = (),
        *,
        one_cell: bool,
    ) -> None:
        """Put texts and dates together: several texts with as many dates are several entries.

        In one cell several texts with one date are one entry; where cells have no border (``one_cell`` false) they
        are refused. Items belong to the paragraph above them, a text goes on after one that ends in a colon.
        """
        groups: list[list[CellParagraph]] = []
        for text in texts:
            goes_on = groups and (text.is_item or self.words(groups[-1][-1].pieces).endswith(":"))
            if goes_on:
                groups[-1].append(text)
            else:
                groups.append([text])
        if len(groups) > 1 and one_cell and len(dates) != len(groups):
            groups = [[text for group in groups for text in group]]
        if len(groups) > 1 and len(dates) != len(groups):
            every = [piece for group in groups for text in group for piece in text.pieces]
            cure = "list the headings in the layout, or compare the rows with the published document."
            raise self.stop(f"{len(groups)} texts stand before {len(dates)} date(s)", every, cure)
        if len(groups) > 1:
            for together, date in zip(groups, dates, strict=True):
                self.add(part, group, number, together, [date], further)
            return
        [together] = groups
        items = [text for text in together if text.is_item]
        if len(dates) > 1 and len(items) == len(dates):
            dated = [date._replace(about=item.pieces) for item, date in zip(items, dates, strict=True)]
        else:
            dated = list(dates)
        self.add(part, group, number, together, dated, further)

    def add(
        self,
        part: int,
        group: tuple[int | None, str | None],
        number: str,
        texts: Sequence[CellParagraph],
        dates: Sequence[EntryDate],
        further: tuple[FurtherCell, ...],
    ) -> None:
        """Take an entry below this section, of this kind."""
        pieces = tuple(piece for text in texts for piece in text.pieces)
        section, kind = group
        self.reading.entries.append(
            Entry(part, section, number, pieces, tuple(dates), further, self.key(part), kind)
        )

    def dates_within(self, pieces: Sequence[Piece]) -> list[EntryDate]:
        """Return the dates in running text; one that goes over pieces is not looked for."""
        text, dates = self.extraction.text, []
        for piece in pieces:
            for _, start, end, purpose in find_deadlines(text[piece.start : piece.end], self.language):
                about = (Piece(piece.start + purpose[0], piece.start + purpose[1]),) if purpose else ()
                dates.append(EntryDate((Piece(piece.start + start, piece.start + end),), about))
        return dates


def _leaves_of_words(block: Block) -> Iterator[Block]:
    if not block.children and block.kind != "mark":
        yield block
    for child in block.children:
        if child.kind != "note" or block.kind == "note":
            yield from _leaves_of_words(child)


def leaf_parents(block: Block) -> list[Block]:
    """List the paragraphs, items and headings in a block, or itself, in order, whole with their marks."""
    if not block.children or block.children[0].kind in ("text", "mark"):
        return [block]
    is_note = block.kind == "note"
    return [leaf for child in block.children if is_note or child.kind != "note" for leaf in leaf_parents(child)]


def asides(block: Block) -> Iterator[Block]:
    """Yield the notes and marks in a block, or itself: what is no word of it."""
    if block.kind in ("note", "mark"):
        yield block
    else:
        for child in block.children:
            yield from asides(child)


def outline(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield tables, also within cells, outermost first, and the paragraphs, headings and notes outside of them."""
    for block in blocks:
        if block.kind == "table":
            yield from tables_in([block])
        elif not block.children or block.children[0].kind in ("text", "mark"):
            yield block
        else:
            yield from outline(block.children)


def tables_in(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every table, also within cells, outermost first."""
    for block in blocks:
        if block.kind == "table":
            yield block
        yield from tables_in(block.children)


def distinct(row: dict[int, Block]) -> list[Block]:
    return list({id(cell): cell for cell in row.values()}.values())


def grid(table: Block) -> list[dict[int, Block]]:
    """Return the cells of each row by grid column; a cell stands in each row and column that it spans."""
    rows: list[dict[int, Block]] = []
    running: dict[int, tuple[Block, int]] = {}
    for row in table.children:
        cells = {column: cell for column, (cell, left) in running.items() if left > 0}
        running = {column: (cell, left - 1) for column, (cell, left) in running.items() if left > 1}
        for cell in row.children:
            for column in range(cell.column, cell.column + cell.colspan):
                cells[column] = cell
                if cell.rowspan > 1:
                    running[column] = (cell, cell.rowspan - 1)
        rows.append(cells)
    return rows


def label_of(block: Block) -> str:
    """Return the printed number of an item or heading, without the signs around it: "2.4." is "2.4"."""
    match = _LABEL.fullmatch(block.label.strip())
    return match[1] if match else ""
