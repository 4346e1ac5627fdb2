"""Which actions a visitor asked for: search, facets, order. Read from the address, so that each state has one."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .actions import ActionView
from .concepts import ConceptIndex
from .context import PageContext
from .localized_text import LocalizedText

PARAMETERS = (
    "q",
    "sector",
    "heading",
    "kind",
    "period",
    "modality",
    "report",
    "due_before",
    "due_from",
    "start_before",
    "sort",
    "order",
)
FACETS = ("sector", "heading", "kind", "period", "modality", "report")
DAYS = ("due_before", "due_from", "start_before")
REPORT = ("none", "some")
SCHEMES = {"sector": "sector", "kind": "action-kind", "modality": "modality"}
"""Facets whose values are notations of a code list, and the list."""
SIZE = 200
"""Actions on one page of a list."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One value that may be chosen: how many of the other facets' actions it has."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some actions of a long list: which page of how many."""

    actions: tuple[ActionView, ...]
    number: int
    last: int


@dataclass(frozen=True)
class Filter:
    """What the address asks for; facets hold several values, which are alternatives."""

    visit: PageContext
    concepts: ConceptIndex
    words: tuple[str, ...]
    chosen: dict[str, tuple[str, ...]]
    days: dict[str, str]
    sort: str
    descending: bool

    @classmethod
    def of(cls, visit: PageContext, concepts: ConceptIndex) -> Filter:
        """Read the parameters; Refusal 400 says which one has a value that cannot be."""
        sort = visit.first("sort") or "number"
        if sort not in ORDERS:
            raise visit.refusal(400, "sort", choices=", ".join(ORDERS))
        return cls(
            visit,
            concepts,
            tuple(folded(visit.first("q")).split()),
            {name: tuple(dict.fromkeys(visit.all(name))) for name in FACETS},
            {name: _day(visit, name) for name in DAYS},
            sort,
            visit.first("order") == "desc",
        )

    def part(self, shown: Sequence[ActionView]) -> ListPage:
        """The part of the list that the address asks for: ``page`` from 1; Refusal 400 where it is no number."""
        asked = self.visit.first("page") or "1"
        if not (asked.isascii() and asked.isdecimal() and int(asked[:9]) > 0):
            raise self.visit.refusal(400, "page_number", value=asked[:20])
        last = max(1, -(-len(shown) // SIZE))
        number = min(int(asked[:9]), last)
        return ListPage(tuple(shown[(number - 1) * SIZE : number * SIZE]), number, last)

    @property
    def narrowed(self) -> bool:
        """Whether it leaves out anything."""
        return bool(self.words) or any(self.chosen.values()) or any(self.days.values())

    def actions(self, found: Sequence[ActionView]) -> list[ActionView]:
        """The actions that fit, in the order asked for."""
        fitting = [one for one in found if self._fits(one)]
        return sorted(fitting, key=lambda one: ORDERS[self.sort](one, self), reverse=self.descending)

    def facet(self, name: str, found: Iterable[ActionView]) -> list[Facet]:
        """The values of a facet with their numbers among the actions that fit all other facets."""
        counts = Counter(
            value for one in found if self._fits(one, without=name) for value in self.values(name, one)
        )
        values = {value for one in found for value in self.values(name, one)} | set(self.chosen[name])
        return [Facet(value, counts[value], value in self.chosen[name]) for value in sorted(values)]

    def values(self, name: str, action: ActionView) -> tuple[str, ...]:
        """What an action has in a facet, as it stands in the address."""
        if name == "sector":
            heading = self.concepts.known.get(action.heading)
            return tuple(sector.rsplit("/", 1)[-1] for sector in heading.sectors) if heading else ()
        if name == "report":
            return (REPORT[action.reported(self.visit.today.isoformat())],)
        if name == "period":
            return (action.period,)
        if name == "heading":
            return (action.heading.removeprefix(f"{self.visit.base}id/heading/"),)
        iri: str = getattr(action, name)
        return (iri.rsplit("/", 1)[-1],) if iri else ()

    def _fits(self, action: ActionView, without: str = "") -> bool:
        return (
            all(
                not chosen or set(chosen) & set(self.values(name, action))
                for name, chosen in self.chosen.items()
                if name != without
            )
            and self._fits_days(action)
            and (not self.words or self._fits_words(action))
        )

    def _fits_days(self, action: ActionView) -> bool:
        """A day of completion says nothing of an action that is open-ended: it does not fit."""
        before, start, since = self.days["due_before"], self.days["start_before"], self.days["due_from"]
        return (
            (not before or (bool(action.due) and action.due < before))
            and (not since or (bool(action.due) and action.due >= since))
            and (not start or (bool(action.start_due) and action.start_due < start))
        )

    def _fits_words(self, action: ActionView) -> bool:
        labels = self.concepts.known[action.heading].labels if action.heading in self.concepts.known else set()
        texts = [text.value for text in (*action.descriptions, *action.wordings, *labels)]
        searched = folded(" ".join([action.identifier, *texts]))
        return all(word in searched for word in self.words)


class FacetLabels:
    """What a value of a facet is called."""

    def __init__(self, visit: PageContext, concepts: ConceptIndex) -> None:
        self.visit, self.concepts = visit, concepts

    def __call__(self, name: str, value: str) -> LocalizedText:
        """The concept's label, the period in words, or the interface's own word."""
        base = f"{self.visit.base}id/"
        if name == "period":
            return LocalizedText(self.visit.words.period(value), self.visit.language)
        if name == "report":
            return LocalizedText(self.visit.words.maybe(f"report.{value}") or value, self.visit.language)
        scheme = "heading" if name == "heading" else SCHEMES[name]
        return self.concepts.label(f"{base}{scheme}/{value}")

    def order(self, facets: list[Facet], name: str) -> list[Facet]:
        """Headings in their own order, all else as it came."""
        return sorted(facets, key=lambda facet: self._place(name, facet.value))

    def _place(self, name: str, value: str) -> tuple[int, str]:
        if name in ("period", "heading"):
            return 0, value if len(value) != 4 else f"{value}~"
        return 0, self(name, value).value.casefold()


def folded(text: str) -> str:
    """Text as it is compared: without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in plain if not unicodedata.combining(char))


def _day(visit: PageContext, name: str) -> str:
    value = visit.first(name)
    try:
        return datetime.date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise visit.refusal(400, "day", name=name, value=value[:40]) from error


Key = Callable[[ActionView, Filter], tuple[str | int, ...]]
ORDERS: dict[str, Key] = {
    "number": lambda one, _: (one.iri.rsplit("/", 1)[0], one.number),
    "heading": lambda one, asked: (one.heading.rsplit("/", 1)[0], _order(one, asked), one.number),
    "kind": lambda one, asked: (asked.concepts.label(one.kind).value, one.number),
    "due": lambda one, _: (one.last_day, one.open_ended, one.number),
    "description": lambda one, asked: (folded(one.description(asked.visit.language).value), one.number),
}
"""The orders that a table can have."""


def _order(action: ActionView, asked: Filter) -> int:
    heading = asked.concepts.known.get(action.heading)
    return heading.order if heading else 0
