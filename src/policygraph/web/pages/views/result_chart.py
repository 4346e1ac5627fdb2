"""The chart that the columns of an answer suggest: bars for names with a number, shades for two names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ....engine.results import Solutions
from ....rdf.iris import XSD
from ...viewmodels.statements import Value
from .charts import SHADES

NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "nonNegativeInteger"))
MOST_BARS, MOST_COLUMNS = 40, 24


@dataclass(frozen=True, slots=True)
class BarChart:
    """Names and their numbers; a percentage is of the longest bar."""

    column: str
    bars: tuple[tuple[Value, str, float], ...]


@dataclass(frozen=True, slots=True)
class Heatmap2D:
    """A grid of numbers: each cell its words and its shade, "" and 0 where there is none."""

    column: str
    across: tuple[Value, ...]
    rows: tuple[tuple[Value, tuple[tuple[str, int], ...]], ...]


def numeric(rows: Solutions) -> frozenset[str]:
    """The columns that hold numbers and nothing else."""
    found = []
    for name in rows.columns:
        kinds = {
            getattr(getattr(row[name], "datatype", None), "value", "") for row in rows if row[name] is not None
        }
        if kinds and kinds <= NUMBERS:
            found.append(name)
    return frozenset(found)


def picture(rows: Solutions, cells: Sequence[Sequence[Value | None]]) -> BarChart | Heatmap2D | None:
    """The chart of an answer whose cells are as shown; None where its columns suggest none."""
    numbers = numeric(rows)
    kinds = tuple(name in numbers for name in rows.columns)
    if len(cells) < 2:
        return None
    if kinds[:2] == (False, True) and len(cells) <= MOST_BARS:
        return _bars(rows, cells)
    if kinds[:3] == (False, False, True):
        return _shades(rows, cells)
    return None


def _bars(rows: Solutions, cells: Sequence[Sequence[Value | None]]) -> BarChart | None:
    found = [(name, float(row.text(rows.columns[1]) or 0)) for row, (name, *_) in zip(rows, cells, strict=True)]
    most = max(number for _, number in found)
    if most <= 0 or any(number < 0 or name is None for name, number in found):
        return None
    bars = tuple((name, f"{number:g}", round(100 * number / most, 2)) for name, number in found if name)
    return BarChart(rows.columns[1], bars)


def _shades(rows: Solutions, cells: Sequence[Sequence[Value | None]]) -> Heatmap2D | None:
    down = {cell[0].text: cell[0] for cell in cells if cell[0]}
    across = {cell[1].text: cell[1] for cell in cells if cell[1]}
    numbers = {
        (cell[0].text, cell[1].text): float(row.text(rows.columns[2]) or 0)
        for row, cell in zip(rows, cells, strict=True)
        if cell[0] and cell[1]
    }
    most = max(numbers.values(), default=0)
    if len(numbers) != len(cells) or not 1 < len(across) <= MOST_COLUMNS or most <= 0 or min(numbers.values()) < 0:
        return None
    ordered = sorted(across, key=lambda text: (text.value[:4], text.value[4:] or "~"))
    grid = tuple((down[row], tuple(_cell(numbers.get((row, column)), most) for column in ordered)) for row in down)
    return Heatmap2D(rows.columns[2], tuple(across[column] for column in ordered), grid)


def _cell(number: float | None, most: float) -> tuple[str, int]:
    return ("", 0) if not number else (f"{number:g}", -int(-number * SHADES // most))
