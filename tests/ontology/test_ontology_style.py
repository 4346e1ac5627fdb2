"""Every rule of ``shapes/ontology-style.ttl`` fires on a small ontology that breaks it, and that rule alone."""

from __future__ import annotations

import pytest
from pyshacl import validate
from rdflib import Graph, Namespace

from places import ROOT
from policygraph.validation.rdflib_queries import PreparedGraph

STYLE = ROOT / "shapes" / "ontology-style.ttl"
PGSH = Namespace("https://w3id.org/policygraph/shapes#")
SH = Namespace("http://www.w3.org/ns/shacl#")

GOOD = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/policygraph/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pg: <https://w3id.org/policygraph/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vann: <http://purl.org/vocab/vann/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/policygraph/def> a owl:Ontology ;
    dct:title "Small"@en , "Klein"@nl ;
    dct:description "A small one."@en , "Een kleine."@nl ;
    dct:creator "Somebody" ;
    dct:modified "2026-01-31"^^xsd:date ;
    schema:license <https://creativecommons.org/licenses/by/4.0/> ;
    vann:preferredNamespacePrefix "pg" ;
    vann:preferredNamespaceUri "https://w3id.org/policygraph/def#" ;
    dct:bibliographicCitation "Somebody: Small" ;
    owl:versionInfo "1.0.0" ;
    owl:versionIRI <https://w3id.org/policygraph/def/1.0.0> .

pg:Barge a owl:Class ;
    rdfs:label "barge"@en , "schuit"@nl ;
    skos:definition "A flat boat for goods."@en , "Een platte boot voor goederen."@nl ;
    skos:example "The one at the quay."@en ;
    dct:source "Harbour rules, point 3" ;
    rdfs:isDefinedBy <https://w3id.org/policygraph/def> .

pg:load a owl:ObjectProperty ;
    rdfs:label "load"@en , "lading"@nl ;
    skos:definition "What a barge carries."@en , "Wat een schuit vervoert."@nl ;
    skos:example "Sand."@en ;
    dct:source "Harbour rules, point 4" ;
    rdfs:isDefinedBy <https://w3id.org/policygraph/def> .

id:quay a skos:ConceptScheme ;
    dct:title "Quays"@en , "Kaden"@nl ;
    dct:description "Where barges lie."@en , "Waar schuiten liggen."@nl ;
    dct:source "Harbour rules, point 5" ;
    skos:hasTopConcept <https://w3id.org/policygraph/id/quay/north> .

<https://w3id.org/policygraph/id/quay/north> a skos:Concept ;
    skos:inScheme id:quay ;
    skos:topConceptOf id:quay ;
    skos:notation "north" ;
    skos:prefLabel "north quay"@en , "noordkade"@nl ;
    skos:altLabel "northern quay"@en ;
    skos:definition "The one beyond the lock."@en , "Die achter de sluis."@nl ;
    skos:example "Berth 7."@en ;
    dct:source "Harbour rules, point 6" .
"""

SCHEME = '    dct:source "Harbour rules, point 5" ;\n'
TWIN = """
<https://w3id.org/policygraph/id/quay/south> a skos:Concept ;
    skos:inScheme id:quay ; skos:topConceptOf id:quay ; skos:notation "south" ;
    skos:prefLabel "north quay"@en , "zuidkade"@nl ;
    skos:definition "The one by the bridge."@en , "Die bij de brug."@nl ;
    skos:example "Berth 1."@en ; dct:source "Harbour rules, point 6" .
id:quay skos:hasTopConcept <https://w3id.org/policygraph/id/quay/south> .
"""
EMPTY = """
id:pier a skos:ConceptScheme ; dct:title "Piers"@en , "Pieren"@nl ;
    dct:description "Where ferries lie."@en , "Waar veren liggen."@nl ; dct:source "Harbour rules, point 8" .
"""
CRATE = """
pg:{name} a owl:{kind} ;
    rdfs:label "{label}"@en , "krat"@nl ;
    skos:definition "A box for goods."@en , "Een kist voor goederen."@nl ;
    skos:example "A fish box."@en ; dct:source "Harbour rules, point 7" ;
    rdfs:isDefinedBy <https://w3id.org/policygraph/def> .
"""


def crate(name: str, kind: str, label: str = "crate") -> str:
    return GOOD + CRATE.format(name=name, kind=kind, label=label)


def without(words: str) -> str:
    assert GOOD.count(words) == 1, words
    return GOOD.replace(words, "")


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


BROKEN = {
    "term-label": [
        without(' , "schuit"@nl'),
        changed('"schuit"@nl', '"schuit"'),
        changed('"schuit"@nl', '"schuit"@nl , "aak"@nl'),
    ],
    "term-definition": [without(' , "Een platte boot voor goederen."@nl')],
    "term-example": [without('    skos:example "The one at the quay."@en ;\n'), changed('"Sand."@en', '"Sand."')],
    "term-source": [
        without('    dct:source "Harbour rules, point 3" ;\n'),
        changed('"Harbour rules, point 3"', '"page 3"'),
    ],
    "term-defined-by": [GOOD + "pg:load rdfs:isDefinedBy <https://w3id.org/policygraph/other> ."],
    "term-one-kind": [
        changed("pg:load a owl:ObjectProperty", "pg:load a owl:ObjectProperty , owl:DatatypeProperty")
    ],
    "term-no-domain": [changed("pg:load a", "pg:load rdfs:domain pg:Barge ; a")],
    "term-no-range": [changed("pg:load a", "pg:load rdfs:range pg:Barge ; a")],
    "term-definition-is-sentence": [changed("A flat boat for goods.", "a flat boat for goods")],
    "term-definition-says-more": [changed("A flat boat for goods.", "Barge.")],
    "term-label-shared": [crate("Box", "Class", "barge")],
    "term-below-itself": [
        changed("pg:Barge a", "pg:Barge rdfs:subClassOf pg:Barge ; a"),
        crate("Box", "Class") + "pg:Box rdfs:subClassOf pg:Barge . pg:Barge rdfs:subClassOf pg:Box .",
    ],
    "StyleOfClassName": [
        crate("box", "Class"),
        crate("A_Box", "Class"),
        crate("Box", "Class").replace("pg:Box", "schema:Box"),
    ],
    "StyleOfPropertyName": [crate("Crate", "DatatypeProperty"), crate("in-crate", "ObjectProperty")],
    "StyleOfPropertyVerb": [crate("hasCrate", "ObjectProperty"), crate("isCrated", "DatatypeProperty")],
    "header-title": [without(' , "Klein"@nl')],
    "header-description": [without(' , "Een kleine."@nl')],
    "header-creator": [without('    dct:creator "Somebody" ;\n')],
    "header-modified": [changed('"2026-01-31"^^xsd:date', '"31 January"')],
    "header-licence": [changed("<https://creativecommons.org/licenses/by/4.0/>", '"CC BY"')],
    "header-prefix": [changed('Prefix "pg"', 'Prefix "gp"')],
    "header-namespace": [
        changed('Uri "https://w3id.org/policygraph/def#"', 'Uri "https://w3id.org/policygraph/"')
    ],
    "header-citation": [without('    dct:bibliographicCitation "Somebody: Small" ;\n')],
    "header-version-iri": [changed('"1.0.0"', '"1.0.1"')],
    "concept-scheme": [changed("id:quay a skos:ConceptScheme ;", "id:quay")],
    "concept-notation": [
        GOOD.replace("quay/north>", "quay/north_1>").replace('notation "north"', 'notation "north_1"')
    ],
    "concept-label-languages": [changed('"noordkade"@nl', '"noordkade"@nl , "kade noord"@nl')],
    "concept-label-en": [without('"north quay"@en , ')],
    "concept-label-nl": [without(' , "noordkade"@nl')],
    "concept-definition-languages": [changed('"Die achter de sluis."@nl', '"Die."@nl , "De andere."@nl')],
    "concept-definition-en": [without('"The one beyond the lock."@en , ')],
    "concept-definition-nl": [without(' , "Die achter de sluis."@nl')],
    "concept-example": [without('    skos:example "Berth 7."@en ;\n')],
    "concept-source": [changed(' ;\n    dct:source "Harbour rules, point 6"', "")],
    "concept-top": [without("    skos:topConceptOf id:quay ;\n")],
    "concept-iri": [changed('notation "north"', 'notation "noord"')],
    "concept-label-shared": [GOOD + TWIN],
    "concept-definition-says-more": [changed("The one beyond the lock.", "North quay.")],
    "concept-labels-disjoint": [changed('altLabel "northern quay"@en', 'hiddenLabel "north quay"@en')],
    "scheme-title": [without(' , "Kaden"@nl')],
    "scheme-description": [without(' , "Waar schuiten liggen."@nl')],
    "scheme-members": [GOOD + EMPTY],
    "scheme-source": [without(SCHEME)],
    "StyleOfSubject": [GOOD + "[] a schema:Boat ."],
}


def rules_broken(turtle: str) -> set[str]:
    """The local names of the rules that fire: a property shape, a SPARQL constraint, or else a node shape."""
    data = PreparedGraph().parse(data=turtle, format="turtle")
    _, report, _ = validate(data, shacl_graph=STYLE_GRAPH, inplace=True)
    fired = set()
    for result in report.subjects(SH.resultSeverity):
        rule = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        fired.add(str(rule).removeprefix(PGSH))
    return fired


STYLE_GRAPH = Graph().parse(STYLE)


def test_the_small_ontology_obeys_every_rule():
    assert rules_broken(GOOD) == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "turtle"),
    [(rule, turtle) for rule, examples in BROKEN.items() for turtle in examples],
    ids=[f"{rule}-{number}" for rule, examples in BROKEN.items() for number, _ in enumerate(examples, 1)],
)
def test_a_broken_rule_is_found_and_no_other(rule: str, turtle: str):
    assert rules_broken(turtle) == {rule}


def rules_of_the_style() -> set[str]:
    """Each thing in the shapes with a message is a rule."""
    return {str(rule).removeprefix(PGSH) for rule in STYLE_GRAPH.subjects(SH.message)}


def test_every_rule_is_broken_once():
    assert set(BROKEN) == rules_of_the_style()
    assert all(BROKEN.values())


def test_every_rule_speaks_english_and_dutch():
    for rule in set(STYLE_GRAPH.subjects(SH.message)):
        languages = sorted(message.language for message in STYLE_GRAPH.objects(rule, SH.message))
        assert languages == ["en", "nl"], rule


def test_every_rule_has_a_severity():
    constraints = set(STYLE_GRAPH.objects(None, SH.sparql))
    for rule in set(STYLE_GRAPH.subjects(SH.message)) - constraints:
        assert STYLE_GRAPH.value(rule, SH.severity), rule
