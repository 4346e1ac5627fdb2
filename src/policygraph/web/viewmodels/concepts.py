"""Our own concepts as pages use them: headings, sector labels, harmonised sectors, code lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ...engine.results import Solution, Solutions
from ...rdf.iris import SKOS
from .context import PageContext
from .labels import LocalizedText, pick

GROUPINGS = "heading-role/grouping"


@dataclass
class Concept:
    """One concept; ``sectors`` are the harmonised sectors that it means, by the name of the SKOS relation."""

    iri: str
    schemes: set[str] = field(default_factory=set)
    labels: set[LocalizedText] = field(default_factory=set)
    notation: str = ""
    order: int = 0
    role: str = ""
    broader: str = ""
    sectors: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The last segment of its IRI."""
        return self.iri.rsplit("/", 1)[-1]

    def add(self, row: Solution) -> None:
        """Add what one row says."""
        self.schemes.add(row.text("scheme"))
        self.labels.add(LocalizedText.of(row["label"]))
        self.notation, self.role = row.text("notation"), row.text("role") or self.role
        self.broader, self.order = row.text("broader") or self.broader, int(row.text("order") or 0)
        if row["sector"] is not None:
            self.sectors[row.text("sector")] = row.text("match").removeprefix(SKOS)


@dataclass(frozen=True)
class ConceptIndex:
    """All concepts by IRI, in the order of their schemes; looks labels up in one language."""

    base: str
    language: str
    by_iri: dict[str, Concept]

    @classmethod
    def of(cls, rows: Solutions, base: str, language: str) -> ConceptIndex:
        """The concepts in the rows of ``concepts.rq``."""
        by_iri: dict[str, Concept] = {}
        for row in rows:
            iri = row.text("concept")
            by_iri.setdefault(iri, Concept(iri)).add(row)
        return cls(base, language, by_iri)

    def label(self, iri: str) -> LocalizedText:
        """What a concept is called; an IRI that is none of ours by its last segment."""
        concept = self.by_iri.get(iri)
        label = pick(concept.labels, self.language) if concept else None
        return label or LocalizedText(iri.rstrip("/").rsplit("/", 1)[-1])

    def members(self, scheme: str) -> list[Concept]:
        """The concepts of a code list, ``scheme`` being its name below ``id/``."""
        return sorted(
            (one for one in self.by_iri.values() if f"{self.base}id/{scheme}" in one.schemes), key=in_order
        )

    def headings(self) -> list[Concept]:
        """The headings of every document, without the groupings above them, in order."""
        start = f"{self.base}id/heading/"
        headings = (one for one in self.by_iri.values() if one.iri.startswith(start))
        return sorted((one for one in headings if not one.role.endswith(GROUPINGS)), key=in_order)

    def schemes(self) -> list[str]:
        """The IRIs of the schemes, sorted."""
        return sorted({scheme for one in self.by_iri.values() for scheme in one.schemes})

    def meaning(self, sector: str) -> Iterable[Concept]:
        """The headings and sector labels that mean a harmonised sector."""
        return (one for one in self.by_iri.values() if sector in one.sectors)


def in_order(concept: Concept) -> tuple[str, int, str]:
    """What sorts concepts: by scheme, then in its own order."""
    return concept.iri.rsplit("/", 1)[0], concept.order, concept.iri


async def concepts(context: PageContext) -> ConceptIndex:
    """All concepts: one engine call for as long as the data are served."""

    async def ask() -> ConceptIndex:
        return ConceptIndex.of(await context.select("concepts"), context.base, context.language)

    return replace(await context.keep("concepts", ask), language=context.language)
