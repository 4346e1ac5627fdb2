"""The statements about one thing, in the form that its page shows: by predicate, each with its graphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from ...engine.results import Solution, Solutions
from ...rdf.iris import DCT, OA, PROV, RDF, RDFS, SKOS
from .labels import Labels, LocalizedText

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
    graphs: dict[tuple[Any, Any, Any], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, row: Solution) -> None:
        graph = row.text("graph").removeprefix(f"{self.base}graph/")
        self.graphs[row["s"], row["p"], row["o"]].add(graph)

    def objects(self, predicate: str, subject: str = "") -> list[Any]:
        """The objects of a predicate, sorted."""
        objects = {o for s, p, o in self.graphs if p.value == predicate and (not subject or _value(s) == subject)}
        return sorted(objects, key=str)

    def first(self, predicate: str, subject: str = "") -> str:
        """The characters of the first object of a predicate, or ""."""
        return next((_value(term) for term in self.objects(predicate, subject)), "")

    def subjects(self) -> list[str]:
        """The IRIs of the subjects, sorted."""
        return sorted({_value(s) for s, _, _ in self.graphs})


def parts(rows: Solutions, base: str) -> Mapping[str, Triples]:
    """The rows of ``thing.rq`` by part."""
    by_part: dict[str, Triples] = defaultdict(lambda: Triples(base))
    for row in rows:
        if row["p"] is not None:
            by_part[row.text("part")].add(row)
    return by_part


def terms(parts: Iterable[Triples]) -> set[NamedNode]:
    """Every IRI in these statements, for a question for their labels."""
    return {
        term for triples in parts for triple in triples.graphs for term in triple if isinstance(term, NamedNode)
    }


def by_predicate(triples: Triples, labels: Labels, *, incoming: bool = False) -> list[Property]:
    """The statements by predicate: first what the thing is, last where it is from.

    The values are the objects; of ``incoming`` statements, which point to the thing, the subjects.
    """
    values: dict[str, list[Value]] = defaultdict(list)
    for (subject, predicate, term), graphs in triples.graphs.items():
        values[predicate.value].append(value(subject if incoming else term, labels, graphs))
    return sorted((_property(iri, group, labels) for iri, group in values.items()), key=_rank)


def _property(iri: str, values: list[Value], labels: Labels) -> Property:
    ordered = sorted(values, key=lambda one: (one.text.value.casefold(), one.iri, one.text.language))
    return Property(iri, labels.label(iri), labels.links.thing(iri), tuple(ordered))


def _rank(of: Property) -> tuple[int, int, str, str]:
    if of.iri in FIRST:
        return 0, FIRST.index(of.iri), "", of.iri
    if of.iri in LAST:
        return 2, LAST.index(of.iri), "", of.iri
    return 1, 0, of.label.value.casefold(), of.iri


def value(term: Any, labels: Labels, graphs: Iterable[str] = ()) -> Value:
    """A term as it is shown; what is no http(s) IRI leads nowhere."""
    names, links = tuple(sorted(graphs)), labels.links
    if isinstance(term, NamedNode):
        label, ours = labels.label(term.value), links.is_ours(term.value)
        return Value(label, links.thing(term.value), term.value, ours, labels.gloss(term.value), graphs=names)
    if isinstance(term, BlankNode):
        return Value(LocalizedText(f"_:{term.value}"), graphs=names)
    datatype = "" if term.language else links.short(term.datatype.value)
    return Value(LocalizedText.of(term), datatype="" if datatype == "xsd:string" else datatype, graphs=names)


def _value(term: NamedNode | BlankNode | Literal) -> str:
    return str(term.value)
