"""Each term of others that we use exists and is not deprecated; each term of ours is declared, and used."""

from __future__ import annotations

import csv
from functools import cache

import pyoxigraph as ox
import pytest
import rdflib
from pyoxigraph import NamedNode

from places import DATA, ROOT
from policygraph.rdf.iris import BASE, OWL, Names
from used_terms import OTHERS, TYPE, of_others, used, whole_graph

PG = f"{BASE}def#"
LISTED = (rdflib.RDF, rdflib.XSD, rdflib.SH)


# --- Which terms exist ---


@cache
def known_terms() -> tuple[frozenset[str], frozenset[str]]:
    """Every IRI that an extract of a vocabulary describes (tests/data); those of them that it calls deprecated."""
    described, deprecated = set(), set()
    for path in DATA.joinpath("standards").rglob("*.ttl"):
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


def test_each_term_of_others_exists():
    missing = {
        (place, iri)
        for place, iris in used().items()
        for iri in of_others(iris) - set(without_copy())
        if not exists(iri)
    }
    assert sorted(missing) == [], "a new term of a standard: remake the extract with tests/data/extract.py"


def test_no_term_of_others_is_deprecated():
    _, deprecated = known_terms()
    assert sorted((place, iri) for place, iris in used().items() for iri in iris & deprecated) == []


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
    lists = ("dialogue-kind", "initiative-kind", "access", "audience", "qualifier")
    concepts = {
        quad.subject
        for quad in whole_graph()
        if quad.predicate.value.endswith("#inScheme") and quad.object in {names.id(scheme) for scheme in lists}
    }
    assert sorted(str(concept) for concept in concepts - objects) == []
