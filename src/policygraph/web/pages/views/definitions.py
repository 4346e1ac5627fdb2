"""The ontology's documentation: each term with its definition, example, source, and use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pyoxigraph import Literal

from ....queries.canned import catalogue
from ....rdf.iris import DCT, OWL, RDF, RDFS, SKOS
from ....rdf.media_types import JSON_LD, RDF_XML, TURTLE, file_types
from ...viewmodels.context import PageContext
from ...viewmodels.labels import Labels
from ...viewmodels.localized_text import LocalizedText, pick
from ...viewmodels.page_queries import question
from ...viewmodels.statements import Value, value
from ..page import Alternate, Crumb, Page

KINDS = (("classes", "Class"), ("relations", "ObjectProperty"), ("attributes", "DatatypeProperty"))
FORMATS = file_types(TURTLE, JSON_LD, RDF_XML)
Said = Mapping[str, list[Any]]


@dataclass(frozen=True)
class TermView:
    """One class or property; ``said`` are its statements by predicate."""

    iri: str
    name: str
    said: Said
    above: tuple[Value, ...]
    uses: int
    queries: tuple[str, ...] = field(default=())

    def texts(self, predicate: str) -> list[LocalizedText]:
        """The literals of a predicate, by its IRI."""
        found = [LocalizedText.of(term) for term in self.said.get(predicate, ()) if isinstance(term, Literal)]
        return sorted(found, key=lambda text: (text.language, text.value))

    def text(self, name: str, language: str) -> LocalizedText | None:
        """One of label, definition, example, source in the language of the page."""
        iri = {
            "label": RDFS + "label",
            "definition": SKOS + "definition",
            "example": SKOS + "example",
            "source": DCT + "source",
        }[name]
        return pick(self.texts(iri), language)


async def definitions(visit: PageContext) -> Page:
    """The page at ``/def``: two engine calls."""
    said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await visit.view.select(question("definitions", visit.base)):
        said[row.text("s")][row.text("p")].append(row["o"])
    uses = {
        row.text("term"): int(row.text("uses")) for row in await visit.view.select(question("used", visit.base))
    }
    called = _called(said, visit)
    terms = {name: list(_terms(said, kind, visit, called, uses)) for name, kind in KINDS}
    header = TermView(f"{visit.base}def", "", said.get(f"{visit.base}def", {}), (), 0)
    return _page(visit, terms, header)


def _called(said: Mapping[str, Said], visit: PageContext) -> Labels:
    texts: dict[tuple[str, str], set[LocalizedText]] = defaultdict(set)
    for iri, statements in said.items():
        texts[iri, RDFS + "label"] |= {LocalizedText.of(term) for term in statements.get(RDFS + "label", ())}
    return Labels(texts, visit.words, visit.links)


def _terms(
    said: Mapping[str, Said], kind: str, visit: PageContext, called: Labels, uses: Mapping[str, int]
) -> Iterable[TermView]:
    own = f"{visit.base}def#"
    for iri in sorted(said, key=str.casefold):
        kinds = {str(term.value) for term in said[iri].get(RDF + "type", ())}
        if iri.startswith(own) and OWL + kind in kinds:
            above = [*said[iri].get(RDFS + "subClassOf", ()), *said[iri].get(RDFS + "subPropertyOf", ())]
            name = iri.removeprefix(own)
            values = tuple(value(term, called, visit.links) for term in above)
            yield TermView(iri, name, said[iri], values, uses.get(iri, 0), asked_by().get(name, ()))


@cache
def asked_by() -> Mapping[str, tuple[str, ...]]:
    """The local names of our terms and the canned queries that name them."""
    found: dict[str, list[str]] = defaultdict(list)
    for query in catalogue():
        for name in sorted(set(re.findall(r"\bpg:(\w+)", query.text))):
            found[name].append(query.name)
    return {name: tuple(queries) for name, queries in found.items()}


def _page(visit: PageContext, terms: Mapping[str, list[TermView]], header: TermView) -> Page:
    return Page(
        "definitions.html",
        visit.words("definitions.title"),
        {"terms": terms, "header": header, "ns": {"dct": DCT, "owl": OWL, "skos": SKOS}},
        description=visit.words("definitions.lede"),
        crumbs=(Crumb(visit.words("nav.definitions")),),
        alternates=tuple(
            Alternate(media, visit.links.file(f"/def.{extension}"), visit.words(f"format.{extension}"))
            for extension, media in FORMATS
        ),
        section="definitions",
        data=(_vocabulary(visit, terms, header),),
    )


def _vocabulary(visit: PageContext, terms: Mapping[str, list[TermView]], header: TermView) -> dict[str, Any]:
    title = pick(header.texts(DCT + "title"), visit.language)
    return {
        "@context": "https://schema.org",
        "@type": "DefinedTermSet",
        "@id": f"{visit.base}def",
        "name": title.value if title else visit.words("definitions.title"),
        "url": f"{visit.address}def",
        "hasDefinedTerm": [{"@type": "DefinedTerm", "@id": one.iri} for found in terms.values() for one in found],
    }
