"""Dialogues and initiatives as pages use them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...engine.results import Solution
from .concepts import ConceptIndex
from .context import PageContext
from .labels import LocalizedText, pick


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
    counts: set[LocalizedText] = field(default_factory=set)
    sectors: set[str] = field(default_factory=set)
    audience: set[str] = field(default_factory=set)

    def reported(self, language: str) -> LocalizedText | None:
        """The number of participants in words."""
        return pick(self.counts, language)


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
        labels = (concepts.by_iri.get(label) for label in dialogue.sectors)
        return {sector for label in labels if label for sector in label.sectors}

    @property
    def attendees(self) -> int:
        """The reported numbers added up."""
        return sum(one.attendees or 0 for one in self.dialogues)


async def meetings(context: PageContext) -> Dialogues:
    """Ask for dialogues and initiatives: one engine call."""
    dialogues: dict[str, DialogueView] = {}
    initiatives: dict[str, InitiativeView] = {}
    for row in await context.select("meetings"):
        if row.text("class").endswith("Dialogue"):
            _add_dialogue(dialogues, row)
        else:
            _add_initiative(initiatives, row)
    return Dialogues(
        tuple(sorted(dialogues.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
        tuple(sorted(initiatives.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
    )


def _add_dialogue(dialogues: dict[str, DialogueView], row: Solution) -> None:
    iri, attendees = row.text("thing"), row.text("attendees")
    if iri not in dialogues:
        wording = row["wording"]
        dialogues[iri] = DialogueView(
            iri,
            int(row.text("number")),
            row.text("identifier"),
            row.text("kind"),
            row.text("date"),
            row.text("access"),
            int(attendees) if attendees else None,
            LocalizedText.of(wording) if wording else None,
        )
    if row["reported"] is not None:
        dialogues[iri].counts.add(LocalizedText.of(row["reported"]))
    dialogues[iri].sectors |= {row.text("sector")} - {""}
    dialogues[iri].audience |= {row.text("audience")} - {""}


def _add_initiative(initiatives: dict[str, InitiativeView], row: Solution) -> None:
    iri, number = row.text("thing"), int(row.text("number"))
    initiative = initiatives.setdefault(iri, InitiativeView(iri, number, row.text("identifier"), row.text("kind")))
    for texts, name in (
        (initiative.objectives, "objective"),
        (initiative.descriptions, "description"),
        (initiative.wordings, "wording"),
    ):
        if row[name] is not None:
            texts.add(LocalizedText.of(row[name]))
