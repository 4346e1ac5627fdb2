"""Actions as pages use them: what was announced, by when, and what has been reported since.

An action whose target only says a start is open-ended: it is never due, and never late. An action about which
nobody reported has no report; that is all that is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...engine.results import Solution, Solutions
from .context import PageContext, node
from .labels import LocalizedText, pick

NARROWING = {
    "heading": "?action pg:heading ?chosen .",
    "period": "?action pg:deadline/pg:period ?chosen .",
    "sector": "?action pg:heading/(skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch) ?chosen .",
    "kind": "?action dct:type ?chosen .",
    "modality": "?action pg:deadline/pg:modality ?chosen .",
}
"""What may narrow a question for actions to those of one thing."""


@dataclass(frozen=True, slots=True)
class StatusView:
    """One status report: the status concept, the day it was so, the day it was recorded."""

    iri: str
    status: str
    as_of: str
    recorded: str


@dataclass
class ActionView:
    """One action; days are ISO, "" where the target does not say; ``kind`` and ``modality`` are concept IRIs.

    Of several targets it is the first one; ``begins`` and ``ends`` are the days of its period.
    """

    iri: str
    number: int
    heading: str
    period: str
    modality: str
    earliest: str
    identifier: str = ""
    kind: str = ""
    due: str = ""
    start_due: str = ""
    deadline: str = ""
    begins: str = ""
    ends: str = ""
    descriptions: set[LocalizedText] = field(default_factory=set)
    wordings: set[LocalizedText] = field(default_factory=set)
    reports: set[StatusView] = field(default_factory=set)
    revised: set[str] = field(default_factory=set)

    @property
    def open_ended(self) -> bool:
        """Whether the target says a start and no end."""
        return bool(self.start_due)

    @property
    def flagship(self) -> bool:
        return self.kind.endswith("/flagship")

    @property
    def last_day(self) -> str:
        """The day by which it is to be complete or, open-ended, to have started."""
        return self.due or self.start_due

    def status(self, day: str) -> StatusView | None:
        """The latest status that was known on a day; None where nobody had reported."""
        known = (one for one in self.reports if one.recorded <= day and one.as_of <= day)
        standing = (one for one in known if one.iri not in self.revised)
        return max(standing, key=lambda one: (one.as_of, one.recorded, one.iri), default=None)

    def reported(self, day: str) -> bool:
        """Whether any report had been recorded by a day."""
        return any(one.recorded <= day for one in self.reports)

    def description(self, language: str) -> LocalizedText:
        return pick(self.descriptions, language) or LocalizedText(self.identifier or self.iri)

    def wording(self, language: str) -> LocalizedText:
        return pick(self.wordings, language) or LocalizedText(self.period)

    def add(self, row: Solution) -> None:
        """Add what one more row of the same action says."""
        for texts, name in ((self.descriptions, "description"), (self.wordings, "wording")):
            if row[name] is not None and (name == "description" or row.text("deadline") == self.deadline):
                texts.add(LocalizedText.of(row[name]))
        if row["report"] is not None:
            self.reports.add(StatusView(*map(row.text, ("report", "status", "as_of", "recorded"))))
            if row["revision"] is not None:
                self.revised.add(row.text("report"))


def actions_of(rows: Solutions) -> list[ActionView]:
    """The actions in the rows of ``actions.rq``, by document and number."""
    by_iri: dict[str, ActionView] = {}
    for row in rows:
        iri = row.text("action")
        if iri not in by_iri:
            by_iri[iri] = ActionView(
                iri,
                int(row.text("number")),
                heading=row.text("heading"),
                period=row.text("period"),
                modality=row.text("modality"),
                earliest=row.text("earliest"),
                identifier=row.text("identifier"),
                kind=row.text("kind"),
                due=row.text("completion_due_by"),
                start_due=row.text("start_due_by"),
                deadline=row.text("deadline"),
                begins=row.text("begins"),
                ends=row.text("ends"),
            )
        by_iri[iri].add(row)
    return sorted(by_iri.values(), key=lambda action: (action.iri.rsplit("/", 1)[0], action.number))


async def actions(context: PageContext, by: str = "", of: str = "") -> list[ActionView]:
    """Ask for the actions, or for those of one thing (``by`` as in ``NARROWING``): one engine call."""
    patterns = {"selection": f"VALUES ?chosen {{ {node(of)} }} {NARROWING[by]}"} if by else {}
    return actions_of(await context.select("actions", patterns))


def due_next(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The actions with the first day of completion on or after a day."""
    coming = [one for one in all_actions if one.due >= day]
    first = min((one.due for one in coming), default="")
    return [one for one in coming if one.due == first]


def should_have_started(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The open-ended actions that were to start before a day, in order of that day."""
    return sorted((one for one in all_actions if one.start_due and one.start_due < day), key=_by_day)


def due_without_report(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The actions that were due before a day, of which nobody had reported anything by then."""
    return sorted((one for one in all_actions if one.due and one.due < day and not one.reported(day)), key=_by_day)


def _by_day(action: ActionView) -> tuple[str, str]:
    return action.last_day, action.iri
