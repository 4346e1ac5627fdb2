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
from ...viewmodels.context import PageContext
from ...viewmodels.labels import Labels, LocalizedText, pick
from ...viewmodels.statements import Value, value
from ..page import Page, alternates, section_page

KINDS = (("classes", "Class"), ("relations", "ObjectProperty"), ("attributes", "DatatypeProperty"))
TEXTS = {
    "label": RDFS + "label",
    "definition": SKOS + "definition",
    "example": SKOS + "example",
    "source": DCT + "source",
}
Statements = Mapping[str, list[Any]]


@dataclass(frozen=True)
class TermView:
    """One class or property; ``statements`` by predicate."""

    iri: str
    name: str
    statements: Statements
    above: tuple[Value, ...]
    uses: int
    queries: tuple[str, ...] = field(default=())

    def texts(self, predicate: str) -> list[LocalizedText]:
        """The literals of a predicate, by its IRI."""
        literals = (term for term in self.statements.get(predicate, ()) if isinstance(term, Literal))
        return sorted(map(LocalizedText.of, literals), key=lambda text: (text.language, text.value))

    def text(self, name: str, language: str) -> LocalizedText | None:
        """One of ``TEXTS`` in a language where it can be."""
        return pick(self.texts(TEXTS[name]), language)


async def definitions(context: PageContext) -> Page:
    """The page at ``/def``: two engine calls."""
    statements: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await context.select("definitions"):
        statements[row.text("s")][row.text("p")].append(row["o"])
    uses = {row.text("term"): int(row.text("uses")) for row in await context.select("used")}
    terms = {name: list(_terms(statements, kind, context, uses)) for name, kind in KINDS}
    header = TermView(f"{context.base}def", "", statements.get(f"{context.base}def", {}), (), 0)
    title = pick(header.texts(DCT + "title"), context.language)
    vocabulary = {
        "@context": "https://schema.org",
        "@type": "DefinedTermSet",
        "@id": f"{context.base}def",
        "name": title.value if title else context.words("definitions.title"),
        "url": context.links.absolute("/def"),
        "hasDefinedTerm": [{"@type": "DefinedTerm", "@id": one.iri} for group in terms.values() for one in group],
    }
    return section_page(
        context,
        "definitions",
        {"terms": terms, "header": header, "ns": {"dct": DCT, "owl": OWL, "rdfs": RDFS}},
        alternates=alternates(context, "/def", ("ttl", "jsonld", "rdf")),
        data=(vocabulary,),
    )


def _terms(
    statements: Mapping[str, Statements], kind: str, context: PageContext, uses: Mapping[str, int]
) -> Iterable[TermView]:
    texts = {
        (iri, RDFS + "label"): set(map(LocalizedText.of, own.get(RDFS + "label", ())))
        for iri, own in statements.items()
    }
    labels = Labels(texts, context.words, context.links)
    start = f"{context.base}def#"
    for iri in sorted(statements, key=str.casefold):
        own = statements[iri]
        if iri.startswith(start) and OWL + kind in {str(term.value) for term in own.get(RDF + "type", ())}:
            above = [*own.get(RDFS + "subClassOf", ()), *own.get(RDFS + "subPropertyOf", ())]
            name = iri.removeprefix(start)
            values = tuple(value(term, labels) for term in above)
            yield TermView(iri, name, own, values, uses.get(iri, 0), queries_naming().get(name, ()))


@cache
def queries_naming() -> Mapping[str, tuple[str, ...]]:
    """The local names of our terms and the canned queries that name them."""
    by_term: dict[str, list[str]] = defaultdict(list)
    for query in catalogue():
        for name in sorted(set(re.findall(r"\bpg:(\w+)", query.text))):
            by_term[name].append(query.name)
    return {name: tuple(queries) for name, queries in by_term.items()}
