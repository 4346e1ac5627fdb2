"""Shapes, read and made ready once a process: ours with their code lists, or those of others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ..errors import PolicygraphError, ShapesError
from ..files import folder, shape_files
from ..rdf.files import read, text
from ..rdf.iris import BASE, SH
from .findings import Texts
from .screening import screen

SPARQL = f"{SH}SPARQLConstraintComponent"


@dataclass(frozen=True)
class Shapes:
    """A shapes graph; ``lists`` are the code lists to look values up in, by subject."""

    triples: tuple[Triple, ...]
    lists: Mapping[object, tuple[Triple, ...]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> str:
        """The shapes as N-Triples."""
        return text(self.triples)

    @cached_property
    def _index(self) -> dict[tuple[object, str], list[NamedNode | BlankNode | Literal]]:
        found: dict[tuple[object, str], list[NamedNode | BlankNode | Literal]] = defaultdict(list)
        for triple in self.triples:
            if not isinstance(triple.object, Triple):
                found[triple.subject, triple.predicate.value].append(triple.object)
        return dict(found)

    def values(self, node: object, predicate: str) -> list[NamedNode | BlankNode | Literal]:
        """What the shapes graph says of this node."""
        return self._index.get((node, predicate), [])

    @cached_property
    def _said_of_codes(self) -> set[str]:
        return {triple.predicate.value for about in self.lists.values() for triple in about}

    def background(self, given: Iterable[Triple]) -> list[Triple]:
        """The statements on code lists and their concepts, for each that the data do not describe themselves.

        A mapping of a concept does not describe it; its class, scheme, code, label and definition do.
        """
        described = {triple.subject for triple in given if triple.predicate.value in self._said_of_codes}
        return [triple for node, about in self.lists.items() if node not in described for triple in about]

    def messages(self, shape: str, component: str) -> Texts:
        """The messages of a shape by language, or those of its SPARQL constraint where it has its own."""
        node = None if shape.startswith("_:") else NamedNode(shape)
        rules = self.values(node, f"{SH}sparql") if component == SPARQL else []
        own = [message for rule in rules for message in self.values(rule, f"{SH}message")]
        return _texts(own or self.values(node, f"{SH}message"))

    def names(self, shape: str) -> Texts:
        """The names of a shape by language: ``sh:name`` of a property shape, label of a node shape."""
        node = None if shape.startswith("_:") else NamedNode(shape)
        label = "http://www.w3.org/2000/01/rdf-schema#label"
        return _texts(self.values(node, f"{SH}name") or self.values(node, label))


def _texts(terms: Iterable[object]) -> Texts:
    return tuple(sorted((term.language or "", term.value) for term in terms if isinstance(term, Literal)))


@cache
def ours(base: str = BASE) -> Shapes:
    """The shapes of policygraph, and its code lists, under this base IRI."""
    files = shape_files()
    if not files:
        raise ShapesError("The folder “shapes” of this installation is empty: reinstall policygraph.")
    lists: dict[object, list[Triple]] = defaultdict(list)
    for triple in _moved(_read(folder("ontology") / "codelists.ttl"), base):
        lists[triple.subject].append(triple)
    shapes = [triple for path in files for triple in _read(path)]
    return Shapes(tuple(_moved(shapes, base)), {node: tuple(about) for node, about in lists.items()})


def others(paths: Sequence[Path]) -> Shapes:
    """The shapes in these files; ``owl:imports`` is not followed.

    Raises ShapesError for a file that cannot be read, or for shapes that reach out to other places.
    """
    triples = [triple for path in paths for triple in _read(path)]
    shapes = Shapes(tuple(dict.fromkeys(triples)))
    screen(shapes)
    return shapes


def _read(path: Path) -> list[Triple]:
    try:
        return list(dict.fromkeys(quad.triple for quad in read(path)))
    except PolicygraphError as error:
        raise ShapesError(str(error)) from error


def _moved(triples: list[Triple], base: str) -> list[Triple]:
    """The same statements under another base IRI, in queries and prefixes too."""
    if base == BASE:
        return triples
    moved = text(triples).replace(BASE, base)
    return [quad.triple for quad in parse(moved, format=RdfFormat.N_TRIPLES)]
