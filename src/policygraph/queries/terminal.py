"""Answers as a terminal shows them, with rich: a table where it fits, else one record below the other.

A module below 60 lines, since rich takes long to import and is wanted on a terminal only.
"""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from .results import Answer, cell, counted, is_number

WORDS = 30
"""Cells up to this many characters are not wrapped; a column with longer ones gets at least as much room."""


def show(answer: Answer, console: Console | None = None) -> None:
    """Print the answer on ``console``, by default the terminal."""
    console = console or Console()
    cells = [[cell(term, answer.base) for term in row] for row in answer]
    widths = [max(map(len, column)) for column in zip(answer.columns, *cells, strict=True)]
    fits = sum(min(width, WORDS) + 2 for width in widths) < console.width
    console.print(_table(answer, cells, widths) if fits else _records(answer, cells), highlight=False)
    console.print(Text(counted(answer)), highlight=False)


def _table(answer: Answer, cells: list[list[str]], widths: list[int]) -> Table:
    """One line a row; cells are text, never markup, and only long ones are wrapped."""
    table = Table(box=SIMPLE_HEAD)
    for place, (name, width) in enumerate(zip(answer.columns, widths, strict=True)):
        numeric = any(is_number(row[place]) for row in answer)
        table.add_column(name, justify="right" if numeric else "left", no_wrap=width <= WORDS, overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _records(answer: Answer, cells: list[list[str]]) -> Group:
    """One record below the other, a line a column; empty cells are left out."""
    records = []
    for terms, row in zip(answer, cells, strict=True):
        record = Table.grid(padding=(0, 2, 0, 0))
        record.add_column(style="bold", no_wrap=True)
        record.add_column(overflow="fold")
        for name, term, words in zip(answer.columns, terms, row, strict=True):
            if term is not None:
                record.add_row(name, Text(words))
        record.add_row()
        records.append(record)
    return Group(*records)
