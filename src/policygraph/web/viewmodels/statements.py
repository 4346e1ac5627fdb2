"""The statements about one thing, in the form that its page shows: by predicate, each with its graphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from ...engine.results import Solution, Solutions
from ...rdf.iris import DCT, OA, PROV, RDF, RDFS, SKOS
from .labels import Labels
from .links import Links
from .localized_text import LocalizedText

RELATIONS = tuple(f"{name}Match" for name in ("exact", "close", "broad", "narrow", "related"))
FIRST = (
    RDF + "type",
    RDFS + "label",
    SKOS + "prefLabel",
    SKOS + "altLabel",
    DCT + "title",
    DCT + "identifier",
    SKOS + "notation",
    SKOS + "definition",
    DCT + "description",
)
LAST = (DCT + "source", PROV + "wasDerivedFrom", OA + "hasSelector", OA + "hasSource")


@dataclass(frozen=True, slots=True)
class Value:
    """An object or subject: its text, where it leads (None: nowhere), its kind, and the graphs that say it."""

    text: LocalizedText
    href: str | None = None
    iri: str = ""
    ours: bool = True
    gloss: LocalizedText | None = None
    datatype: str = ""
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A predicate and its values."""

    iri: str
    label: LocalizedText
    href: str | None
    values: tuple[Value, ...]

    @property
    def inferred(self) -> bool:
        """Whether only the ontology's rules say it."""
        return all(value.graphs == ("inferred",) for value in self.values)


@dataclass
class Triples:
    """Rows of ``thing.rq`` of one part: (subject, predicate, object) → names of graphs."""

    base: str
    known: dict[tuple[Any, Any, Any], set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, row: Solution) -> None:
        graph = row.text("graph").removeprefix(f"{self.base}graph/")
        self.known[row["s"], row["p"], row["o"]].add(graph)

    def objects(self, predicate: str, subject: str = "") -> list[Any]:
        """The objects of a predicate, sorted."""
        found = {o for s, p, o in self.known if p.value == predicate and (not subject or _value(s) == subject)}
        return sorted(found, key=str)

    def one(self, predicate: str, subject: str = "") -> str:
        """The characters of the first object of a predicate, or ""."""
        return next((_value(term) for term in self.objects(predicate, subject)), "")

    def subjects(self) -> list[str]:
        """The IRIs of the subjects, sorted."""
        return sorted({_value(s) for s, _, _ in self.known})


def parts(rows: Solutions, base: str) -> Mapping[str, Triples]:
    """The rows of ``thing.rq`` by part."""
    found: dict[str, Triples] = defaultdict(lambda: Triples(base))
    for row in rows:
        if row["p"] is not None:
            found[row.text("part")].take(row)
    return found


def terms(found: Iterable[Triples]) -> set[NamedNode]:
    """Every IRI in these statements, for a question for their labels."""
    return {
        term for triples in found for triple in triples.known for term in triple if isinstance(term, NamedNode)
    }


def about(triples: Triples, names: Labels, links: Links) -> list[Property]:
    """The statements by predicate: first what the thing is, last where it is from."""
    values: dict[str, list[Value]] = defaultdict(list)
    for (_, predicate, term), graphs in triples.known.items():
        values[predicate.value].append(value(term, names, links, graphs))
    return sorted((_property(iri, found, names, links) for iri, found in values.items()), key=_place)


def pointing(triples: Triples, names: Labels, links: Links) -> list[Property]:
    """What points to the thing, by predicate; the values are subjects."""
    values: dict[str, list[Value]] = defaultdict(list)
    for (subject, predicate, _), graphs in triples.known.items():
        values[predicate.value].append(value(subject, names, links, graphs))
    return sorted((_property(iri, found, names, links) for iri, found in values.items()), key=_place)


def _property(iri: str, values: list[Value], names: Labels, links: Links) -> Property:
    ordered = sorted(values, key=lambda one: (one.text.value.casefold(), one.iri, one.text.language))
    return Property(iri, names.label(iri), links.thing(iri), tuple(ordered))


def _place(found: Property) -> tuple[int, int, str, str]:
    if found.iri in FIRST:
        return 0, FIRST.index(found.iri), "", found.iri
    if found.iri in LAST:
        return 2, LAST.index(found.iri), "", found.iri
    return 1, 0, found.label.value.casefold(), found.iri


def value(term: Any, names: Labels, links: Links, graphs: Iterable[str] = ()) -> Value:
    """A term as it is shown; what is no http(s) IRI leads nowhere."""
    said = tuple(sorted(graphs))
    if isinstance(term, NamedNode):
        label, ours = names.label(term.value), links.is_ours(term.value)
        return Value(label, links.thing(term.value), term.value, ours, names.gloss(term.value), graphs=said)
    if isinstance(term, BlankNode):
        return Value(LocalizedText(f"_:{term.value}"), graphs=said)
    datatype = "" if term.language else links.short(term.datatype.value)
    return Value(LocalizedText.of(term), datatype="" if datatype == "xsd:string" else datatype, graphs=said)


def _value(term: NamedNode | BlankNode | Literal) -> str:
    return str(term.value)
