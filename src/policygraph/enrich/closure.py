"""The closure of any statements, by our rules or by owlrl, and where they contradict each other.

Our rules are those of ``reasoning``, fired by our ontology and by the subsumptions that the statements hold
themselves, on every thing and not on ours alone. owlrl does RDF Schema and OWL 2 RL by what the statements
say; our ontology is to be among them where its terms matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple

from ..rdf.conversion import from_rdflib, from_rdflib_term, is_rdflib, to_rdflib
from ..rdf.iris import OWL, RDF, Names
from ..vocabulary.codelists import static_quads
from .reasoning import conclusions, hierarchy, sectors

if TYPE_CHECKING:
    from rdflib import Graph

Rules = Literal["ours", "rdfs", "owl-rl"]
SAME_AS = NamedNode(f"{OWL}sameAs")

CONTRADICTIONS = {
    "cls-nothing2": ("?a a owl:Nothing", "{a} is of owl:Nothing, which no thing is of"),
    "cls-com": ("?b owl:complementOf ?c . ?a a ?b, ?c", "{a} is of {b} and of its complement {c}"),
    "cax-dw": ("?b owl:disjointWith ?c . ?a a ?b, ?c", "{a} is of {b} and of {c}, which are disjoint"),
    "cax-adc": (
        "?all a owl:AllDisjointClasses ; owl:members ?list . ?list rdf:rest*/rdf:first ?b . "
        "?list rdf:rest*/rdf:first ?c . ?a a ?b, ?c FILTER(STR(?b) < STR(?c))",
        "{a} is of {b} and of {c}, which are disjoint",
    ),
    "eq-diff1": ("?a owl:sameAs ?b ; owl:differentFrom ?b", "{a} is the same as {b} and different from it"),
    "prp-irp": ("?b a owl:IrreflexiveProperty . ?a ?b ?a", "{a} has itself as {b}, which is irreflexive"),
    "prp-asyp": (
        "?b a owl:AsymmetricProperty . ?a ?b ?c . ?c ?b ?a",
        "{a} has {c} as {b} and the other way round, and that property is asymmetric",
    ),
    "prp-pdw": (
        "?b owl:propertyDisjointWith ?d . ?a ?b ?c ; ?d ?c",
        "{a} has {c} as {b} and as {d}, which are disjoint",
    ),
}
"""The consistency rules of OWL 2 RL (section 4.3) that look at stated axioms: a pattern, and what it means."""


@dataclass(frozen=True, slots=True)
class Closure:
    """What follows and is not stated, sorted, and each contradiction as a sentence.

    ``noise`` are N-Triples lines of what owlrl concludes and nobody wants: ``x owl:sameAs x``, and statements
    with a literal as the subject, which RDF does not have.
    """

    triples: tuple[Triple, ...]
    contradictions: tuple[str, ...]
    noise: tuple[str, ...] = ()


def infer(
    statements: Iterable[Quad | Triple] | Graph, rules: Rules = "ours", *, names: Names | None = None
) -> Closure:
    """What follows from the union of these statements by our rules, by those of RDF Schema or of OWL 2 RL.

    ``statements`` are pyoxigraph quads or triples, or an rdflib Graph or Dataset.
    """
    if is_rdflib(statements):
        statements = from_rdflib(statements)
    stated = dict.fromkeys(entry.triple if isinstance(entry, Quad) else entry for entry in statements)
    return _by_our_rules(stated, names or Names()) if rules == "ours" else _by_owlrl(stated, rules)


def _by_our_rules(stated: dict[Triple, None], names: Names) -> Closure:
    ontology = [quad.triple for quad in static_quads(names) if quad.graph_name == names.graph("ontology")]
    rules = hierarchy([*ontology, *stated])
    concluded = (set(conclusions(stated, rules)) | sectors(stated, names)) - set(stated)
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in [*ontology, *stated, *concluded])
    return Closure(tuple(sorted(concluded, key=str)), tuple(sorted(set(_contradictions(store)))))


def _contradictions(store: Store) -> Iterator[str]:
    for rule, (pattern, sentence) in CONTRADICTIONS.items():
        query = f"PREFIX owl: <{OWL}> PREFIX rdf: <{RDF}> SELECT DISTINCT * WHERE {{ {pattern} }}"
        solutions = cast(QuerySolutions, store.query(query))
        for row in solutions:
            terms = {variable.value: str(row[variable]) for variable in solutions.variables}
            yield f"{sentence.format(**terms)} ({rule})."


def _by_owlrl(stated: dict[Triple, None], rules: Rules) -> Closure:
    from owlrl import DeductiveClosure
    from owlrl.Namespaces import ERRNS
    from owlrl.OWLRL import OWLRL_Semantics
    from owlrl.RDFSClosure import RDFS_Semantics
    from rdflib import RDF as RDFLIB_RDF

    graph = to_rdflib(stated)
    before = set(graph)
    semantics = RDFS_Semantics if rules == "rdfs" else OWLRL_Semantics
    DeductiveClosure(semantics).expand(graph)  # type: ignore[no-untyped-call]
    errors = set(graph.subjects(RDFLIB_RDF.type, ERRNS.ErrorMessage))
    messages = {" ".join(str(message).split()) for node in errors for message in graph.objects(node, ERRNS.error)}
    triples: list[Triple] = []
    noise: list[str] = []
    for statement in set(graph) - before:
        if statement[0] not in errors:
            subject, predicate, value = map(from_rdflib_term, statement)
            reflexive = subject == value and predicate == SAME_AS
            if reflexive or isinstance(subject, RdfLiteral) or not isinstance(predicate, NamedNode):
                noise.append(f"{subject} {predicate} {value} .")
            else:
                triples.append(Triple(subject, predicate, value))
    return Closure(tuple(sorted(triples, key=str)), tuple(sorted(messages)), tuple(sorted(noise)))
