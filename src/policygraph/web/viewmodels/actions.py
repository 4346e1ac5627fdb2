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
class TargetView:
    """One target of an action; days are ISO, "" where it does not say, and ``modality`` is a concept's IRI.

    ``begins`` and ``ends`` are the days of its period; ``purposes`` says what it is for where there are several.
    """

    iri: str = ""
    period: str = ""
    modality: str = ""
    earliest: str = ""
    due: str = ""
    start_due: str = ""
    begins: str = ""
    ends: str = ""
    wordings: set[LocalizedText] = field(default_factory=set, kw_only=True)
    purposes: set[LocalizedText] = field(default_factory=set, kw_only=True)

    @property
    def open_ended(self) -> bool:
        """Whether it says a start and no end."""
        return bool(self.start_due)

    @property
    def last_day(self) -> str:
        """The day by which the action is to be complete or, open-ended, to have started."""
        return self.due or self.start_due

    def wording(self, language: str) -> LocalizedText:
        return pick(self.wordings, language) or LocalizedText(self.period)

    def purpose(self, language: str) -> LocalizedText | None:
        return pick(self.purposes, language)


@dataclass
class ActionView:
    """One action with its targets, in the order of the text; ``kind`` is a concept's IRI, "" where it has none."""

    iri: str
    number: int
    heading: str
    identifier: str = ""
    kind: str = ""
    targets: list[TargetView] = field(default_factory=list)
    descriptions: set[LocalizedText] = field(default_factory=set)
    reports: set[StatusView] = field(default_factory=set)
    revised: set[str] = field(default_factory=set)

    @property
    def due(self) -> str:
        """The first day by which anything is to be complete."""
        return min((target.due for target in self.targets if target.due), default="")

    @property
    def start_due(self) -> str:
        """The first day by which what has no end is to have started."""
        return min((target.start_due for target in self.targets if target.start_due), default="")

    @property
    def open_ended(self) -> bool:
        """Whether a target says a start and none an end."""
        return bool(self.start_due) and not self.due

    @property
    def flagship(self) -> bool:
        return self.kind.endswith("/flagship")

    @property
    def last_day(self) -> str:
        """The first day by which it is to be complete or, open-ended, to have started."""
        return self.due or self.start_due

    def due_from(self, day: str) -> str:
        """The first day on or after ``day`` by which anything is to be complete."""
        return min((target.due for target in self.targets if target.due >= day), default="")

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

    def original(self, language: str) -> LocalizedText | None:
        """What ``description`` translates, where that is an unofficial translation."""
        return self.description(language).original(self.descriptions)

    def add(self, row: Solution) -> None:
        """Add what one more row of the same action says; rows of one target stand together."""
        if row["description"] is not None:
            self.descriptions.add(LocalizedText.of(row["description"]))
        if iri := row.text("deadline"):
            if not self.targets or self.targets[-1].iri != iri:
                names = ("period", "modality", "earliest", "completion_due_by", "start_due_by", "begins", "ends")
                self.targets.append(TargetView(iri, *map(row.text, names)))
            for texts, name in ((self.targets[-1].wordings, "wording"), (self.targets[-1].purposes, "purpose")):
                if row[name] is not None:
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
                identifier=row.text("identifier"),
                kind=row.text("kind"),
            )
        by_iri[iri].add(row)
    return sorted(by_iri.values(), key=lambda action: (action.iri.rsplit("/", 1)[0], action.number))


async def actions(context: PageContext, by: str = "", of: str = "") -> list[ActionView]:
    """Ask for the actions, or for those of one thing (``by`` as in ``NARROWING``): one engine call."""
    patterns = {"selection": f"VALUES ?chosen {{ {node(of)} }} {NARROWING[by]}"} if by else {}
    return actions_of(await context.select("actions", patterns))


def due_next(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The actions with the first day of completion on or after a day."""
    coming = [(one.due_from(day), one) for one in all_actions if one.due_from(day)]
    first = min((due for due, _ in coming), default="")
    return [one for due, one in coming if due == first]


def should_have_started(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The open-ended actions that were to start before a day, in order of that day."""
    return sorted((one for one in all_actions if one.start_due and one.start_due < day), key=_by_day)


def due_without_report(all_actions: Iterable[ActionView], day: str) -> list[ActionView]:
    """The actions that were due before a day, of which nobody had reported anything by then."""
    return sorted((one for one in all_actions if one.due and one.due < day and not one.reported(day)), key=_by_day)


def _by_day(action: ActionView) -> tuple[str, str]:
    return action.last_day, action.iri
