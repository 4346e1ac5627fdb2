"""Numbers and places for the charts that templates draw: plain values, no markup, no colour.

Lengths are percentages of the longest bar.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...engine.results import Solutions
from ...i18n import Words, shortened
from ...rdf.iris import XSD
from ...sources.periods import in_time
from .actions import ActionView
from .concepts import ConceptIndex
from .dialogues import Dialogues
from .statements import Value

SHADES = 6
"""Steps of a heat map above 0."""

NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "nonNegativeInteger"))
MOST_BARS, MOST_COLUMNS = 40, 24


@dataclass(frozen=True, slots=True)
class HeatMapCell:
    """One cell of a heat map: the number of actions, how many of them only start then, its shade (0 for none)."""

    period: str
    actions: int
    open_ended: int
    shade: int


@dataclass(frozen=True, slots=True)
class HeatMapRow:
    """One heading of a heat map."""

    heading: str
    cells: tuple[HeatMapCell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Headings by periods, with the sums of its columns; an action with several periods is in each of them.

    ``total`` counts each action once, ``undated`` those that name no period.
    """

    periods: tuple[str, ...]
    rows: tuple[HeatMapRow, ...]
    totals: tuple[int, ...]
    total: int
    undated: int


def heat_map(actions: Sequence[ActionView], headings: Iterable[str]) -> HeatMap:
    """How many actions of each heading name each period as their target; the last row is that of no heading."""
    named = {
        (one.heading, target.period, one.iri): target.open_ended
        for one in actions
        for target in one.targets
        if target.period
    }
    periods = tuple(sorted({period for _, period, _ in named}, key=in_time))
    counts = Counter((heading, period) for heading, period, _ in named)
    opens = Counter((heading, period) for (heading, period, _), open_ended in named.items() if open_ended)
    dated = Counter(heading for heading, _ in {(heading, iri) for heading, _, iri in named})
    most = max(counts.values(), default=1)
    rows = []
    for heading in dict.fromkeys((*headings, "")):
        cells = tuple(
            HeatMapCell(period, counts[key], opens[key], -(-counts[key] * SHADES // most))
            for period in periods
            if (key := (heading, period))
        )
        rows.append(HeatMapRow(heading, cells, dated[heading]))
    totals = tuple(sum(row.cells[place].actions for row in rows) for place in range(len(periods)))
    return HeatMap(periods, tuple(rows), totals, dated.total(), len(actions) - dated.total())


@dataclass(frozen=True, slots=True)
class PairedBar:
    """One row of paired bars: the percentages are of the longest bar of its own kind.

    ``dialogues`` is None where it is not known: the heading is neither ``mapped`` to a sector nor a theme, or its
    document tells of no dialogues.
    """

    heading: str
    actions: int
    flagships: int
    dialogues: int | None
    mapped: bool
    attendees: int
    actions_percent: float
    flagships_percent: float
    dialogues_percent: float


def paired_bars(
    actions: Sequence[ActionView], meetings: Dialogues, concepts: ConceptIndex, headings: Iterable[str]
) -> list[PairedBar]:
    """The actions of each heading beside the dialogues on the sectors that it means."""
    counts = Counter(one.heading for one in actions)
    flagships = Counter(one.heading for one in actions if one.flagship)
    shown = [heading for heading in dict.fromkeys((*headings, "")) if counts[heading]]
    sectors = {heading: set(concepts.by_iri[heading].sectors) if heading else set() for heading in shown}
    held = {heading: meetings.of_heading(heading, concepts) for heading in shown}
    most = max(counts.values(), default=1)
    most_held = max((len(of) for of in held.values() if of is not None), default=1) or 1
    return [
        PairedBar(
            heading,
            counts[heading],
            flagships[heading],
            None if of is None else len(of),
            bool(sectors[heading]),
            sum(one.attendees or 0 for one in of or ()),
            _percent(counts[heading], most),
            _percent(flagships[heading], most),
            _percent(len(of or ()), most_held),
        )
        for heading, of in held.items()
    ]


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 2)


MOST_NAMED = 2
"""Equal bars that the title of a chart names."""


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
    columns = []
    for name in rows.columns:
        kinds = {
            getattr(getattr(row[name], "datatype", None), "value", "") for row in rows if row[name] is not None
        }
        if kinds and kinds <= NUMBERS:
            columns.append(name)
    return frozenset(columns)


def answer_chart(rows: Solutions, cells: Sequence[Sequence[Value | None]]) -> BarChart | Heatmap2D | None:
    """The chart of an answer whose cells are as shown; None where its columns suggest none."""
    numbers = numeric(rows)
    kinds = tuple(name in numbers for name in rows.columns)
    if len(cells) < 2:
        return None
    if kinds[:3] == (False, False, True) and all(a and b and a.text.value == b.text.value for a, b, *_ in cells):
        # a thing and its label say the same twice
        return answer_chart(Solutions(rows.columns[1:], rows.rows), [row[1:] for row in cells])
    if kinds[:2] == (False, True) and len(cells) <= MOST_BARS:
        return _bars(rows, cells)
    if kinds[:3] == (False, False, True):
        return _shades(rows, cells)
    return None


def finding(chart: BarChart | Heatmap2D, column: str, words: Words) -> str:
    """What a chart shows first of all: the longest bar, or the greatest cell; ``column`` is what is counted."""
    if isinstance(chart, BarChart):
        cells = [(name.text.value, number) for name, number, _ in chart.bars]
    else:
        names = [name.text.value for name in chart.across]
        cells = [
            (f"{row.text.value} × {name}", number)
            for row, numbers in chart.rows
            for name, (number, _) in zip(names, numbers, strict=True)
            if number
        ]
    most = max(float(number) for _, number in cells)
    first = [name for name, number in cells if float(number) == most]
    shown = ", ".join(shortened(name, 60) for name in first[:MOST_NAMED])
    rest = f" … (+{len(first) - MOST_NAMED})" if len(first) > MOST_NAMED else ""
    return words("queries.finding", column=column, names=shown + rest, number=f"{most:g}")


def _bars(rows: Solutions, cells: Sequence[Sequence[Value | None]]) -> BarChart | None:
    pairs = [(name, float(row.text(rows.columns[1]) or 0)) for row, (name, *_) in zip(rows, cells, strict=True)]
    most = max(number for _, number in pairs)
    if most <= 0 or any(number < 0 or name is None for name, number in pairs):
        return None
    bars = tuple((name, f"{number:g}", _percent(number, most)) for name, number in pairs if name)
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
    ordered = sorted(across, key=lambda text: in_time(text.value))
    grid = tuple(
        (down[row], tuple(_shaded(numbers.get((row, column)), most) for column in ordered)) for row in down
    )
    return Heatmap2D(rows.columns[2], tuple(across[column] for column in ordered), grid)


def _shaded(number: float | None, most: float) -> tuple[str, int]:
    return ("", 0) if not number else (f"{number:g}", -int(-number * SHADES // most))
