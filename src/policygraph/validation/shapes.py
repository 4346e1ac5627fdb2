"""Shapes, read and made ready once a process: ours with their code lists, or those of others.

Shapes of strangers that would open a connection or run code are refused before an engine sees them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ..errors import PolicygraphError, ShapesError
from ..files import folder, shape_files
from ..rdf.conversion import Term, from_rdflib, is_rdflib
from ..rdf.files import read
from ..rdf.iris import BASE, RDF, RDFS, SH
from ..rdf.serialise import serialise
from ..vocabulary.codelists import rebased
from .model import Texts, TripleIndex

if TYPE_CHECKING:
    from rdflib import Graph

SPARQL = f"{SH}SPARQLConstraintComponent"

QUERIES = frozenset(f"{SH}{name}" for name in ("select", "ask", "construct", "update"))
FOREIGN = frozenset(
    f"{SH}{name}" for name in ("js", "jsFunctionName", "jsLibrary", "target", "rule", "construct", "update")
)
REACHING = frozenset({"ServiceGraphPattern", "DatasetClause"})
LONGEST = 20_000

PATHS = (
    ("inversePath", "^", ""),
    ("zeroOrMorePath", "", "*"),
    ("oneOrMorePath", "", "+"),
    ("zeroOrOnePath", "", "?"),
)
"""The property paths of SHACL (section 2.3.1) and what stands before and after the path within, in SPARQL."""


@dataclass(frozen=True)
class Shapes:
    """A shapes graph; ``lists`` are the code lists to look values up in, by subject."""

    triples: tuple[Triple, ...]
    lists: Mapping[object, tuple[Triple, ...]] = field(default_factory=dict)

    @cached_property
    def lines(self) -> str:
        """The shapes as N-Triples."""
        return serialise(self.triples).decode()

    @cached_property
    def index(self) -> TripleIndex:
        """The shapes graph, to look nodes up in."""
        return TripleIndex(self.triples)

    @cached_property
    def _code_list_predicates(self) -> set[str]:
        return {triple.predicate.value for about in self.lists.values() for triple in about}

    def background(self, triples: Iterable[Triple]) -> list[Triple]:
        """The statements on code lists and their concepts, for each that the data do not describe themselves.

        A mapping of a concept does not describe it; its class, scheme, code, label and definition do.
        """
        predicates = self._code_list_predicates
        described = {triple.subject for triple in triples if triple.predicate.value in predicates}
        return [triple for node, about in self.lists.items() if node not in described for triple in about]

    def messages(self, shape: str, component: str) -> Texts:
        """The messages of a shape by language, or those of its SPARQL constraint where it has its own."""
        node = None if shape.startswith("_:") else NamedNode(shape)
        rules = self.index.objects(node, f"{SH}sparql") if component == SPARQL else []
        own = [message for rule in rules for message in self.index.objects(rule, f"{SH}message")]
        return _texts(own or self.index.objects(node, f"{SH}message"))

    def names(self, shape: str) -> Texts:
        """The names of a shape by language: ``sh:name`` of a property shape, label of a node shape."""
        node = None if shape.startswith("_:") else NamedNode(shape)
        return _texts(self.index.objects(node, f"{SH}name") or self.index.objects(node, f"{RDFS}label"))

    @cached_property
    def _owners(self) -> Mapping[Term, list[Term]]:
        owners: dict[Term, list[Term]] = defaultdict(list)
        for triple in self.triples:
            if isinstance(triple.object, BlankNode) and not isinstance(triple.subject, Triple):
                owners[triple.object].append(triple.subject)
        return owners

    def shape_name(self, shape: Term) -> str:
        """The shape's IRI, or that of the nearest shape above a shape without a name."""
        seen: set[Term] = set()
        node: Term | None = shape
        while isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            node = min(self._owners.get(node, []), key=str, default=None)
        return node.value if isinstance(node, NamedNode) else "_:shape"

    def path(self, node: Term) -> str:
        """A property path in SPARQL's syntax; a plain property as its IRI."""
        if isinstance(node, NamedNode):
            return node.value
        for name, before, after in PATHS:
            for inner in self.index.objects(node, f"{SH}{name}"):
                return f"{before}{self._nested(inner)}{after}"
        for choices in self.index.objects(node, f"{SH}alternativePath"):
            return "|".join(self._nested(choice) for choice in self._members(choices))
        return "/".join(self._nested(step) for step in self._members(node))

    def _nested(self, node: Term) -> str:
        return f"<{node.value}>" if isinstance(node, NamedNode) else f"({self.path(node)})"

    def _members(self, node: Term) -> list[Term]:
        """The members of an RDF list; of one that leads back to itself, each once."""
        members: dict[Term, Term] = {}
        while node not in members and (first := self.index.objects(node, f"{RDF}first")):
            members[node] = first[0]
            node = next(iter(self.index.objects(node, f"{RDF}rest")), node)
        return list(members.values())


def _texts(terms: Iterable[Term]) -> Texts:
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


def others(source: Sequence[Path] | Graph) -> Shapes:
    """The shapes in these files or in an rdflib Graph; ``owl:imports`` is not followed.

    Raises ShapesError for a file that cannot be read, or for shapes that reach out to other places.
    """
    if is_rdflib(source):
        triples = [quad.triple for quad in from_rdflib(source)]
    else:
        triples = [triple for path in source for triple in _read(path)]
    shapes = Shapes(tuple(dict.fromkeys(triples)))
    screen(shapes.triples)
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
    return [quad.triple for quad in parse(rebased(serialise(triples).decode(), base), format=RdfFormat.N_TRIPLES)]


def screen(shapes: Iterable[Triple]) -> None:
    """Refuse shapes whose rules are no plain SHACL, or whose queries name another place to read from.

    Raises ShapesError. ``sh:target`` and ``sh:rule`` (SHACL Advanced Features) and JavaScript are refused
    too, since a rule that an engine skips would look like one that holds.
    """
    shapes = list(shapes)
    _screen_lists(shapes)
    for triple in shapes:
        if triple.predicate.value == f"{SH}pattern":
            _screen_pattern(triple)
        if triple.predicate.value in FOREIGN:
            name = triple.predicate.value.removeprefix(SH)
            raise ShapesError(
                f"The shape {triple.subject} uses sh:{name}: only SHACL Core and SHACL-SPARQL are read."
            )
        if triple.predicate.value in QUERIES and isinstance(triple.object, Literal):
            _screen_query(triple.object.value, str(triple.subject))


def _screen_lists(shapes: Iterable[Triple]) -> None:
    """Refuse a list that leads back into itself, which has no end for an engine."""
    rest: dict[object, object] = {
        triple.subject: triple.object for triple in shapes if triple.predicate.value == f"{RDF}rest"
    }
    ended: set[object] = set()
    for start in rest:
        node: object = start
        seen: set[object] = set()
        while node in rest and node not in ended:
            if node in seen:
                raise ShapesError(f"The list {start} leads back into itself: end it with rdf:nil.")
            seen.add(node)
            node = rest[node]
        ended |= seen


def _screen_pattern(triple: Triple) -> None:
    """Refuse what is no regular expression: one engine would end at it, the other would find nothing."""
    try:
        re.compile(str(getattr(triple.object, "value", "")))
    except (re.error, RecursionError, OverflowError) as error:
        raise ShapesError(
            f"The sh:pattern {triple.object} of {triple.subject} is no regular expression ({error}): correct it."
        ) from error


def _screen_query(text: str, where: str) -> None:
    if len(text) > LONGEST:
        raise ShapesError(f"The query of {where} is longer than {LONGEST} characters: make it shorter.")
    if _names(text, where) & REACHING:
        raise ShapesError(f"The query of {where} uses SERVICE or FROM, which would read other places: remove it.")


def _names(text: str, where: str) -> set[str]:
    """The names of all parts of the parsed query."""
    from pyparsing.exceptions import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(text.replace("$PATH", "<urn:path>"))
    except (ParseBaseException, RecursionError) as error:
        raise ShapesError(f"The query of {where} is not SPARQL that can be read: {error}.") from error
    return set(_walk(parsed))


def _walk(root: object) -> list[str]:
    """The names in a parse tree, found without recursion."""
    from rdflib.plugins.sparql.parserutils import CompValue

    names, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            names.append(node.name)
            waiting.extend(node.values())
        elif not isinstance(node, str) and hasattr(node, "__iter__"):
            waiting.extend(node)
    return names
