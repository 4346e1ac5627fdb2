"""Targets along the quarters: groups of bars, one bar a target. Lengths are percentages of the axis."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .actions import ActionView, TargetView

ZOOMS = {"all": 0, "5": 5, "3": 3, "1": 1}
"""Years that the axis holds, by the value of the parameter ``zoom``; 0 for as many as there are."""

LABEL_TURNS = 55.0
"""From here on the words of a bar end with it, and do not begin with it, so that they stay on the axis."""


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """A target of an action on the time axis; one that is open-ended runs on to the axis' end."""

    action: ActionView
    target: TargetView
    left: float
    width: float

    @property
    def turned(self) -> bool:
        """Whether the words end where the bar ends."""
        return self.left > LABEL_TURNS


@dataclass(frozen=True, slots=True)
class TimelineGroup:
    """The marks of one group, in order of their first days."""

    key: str
    marks: tuple[TimelineMark, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A quarter of the axis: where it begins, and whether a year begins with it."""

    period: str
    left: float
    year: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Groups along the quarters; ``today`` is where the day of reference falls, which is always on the axis.

    ``outside`` counts the targets that lie before or after the axis, ``undated`` the actions that name no period.
    """

    ticks: tuple[Tick, ...]
    groups: tuple[TimelineGroup, ...]
    today: float
    outside: int
    undated: int

    @property
    def marks(self) -> int:
        return sum(len(group.marks) for group in self.groups)


def timeline(
    actions: Sequence[ActionView],
    groups_of: Callable[[ActionView], Iterable[str]],
    today: datetime.date,
    years: int = 0,
) -> Timeline:
    """Place every target on an axis of whole quarters that holds ``today``; of ``years`` years where not 0.

    An action stands in each group that ``groups_of`` gives for it; groups come in the order in which they are met.
    """
    dated = [(one, target) for one in actions for target in one.targets if target.begins]
    axis = _axis([_days(target) for _, target in dated], today, years)
    groups: dict[str, list[TimelineMark]] = {}
    outside = 0
    for action, target in sorted(dated, key=lambda one: (*_days(one[1]), one[0].iri)):
        first, last = _days(target)
        if first > axis.last or (last < axis.first and not target.open_ended):
            outside += 1
            continue
        left = max(axis.place(first), 0.0)
        right = 100.0 if target.open_ended else min(axis.place(last + datetime.timedelta(1)), 100.0)
        mark = TimelineMark(action, target, left, round(right - left, 2))
        for group in groups_of(action):
            groups.setdefault(group, []).append(mark)
    undated = sum(not any(target.begins for target in one.targets) for one in actions)
    listed = tuple(TimelineGroup(key, tuple(marks)) for key, marks in groups.items())
    return Timeline(axis.ticks(), listed, axis.place(today), outside, undated)


@dataclass(frozen=True, slots=True)
class _Axis:
    first: datetime.date
    last: datetime.date

    def place(self, day: datetime.date) -> float:
        return round(100 * (day - self.first).days / ((self.last - self.first).days + 1), 2)

    def ticks(self) -> tuple[Tick, ...]:
        first, last = (day.year * 4 + (day.month - 1) // 3 for day in (self.first, self.last))
        quarters = (divmod(quarter, 4) for quarter in range(first, last + 1))
        return tuple(
            Tick(f"{year}-Q{quarter + 1}", self.place(datetime.date(year, 3 * quarter + 1, 1)), quarter == 0)
            for year, quarter in quarters
        )


def _axis(days: Sequence[tuple[datetime.date, datetime.date]], today: datetime.date, years: int) -> _Axis:
    """All the days and today, or so many years of which a quarter lies behind today's quarter."""
    if years:
        quarter = today.year * 4 + (today.month - 1) // 3 - years
        last = quarter + 4 * years - 1
        return _Axis(
            datetime.date(quarter // 4, quarter % 4 * 3 + 1, 1),
            _quarter(datetime.date(last // 4, last % 4 * 3 + 1, 1))[1],
        )
    firsts, lasts = [first for first, _ in days], [last for _, last in days]
    return _Axis(_quarter(min([*firsts, today]))[0], _quarter(max([*lasts, today]))[1])


def _days(target: TargetView) -> tuple[datetime.date, datetime.date]:
    """The first and last day of the period that a target names."""
    return datetime.date.fromisoformat(target.begins), datetime.date.fromisoformat(target.ends)


def _quarter(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and last day of the quarter in which a day falls."""
    last = (day.month + 2) // 3 * 3
    end = datetime.date(day.year, last, calendar.monthrange(day.year, last)[1])
    return datetime.date(day.year, last - 2, 1), end
