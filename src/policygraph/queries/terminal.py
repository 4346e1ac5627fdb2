"""Answers as a terminal shows them, with rich: a table where it fits, else one record below the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from .results import Answer, Term, cell, counted, is_number

WORDS = 30
"""Cells up to this many characters are not wrapped; a column with longer ones gets at least as much room."""


def show(answer: Answer, console: Console | None = None) -> None:
    """Print the answer on ``console``, by default the terminal."""
    console = console or Console()
    fits = sum(min(width, WORDS) + 2 for width in _widths(answer)) < console.width
    console.print(_table(answer) if fits else _records(answer), highlight=False)
    console.print(Text(counted(answer)), highlight=False)


def _widths(answer: Answer) -> Iterator[int]:
    for name, terms in _columns(answer):
        yield max(map(len, chain([name], (cell(term, answer.base) for term in terms))))


def _columns(answer: Answer) -> Iterator[tuple[str, tuple[Term | None, ...]]]:
    terms = zip(*answer.rows, strict=True) if answer.rows else ((),) * len(answer.columns)
    return zip(answer.columns, terms, strict=True)


def _table(answer: Answer) -> Table:
    """One line a row; cells are text, never markup, and only long ones are wrapped."""
    table = Table(box=SIMPLE_HEAD)
    for (name, terms), width in zip(_columns(answer), _widths(answer), strict=True):
        justify: Any = "right" if any(map(is_number, terms)) else "left"
        table.add_column(name, justify=justify, no_wrap=width <= WORDS, overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text(cell(term, answer.base)) for term in row))
    return table


def _records(answer: Answer) -> Group:
    """One record below the other, a line a column; empty cells are left out."""
    return Group(*(_record(answer, row) for row in answer.rows))


def _record(answer: Answer, row: tuple[Term | None, ...]) -> Table:
    record = Table.grid(padding=(0, 2, 0, 0))
    record.add_column(style="bold", no_wrap=True)
    record.add_column(overflow="fold")
    for name, term in zip(answer.columns, row, strict=True):
        if term is not None:
            record.add_row(name, Text(cell(term, answer.base)))
    record.add_row()
    return record
