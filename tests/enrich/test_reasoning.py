"""The inferred graph: what the rules add, what they leave alone, and that a full OWL 2 RL reasoner agrees."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from rdflib import Graph

from places import ROOT
from policygraph.enrich.reasoning import Hierarchy, infer, own_rules, rules
from policygraph.errors import PolicygraphError
from policygraph.files import source_folders
from policygraph.graph import convert
from policygraph.rdf.iris import DCT, OA, OWL, PROV, RDF, RDFS, SCHEMA, SKOS, TIME, Names
from policygraph.vocabulary.codelists import rebased, static_quads

SAMPLE = (ROOT / "tests" / "ontology" / "sample.ttl").read_text("utf-8")
NAMES = Names()
ELSEWHERE = Names("https://data.fantasia.example/policy/")
TYPE = NamedNode(f"{RDF}type")
SAME_AS = NamedNode(f"{OWL}sameAs")
ACTION = NAMES.id("action", "COM-2025-723", "A3-001")


def quads_of(turtle: str, names: Names = NAMES) -> list[Quad]:
    graph = names.graph("actions")
    parsed = ox.parse(input=turtle, format=ox.RdfFormat.TURTLE)
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def inferred(turtle: str, names: Names = NAMES) -> set[Triple]:
    return {quad.triple for quad in infer(quads_of(turtle, names), names)}


def ontology(*statements: tuple[str, str, str]) -> list[Triple]:
    return [Triple(NamedNode(s), NamedNode(p), NamedNode(o)) for s, p, o in statements]


def closure_restricted_to_ours(quads: list[Quad]) -> set[Triple]:
    """What owlrl adds, restricted as the docstring of ``reasoning`` says: our things, terms above ours."""
    known = own_rules(NAMES.base)
    stated = {quad.triple for quad in quads}
    terms = [quad.triple for quad in static_quads(NAMES) if quad.graph_name == NAMES.graph("ontology")]
    lines = ox.serialize((t for t in [*stated, *terms] if t.predicate != SAME_AS), format=ox.RdfFormat.N_TRIPLES)
    closure = Graph().parse(data=lines, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    about_ours = [t for t in closure if str(t[0]).startswith(f"{NAMES.base}id/")]
    classes = {term for above in known.classes.values() for term in above}
    properties = {term for above in known.properties.values() for term in above}
    lines = "\n".join(f"{s.n3()} {p.n3()} {o.n3()} ." for s, p, o in about_ours)
    found = {quad.triple for quad in ox.parse(input=lines, format=ox.RdfFormat.N_TRIPLES)}
    return {
        t for t in found if t.predicate in properties or (t.predicate == TYPE and t.object in classes)
    } - stated


def test_equal_to_the_owl_2_rl_closure_restricted_to_ours():
    quads = quads_of(SAMPLE)
    assert {quad.triple for quad in infer(quads, NAMES)} == closure_restricted_to_ours(quads)


@pytest.mark.slow
@pytest.mark.parametrize("source", source_folders(), ids=lambda path: path.name)
def test_equal_to_the_owl_2_rl_closure_on_a_whole_document(source: Path):
    quads = convert(source, NAMES)
    found = {quad.triple for quad in infer(quads, NAMES)}
    assert found == closure_restricted_to_ours(quads)
    assert found


def test_superclasses_of_an_action():
    types = {t.object.value for t in inferred(SAMPLE) if t.subject == ACTION and t.predicate == TYPE}
    assert types == {f"{PROV}Plan", f"{PROV}Entity"}


def test_superproperties_keep_the_value_as_it_is_written():
    turtle = '<https://w3id.org/policygraph/id/x> <https://w3id.org/policygraph/def#number> "007"^^'
    turtle += "<http://www.w3.org/2001/XMLSchema#nonNegativeInteger> ."
    value = Literal("007", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#nonNegativeInteger"))
    assert inferred(turtle) == {Triple(NAMES.id("x"), NamedNode(f"{SCHEMA}position"), value)}


def test_a_property_with_two_above_it_gives_two_statements():
    deadline = NAMES.id("deadline", "COM-2025-723", "A3-001")
    about = {(t.predicate.value, t.object) for t in inferred(SAMPLE) if t.subject == deadline}
    period = NAMES.id("period", "2027-Q2")
    assert {(f"{TIME}hasTime", period), (f"{DCT}temporal", period)} <= about


def test_nothing_stated_already_is_inferred():
    quads = quads_of(SAMPLE)
    found = infer(quads, NAMES)
    assert not {quad.triple for quad in found} & {quad.triple for quad in quads}
    span = NAMES.id("source", "COM-2025-723", "nl", "A3-001", "span-1")
    assert Triple(span, TYPE, NamedNode(f"{OA}TextPositionSelector")) not in {quad.triple for quad in found}
    assert infer(quads + found, NAMES) == []


def test_nothing_is_said_of_other_peoples_things():
    turtle = "<http://eurovoc.europa.eu/5899> a <https://w3id.org/policygraph/def#Dialogue> ."
    assert inferred(turtle) == set()


def test_same_as_is_not_expanded():
    celex = NamedNode("http://publications.europa.eu/resource/celex/52025DC0723")
    assert not any(celex in (t.subject, t.object) for t in inferred(SAMPLE))


def test_blank_nodes_and_literal_types_are_passed_over():
    turtle = "_:b a <https://w3id.org/policygraph/def#Dialogue> . "
    turtle += f'<https://w3id.org/policygraph/id/x> <{RDF}type> "Dialogue" .'
    assert inferred(turtle) == set()


def test_all_stands_in_the_inferred_graph_sorted():
    found = infer(quads_of(SAMPLE), NAMES)
    assert {quad.graph_name for quad in found} == {NAMES.graph("inferred")}
    assert found == sorted(found, key=str)
    assert found == infer(list(reversed(quads_of(SAMPLE))), NAMES)


def test_another_base_moves_the_rules_along():
    here = {rebased(str(t), ELSEWHERE.base) for t in inferred(SAMPLE)}
    assert {str(t) for t in inferred(rebased(SAMPLE, ELSEWHERE.base), ELSEWHERE)} == here
    assert inferred(SAMPLE, ELSEWHERE) == set()


def test_subsumption_is_transitive_and_a_circle_ends():
    above = rules(
        ontology(
            ("urn:a", f"{RDFS}subClassOf", "urn:b"),
            ("urn:b", f"{RDFS}subClassOf", "urn:c"),
            ("urn:c", f"{RDFS}subClassOf", "urn:b"),
            ("urn:p", f"{RDFS}subPropertyOf", "urn:q"),
            ("urn:q", f"{RDFS}subPropertyOf", "urn:r"),
        )
    )
    a, b, c, p, q, r = (NamedNode(f"urn:{letter}") for letter in "abcpqr")
    assert above == Hierarchy({a: (b, c), b: (c,), c: (b,)}, {p: (q, r), q: (r,)})


def test_rules_of_another_ontology_can_be_given():
    known = Hierarchy({}, {NamedNode("urn:p"): (NamedNode("urn:q"),)})
    quads = [Quad(NAMES.id("x"), NamedNode("urn:p"), Literal("v"), NAMES.graph("actions"))]
    expected = Quad(NAMES.id("x"), NamedNode("urn:q"), Literal("v"), NAMES.graph("inferred"))
    assert infer(quads, NAMES, known) == [expected]


@pytest.mark.parametrize(
    "axiom",
    [
        ("urn:p", f"{RDFS}domain", "urn:c"),
        ("urn:p", f"{RDFS}range", "urn:c"),
        ("urn:p", f"{OWL}inverseOf", "urn:q"),
        ("urn:a", f"{OWL}equivalentClass", "urn:b"),
        ("urn:p", f"{RDF}type", f"{OWL}TransitiveProperty"),
    ],
)
def test_an_axiom_that_no_rule_covers_is_refused(axiom: tuple[str, str, str]):
    with pytest.raises(PolicygraphError, match=r"which the rules do not cover: use rdfs:subClassOf"):
        rules(ontology(axiom))


def test_the_rules_of_our_ontology_are_worked_out_once():
    assert own_rules(NAMES.base) is own_rules(NAMES.base)


def test_a_row_lies_in_the_sectors_that_its_heading_and_labels_are_mapped_to():
    """All relations but related; a heading that is only related to a sector, or not mapped, gives none."""
    matches = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
    statements = [
        Quad(NAMES.id("action", "D", str(number)), NAMES.term("heading"), NAMES.id("heading", "D", str(number)))
        for number in range(6)
    ]
    statements += [
        Quad(NAMES.id("heading", "D", str(number)), NamedNode(f"{SKOS}{name}"), NAMES.id("sector", "ENERGY"))
        for number, name in enumerate(matches)
    ]
    statements += [
        Quad(NAMES.id("dialogue", "D", "1"), NAMES.term("sector"), NAMES.id("heading", "D", "0")),
        Quad(
            NAMES.id("heading", "D", "0"), NamedNode(f"{SKOS}closeMatch"), NamedNode("http://eurovoc.europa.eu/1")
        ),
    ]
    lies = {q.subject.value.partition("/id/")[2] for q in infer(statements, NAMES) if "inSector" in str(q)}
    assert lies == {"action/D/0", "action/D/1", "action/D/2", "action/D/3", "dialogue/D/1"}
