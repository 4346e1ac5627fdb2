"""Tables that have become running words → blocks; and the blocks that flattened text is put together into.

Where words end and a cell begins cannot be told from such a text: the layout says what each cell looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .checked_toml import spaced
from .extract import Block
from .furniture import CleanText
from .layout import DATED, PartLayout
from .spans import Piece

CURE = "compare the row with the publisher's document; nothing is guessed."


def block_of(kind: str, pieces: Sequence[Piece], column: int = 0, colspan: int = 1) -> Block:
    """A block with these pieces as its text, in their order, which may not be that of the page."""
    inside = tuple(Block("text", piece.start, piece.end) for piece in pieces)
    start, end = min(piece.start for piece in pieces), max(piece.end for piece in pieces)
    return Block(kind, start, end, inside, column=column, colspan=colspan)  # type: ignore[arg-type]


def line_of(view: CleanText, line: Piece) -> Block:
    return block_of("paragraph", view.pieces(line.start, line.end))


def row_of(*cells: Block) -> Block:
    return Block("row", min(cell.start for cell in cells), max(cell.end for cell in cells), cells)


def header_of(columns: dict[str, tuple[str, ...]], order: Sequence[str]) -> re.Pattern[str]:
    def words(role: str) -> str:
        either = sorted(columns[role], key=len, reverse=True)
        return "|".join(r"\s+".join(map(re.escape, name.split())) for name in either)

    return re.compile(r"\s+".join(f"(?P<{role}>{words(role)})" for role in order) + r"(?!\S)")


def with_running_tables(view: CleanText, parts: Sequence[PartLayout], start: int, end: int) -> Iterator[Block]:
    """The tables that have become running words, and what stands between them."""
    forms = [
        (part, header_of(columns, list(columns)), columns) for part in parts if (columns := _columns(view, part))
    ]
    headers = sorted(
        (
            (match, part, columns)
            for part, form, columns in forms
            for match in form.finditer(view.text, start, end)
        ),
        key=lambda header: header[0].start(),
    )
    at = start
    for index, (match, part, columns) in enumerate(headers):
        limit = headers[index + 1][0].start() if index + 1 < len(headers) else end
        yield from (line_of(view, line) for line in view.lines(at, match.start()))
        rows = [row_of(*(_cell(view, match, role, n) for n, role in enumerate(columns)))]
        at = match.end()
        for match_of_row in RunningRow(view, part, list(columns)).read(at, limit):
            rows.append(row_of(*(_cell(view, match_of_row, role, n) for n, role in enumerate(columns))))
            at = match_of_row.end()
        yield Block("table", rows[0].start, rows[-1].end, tuple(rows))
    yield from (line_of(view, line) for line in view.lines(at, end))


def _columns(view: CleanText, part: PartLayout) -> dict[str, tuple[str, ...]]:
    return part.columns.get(view.document.language.code, {})


def _cell(view: CleanText, match: re.Match[str], role: str, column: int) -> Block:
    return block_of("cell", view.pieces(*match.span(role)), column)


class RunningRow:
    """What a row looks like that has become running words: its cells by pattern, and as few words as can be."""

    def __init__(self, view: CleanText, part: PartLayout, order: Sequence[str]) -> None:
        self.view = view
        forms: dict[str, str] = {role: spaced(form) for role, form in part.cells.items()}
        forms |= dict.fromkeys(DATED - part.cells.keys(), view.document.language.period_form)
        if missing := next((role for role in order if role not in forms and role != "description"), None):
            start = view.lines(0, len(view.text))[:1]
            raise view.refuse(f"The layout has no pattern of the {missing}", start, "add it under “cells”.")
        groups = (rf"(?P<{r}>\S.*?)" if r == "description" else rf"(?P<{r}>{forms[r]})" for r in order)
        cells = [rf"(?:{forms[role]})" for role in order if role != "description"]
        pairs = (rf"{a}\s+{b}" for n, a in enumerate(cells) for b in cells[n + 1 :])
        self.row = re.compile(r"\s*" + r"\s+".join(groups) + r"(?!\S)", re.IGNORECASE | re.DOTALL)
        self.cell = re.compile("|".join(cells), re.IGNORECASE)
        self.last = re.compile(cells[-1], re.IGNORECASE)
        self.strange = re.compile(rf"(?<!\w)(?:{'|'.join(pairs) or cells[-1]}|{cells[-1]})(?!\w)", re.IGNORECASE)

    def read(self, at: int, limit: int) -> Iterator[re.Match[str]]:
        """Yield the rows that follow one another from here on; NotUnderstood for one that has lost a cell."""
        while match := self.row.match(self.view.text, at, limit):
            self._check(*match.span("description"), is_row=True)
            yield match
            at = match.end()
        sentence = re.compile(r"[.:;]\s").search(self.view.text, at, limit)
        self._check(at, sentence.start() if sentence else limit, is_row=False)

    def _check(self, start: int, end: int, is_row: bool) -> None:
        """Refuse words in which cells of another row stand: two, and in a row its last, or one with letters."""
        stretches = [*self.strange.finditer(self.view.text, start, end)]
        stretches += self.cell.finditer(self.view.text, start, end) if is_row else ()
        for match in stretches:
            is_one = self.cell.fullmatch(match.group()) is not None
            is_number = re.search(r"[^\W\d]", match.group()) is None
            if not is_one or (is_row and not (is_number and not self.last.fullmatch(match.group()))):
                raise self.view.refuse("Cells of a row that lacks one", self.view.pieces(*match.span()), CURE)
