"""Dialogues and initiatives as pages use them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...engine.results import Solution
from .concepts import ConceptIndex
from .context import PageContext
from .localized_text import LocalizedText, pick
from .page_queries import question


@dataclass
class DialogueView:
    """One dialogue; ``sectors`` are its sector labels, ``attendees`` the number as reported."""

    iri: str
    number: int
    identifier: str
    kind: str
    date: str
    access: str
    attendees: int | None
    wording: LocalizedText | None
    reported: LocalizedText | None
    sectors: set[str] = field(default_factory=set)
    audience: set[str] = field(default_factory=set)


@dataclass
class InitiativeView:
    """One initiative of the Commission for itself."""

    iri: str
    number: int
    identifier: str
    kind: str
    objectives: set[LocalizedText] = field(default_factory=set)
    descriptions: set[LocalizedText] = field(default_factory=set)
    wordings: set[LocalizedText] = field(default_factory=set)

    def description(self, language: str) -> LocalizedText:
        return pick(self.descriptions, language) or LocalizedText(self.identifier)

    def objective(self, language: str) -> LocalizedText | None:
        return pick(self.objectives, language)

    def wording(self, language: str) -> LocalizedText | None:
        return pick(self.wordings, language)


@dataclass(frozen=True, slots=True)
class Dialogues:
    """The dialogues and the initiatives, each in order."""

    dialogues: tuple[DialogueView, ...]
    initiatives: tuple[InitiativeView, ...]

    def on(self, sectors: set[str], concepts: ConceptIndex) -> list[DialogueView]:
        """The dialogues on any of these harmonised sectors."""
        return [one for one in self.dialogues if sectors & self.harmonised(one, concepts)]

    def harmonised(self, dialogue: DialogueView, concepts: ConceptIndex) -> set[str]:
        """The harmonised sectors that the labels of a dialogue mean."""
        known = (concepts.known.get(label) for label in dialogue.sectors)
        return {sector for label in known if label for sector in label.sectors}

    @property
    def attendees(self) -> int:
        """The reported numbers added up."""
        return sum(one.attendees or 0 for one in self.dialogues)


async def meetings(visit: PageContext) -> Dialogues:
    """Ask for dialogues and initiatives: one engine call."""
    dialogues: dict[str, DialogueView] = {}
    initiatives: dict[str, InitiativeView] = {}
    for row in await visit.view.select(question("meetings", visit.base)):
        if row.text("class").endswith("Dialogue"):
            _take_dialogue(dialogues, row)
        else:
            _take_initiative(initiatives, row)
    return Dialogues(
        tuple(sorted(dialogues.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
        tuple(sorted(initiatives.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
    )


def _take_dialogue(found: dict[str, DialogueView], row: Solution) -> None:
    iri, attendees = row.text("thing"), row.text("attendees")
    if iri not in found:
        found[iri] = DialogueView(
            iri,
            int(row.text("number")),
            row.text("identifier"),
            row.text("kind"),
            row.text("date"),
            row.text("access"),
            int(attendees) if attendees else None,
            _text(row, "wording"),
            _text(row, "reported"),
        )
    found[iri].sectors |= {row.text("sector")} - {""}
    found[iri].audience |= {row.text("audience")} - {""}


def _take_initiative(found: dict[str, InitiativeView], row: Solution) -> None:
    iri = row.text("thing")
    one = found.setdefault(
        iri, InitiativeView(iri, int(row.text("number")), row.text("identifier"), row.text("kind"))
    )
    for texts, name in (
        (one.objectives, "objective"),
        (one.descriptions, "description"),
        (one.wordings, "wording"),
    ):
        if row[name] is not None:
            texts.add(LocalizedText.of(row[name]))


def _text(row: Solution, name: str) -> LocalizedText | None:
    return None if row[name] is None else LocalizedText.of(row[name])
