"""Where a cell stands in the grid of its table: columns counted from 0, with what spans rows from above."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from .model import Block

WIDEST = 1_000
"""Columns that one cell may span: the limit of HTML."""


class CellSpan(NamedTuple):
    """Column from 0, and how many rows and columns a cell takes."""

    column: int
    rows: int
    columns: int


class Columns:
    """Gives each cell its column, row by row; a cell that spans rows keeps its columns in the rows below."""

    def __init__(self) -> None:
        self._held: list[int] = []
        self._at = 0

    def next_row(self) -> None:
        """Begin the next row."""
        self._held = [max(rows - 1, 0) for rows in self._held]
        self._at = 0

    def place(self, rows: int, columns: int, column: int | None = None) -> CellSpan:
        """Place the next cell of the row: in the first free column, or in ``column`` where the file says it.

        ``rows`` of 0 is to the end of the table.
        """
        if column is not None:
            self._at = column
        else:
            while self._at < len(self._held) and self._held[self._at] > 0:
                self._at += 1
        columns = min(max(columns, 1), WIDEST)
        span = CellSpan(self._at, rows or 65_534, columns)
        end = self._at + columns
        self._held.extend([0] * (end - len(self._held)))
        self._held[self._at : end] = [span.rows] * columns
        self._at = end
        return span


def with_span(cell: Block, span: CellSpan, header: bool = False) -> Block:
    """The cell with its place in the grid."""
    return replace(cell, column=span.column, rowspan=span.rows, colspan=span.columns, header=header)
