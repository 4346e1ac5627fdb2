"""What the ontology's rules add to a document's quads, kept apart in the graph ``inferred``.

The ontology uses subsumption and nothing else, so four rules of RDF Schema are all that it fires (section
9.2.1 of RDF 1.1 Semantics; in OWL 2 RL they are scm-sco, cax-sco, scm-spo and prp-spo1)::

    rdfs11, rdfs5   subclasses and subproperties are transitive: worked out once, over the ontology
    rdfs9           a thing of a class is a thing of each class above it
    rdfs7           what a property says, each property above it says too

Kept is a conclusion whose subject is a thing of ours (its IRI starts with ``<base>id/``), whose class or
property the ontology puts above one of its own, and that no quad states already. So nothing is said of terms,
of other people's things or of ``owl:Thing``. ``owl:sameAs`` joins a document to its IRI elsewhere and is not
expanded: to repeat every statement about the one IRI under the other would tell nobody anything.

Beside these stands what follows from the mappings: in which sector an action or a dialogue lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ..errors import PolicygraphError
from ..rdf.iris import OWL, RDFS, SKOS, Names
from ..rdf.statements import TYPE, reachable
from ..vocabulary.codelists import in_graph, static_quads

SUBCLASS = NamedNode(f"{RDFS}subClassOf")
SUBPROPERTY = NamedNode(f"{RDFS}subPropertyOf")
MAPPED = {NamedNode(f"{SKOS}{name}Match") for name in ("exact", "close", "broad", "narrow")}

ANNOTATIONS = ("label", "comment", "isDefinedBy", "seeAlso")
HEADER = ("versionIRI", "versionInfo", "priorVersion", "deprecated", "imports")
KINDS = ("Ontology", "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
COVERED = {SUBCLASS.value, SUBPROPERTY.value}
COVERED |= {RDFS + name for name in ANNOTATIONS} | {OWL + name for name in (*HEADER, *KINDS)}

Term = NamedNode | BlankNode | Literal | Triple
Above = Mapping[Term, tuple[NamedNode, ...]]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Term of the ontology → every term above it, without itself, sorted; for classes and for properties."""

    classes: Above
    properties: Above


def rules(ontology: Iterable[Quad | Triple]) -> Hierarchy:
    """The rules that an ontology's quads fire.

    Raises PolicygraphError where the ontology uses an axiom that is no subsumption.
    """
    statements = list(ontology)
    for statement in statements:
        _refuse_other_axioms(statement)
    return hierarchy(statements)


def hierarchy(statements: Sequence[Quad | Triple]) -> Hierarchy:
    """The subsumptions among these statements, closed; what else they say is passed over."""
    return Hierarchy(_closure(statements, SUBCLASS), _closure(statements, SUBPROPERTY))


@cache
def own_rules(base: str) -> Hierarchy:
    """The rules of our own ontology below this base IRI, worked out once a process."""
    names = Names(base)
    return rules(quad for quad in static_quads(names) if quad.graph_name == names.graph("ontology"))


def infer(quads: Sequence[Quad], names: Names, above: Hierarchy | None = None) -> list[Quad]:
    """The quads of graph ``inferred`` that follow from these (one document's), sorted, none stated already.

    ``above`` are the rules of another ontology. Time grows with the number of quads.
    """
    above = above or own_rules(names.base)
    things = f"<{names.base}id/"
    concluded = {triple for triple in conclusions(quads, above) if str(triple.subject).startswith(things)}
    predicates = {TYPE, names.term("inSector")}.union(*above.properties.values())
    concluded |= sectors(quads, names)
    concluded.difference_update(quad.triple for quad in quads if quad.predicate in predicates)
    return in_graph(sorted(concluded, key=str), names.graph("inferred"))


def sectors(statements: Iterable[Quad | Triple], names: Names) -> set[Triple]:
    """``pg:inSector`` from actions and dialogues to what their headings and sector labels are mapped to.

    Related is not in: a theme that only touches a sector does not lie in it.
    """
    printed, within = {names.term("heading"), names.term("sector")}, f"<{names.base}id/sector/"
    stands: list[Quad | Triple] = []
    mapped: dict[Term, set[Term]] = defaultdict(set)
    for statement in statements:
        if statement.predicate in printed:
            stands.append(statement)
        elif statement.predicate in MAPPED and str(statement.object).startswith(within):
            mapped[statement.subject].add(statement.object)
    lies = names.term("inSector")
    return {Triple(each.subject, lies, sector) for each in stands for sector in mapped[each.object]}


def conclusions(statements: Iterable[Quad | Triple], hierarchy: Hierarchy) -> Iterator[Triple]:
    """What each statement entails by rdfs9 or rdfs7, stated already or not."""
    for statement in statements:
        subject, predicate, value = statement.subject, statement.predicate, statement.object
        if predicate == TYPE:
            yield from (Triple(subject, TYPE, above) for above in hierarchy.classes.get(value, ()))
        else:
            yield from (Triple(subject, above, value) for above in hierarchy.properties.get(predicate, ()))


def _closure(statements: Iterable[Quad | Triple], relation: NamedNode) -> Above:
    """Each term below another by this relation → all that stand above it (rdfs11, rdfs5)."""
    direct: dict[NamedNode, set[NamedNode]] = defaultdict(set)
    for statement in statements:
        lower, upper = statement.subject, statement.object
        if statement.predicate == relation and isinstance(lower, NamedNode) and isinstance(upper, NamedNode):
            direct[lower].add(upper)

    def above(lower: NamedNode) -> Iterable[NamedNode]:
        return direct.get(lower, ())

    return {lower: tuple(sorted(reachable([lower], above) - {lower}, key=str)) for lower in direct}


def _refuse_other_axioms(statement: Quad | Triple) -> None:
    """Raises PolicygraphError for an axiom that ``infer`` would not apply: a domain, an inverse …"""
    predicate, thing = statement.predicate, statement.object
    term = predicate.value
    if predicate == TYPE:
        term = thing.value if isinstance(thing, NamedNode) else ""
    if term.startswith((RDFS, OWL)) and term not in COVERED:
        raise PolicygraphError(
            f"The ontology says {term} of {statement.subject}, which the rules do not cover: "
            "use rdfs:subClassOf or rdfs:subPropertyOf, or add the rule to reasoning.py."
        )
