"""Each term of others that we use exists and is not deprecated; each term of ours is declared, and used."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad

from places import ROOT
from policygraph.enrich.derivation import derive
from policygraph.enrich.mappings import mapping_quads
from policygraph.enrich.reasoning import infer
from policygraph.files import source_folders
from policygraph.graph.convert import convert
from policygraph.rdf import iris as namespaces
from policygraph.rdf.iris import BASE, OWL, RDF, Names, prefixes
from policygraph.vocabulary.codelists import static_quads
from policygraph.vocabulary.status_reports import status_quads

SHARED = ROOT.parent / "shared" / "standards"
PG = f"{BASE}def#"
TYPE = f"{RDF}type"
OTHERS = {
    **{name: iri for name, iri in prefixes().items() if not iri.startswith(BASE)},
    "bibo": "http://purl.org/ontology/bibo/",
    "dcap": namespaces.DCAP,
    "vann": "http://purl.org/vocab/vann/",
    "widoco": "https://w3id.org/widoco/vocab#",
}
LISTED = (rdflib.RDF, rdflib.XSD, rdflib.SH)
PREFIX_LINE = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]+)>", re.IGNORECASE)
PREFIXED_NAME = re.compile(r"(?<![\w:/<])([a-z][\w-]*):([A-Za-z]\w*)")
FULL_IRI = re.compile(r"<([^<>\s]+)>")
STRING = re.compile(r'"[^"\n]*"')
NAME_IN_CODE = re.compile(r'f"\{([A-Z]+)\}(\w+)"|\(([A-Z]+), "(\w+)"')

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder shared/ with standards is not beside the checkout"
)


# --- Which terms exist ---


@cache
def known_terms() -> tuple[frozenset[str], frozenset[str]]:
    """Every IRI that a vocabulary's copy describes; and those of them that it calls deprecated."""
    described, deprecated = set(), set()
    for path in SHARED.rglob("*.ttl"):
        for quad in ox.parse(path=path):
            if isinstance(quad.subject, NamedNode):
                described.add(quad.subject.value)
                if gone(quad.predicate.value, quad.object):
                    deprecated.add(quad.subject.value)
    return frozenset(described), frozenset(deprecated)


def exists(iri: str) -> bool:
    """RDF, XSD and the core of SHACL have no copy at hand; rdflib lists their terms."""
    return iri in known_terms()[0] or any(iri in space for space in LISTED)


def gone(predicate: str, thing: object) -> bool:
    """The ways in which vocabularies say that a term is no longer to be used."""
    value = getattr(thing, "value", "")
    name = predicate.rpartition("#")[2].rpartition("/")[2]
    return (
        (name == "deprecated" and value in ("true", "1"))
        or (name == "term_status" and value in ("archaic", "deprecated"))
        or name == "supersededBy"
        or (predicate == TYPE and value in (f"{OWL}DeprecatedClass", f"{OWL}DeprecatedProperty"))
    )


@cache
def without_copy() -> dict[str, str]:
    """Terms that no copy at hand describes, each with the reason: IRI → reason."""
    path = ROOT / "tests" / "ontology" / "terms-without-copy.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {OTHERS[row["prefix"]] + name: row["reason"] for row in rows for name in row["names"].split()}


# --- Which terms we use ---


def of_others(iris: Iterable[str]) -> set[str]:
    return {iri for iri in iris if any(iri.startswith(space) and iri != space for space in OTHERS.values())}


def iris_of_turtle(path: Path) -> set[str]:
    """Every IRI in a Turtle file, those in its SPARQL and its datatypes included."""
    found = set()
    for quad in ox.parse(path=path, base_iri=BASE):
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode):
                found.add(term.value)
            elif isinstance(term, Literal):
                found.add(term.datatype.value)
                if quad.predicate.value.startswith("http://www.w3.org/ns/shacl#"):
                    found |= iris_of_sparql(term.value)
    return found


def iris_of_sparql(text: str) -> set[str]:
    """Every full IRI and every prefixed name of a query or a piece of one, by the prefixes it declares or ours."""
    declared = prefixes() | dict(PREFIX_LINE.findall(text))
    found = set(FULL_IRI.findall(text))
    rest = STRING.sub(" ", FULL_IRI.sub(" ", re.sub(r"^\s*#.*$", " ", text, flags=re.MULTILINE)))
    return found | {declared[name] + local for name, local in PREFIXED_NAME.findall(rest) if name in declared}


def iris_of_code() -> set[str]:
    """What the modules write as a namespace and a name: ``f"{SKOS}notation"``, ``_n(SKOS, "notation")``."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        for groups in NAME_IN_CODE.findall(path.read_text("utf-8")):
            space, name = filter(None, groups)
            if isinstance(iri := getattr(namespaces, space, None), str):
                found.add(iri + name)
    return found


@cache
def whole_graph() -> tuple[Quad, ...]:
    """What our sources become, with code lists, mappings, reports, derived and inferred statements."""
    names = Names()
    stated = [*static_quads(names), *mapping_quads(names), *status_quads(names)]
    for folder in source_folders():
        found = convert(folder, names)
        stated += [*found, *derive(found, names)]
    return (*stated, *infer(stated, names))


@cache
def iris_of_the_graph() -> frozenset[str]:
    """Every predicate, class and datatype of the whole graph."""
    found = set()
    for quad in whole_graph():
        found.add(quad.predicate.value)
        if quad.predicate.value == TYPE:
            found.add(quad.object.value)
        elif isinstance(quad.object, Literal):
            found.add(quad.object.datatype.value)
    return frozenset(found)


@cache
def used() -> dict[str, frozenset[str]]:
    """Where terms are used → the IRIs there."""
    places: dict[str, frozenset[str]] = {"the graph": iris_of_the_graph(), "the code": frozenset(iris_of_code())}
    for path in sorted(
        path for folder in ("data", "ontology", "shapes") for path in (ROOT / folder).glob("*.ttl")
    ):
        places[path.relative_to(ROOT).as_posix()] = frozenset(iris_of_turtle(path))
    for path in sorted((ROOT / "queries").rglob("*.rq")):
        places[path.relative_to(ROOT).as_posix()] = frozenset(iris_of_sparql(path.read_text("utf-8")))
    return places


@needs_shared
def test_each_term_of_others_exists():
    missing = {
        (place, iri)
        for place, iris in used().items()
        for iri in of_others(iris) - set(without_copy())
        if not exists(iri)
    }
    assert sorted(missing) == []


@needs_shared
def test_no_term_of_others_is_deprecated():
    _, deprecated = known_terms()
    assert sorted((place, iri) for place, iris in used().items() for iri in iris & deprecated) == []


@needs_shared
@pytest.mark.parametrize(
    ("iri", "known", "deprecated"),
    [
        ("http://www.w3.org/2006/time#inXSDDate", True, False),
        ("http://www.w3.org/2006/time#inXSDDateTime", True, True),
        ("http://xmlns.com/foaf/0.1/geekcode", True, True),
        ("https://schema.org/serialNumbers", False, False),
        ("http://www.w3.org/ns/prov#wasDerivedFrm", False, False),
        ("http://www.w3.org/ns/shacl#qualifiedMinCount", True, False),
        ("http://www.w3.org/ns/shacl#minimalCount", False, False),
    ],
)
def test_the_check_tells_terms_apart(iri: str, known: bool, deprecated: bool):
    assert (exists(iri), iri in known_terms()[1]) == (known, deprecated)


@needs_shared
def test_the_list_of_terms_without_a_copy_is_no_longer_than_it_must_be():
    everywhere = set().union(*used().values())
    assert sorted(iri for iri in without_copy() if iri not in everywhere) == []
    assert sorted(iri for iri in without_copy() if exists(iri)) == []
    assert all(without_copy().values())


# --- Our own terms ---


@cache
def declared() -> frozenset[str]:
    kinds = {f"{OWL}{kind}" for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    core = ox.parse(path=ROOT / "ontology" / "core.ttl")
    return frozenset(quad.subject.value for quad in core if quad.object in {NamedNode(kind) for kind in kinds})


def test_each_term_of_ours_is_declared():
    undeclared = {
        (place, iri)
        for place, iris in used().items()
        for iri in iris
        if iri.startswith(PG) and iri not in declared()
    }
    assert sorted((place, iri) for place, iri in undeclared if iri != PG) == []


def test_each_term_of_ours_is_used_in_the_graph_a_query_or_a_shape():
    asked = {
        iri for place, iris in used().items() if not place.startswith(("ontology/", "the code")) for iri in iris
    }
    assert sorted(declared() - asked) == []


def test_each_class_has_a_shape():
    shapes = set().union(*(iris for place, iris in used().items() if place.startswith("shapes/")))
    assert sorted(iri for iri in declared() if iri.removeprefix(PG)[0].isupper() and iri not in shapes) == []


def test_each_concept_of_a_kind_that_the_table_prints_is_used_in_the_graph():
    """Code lists whose every value stands in the first document; the others wait for later ones."""
    names = Names()
    objects = {quad.object for quad in whole_graph() if quad.graph_name != names.graph("vocabulary")}
    lists = ("action-kind", "dialogue-kind", "initiative-kind", "access", "audience", "modality", "qualifier")
    concepts = {
        quad.subject
        for quad in whole_graph()
        if quad.predicate.value.endswith("#inScheme") and quad.object in {names.id(scheme) for scheme in lists}
    }
    assert sorted(str(concept) for concept in concepts - objects) == []
