"""How far the actions of a strategy or a sector are, and what a briefing on them tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .actions import ActionView, actions
from .concepts import Concept, ConceptIndex, concepts
from .context import PageContext
from .dialogues import Dialogues, DialogueView, InitiativeView, StrategyView, meetings
from .timeliness import STATES, Timeliness, quarter_of, timeliness

EUROVOC = "http://eurovoc.europa.eu/"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many actions there are, how many of them flagships, and how many in each state of ``STATES``."""

    total: int
    flagships: int
    states: Mapping[str, int]

    def shares(self) -> list[tuple[str, float, float]]:
        """Each state that occurs, where its part of a bar begins, and how long it is, in percent."""
        parts, begin = [], 0.0
        for state in ("done", "reported", "late", *STATES[1:3], "coming", "undated"):
            if self.states[state]:
                share = 100 * self.states[state] / self.total
                parts.append((state, round(begin, 2), round(share, 2)))
                begin += share
        return parts


def progress(of: Iterable[ActionView], passed: Timeliness) -> Progress:
    """How far some actions are on the day of ``passed``."""
    listed = list(of)
    states = Counter(passed.state(action) for action in listed)
    flagships = sum(action.flagship for action in listed)
    return Progress(len(listed), flagships, {state: states[state] for state in STATES})


@dataclass(frozen=True, slots=True)
class Briefing:
    """What there is to tell about some actions: how far they are, by state, what is coming, what they name.

    ``coming`` maps the quarter of their last day to the actions that are still to come, in time; ``names`` are the
    IRIs of bodies, programmes and facilities that the texts name, with the number of actions, most named first.
    """

    actions: tuple[ActionView, ...]
    progress: Progress
    states: Mapping[str, Sequence[ActionView]]
    dialogues: tuple[DialogueView, ...]
    initiatives: tuple[InitiativeView, ...]
    names: tuple[tuple[str, int], ...]
    strategies: tuple[StrategyView, ...]
    coming: Mapping[str, Sequence[ActionView]] = field(default_factory=dict)


@dataclass(frozen=True)
class Overview:
    """All that pages tell about strategies and sectors, on one day."""

    actions: list[ActionView]
    concepts: ConceptIndex
    meetings: Dialogues
    passed: Timeliness

    @property
    def strategies(self) -> dict[str, StrategyView]:
        """The strategies by key, the first adopted first."""
        return self.meetings.strategies

    def of_strategy(self, key: str) -> Briefing:
        """What there is to tell about the strategy with this key."""
        return self._briefing(
            [one for one in self.actions if strategy_of(one.iri) == key],
            [one for one in self.meetings.dialogues if strategy_of(one.iri) == key],
            [one for one in self.meetings.initiatives if strategy_of(one.iri) == key],
        )

    def of_sector(self, sector: Concept) -> Briefing:
        """What there is to tell about a harmonised sector, over all strategies."""
        under = [one for one in self.actions if sector.iri in self.sectors(one)]
        return self._briefing(under, self.meetings.on({sector.iri}, self.concepts), ())

    def sectors(self, action: ActionView) -> Iterable[str]:
        """The IRIs of the harmonised sectors that the heading of an action means."""
        heading = self.concepts.by_iri.get(action.heading)
        return heading.sectors if heading else ()

    def holding(self, word: str) -> list[ActionView]:
        """The actions of which a word of ``timeliness.WORDS`` holds, the latest day first."""
        held = (one for one in self.actions if word in self.passed.of(one))
        return sorted(held, key=lambda one: (one.last_day, one.iri), reverse=True)

    def lines(self, strategies: Iterable[StrategyView]) -> list[tuple[StrategyView, Progress]]:
        """Each of these strategies with how far its actions are."""
        by_key: dict[str, list[ActionView]] = {}
        for action in self.actions:
            by_key.setdefault(strategy_of(action.iri), []).append(action)
        return [(one, progress(by_key.get(one.key, ()), self.passed)) for one in strategies]

    def _briefing(
        self,
        listed: Sequence[ActionView],
        dialogues: Iterable[DialogueView],
        initiatives: Iterable[InitiativeView],
    ) -> Briefing:
        states = self.passed.by_state(listed)
        coming: dict[str, list[ActionView]] = {}
        for action in states["coming"]:
            coming.setdefault(quarter_of(action.last_day), []).append(action)
        names = Counter(name for action in listed for name in sorted(action.names))
        keys = {strategy_of(action.iri) for action in listed}
        return Briefing(
            tuple(listed),
            progress(listed, self.passed),
            states,
            tuple(sorted(dialogues, key=lambda one: (one.date, one.iri))),
            tuple(initiatives),
            tuple(names.most_common()),
            tuple(one for key, one in self.strategies.items() if key in keys),
            coming,
        )


def strategy_of(iri: str) -> str:
    """The strategy's part of the IRI of a row or a heading: ``…/id/action/COM-2025-723/A3-001``."""
    return iri.rsplit("/", 2)[-2]


async def overview(context: PageContext) -> Overview:
    """What pages tell about strategies and sectors: six engine calls, none while the data are served."""
    return Overview(
        await actions(context), await concepts(context), await meetings(context), await timeliness(context)
    )


async def eurovoc_links(context: PageContext, sector: str) -> list[tuple[str, str, str]]:
    """The links of a sector to EuroVoc: the name of the SKOS relation, the IRI, and its label."""

    async def ask() -> list[tuple[str, str, str, str]]:
        return [
            (row.text("concept"), row.text("relation"), row.text("target"), row.text("target_label"))
            for row in await context.canned("links", lang=context.language)
            if row.text("target").startswith(EUROVOC)
        ]

    kept = await context.keep(f"eurovoc-{context.language}", ask)
    links = {one[1:] for one in kept if one[0] == sector}
    return sorted(links, key=lambda one: (one[2].casefold(), one[1]))
