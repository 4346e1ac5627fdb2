"""Numbers and places for the charts that templates draw: plain values, no markup, no colour.

Lengths along the time axis are percentages of its width; lanes are counted from 0.
"""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...engine.results import Solutions
from ...rdf.iris import XSD
from ...sources.periods import in_time
from .actions import ActionView, TargetView
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


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """A target of an action on the time axis; one that is open-ended runs on to the axis' end."""

    action: ActionView
    target: TargetView
    left: float
    width: float
    lane: int


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One heading on the time axis, and how many lanes its marks need."""

    heading: str
    marks: tuple[TimelineMark, ...]
    lanes: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter of the axis: where it begins, and whether a year begins with it."""

    period: str
    left: float
    year: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Actions by heading along the quarters; ``today`` is where the day of reference falls, None outside."""

    ticks: tuple[Tick, ...]
    rows: tuple[TimelineRow, ...]
    today: float | None


def timeline(actions: Sequence[ActionView], headings: Iterable[str], today: datetime.date) -> Timeline:
    """Place every action on a time axis that begins and ends with whole quarters."""
    dated = [(one, target) for one in actions for target in one.targets if target.begins]
    if not dated:
        return Timeline((), (), None)
    days = [_days(target) for _, target in dated]
    first, last = min(first for first, _ in days), max(last for _, last in days)
    axis = _Axis(_quarter(first)[0], _quarter(last)[1])
    rows = [
        _row(heading, [(one, target) for one, target in dated if one.heading == heading], axis)
        for heading in dict.fromkeys((*headings, ""))
    ]
    place = axis.place(today)
    return Timeline(axis.ticks(), tuple(row for row in rows if row.marks), place if 0 <= place <= 100 else None)


@dataclass(frozen=True, slots=True)
class _Axis:
    first: datetime.date
    last: datetime.date

    def place(self, day: datetime.date) -> float:
        return _percent((day - self.first).days, (self.last - self.first).days + 1)

    def ticks(self) -> tuple[Tick, ...]:
        first, last = (day.year * 4 + (day.month - 1) // 3 for day in (self.first, self.last))
        quarters = (divmod(quarter, 4) for quarter in range(first, last + 1))
        return tuple(
            Tick(f"{year}-Q{quarter + 1}", self.place(datetime.date(year, 3 * quarter + 1, 1)), quarter == 0)
            for year, quarter in quarters
        )


def _days(target: TargetView) -> tuple[datetime.date, datetime.date]:
    """The first and last day of the period that a target names."""
    return datetime.date.fromisoformat(target.begins), datetime.date.fromisoformat(target.ends)


def _quarter(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and last day of the quarter in which a day falls."""
    last = (day.month + 2) // 3 * 3
    end = datetime.date(day.year, last, calendar.monthrange(day.year, last)[1])
    return datetime.date(day.year, last - 2, 1), end


def _row(heading: str, dated: Sequence[tuple[ActionView, TargetView]], axis: _Axis) -> TimelineRow:
    """Each target in the first lane that is free where it begins."""
    free: list[float] = []
    marks = []
    for action, target in sorted(dated, key=lambda one: (_days(one[1])[0], one[1].open_ended, one[0].number)):
        first, last = _days(target)
        left, right = axis.place(first), axis.place(last + datetime.timedelta(1))
        lane = next((place for place, end in enumerate(free) if end <= left), len(free))
        free[lane : lane + 1] = [101.0 if target.open_ended else right]
        marks.append(TimelineMark(action, target, left, round(right - left, 2), lane))
    return TimelineRow(heading, tuple(marks), len(free))


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
    if kinds[:2] == (False, True) and len(cells) <= MOST_BARS:
        return _bars(rows, cells)
    if kinds[:3] == (False, False, True):
        return _shades(rows, cells)
    return None


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
