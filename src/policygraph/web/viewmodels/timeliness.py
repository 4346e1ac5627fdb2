"""What has passed, and what is due when: asked of the canned queries, which alone hold the rules of counting.

The three words are the concepts of ``id:timeliness``; a concept and its query go by the same name.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .actions import ActionView
from .context import PageContext

LATE, DUE, START = WORDS = ("late", "due-without-report", "should-have-started-without-report")
"""The concepts of ``id:timeliness``, the gravest first."""

DONE = frozenset({"delivered", "cancelled", "superseded"})
"""Statuses after which nothing more is to come."""

STATES = (*WORDS, "reported", "done", "coming", "undated")
"""In one of these an action is on a day; a briefing lists them in this order."""


@dataclass(frozen=True, slots=True)
class Timeliness:
    """What has passed on a day: the words that hold of each action, by its IRI."""

    day: str
    words: Mapping[str, tuple[str, ...]]

    def of(self, action: ActionView) -> tuple[str, ...]:
        """The words that hold of an action, the gravest first."""
        return self.words.get(action.iri, ())

    def state(self, action: ActionView) -> str:
        """The one state in which an action is: the gravest word, else what is reported, else what is to come."""
        status = action.status(self.day)
        if words := self.of(action):
            return words[0]
        if status:
            return "done" if status.status.rpartition("/")[2] in DONE else "reported"
        return "coming" if action.last_day else "undated"

    def by_state(self, actions: Iterable[ActionView]) -> dict[str, list[ActionView]]:
        """The actions in each state, in order of their days; every state is there."""
        states: dict[str, list[ActionView]] = {state: [] for state in STATES}
        for action in sorted(actions, key=lambda one: (one.last_day or "9", one.iri)):
            states[self.state(action)].append(action)
        return states


async def timeliness(context: PageContext) -> Timeliness:
    """What has passed on the day that pages are about: three engine calls, for all requests of the day."""
    day = context.today.isoformat()

    async def ask() -> Timeliness:
        answers = await asyncio.gather(*(context.canned(f"actions-{word}", as_of=day) for word in WORDS))
        words: dict[str, list[str]] = defaultdict(list)
        for word, rows in zip(WORDS, answers, strict=True):
            for iri in dict.fromkeys(row.text("action") for row in rows):
                words[iri].append(word)
        return Timeliness(day, {iri: tuple(of) for iri, of in words.items()})

    return await context.keep("timeliness", ask, day)


async def due_in(context: PageContext, periods: Sequence[str]) -> dict[str, frozenset[str]]:
    """The IRIs of the actions that are due in each of these quarters: one engine call for each."""

    async def ask() -> dict[str, frozenset[str]]:
        answers = await asyncio.gather(*(context.canned("actions-due-in-period", period=one) for one in periods))
        return {
            period: frozenset(row.text("action") for row in rows)
            for period, rows in zip(periods, answers, strict=True)
        }

    return await context.keep("due-in", ask, " ".join(periods))


def quarter_of(day: str) -> str:
    """The quarter that holds an ISO day, "" for none.

    >>> quarter_of("2026-11-26")
    '2026-Q4'
    """
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" if day else ""


def next_quarter(quarter: str) -> str:
    """The quarter after another.

    >>> next_quarter("2026-Q4")
    '2027-Q1'
    """
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year + number // 4}-Q{number % 4 + 1}"
