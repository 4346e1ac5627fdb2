"""Texts from the data with their languages, and what terms are called.

A term is called what the data say, else the interface's own words for it, else its short IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from pyoxigraph import NamedNode

from ...engine.results import Solutions
from ...enrich.mappings import targets
from ...i18n import Words, shortened
from ...rdf.iris import AUTHORITY, DCT, RDFS, SKOS
from .context import PageContext
from .links import Links

LABELS = (SKOS + "prefLabel", DCT + "title", RDFS + "label")
FALLBACK = ("en", "nl")
MOST = 2_000
"""Terms whose labels are asked for at once."""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """Words and the language they are in; "" where the data do not say."""

    value: str
    language: str = ""

    @classmethod
    def of(cls, term: Any) -> LocalizedText:
        """A literal as text."""
        return cls(str(term.value), (getattr(term, "language", None) or "").lower())

    @property
    def spoken(self) -> str:
        """The language that a reader hears: ``en`` for ``en-t-nl``."""
        return self.language.partition("-t-")[0]

    @property
    def origin(self) -> str:
        """The language that an unofficial translation comes from (RFC 6497), "" for any other text."""
        return self.language.partition("-t-")[2]

    def original(self, texts: Iterable[LocalizedText]) -> LocalizedText | None:
        """The text among these that it translates; None where it is no translation."""
        return next((text for text in texts if self.origin and text.language == self.origin), None)


def pick(texts: Iterable[LocalizedText], language: str) -> LocalizedText | None:
    """The text in ``language``, else a translation into it, else English, Dutch, one without language, any."""
    ordered = sorted(texts, key=lambda text: (bool(text.origin), text.language, text.value))
    for wanted in (language, *FALLBACK, ""):
        for text in ordered:
            if text.language.partition("-")[0] == wanted and (wanted == language or not text.origin):
                return text
    return ordered[0] if ordered else None


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
            if label := self.text(iri, kind):
                return label
        if ours := self.words.maybe(f"term.{self.links.short(iri)}"):
            return LocalizedText(ours, self.words.language)
        if notation := self.text(iri, SKOS + "notation"):
            return notation
        if iri in mapped(self.links.base):
            return LocalizedText(mapped(self.links.base)[iri], "en")
        return LocalizedText(iri.removeprefix(AUTHORITY) if iri.startswith(AUTHORITY) else self.links.short(iri))

    def text(self, iri: str, predicate: str) -> LocalizedText | None:
        """What a term says by one predicate, in the language of the page where it can be."""
        return pick(self.texts.get((iri, predicate), ()), self.words.language)

    def gloss(self, iri: str) -> LocalizedText | None:
        """The words that a thing of ours says, shortened; None where it says none."""
        for predicate in (DCT + "description", f"{self.links.base}def#quote", f"{self.links.base}def#wording"):
            if text := self.text(iri, predicate):
                return LocalizedText(shortened(text.value), text.language)
        return None

    def date(self, iri: str) -> str:
        """The day that a thing of ours is about, or ""."""
        return next((text.value for text in self.texts.get((iri, DCT + "date"), ())), "")


@cache
def mapped(base: str) -> dict[str, str]:
    """The labels that our mapping files give for what they link to."""
    return {target.iri.value: target.label for target in targets(base) if target.label}


async def labels(context: PageContext, terms: Iterable[NamedNode]) -> Labels:
    """Ask what terms are called: one engine call, none where there are no terms."""
    wanted = sorted(set(terms), key=str)[:MOST]
    rows = await context.select("labels", terms=wanted) if wanted else Solutions((), ())
    return Labels.of(rows, context.words, context.links)
