"""What terms are called: by the data, else by the interface's own words, else by their short IRI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from ...engine.results import Solutions
from ...enrich.mappings import targets
from ...i18n import Words
from ...rdf.iris import AUTHORITY, DCT, RDFS, SKOS
from .context import PageContext
from .links import Links
from .localized_text import LocalizedText, pick, shortened
from .page_queries import question

LABELS = (SKOS + "prefLabel", DCT + "title", RDFS + "label")
MOST = 2_000
"""Terms whose labels are asked for at once."""


@dataclass(frozen=True)
class Labels:
    """Labels and glosses of terms; a gloss is what a thing says beside its label, such as an action's text."""

    texts: dict[tuple[str, str], set[LocalizedText]]
    words: Words
    links: Links

    @classmethod
    def of(cls, rows: Solutions, words: Words, links: Links) -> Labels:
        """The names in the rows of ``labels.rq``."""
        texts: dict[tuple[str, str], set[LocalizedText]] = defaultdict(set)
        for row in rows:
            texts[row.text("term"), row.text("p")].add(LocalizedText.of(row["label"]))
        return cls(texts, words, links)

    def label(self, iri: str) -> LocalizedText:
        """What a term is called; without a language where it is only its short IRI."""
        for kind in LABELS:
            found = pick(self.texts.get((iri, kind), ()), self.words.language)
            if found:
                return found
        ours = self.words.maybe(f"term.{self.links.short(iri)}")
        return LocalizedText(ours, self.words.language) if ours else self._last_resort(iri)

    def _last_resort(self, iri: str) -> LocalizedText:
        notation = pick(self.texts.get((iri, SKOS + "notation"), ()), self.words.language)
        if notation:
            return notation
        if iri in mapped(self.links.base):
            return LocalizedText(mapped(self.links.base)[iri], "en")
        return LocalizedText(iri.removeprefix(AUTHORITY) if iri.startswith(AUTHORITY) else self.links.short(iri))

    def gloss(self, iri: str) -> LocalizedText | None:
        """The words that a thing of ours says, shortened; None where it says none."""
        for kind in (DCT + "description", f"{self.links.base}def#quote", f"{self.links.base}def#wording"):
            found = pick(self.texts.get((iri, kind), ()), self.words.language)
            if found:
                return LocalizedText(shortened(found.value), found.language)
        return None

    def date(self, iri: str) -> str:
        """The day that a thing of ours is about, or ""."""
        return next((text.value for text in self.texts.get((iri, DCT + "date"), ())), "")

    def texts_of(self, iri: str, kind: str) -> LocalizedText | None:
        """The text of one kind in the language of the page."""
        return pick(self.texts.get((iri, kind), ()), self.words.language)


@cache
def mapped(base: str) -> dict[str, str]:
    """The labels that our mapping files give for what they link to."""
    return {target.iri.value: target.label for target in targets(base) if target.label}


async def names(visit: PageContext, terms: Iterable[NamedNode]) -> Labels:
    """Ask what terms are called: one engine call, none where there are no terms."""
    wanted = sorted(set(terms), key=str)[:MOST]
    rows = await visit.view.select(question("labels", visit.base, terms=wanted)) if wanted else Solutions((), ())
    return Labels.of(rows, visit.words, visit.links)
