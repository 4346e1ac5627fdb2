"""Actions as pages use them: what was announced, by when, and what has been reported since.

An action whose target only says a start is open-ended: it is never due, and never late. An action about which
nobody reported has no report; that is all that is known.
"""

from __future__ import annotations

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

OF_TARGETS = ("purpose", "wording")
"""Parts of an action that are said of one of its targets."""


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
    document: str = ""
    themes: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    targets: list[TargetView] = field(default_factory=list)
    descriptions: set[LocalizedText] = field(default_factory=set)
    reports: set[StatusView] = field(default_factory=set)
    revised: dict[str, str] = field(default_factory=dict)

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

    def status(self, day: str) -> StatusView | None:
        """The latest status that was known on a day; None where nobody had reported."""
        recorded = (one for one in self.reports if one.recorded <= day and one.as_of <= day)
        standing = (one for one in recorded if self.revised.get(one.iri, "9") > day)
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
        """Add what one more row about the action says; rows of its targets come before those of their words."""
        what, node = row.text("what"), row.text("node")
        if what == "action":
            self.number, self.identifier = int(row.text("number")), row.text("identifier")
            self.heading, self.document, self.kind = map(row.text, ("heading", "document", "kind"))
        elif what == "description":
            self.descriptions.add(LocalizedText.of(row["value"]))
        elif what == "target":
            names = ("period", "modality", "earliest", "completion_due_by", "start_due_by", "begins", "ends")
            self.targets.append(TargetView(node, *map(row.text, names)))
        elif what == "report":
            self.reports.add(StatusView(node, *map(row.text, ("status", "as_of", "recorded"))))
            if corrected := row.text("revised_on"):
                self.revised[node] = min(corrected, self.revised.get(node, corrected))
        elif what in ("theme", "name"):
            (self.themes if what == "theme" else self.names).add(node)
        else:
            target = next((one for one in self.targets if one.iri == node), None)
            if target is not None:
                (target.wordings if what == "wording" else target.purposes).add(LocalizedText.of(row["value"]))


def actions_of(rows: Solutions) -> list[ActionView]:
    """The actions in the rows of ``actions.rq``, by document and number."""
    by_iri: dict[str, ActionView] = {}
    for row in sorted(rows, key=lambda one: one.text("what") in OF_TARGETS):
        iri = row.text("action")
        by_iri.setdefault(iri, ActionView(iri, 0, "")).add(row)
    return sorted(by_iri.values(), key=lambda action: (action.iri.rsplit("/", 1)[0], action.number))


async def actions(context: PageContext, by: str = "", of: str = "") -> list[ActionView]:
    """All actions, or those of one thing (``by`` as in ``NARROWING``): one engine call; all of them are kept."""

    async def ask() -> list[ActionView]:
        patterns = {"selection": f"VALUES ?chosen {{ {node(of)} }} {NARROWING[by]}"} if by else {}
        return actions_of(await context.select("actions", patterns))

    return await ask() if by else await context.keep("actions", ask)
