"""Which actions a list shows: search, facets, order. Read from the address, so that each state has one."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...search.words import folded
from ...sources.periods import in_time
from .actions import ActionView, actions
from .concepts import ConceptIndex, concepts
from .context import ListPage, PageContext
from .dialogues import StrategyView
from .labels import LocalizedText
from .timeliness import Timeliness, quarter_of, timeliness

PARAMETERS = (
    "q",
    "strategy",
    "sector",
    "theme",
    "heading",
    "kind",
    "status",
    "timeliness",
    "due",
    "period",
    "modality",
    "report",
    "due_before",
    "due_from",
    "start_before",
    "sort",
    "order",
)
FACETS = (
    *("strategy", "sector", "theme", "kind", "status", "timeliness", "due"),
    *("heading", "period", "modality", "report"),
)
"""What narrows a list, in the order in which pages offer it."""
DAYS = ("due_before", "due_from", "start_before")
REPORT = ("none", "some")
NO_HEADING = "none"
"""The value of the facet of headings for actions that stand under none, such as milestones."""
NO_STATUS = "none"
"""The value of the facet of statuses for actions on which nobody reported."""
SCHEMES = {
    "heading": "heading",
    "sector": "sector",
    "theme": "theme",
    "kind": "action-kind",
    "status": "status",
    "timeliness": "timeliness",
    "modality": "modality",
}
"""The code list, below ``id/``, that the values of a facet are of."""
SIZE = 200
"""Actions on one page of a list."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that may be chosen: how many of the other facets' actions it has."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Filter:
    """What the address asks for; facets hold several values, which are alternatives."""

    context: PageContext
    concepts: ConceptIndex
    timeliness: Timeliness
    words: tuple[str, ...]
    chosen: dict[str, tuple[str, ...]]
    days: dict[str, str]
    sort: str
    descending: bool

    @classmethod
    def of(cls, context: PageContext, concepts: ConceptIndex, timeliness: Timeliness) -> Filter:
        """Read the parameters; HTTPProblem 400 says which one has a value that cannot be."""
        sort = context.first("sort") or "number"
        if sort not in ORDERS:
            raise context.refusal(400, "sort", choices=", ".join(ORDERS))
        return cls(
            context,
            concepts,
            timeliness,
            tuple(folded(context.first("q")).split()),
            {name: tuple(dict.fromkeys(context.all(name))) for name in FACETS},
            {name: read_day(context, name) for name in DAYS},
            sort,
            context.first("order") == "desc",
        )

    def part(self, shown: Sequence[ActionView]) -> ListPage[ActionView]:
        """The part of the list that the address names; HTTPProblem 400 where it is no number."""
        return self.context.part(shown, SIZE)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out anything."""
        return bool(self.words) or any(self.chosen.values()) or any(self.days.values())

    def actions(self, every: Sequence[ActionView]) -> list[ActionView]:
        """The actions that fit, in order."""
        fitting = [one for one in every if self._fits(one)]
        return sorted(fitting, key=lambda one: ORDERS[self.sort](one, self), reverse=self.descending)

    def facet(self, name: str, every: Sequence[ActionView]) -> list[Facet]:
        """The values of a facet with their numbers among the actions that fit all other facets."""
        counts = Counter(
            value for one in every if self._fits(one, without=name) for value in self.values(name, one)
        )
        values = {value for one in every for value in self.values(name, one)} | set(self.chosen[name])
        return [Facet(value, counts[value], value in self.chosen[name]) for value in sorted(values)]

    def values(self, name: str, action: ActionView) -> tuple[str, ...]:
        """What an action has in a facet, as it stands in the address."""
        if name == "sector":
            heading = self.concepts.by_iri.get(action.heading)
            return tuple(sector.rsplit("/", 1)[-1] for sector in heading.sectors) if heading else ()
        return VALUES[name](action, self)

    def _fits(self, action: ActionView, without: str = "") -> bool:
        searched = self.searched(action) if self.words else ""
        return (
            all(
                not chosen or set(chosen) & set(self.values(name, action))
                for name, chosen in self.chosen.items()
                if name != without
            )
            and self._fits_days(action)
            and all(word in searched for word in self.words)
        )

    def _fits_days(self, action: ActionView) -> bool:
        """A day of completion says nothing of an action that is open-ended: it does not fit."""
        before, start, since = self.days["due_before"], self.days["start_before"], self.days["due_from"]
        due = [target.due for target in action.targets if target.due]
        return (not (before or since) or any((not before or day < before) and day >= since for day in due)) and (
            not start or (bool(action.start_due) and action.start_due < start)
        )

    def searched(self, action: ActionView) -> str:
        """The words of an action that a search looks at, in every language, folded."""
        kept = self.context.view.kept.setdefault("searched", {})
        if action.iri not in kept:
            kept[action.iri] = self._words(action)
        words: str = kept[action.iri]
        return words

    def _words(self, action: ActionView) -> str:
        heading = self.concepts.by_iri.get(action.heading)
        wordings = (text for target in action.targets for text in target.wordings)
        texts = (*action.descriptions, *wordings, *(heading.labels if heading else ()))
        return folded(" ".join([action.identifier, *(text.value for text in texts)]))


def _named(*iris: str) -> tuple[str, ...]:
    """The last segments of IRIs, each once."""
    return tuple(dict.fromkeys(iri.rpartition("/")[2] for iri in iris if iri))


def _status(action: ActionView, by: Filter) -> tuple[str, ...]:
    status = action.status(by.timeliness.day)
    return _named(status.status) if status else (NO_STATUS,)


VALUES: dict[str, Callable[[ActionView, Filter], tuple[str, ...]]] = {
    "strategy": lambda one, _: _named(one.document),
    "theme": lambda one, _: _named(*sorted(one.themes)),
    "kind": lambda one, _: _named(one.kind),
    "status": _status,
    "timeliness": lambda one, by: by.timeliness.of(one),
    "due": lambda one, _: tuple(dict.fromkeys(quarter_of(target.due) for target in one.targets if target.due)),
    "heading": lambda one, by: (one.heading.removeprefix(f"{by.context.base}id/heading/") or NO_HEADING,),
    "period": lambda one, _: tuple(dict.fromkeys(target.period for target in one.targets if target.period)),
    "modality": lambda one, _: _named(*(target.modality for target in one.targets)),
    "report": lambda one, by: (REPORT[one.reported(by.timeliness.day)],),
}
"""What an action has in each facet but that of sectors, which its heading means."""


def read_day(context: PageContext, name: str) -> str:
    """The ISO day of a parameter, "" where there is none; HTTPProblem 400 for what is no day."""
    value = context.first(name)
    try:
        return datetime.date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise context.refusal(400, "day", name=name, value=value[:40]) from error


def _heading_order(action: ActionView, selection: Filter) -> int:
    heading = selection.concepts.by_iri.get(action.heading)
    return heading.order if heading else 0


Key = Callable[[ActionView, Filter], tuple[str | int, ...]]
ORDERS: dict[str, Key] = {
    "number": lambda one, _: (one.iri.rsplit("/", 1)[0], one.number),
    "heading": lambda one, by: (one.heading.rsplit("/", 1)[0], _heading_order(one, by), one.number),
    "kind": lambda one, by: (by.concepts.label(one.kind).value, one.number),
    "due": lambda one, _: (one.last_day, one.open_ended, one.number),
    "description": lambda one, by: (folded(one.description(by.context.language).value), one.number),
}
"""The orders that a table can have."""


@dataclass(frozen=True, slots=True)
class FacetLabels:
    """What a value of a facet is called."""

    context: PageContext
    concepts: ConceptIndex
    strategies: Mapping[str, StrategyView]

    def __call__(self, name: str, value: str) -> LocalizedText:
        """The concept's label, the period in words, or the interface's own word."""
        words = self.context.words
        if name in ("period", "due"):
            return LocalizedText(words.period(value), words.language)
        if name == "strategy":
            strategy = self.strategies.get(value)
            return strategy.title(words.language) if strategy else LocalizedText(value)
        if name == "status" and value == NO_STATUS:
            return LocalizedText(words("report.none"), words.language)
        if name == "report":
            return LocalizedText(words.maybe(f"report.{value}") or value, words.language)
        if name == "heading" and value == NO_HEADING:
            return LocalizedText(words("chart.no_heading"), words.language)
        return self.concepts.label(f"{self.context.base}id/{SCHEMES[name]}/{value}")

    def order(self, facets: Iterable[Facet], name: str) -> list[Facet]:
        """Periods and headings in their own order, a year after its quarters; all else by what it is called."""
        if name in ("period", "due"):
            return sorted(facets, key=lambda one: in_time(one.value))
        if name == "heading":
            return sorted(facets, key=lambda one: one.value)
        if name == "strategy":
            latest = [*self.strategies][::-1]
            return sorted(facets, key=lambda one: latest.index(one.value) if one.value in latest else len(latest))
        return sorted(facets, key=lambda one: self(name, one.value).value.casefold())


async def selected(context: PageContext) -> tuple[Filter, list[ActionView], list[ActionView]]:
    """What the address asks for, all actions, and those that fit."""
    every, index, passed = await actions(context), await concepts(context), await timeliness(context)
    selection = Filter.of(context, index, passed)
    return selection, every, selection.actions(every)
