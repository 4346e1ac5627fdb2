"""Tables with a header, tables whose first column names the fields, and tables of years and quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..deadlines import parse_between
from ..extract import Block
from ..language import fold
from ..layout import DATED, DIALOGUE_ROLES, PartLayout, fold_header
from ..spans import Pieces, Stretches
from .model import CellParagraph, DialogueRow, EntryDate, FurtherCell, Section
from .view import BlockView, distinct, grid, label_of, outline, tables_in

SENTENCE_ENDS = ".;,:-"


def read_tables(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read each table whose header the layout knows, row by row; a header that is repeated is read once.

    A table without a header that follows one at once, and has as many columns, goes on with it over a page.
    """
    groups = Groups(view, part, index)
    above: dict[int, Block] = {}
    for block in outline(blocks):
        if block.kind != "table":
            groups.note(block)
            continue
        rows = grid(block)
        header = next((n for n, row in enumerate(rows) if _is_header(view, part, row)), None)
        if header is None and above and not groups.between and _width(rows) == len(above):
            view.begin_table(part, block)
            _rows(view, index, part, above, rows, groups)
            continue
        if header is None:
            _refuse_unparted(view, part, rows)
            groups.end()
            above = {}
            continue
        above = rows[header]
        view.begin_table(part, block)
        groups.begin()
        for row in rows[:header]:
            cells = [cell for cell in distinct(row) if view.pieces(cell)]
            if len(cells) == 1 and groups.code(cells[0]):
                groups.head(cells[0])
            else:
                view.say(map(view.pieces, cells))
        _rows(view, index, part, rows[header], rows[header + 1 :], groups)
        groups.end()
    _all_labelled(view, index, part)


def _all_labelled(view: BlockView, index: int, part: PartLayout) -> None:
    """Refuse a row without a label where others have one; a flattened text has no headings without labels."""
    entries = [entry for entry in view.reading.entries if entry.part == index] if part.labels else []
    bare = next((entry for entry in entries if entry.kind is None), None)
    if bare and (view.extraction.format == "text" or any(entry.kind for entry in entries)):
        cure = "a label is lost above it, or lacks under “labels” in the layout."
        raise view.stop("A row stands before the first section label", bare.pieces, cure)


def _refuse_unparted(view: BlockView, part: PartLayout, rows: Sequence[Mapping[int, Block]]) -> None:
    """Refuse a table of one row whose cells begin with a line of a header: all its rows have run together."""
    if len(rows) != 1 or view.extraction.format != "pdf":
        return
    lines = {column: view.pieces(cell) for column, cell in rows[0].items()}
    first = {column: Block("text", *pieces[0]) for column, pieces in lines.items() if pieces}
    if any(len(pieces) > 1 for pieces in lines.values()) and _is_header(view, part, first):
        cure = "take another format of the document."
        raise view.stop("A table in which nothing parts one row from the next", _words_of(lines), cure)


def _width(rows: Sequence[Mapping[int, Block]]) -> int:
    return max((column + 1 for row in rows for column in row), default=0)


def _is_header(view: BlockView, part: PartLayout, row: Mapping[int, Block]) -> bool:
    roles = set(_roles(view, part, row).values())
    if part.cells:
        return roles == set(part.columns.get(view.language.code, ()))
    if part.kind == "dialogues":
        return roles >= {"sectors", "date"}
    return "description" in roles and bool(roles & DATED or "deadline" in part.may_lack)


def _roles(view: BlockView, part: PartLayout, row: Mapping[int, Block]) -> dict[int, str]:
    """The role of each column by the words of its header; one that the layout does not name is kept as other."""
    return {
        column: part.role_of(view.words(view.pieces(cell)), view.language.code) or "other"
        for column, cell in row.items()
    }


def _rows(
    view: BlockView,
    index: int,
    part: PartLayout,
    header: dict[int, Block],
    rows: list[dict[int, Block]],
    groups: Groups,
) -> None:
    roles = _roles(view, part, header)
    heads = {column: view.pieces(cell) for column, cell in header.items()}
    view.say([_words_of(heads)])
    repeated = [row for row in rows if _roles(view, part, row) == roles and _is_header(view, part, row)]
    view.say(_words_of({column: view.pieces(cell) for column, cell in row.items()}) for row in repeated)
    again = set(map(id, repeated))
    rows = [row for row in rows if id(row) not in again and any(view.pieces(cell) for cell in row.values())]
    for at, row in enumerate(rows):
        cells = distinct(row)
        if len(cells) == 1 and len(header) > 1:
            groups.head(cells[0])
        elif heading := groups.unmerged(rows[at : at + 3]):
            groups.head(heading)
        else:
            groups.refuse_label_within(cells)
            _row(view, index, part, groups.of_row(), roles, heads, row)


def _words_of(heads: Mapping[int, Pieces]) -> Pieces:
    """The words of all cells of a header together."""
    return tuple(sorted({piece for pieces in heads.values() for piece in pieces}))


class Groups:
    """What heads the rows of a table: sections, and the labels below them that name kinds."""

    def __init__(self, view: BlockView, part: PartLayout, index: int) -> None:
        self.view, self.part, self.index = view, part, index
        self.section: int | None = None
        self.kind: str | None = None
        self.above: list[int] = []
        self.between: list[Block] = []
        self.is_of_dialogues = part.kind == "dialogues"
        self.codes = view.concepts(part.labels) if part.labels else {}

    def code(self, block: Block) -> str | None:
        """The code that the words of a block name as a label, or None."""
        return self.codes.get(fold(self.view.words(self.view.pieces(block))), (None,))[0]

    def note(self, block: Block) -> None:
        """Keep a heading or label that stands between tables: it may head the next."""
        if block.kind == "furniture" and self.code(block):
            cure = "take another format of the document: it would be lost among what belongs to the page."
            raise self.view.stop(
                "A section label that stands where running headers do", self.view.pieces(block), cure
            )
        if block.kind not in ("furniture", "note") and self.view.pieces(block):
            self.between.append(block)

    def begin(self) -> None:
        """Begin a table: what stands right above it heads it, where the layout says so."""
        if self.part.sections != "above":
            self.section = self.kind = None
        elif self.between:
            heads = self._heads()
            if not heads or self.code(heads[0]) is None:
                self.section = self.kind = None
            for block in heads:
                self.head(block)
        self.above, self.between = [], []

    def _heads(self) -> list[Block]:
        """The last blocks above a table that head it: a label, a heading above that, and one around it."""
        heads: list[Block] = []
        for block in reversed(self.between):
            words = self.view.words(self.view.pieces(block))
            is_label = self.code(block) is not None
            below_label = len(heads) == 1 and self.code(heads[0]) is not None
            if self.is_of_dialogues and not is_label:
                break
            is_heading = block.kind == "heading" or (below_label and words[-1] not in SENTENCE_ENDS)
            is_within = 0 < block.level < heads[0].level if heads and heads[0].level else self.view.division
            wider = heads and not below_label and not is_within
            is_title = self._is_title(block) and not (below_label and self._has_peer(block))
            if (is_label and heads) or (not is_label and not is_heading) or wider or is_title:
                break
            heads.insert(0, block)
        return heads

    def _is_title(self, block: Block) -> bool:
        """Whether this is the first heading of all, above a document without annexes: its title."""
        first = next((b for b in self.view.extraction.blocks if b.kind == "heading"), None)
        return block is first and self.view.division is None and self.code(block) is None

    def _has_peer(self, block: Block) -> bool:
        """Whether other headings are set as this one, by what the file says of them: then it is no title."""
        look = (block.kind, block.level, block.style)
        others = (b for b in self.view.extraction.blocks if b is not block)
        return look != ("heading", 0, "") and any((b.kind, b.level, b.style) == look for b in others)

    def end(self) -> None:
        """End a table."""
        self.above, self.between = [], []

    def head(self, cell: Block) -> None:
        """Take a row of one cell: a label, or a heading of the rows below; right below another it lies in that."""
        view, pieces = self.view, self.view.pieces(cell)
        code = self.code(cell)
        if code is None and (self.is_of_dialogues or self.part.sections in ("none", "listed")):
            cure = 'say sections = "spanning" in the layout if it heads the rows below; else correct the row.'
            raise view.stop("A row that has one cell only", pieces, cure)
        if code is None:
            parent = self.above[-1] if self.above else None
            view.reading.sections.append(Section(pieces, label_of(cell), parent, view.key(self.index)))
            self.section, self.kind = len(view.reading.sections) - 1, None
            self.above.append(self.section)
            return
        self._label(code, pieces)
        self.above.clear()

    def _label(self, code: str, pieces: Pieces) -> None:
        """Take a label: that of its section, or of the table itself where no heading is above it."""
        view = self.view
        if self.is_of_dialogues:
            view.label(pieces)
        elif self.section is None:
            cure = "compare it with the publisher's document: a heading is missing above it."
            raise view.stop("Actions without a heading above them", pieces, cure)
        else:
            section = view.reading.sections[self.section]
            named = {self.codes[fold(view.words(label))][0] for label in section.labels}
            if code in named:
                cure = "compare it with the publisher's document: a heading or a label is lost between them."
                raise view.stop("The same label twice below one heading", pieces, cure)
            view.reading.sections[self.section] = replace(section, labels=(*section.labels, pieces))
        self.kind = code

    def unmerged(self, rows: list[dict[int, Block]]) -> Block | None:
        """The one filled cell of a row that is a heading or label although its other cells are there, empty.

        A label is known by its words; a heading stands above one, or above a heading above one, and ends in no
        sign that ends a sentence. Anything else could be an action that lost its date.
        """
        filled = [[cell for cell in distinct(row) if self.view.pieces(cell)] for row in rows]
        if not self.codes or len(filled[0]) != 1:
            return None
        for cells in filled:
            if len(cells) != 1:
                return None
            if self.code(cells[0]) is not None:
                return filled[0][0]
            if self.view.words(self.view.pieces(cells[0]))[-1] in SENTENCE_ENDS:
                return None
        return None

    def refuse_label_within(self, cells: Sequence[Block]) -> None:
        """Refuse a cell of a page whose first or last line is a label: a row of its own ran into it."""
        for pieces in map(self.view.pieces, cells) if self.view.extraction.format == "pdf" else ():
            for piece in (pieces[0], pieces[-1]) if len(pieces) > 1 else ():
                if fold(self.view.words((piece,))) in self.codes:
                    cure = "take another format of the document: nothing on the page parts the two."
                    raise self.view.stop("A section label within the words of a row", (piece,), cure)

    def of_row(self) -> tuple[int | None, str | None]:
        """Return section and kind of a row below what was taken."""
        self.above.clear()
        return self.section, self.kind


def _row(
    view: BlockView,
    index: int,
    part: PartLayout,
    group: tuple[int | None, str | None],
    roles: dict[int, str],
    heads: dict[int, Pieces],
    row: dict[int, Block],
) -> None:
    if part.kind == "dialogues":
        _dialogue(view, index, group[1], roles, row)
        return
    texts: list[CellParagraph] = []
    dates: list[EntryDate] = []
    number, further = "", []
    for column, role in sorted(roles.items()):
        cell = row.get(column)
        pieces = view.pieces(cell) if cell else ()
        if cell is None or not pieces:
            if role in ("description", *DATED) and role not in part.may_lack:
                whole = [p for c in row.values() for p in view.pieces(c)]
                cure = "compare it with the published document; if it has none, name the role in “may_lack”."
                raise view.stop(f"A row without {role}", whole, cure)
        elif role == "description":
            texts += view.paragraphs_of(cell)
        elif role in DATED:
            about = () if role == "deadline" else heads[column]
            dates += [EntryDate(date, about) for date in view.dates_of(cell, role)]
        else:
            number = view.words(pieces) if role == "number" else number
            further.append(FurtherCell(role, heads[column], pieces))
    view.add_entries(index, group, number, texts, dates, tuple(further), one_cell=True)


def _dialogue(view: BlockView, index: int, kind: str | None, roles: dict[int, str], row: dict[int, Block]) -> None:
    """A row of a table of dialogues; without a sector it has that of the row above."""
    cells = {role: view.pieces(row[column]) for column, role in roles.items() if column in row}
    cells = {role: pieces for role, pieces in cells.items() if pieces}
    rows, cure = view.reading.dialogues, "compare the row with the published document."
    whole = sorted({piece for pieces in cells.values() for piece in pieces})
    if kind is None:
        raise view.stop(
            "A row stands before the first section label",
            whole,
            "name that label in the layout, or correct the text.",
        )
    if "sectors" not in cells and rows and rows[-1].part == index:
        cells["sectors"] = rows[-1].cells["sectors"]
    if missing := [role for role in DIALOGUE_ROLES if role not in cells]:
        raise view.stop(f"A row without {missing[0]}", whole, cure)
    rows.append(DialogueRow(index, view.key(index), kind, cells))


def read_transposed(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read each table as an entry, or each of its columns after the first."""
    for table in tables_in(blocks):
        rows = grid(table)
        roles = {
            n: part.role_of(view.words(view.pieces(row[0])), view.language.code)
            for n, row in enumerate(rows)
            if 0 in row
        }
        if "description" not in roles.values() or not set(roles.values()) & DATED:
            continue
        view.reading.tables.append((table.start, table.end))
        view.reading.words += [view.pieces(row[0]) for row in rows if 0 in row and view.pieces(row[0])]
        for column in sorted({column for row in rows for column in row} - {0}):
            by_field = {n: row[column] for n, row in enumerate(rows) if column in row}
            heads = {n: view.pieces(rows[n][0]) for n in by_field if 0 in rows[n]}
            named = {n: roles.get(n) or "other" for n in by_field}
            _row(view, index, part, (None, None), named, heads, by_field)


def read_matrices(view: BlockView, index: int, _: PartLayout, blocks: list[Block]) -> None:
    """Read tables of years over quarters, or of years: each filled cell is an entry due in its column, or in those
    that it spans.
    """
    for table in tables_in(blocks):
        rows = grid(table)
        depth = next((n for n in (2, 1) if _period_heads(view, rows, n)), 0)
        if not depth:
            continue
        view.reading.tables.append((table.start, table.end))
        heads = _period_heads(view, rows, depth)
        view.reading.words += [
            view.pieces(cell) for row in rows[:depth] for cell in distinct(row) if view.pieces(cell)
        ]
        for row in rows[depth:]:
            section = None
            if 0 not in heads and 0 in row and view.pieces(row[0]):
                view.reading.sections.append(Section(view.pieces(row[0]), label_of(row[0]), None, view.key(index)))
                section = len(view.reading.sections) - 1
            for cell in distinct({column: row[column] for column in heads if column in row}):
                spanned = [date for column, date in heads.items() if row.get(column) is cell]
                until = spanned[-1] if len(spanned) > 1 else ()
                ends = view.words(spanned[0]), view.words(until)
                if until and view.pieces(cell) and not parse_between(*ends, view.language):
                    cure = "compare the heads with the published document."
                    raise view.stop("A cell below heads that follow no order in time", view.pieces(cell), cure)
                for paragraph in view.paragraphs_of(cell):
                    date = EntryDate(spanned[0], until=until)
                    view.add(index, (section, None), "", [paragraph], [date], ())


def _period_heads(view: BlockView, rows: list[dict[int, Block]], depth: int) -> dict[int, Pieces]:
    """The date that each column stands for, innermost head first ("Q1" over "2026" is "Q1 2026"); {} for none."""
    if len(rows) <= depth:
        return {}
    heads: dict[int, Pieces] = {}
    for column in sorted(rows[depth - 1]):
        pieces = tuple(p for row in reversed(rows[:depth]) if column in row for p in view.pieces(row[column]))
        if view.is_date(view.words(pieces)):
            heads[column] = pieces
        elif column > 0:
            return {}
    return heads if len(heads) > 1 else {}


def refuse_dated_tables(view: BlockView, ignore: Sequence[str]) -> None:
    """Refuse a table that no part read although most cells of a column are dates."""
    ignored, tables = set(map(fold_header, ignore)), Stretches(view.reading.tables)
    for table in tables_in(view.extraction.blocks):
        if tables.cover(table.start, table.start + 1):
            continue
        rows = grid(table)
        heads = {fold_header(view.words(view.pieces(cell))) for row in rows[:2] for cell in row.values()}
        if heads & ignored or len(rows) < 3:
            continue
        columns = {column for row in rows for column in row}
        for column in columns:
            cells = [view.words(view.pieces(row[column])) for row in rows[1:] if column in row]
            dated = sum(view.is_date(words) for words in cells)
            if len(cells) >= 2 and dated > len(cells) / 2 and len(columns) > 1:
                cure = "name its columns in layout.toml, or a word of its header under “ignore”."
                raise view.stop("A table of dates that no layout reads", view.pieces(table), cure)
