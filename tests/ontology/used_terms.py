"""Which terms of which vocabularies we use: in the graph, the code, the ontology, the shapes and the queries."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from places import ROOT
from policygraph.enrich.derivation import derive
from policygraph.enrich.mappings import mapping_quads
from policygraph.enrich.reasoning import infer
from policygraph.files import source_folders
from policygraph.graph import convert
from policygraph.rdf import iris as namespaces
from policygraph.rdf.iris import BASE, RDF, Names, prefixes
from policygraph.vocabulary.codelists import static_quads
from policygraph.vocabulary.status_reports import status_quads

TYPE = f"{RDF}type"
OTHERS = {
    **{name: iri for name, iri in prefixes().items() if not iri.startswith(BASE)},
    "bibo": "http://purl.org/ontology/bibo/",
    "dcap": namespaces.DCAP,
    "vann": "http://purl.org/vocab/vann/",
    "widoco": "https://w3id.org/widoco/vocab#",
}
PREFIX_LINE = re.compile(r"PREFIX\s+([\w-]*):\s*<([^>]+)>", re.IGNORECASE)
PREFIXED_NAME = re.compile(r"(?<![\w:/<])([a-z][\w-]*):([A-Za-z]\w*)")
FULL_IRI = re.compile(r"<([^<>\s]+)>")
STRING = re.compile(r'"[^"\n]*"')
NAME_IN_CODE = re.compile(r'f"\{([A-Z]+)\}(\w+)"|\(([A-Z]+), "(\w+)"')


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
    """What the modules write as a namespace and a name: ``f"{SKOS}notation"``, ``"dcat:byteSize"``."""
    found = set()
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text("utf-8")
        for groups in NAME_IN_CODE.findall(text):
            space, name = filter(None, groups)
            if isinstance(iri := getattr(namespaces, space, None), str):
                found.add(iri + name)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = PREFIXED_NAME.fullmatch(node.value)
                if match and match[1] in prefixes():
                    found.add(prefixes()[match[1]] + match[2])
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
