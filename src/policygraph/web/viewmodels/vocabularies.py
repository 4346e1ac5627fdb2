"""Concepts of other vocabularies: what is broader and narrower, what of ours means them, the actions behind them.

An action counts for a concept that it names or is about, and for one that its heading, or the sector of its
heading, matches in any way but “related”: the rule of the canned query ``actions-by-eurovoc``. It counts for every
broader one too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from unicodedata import normalize

from ...engine.results import Solutions
from ...rdf.iris import SKOS
from ...search.text_index import SearchedThing, TextIndex
from .context import PageContext
from .labels import LocalizedText
from .links import VOCABULARIES, vocabulary
from .search import text_index, title_of

RELATED = "relatedMatch"


@dataclass(frozen=True, slots=True)
class ConceptNode:
    """A concept in a tree: its IRI, label, the number of actions behind it, and what is narrower."""

    iri: str
    label: LocalizedText
    actions: int
    narrower: tuple[ConceptNode, ...] = ()


@dataclass(frozen=True)
class ConceptGraph:
    """The concepts of all vocabularies with what leads to them."""

    context: PageContext
    index: TextIndex
    matches: dict[str, list[tuple[str, str]]]
    """Concept → (relation, thing of ours)."""

    _actions: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, context: PageContext, index: TextIndex, rows: Solutions) -> ConceptGraph:
        """The graph of the rows of ``matches.rq``."""
        matches: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in rows:
            matches[row.text("concept")].append((row.text("match").removeprefix(SKOS), row.text("ours")))
        return cls(context, index, dict(matches))

    @cached_property
    def _about(self) -> dict[str, list[SearchedThing]]:
        """What is directly about each thing: narrower concepts, headings of a sector, actions."""
        about: dict[str, list[SearchedThing]] = defaultdict(list)
        for thing in self.index.things:
            for key in thing.about:
                about[key].append(thing)
        return about

    def __contains__(self, iri: str) -> bool:
        return iri in self.index.places or iri in self.matches

    def label(self, iri: str) -> LocalizedText:
        """What a concept or a thing of ours is called."""
        place = self.index.places.get(iri)
        return (
            title_of(self.index.things[place], self.context.language) if place is not None else LocalizedText(iri)
        )

    def labels(self, iri: str) -> list[LocalizedText]:
        """The labels of a concept in every language, by language, in the normal form that HTML asks for."""
        place = self.index.places.get(iri)
        texts = self.index.things[place].texts if place is not None else ()
        return sorted(
            (
                LocalizedText(normalize("NFC", text.value), text.language)
                for text in texts
                if text.label and text.language
            ),
            key=lambda text: text.language,
        )

    def narrower(self, iri: str) -> list[str]:
        """The concepts of the same vocabulary that are directly narrower, or stand in a group, by label.

        What also stands below another concept of the group is left to that one.
        """
        own = vocabulary(iri, self.context.links)
        every = {thing.key for thing in self._about[iri] if vocabulary(thing.key, self.context.links) == own}
        below = {key for key in every if not every & {*self.broader(key)} - {key}} or every
        return sorted(below, key=lambda key: self.label(key).value.casefold())

    def broader(self, iri: str) -> list[str]:
        """The concepts of the same vocabulary that are directly broader, or the groups that it stands in."""
        place, own = self.index.places.get(iri), vocabulary(iri, self.context.links)
        about = self.index.things[place].about if place is not None else ()
        return [key for key in about if key in self.index.places and vocabulary(key, self.context.links) == own]

    def direct(self, iri: str) -> list[SearchedThing]:
        """The actions that name a concept or are about it themselves."""
        return [thing for thing in self._about[iri] if thing.kind == "action"]

    def actions(self, iri: str, above: frozenset[str] = frozenset()) -> frozenset[str]:
        """The actions behind a concept and all that are narrower; a circle of concepts ends where it began."""
        if iri not in self._actions and iri not in above:
            own = {thing.key for thing in self.direct(iri)}
            own |= {
                key for match, ours in self.matches.get(iri, ()) if match != RELATED for key in self.under(ours)
            }
            below = above | {iri}
            actions = own.union(*(self.actions(narrower, below) for narrower in self.narrower(iri)))
            if above:
                return frozenset(actions)
            self._actions[iri] = frozenset(actions)
        return self._actions.get(iri, frozenset())

    def under(self, iri: str) -> set[str]:
        """The actions under a heading, or under the headings that mean a sector; those that name an entity."""
        actions = {thing.key for thing in self.direct(iri)}
        if "/id/sector/" in iri:
            headings = (thing for thing in self._about[iri] if thing.kind == "heading")
            actions = {action.key for heading in headings for action in self.direct(heading.key)}
        return actions

    def tree(self, name: str) -> list[ConceptNode]:
        """The concepts of a vocabulary from the broadest ones down, by label."""
        own = [
            thing.key
            for thing in self.index.things
            if thing.key.startswith(VOCABULARIES[name]) and self.is_used(thing)
        ]
        tops = [key for key in own if not self.broader(key)]
        return sorted(self._nodes(tops, frozenset()), key=lambda node: node.label.value.casefold())

    def is_used(self, thing: SearchedThing) -> bool:
        """Whether anything of ours leads to a concept, or to one that is narrower; names of schemes do not."""
        return thing.kind == "concept" and bool(
            thing.key in self.matches or self._about[thing.key] or self.broader(thing.key)
        )

    def _nodes(self, keys: Iterable[str], above: frozenset[str]) -> Iterator[ConceptNode]:
        for key in keys:
            narrower = [other for other in self.narrower(key) if other not in above]
            children = tuple(self._nodes(narrower, above | {key}))
            yield ConceptNode(key, self.label(key), len(self.actions(key)), children)


async def concept_graph(context: PageContext) -> ConceptGraph:
    """One engine call, and those of the index where nobody searched before."""
    return ConceptGraph.of(context, await text_index(context), await context.select("matches"))
