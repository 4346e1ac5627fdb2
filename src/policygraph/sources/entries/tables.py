"""Tables with a header, tables whose first column names the fields, and tables of years and quarters."""

from __future__ import annotations

from collections.abc import Sequence

from ..extract import Block
from ..layout import DATED, PartLayout, fold_header
from ..spans import Pieces
from .model import CellParagraph, EntryDate, FurtherCell, Section
from .view import BlockView, distinct, grid, label_of, tables_in


def read_tables(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read each table whose header the layout knows, row by row; a header that is repeated is read once."""
    for table in tables_in(blocks):
        rows = grid(table)
        header = next((n for n, row in enumerate(rows) if _is_header(view, part, row)), None)
        if header is None:
            continue
        view.reading.tables.append((table.start, table.end))
        for row in rows[:header]:
            view.reading.words += [pieces for cell in row.values() if (pieces := view.pieces(cell))]
        _rows(view, index, part, rows[header], rows[header + 1 :])


def _is_header(view: BlockView, part: PartLayout, row: dict[int, Block]) -> bool:
    roles = set(_roles(view, part, row).values())
    return "description" in roles and bool(roles & DATED or "deadline" in part.may_lack)


def _roles(view: BlockView, part: PartLayout, row: dict[int, Block]) -> dict[int, str]:
    """The role of each column by the words of its header; one that the layout does not name is kept as other."""
    return {
        column: part.role_of(view.words(view.pieces(cell)), view.language.code) or "other"
        for column, cell in row.items()
    }


def _rows(
    view: BlockView, index: int, part: PartLayout, header: dict[int, Block], rows: list[dict[int, Block]]
) -> None:
    roles = _roles(view, part, header)
    heads = {column: view.pieces(cell) for column, cell in header.items()}
    view.reading.words += [pieces for pieces in dict.fromkeys(heads.values()) if pieces]
    section: int | None = None
    above: list[int] = []
    for row in rows:
        filled = {column: cell for column, cell in row.items() if view.pieces(cell)}
        if not filled:
            continue
        if _roles(view, part, row) == roles and _is_header(view, part, row):
            view.reading.words += [view.pieces(cell) for cell in dict.fromkeys(filled.values())]
            continue
        cells = distinct(row)
        if len(cells) == 1 and len(header) > 1:
            above.append(_spanning(view, part, cells[0], above))
            section = above[-1]
            continue
        above.clear()
        _row(view, index, part, section, roles, heads, row)


def _spanning(view: BlockView, part: PartLayout, cell: Block, above: Sequence[int]) -> int:
    """A row of one cell heads the rows below it; right below another such row it lies in that section."""
    pieces = view.pieces(cell)
    if part.sections != "spanning":
        cure = 'say sections = "spanning" in the layout if it heads the rows below; else correct the row.'
        raise view.stop("A row that has one cell only", pieces, cure)
    view.reading.sections.append(Section(pieces, label_of(cell), above[-1] if above else None))
    return len(view.reading.sections) - 1


def _row(
    view: BlockView,
    index: int,
    part: PartLayout,
    section: int | None,
    roles: dict[int, str],
    heads: dict[int, Pieces],
    row: dict[int, Block],
) -> None:
    texts: list[CellParagraph] = []
    dates: list[EntryDate] = []
    number, further = "", []
    for column, role in sorted(roles.items()):
        cell = row.get(column)
        pieces = view.pieces(cell) if cell else ()
        if cell is None or not pieces:
            if role in ("description", *DATED) and role not in part.may_lack:
                whole = [p for c in row.values() for p in view.pieces(c)]
                raise view.stop(f"A row without {role}", whole, "compare it with the published document.")
        elif role == "description":
            texts += view.paragraphs_of(cell)
        elif role in DATED:
            about = () if role == "deadline" else heads[column]
            dates += [EntryDate(date, about) for date in view.dates_of(cell, role)]
        else:
            number = view.words(pieces) if role == "number" else number
            further.append(FurtherCell(role, heads[column], pieces))
    view.add_entries(index, section, number, texts, dates, tuple(further), one_cell=True)


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
            _row(view, index, part, None, named, heads, by_field)


def read_matrices(view: BlockView, index: int, _: PartLayout, blocks: list[Block]) -> None:
    """Read tables of years over quarters, or of years: each filled cell is an entry due in its column."""
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
                view.reading.sections.append(Section(view.pieces(row[0]), label_of(row[0])))
                section = len(view.reading.sections) - 1
            for column, date in heads.items():
                cell = row.get(column)
                for paragraph in view.paragraphs_of(cell) if cell else []:
                    view.add(index, section, "", [paragraph], [EntryDate(date)], ())


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
    ignored = set(map(fold_header, ignore))
    for table in tables_in(view.extraction.blocks):
        if any(start <= table.start < end for start, end in view.reading.tables):
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
