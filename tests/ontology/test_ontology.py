"""The ontology obeys SEMIC's shapes and its own, is consistent, and has the metadata that registries ask for."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from pyshacl import validate
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Namespace, URIRef

from places import ROOT, STANDARDS
from policygraph.enrich.derivation import derive
from policygraph.files import source_folders
from policygraph.graph import convert
from policygraph.rdf.iris import Names, prefixes
from policygraph.validation.rdflib_queries import PreparedGraph

ONTOLOGY = URIRef("https://w3id.org/policygraph/def")
PG = Namespace("https://w3id.org/policygraph/def#")
SCHEMA = Namespace("https://schema.org/")
VANN = Namespace("http://purl.org/vocab/vann/")
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


@cache
def graph(*names: str) -> Graph:
    """These files of the ontology as one graph; not to be changed."""
    found = Graph()
    for name in names:
        found.parse(ROOT / "ontology" / f"{name}.ttl")
    return found


def owl_ontology() -> Graph:
    return graph("core", "alignments", "alignments-beyond-dl")


def terms(kind: URIRef | None = None) -> list[URIRef]:
    return sorted({term for k in ([kind] if kind else KINDS) for term in owl_ontology().subjects(RDF.type, k)})


def results(data: Graph, shapes: Path) -> list[tuple[str, str, str]]:
    """Severity, path and message of each finding."""
    copy = PreparedGraph()  # as the product validates: each query of the shapes is parsed once, not for each node
    copy += data
    _, report, _ = validate(copy, shacl_graph=Graph().parse(shapes), inplace=True)
    return [
        (
            str(report.value(node, SH.resultSeverity)).removeprefix(str(SH)),
            str(report.value(node, SH.resultPath)),
            str(report.value(node, SH.resultMessage)),
        )
        for node in report.subjects(RDF.type, SH.ValidationResult)
    ]


# --- SEMIC and our own style ---

# SEMIC's shapes know a closed list of annotations and say of any other, as Info, that it is not on the list
# (even of owl:versionInfo, which another of them demands). These we use knowingly: see
# docs/decisions/ontology-light-owl.md.
BEYOND_SEMIC = {
    str(DCTERMS.source),
    *(
        str(DCTERMS[name])
        for name in ("abstract", "bibliographicCitation", "conformsTo", "contributor", "creator")
    ),
    *(str(DCTERMS[name]) for name in ("identifier", "language", "modified", "rights")),
    "http://purl.org/ontology/bibo/status",
    "http://www.w3.org/ns/adms#status",
    "https://w3id.org/widoco/vocab#introduction",
    str(OWL.versionInfo),
    str(RDFS.seeAlso),
    str(SCHEMA.creativeWorkStatus),
    str(SCHEMA.license),
    str(VANN.preferredNamespacePrefix),
    str(VANN.preferredNamespaceUri),
}


def test_semic_finds_nothing_but_annotations_beyond_its_list():
    found = results(owl_ontology(), STANDARDS / "semic-style-guide" / "semic-shapes_owl.ttl")
    assert {severity for severity, _, _ in found} == {"Info"}
    assert {path for _, path, _ in found} == BEYOND_SEMIC
    assert all("select few expressions" in message for _, _, message in found)


def test_semic_would_find_a_domain_and_a_blank_node():
    bad = Graph() + owl_ontology()
    bad.add((PG.heading, RDFS.domain, PG.PolicyAction))
    bad.add((PG.Dialogue, RDFS.subClassOf, BNode()))
    found = results(bad, STANDARDS / "semic-style-guide" / "semic-shapes_owl.ttl")
    assert ("Warning", str(RDFS.domain)) in {(severity, path) for severity, path, _ in found}
    assert any(severity == "Violation" and "bNodes" in message for severity, _, message in found)


def test_semic_accepts_our_shapes_for_the_ontology():
    style = Graph().parse(ROOT / "shapes" / "ontology-style.ttl")
    assert results(style, STANDARDS / "semic-style-guide" / "semic-shapes_shacl.ttl") == []


@pytest.mark.slow
def test_our_own_style_finds_nothing():
    everything = graph("core", "alignments", "codelists", "prefixes")
    assert results(everything, ROOT / "shapes" / "ontology-style.ttl") == []


def test_no_file_of_the_ontology_holds_a_blank_node():
    for path in (ROOT / "ontology").glob("*.ttl"):
        assert not [term for triple in Graph().parse(path) for term in triple if isinstance(term, BNode)], (
            path.name
        )


# --- Consistency ---


def contradictions(data: Graph) -> list[str]:
    """What OWL 2 RL says is impossible, after the closure of these triples is made in place."""
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(data)
    found = [str(message) for message in data.objects(None, ERROR)]
    return sorted(found + [str(thing) for thing in data.subjects(RDF.type, OWL.Nothing)])


def with_sample() -> Graph:
    return Graph() + owl_ontology() + Graph().parse(ROOT / "tests" / "ontology" / "sample.ttl")


def test_consistent_with_code_lists_and_a_thing_of_each_class():
    data = with_sample() + graph("codelists")
    assert {kind for kind in terms(OWL.Class) if not list(data.subjects(RDF.type, kind))} == set()
    assert contradictions(data) == []


def test_consistent_with_prov_whose_activities_are_no_entities():
    data = with_sample().parse(STANDARDS / "prov" / "prov.ttl")
    assert contradictions(data) == []


def test_a_contradiction_with_prov_would_be_found():
    data = (Graph() + owl_ontology()).parse(STANDARDS / "prov" / "prov.ttl")
    data.parse(
        data="<urn:d> a <https://w3id.org/policygraph/def#Dialogue>, <http://www.w3.org/ns/prov#Activity> ."
    )
    assert ["Disjoint classes" in message for message in contradictions(data)] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("names", [("time", "skos", "dcterms"), ("dcat", "eli"), ("adms", "schema.org")])
def test_consistent_with_the_other_vocabularies(names: tuple[str, ...]):
    data = with_sample()
    for path in sorted(path for name in names for path in (STANDARDS / name).glob("*.ttl")):
        data.parse(path)
    assert contradictions(data) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", source_folders(), ids=lambda path: path.name)
def test_a_whole_document_is_consistent_with_prov_and_skos(source: Path):
    quads = convert(source)
    lines = ox.serialize(
        [quad.triple for quad in [*quads, *derive(quads, Names())]], format=ox.RdfFormat.N_TRIPLES
    )
    data = (Graph() + owl_ontology() + graph("codelists")).parse(data=lines, format="nt")
    data.parse(STANDARDS / "prov" / "prov.ttl").parse(STANDARDS / "skos" / "skos.ttl")
    assert contradictions(data) == []


# --- Metadata: what FOOPS!, LOV and Widoco read ---

METADATA = {
    "OM1 title": DCTERMS.title,
    "OM1 description": DCTERMS.description,
    "OM1 abstract": DCTERMS.abstract,
    "OM1, OM4.1 licence": DCTERMS.license,
    "OM2 prefix": VANN.preferredNamespacePrefix,
    "OM2 namespace": VANN.preferredNamespaceUri,
    "OM2 version": OWL.versionInfo,
    "OM2 citation": DCTERMS.bibliographicCitation,
    "OM3 identifier": DCTERMS.identifier,
    "OM3 status": URIRef("http://purl.org/ontology/bibo/status"),
    "OM4.2 licence that resolves": SCHEMA.license,
    "OM5.1 creator": DCTERMS.creator,
    "OM5.1 contributor": DCTERMS.contributor,
    "OM5.1 created": DCTERMS.created,
    "OM5.1 modified": DCTERMS.modified,
    "OM5.2 issued": DCTERMS.issued,
    "OM5.2 publisher": DCTERMS.publisher,
    "OM5.2 source": DCTERMS.source,
    "VER1 version IRI": OWL.versionIRI,
    "LOV rights": DCTERMS.rights,
    "LOV language": DCTERMS.language,
    "Widoco introduction": URIRef("https://w3id.org/widoco/vocab#introduction"),
}


@pytest.mark.parametrize("asked_by", METADATA)
def test_the_header_says_what_registries_ask(asked_by: str):
    assert list(owl_ontology().objects(ONTOLOGY, METADATA[asked_by]))


def test_every_foops_test_that_needs_no_network_is_answered():
    """FIND2, FIND3, CN1, DOC1, URI1, VER2 and the like ask servers; the rest is metadata or is checked here."""
    with (STANDARDS / "ontology-checks" / "foops-tests.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    asks_servers = {"CN1", "DOC1", "FIND2", "FIND3", "FIND_3_BIS", "URI1", "VER2"}
    by_metadata = {code for name in METADATA for code in re.findall(r"[A-Z]+[0-9.]+", name)}
    elsewhere = {"FIND1", "HTTP1", "PURL1", "RDF1", "URI2", "VOC1", "VOC2", "VOC3", "VOC4"}
    assert codes == asks_servers | by_metadata | elsewhere


def test_persistent_address_and_one_ontology():
    assert list(owl_ontology().subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert str(ONTOLOGY).startswith("https://w3id.org/")
    assert {str(term).rpartition("#")[0] for term in terms()} == {str(ONTOLOGY)}


def test_reuses_others_besides_rdf_and_owl():
    above = set(owl_ontology().objects(None, RDFS.subClassOf)) | set(
        owl_ontology().objects(None, RDFS.subPropertyOf)
    )
    hosts = {re.match(r"(.*[/#])", str(term)).group(1) for term in above}
    assert hosts >= {"http://www.w3.org/ns/prov#", "http://www.w3.org/ns/oa#", "https://schema.org/", str(DCTERMS)}


def test_days_of_the_header_come_in_order():
    created, issued, modified = (
        owl_ontology().value(ONTOLOGY, DCTERMS[name]) for name in ("created", "issued", "modified")
    )
    assert {day.datatype for day in (created, issued, modified)} == {XSD.date}
    assert created.toPython() <= issued.toPython() <= modified.toPython()


# --- Pitfalls of the OOPS! catalogue that a file alone can show ---


def names(kind: URIRef | None = None) -> list[str]:
    return [str(term).removeprefix(str(PG)) for term in terms(kind)]


def label(term: URIRef, language: str = "en") -> str:
    return next(str(text) for text in owl_ontology().objects(term, RDFS.label) if text.language == language)


def test_p02_p07_no_class_is_two():
    assert [term for term in terms(OWL.Class) if re.search(r"\b(and|or)\b|/", label(term))] == []


def test_p03_no_relation_is_called_is():
    assert [name for name in names() if re.fullmatch(r"is|isA|is_a|sameAs|instanceOf", name)] == []


def test_p04_every_class_stands_below_another():
    assert [term for term in terms(OWL.Class) if not list(owl_ontology().objects(term, RDFS.subClassOf))] == []


def test_p20_examples_and_definitions_are_not_swapped():
    for term in terms():
        texts = [
            str(text)
            for p in (RDFS.label, SKOS.definition, SKOS.example)
            for text in owl_ontology().objects(term, p)
        ]
        assert len(texts) - len(set(texts)) <= (1 if label(term) == label(term, "nl") else 0), term


def test_p21_no_class_for_the_rest():
    assert [
        name for name in names(OWL.Class) if re.search(r"other|misc|unknown|various", name, re.IGNORECASE)
    ] == []


def test_p24_no_class_is_defined_by_its_own_name():
    for term in terms(OWL.Class):
        definition = next(d for d in owl_ontology().objects(term, SKOS.definition) if d.language == "en")
        first = str(definition).split(".")[0].lower()
        assert label(term).lower() not in first, term


def test_p34_p35_whatever_the_alignments_speak_of_is_declared():
    said = {subject for subject in graph("alignments").subjects() if str(subject).startswith(str(PG))}
    assert said <= set(terms())


def test_every_term_of_others_is_declared_once_for_owl_2_dl():
    """Annotation properties are those that describe terms; what terms are subsumed by is a class or a property."""
    ontology, declared = graph("core", "alignments"), graph("declarations")
    described = {term for term in ontology.subjects() if isinstance(term, URIRef)}
    wanted = {
        predicate: OWL.AnnotationProperty
        for subject, predicate, _ in ontology
        if subject in described and not str(predicate).startswith((str(RDF), str(RDFS), str(OWL)))
    }
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for lower, upper in ontology.subject_objects(relation):
            kind = next(kind for kind in ontology.objects(lower, RDF.type) if kind in kinds)
            assert wanted.setdefault(upper, kind) == kind, f"{upper} would be of two kinds"
    foreign = {(term, kind) for term, kind in wanted.items() if not str(term).startswith(str(PG))}
    assert set(declared.subject_objects(RDF.type)) == foreign and len(declared) == len(foreign)


def test_p36_no_file_extension_in_the_iri():
    assert not re.search(r"\.(ttl|rdf|owl|xml)$", str(ONTOLOGY))


def test_p40_nothing_is_declared_or_said_in_another_namespace():
    assert set(owl_ontology().subjects()) == {ONTOLOGY, *terms()}


def test_every_pitfall_of_the_catalogue_is_answered():
    with (STANDARDS / "ontology-checks" / "oops-pitfalls.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    tested_here = {code.upper() for name in globals() for code in re.findall(r"_(p\d\d)(?=_)", name)}
    by_style = {"P06", "P08-A", "P08-C", "P08-L", "P22", "P32", "P39", "P41"}
    by_one_ontology_test = {"P38"}
    axioms_that_semic_forbids = {"P05", "P10", "P11", "P12", "P19", "P25", "P26", "P27", "P30", "P31", "P33"}
    asks_servers = {"P37"}
    assert codes == tested_here | by_style | by_one_ontology_test | axioms_that_semic_forbids | asks_servers


# --- Words ---


def test_the_deadline_is_what_the_table_calls_it():
    assert (label(PG.Deadline), label(PG.Deadline, "nl")) == ("deadline", "streefdatum")


def test_the_definition_says_that_the_last_day_is_a_reading():
    said = {d.language: str(d) for d in owl_ontology().objects(PG.completionDueBy, SKOS.definition)}
    assert "by the last day of the quarter" in said["en"] and "is a reading" in said["en"]
    assert "uiterlijk op de laatste dag van het kwartaal" in said["nl"] and "is een lezing" in said["nl"]


def test_prefixes_are_those_of_the_code():
    declared = graph("prefixes")
    found = {
        str(declared.value(node, SH.prefix)): declared.value(node, SH.namespace)
        for node in declared.objects(ONTOLOGY, SH.declare)
    }
    assert {name: str(namespace) for name, namespace in found.items()} == prefixes()
    assert all(namespace.datatype == XSD.anyURI for namespace in found.values())
    assert len(list(declared.subjects(RDF.type, SH.PrefixDeclaration))) == len(found)
