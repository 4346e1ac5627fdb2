"""Dialogues and initiatives as pages use them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...engine.results import Solution
from .concepts import ConceptIndex
from .context import PageContext
from .labels import LocalizedText, pick

THEME = "heading-role/theme"


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


@dataclass
class StrategyView:
    """One document: its number as people cite it, its titles, the day of its adoption, the official text's IRI."""

    iri: str
    number: str
    date: str
    official: str = ""
    titles: set[LocalizedText] = field(default_factory=set)

    @property
    def key(self) -> str:
        """The last segment of its IRI, which stands in the IRIs of its rows and headings."""
        return self.iri.rpartition("/")[2]

    def title(self, language: str) -> LocalizedText:
        return pick(self.titles, language) or LocalizedText(self.number)


@dataclass(frozen=True, slots=True)
class Dialogues:
    """The dialogues, the initiatives, and the strategies by their part of IRIs, each in order."""

    dialogues: tuple[DialogueView, ...]
    initiatives: tuple[InitiativeView, ...]
    strategies: dict[str, StrategyView] = field(default_factory=dict)

    def on(self, sectors: set[str], concepts: ConceptIndex) -> list[DialogueView]:
        """The dialogues on any of these harmonised sectors."""
        return [one for one in self.dialogues if sectors & self.harmonised(one, concepts)]

    def of_heading(self, heading: str, concepts: ConceptIndex) -> list[DialogueView] | None:
        """The dialogues that the document of a heading lists on its sectors; None where that is not known.

        It is known of a heading that is mapped to a sector, or settled to be a theme in a document whose headings
        are mapped; and only in a document that lists dialogues.
        """
        document = heading.rpartition("/")[0].rpartition("/")[2]
        listed = [one for one in self.dialogues if document and f"/{document}/" in one.iri]
        concept = concepts.by_iri.get(heading)
        if not listed or concept is None:
            return None
        if not concept.sectors:
            others = (one for one in concepts.headings() if f"/{document}/" in one.iri)
            settled = concept.role.endswith(THEME) and any(one.sectors for one in others)
            return [] if settled else None
        return [one for one in listed if set(concept.sectors) & self.harmonised(one, concepts)]

    def harmonised(self, dialogue: DialogueView, concepts: ConceptIndex) -> set[str]:
        """The harmonised sectors that the labels of a dialogue mean."""
        labels = (concepts.by_iri.get(label) for label in dialogue.sectors)
        return {sector for label in labels if label for sector in label.sectors}

    @property
    def attendees(self) -> int:
        """The reported numbers added up."""
        return sum(one.attendees or 0 for one in self.dialogues)


async def meetings(context: PageContext) -> Dialogues:
    """Dialogues, initiatives and the documents that they are from: one engine call while the data are served."""
    return await context.keep("meetings", lambda: _ask(context))


async def _ask(context: PageContext) -> Dialogues:
    dialogues: dict[str, DialogueView] = {}
    initiatives: dict[str, InitiativeView] = {}
    strategies: dict[str, StrategyView] = {}
    for row in await context.select("meetings"):
        if row.text("class").endswith("Dialogue"):
            _add_dialogue(dialogues, row)
        elif row.text("class").endswith("Work"):
            iri = row.text("thing")
            strategy = StrategyView(iri, row.text("identifier"), row.text("date"), row.text("official"))
            strategies.setdefault(iri, strategy).titles.add(LocalizedText.of(row["description"]))
        else:
            _add_initiative(initiatives, row)
    by_age = sorted(strategies.values(), key=lambda one: (one.date, one.iri))
    return Dialogues(
        tuple(sorted(dialogues.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
        tuple(sorted(initiatives.values(), key=lambda one: (one.iri.rsplit("/", 1)[0], one.number))),
        {one.iri.rpartition("/")[2]: one for one in by_age},
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
