"""What shapes target in data, counted: a misspelt class would otherwise look like data that conform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from pyoxigraph import NamedNode, Triple

from ..errors import ShapesError
from ..rdf.iris import OWL, RDF, RDFS, SH
from ..rdf.statements import reachable
from .model import TripleIndex
from .shapes import Shapes

TYPE, SUBCLASS = f"{RDF}type", f"{RDFS}subClassOf"
TARGETS = tuple(f"{SH}target{name}" for name in ("Class", "Node", "SubjectsOf", "ObjectsOf"))
CLASSES = frozenset({NamedNode(f"{RDFS}Class"), NamedNode(f"{OWL}Class")})


def target_nodes(shapes: Shapes, triples: Collection[Triple]) -> dict[object, set[object]]:
    """The nodes in the data that each shape with a target looks at."""
    data = TripleIndex(triples)
    nodes: dict[object, set[object]] = defaultdict(set)
    for shape, kind, target in _targets(shapes):
        nodes[shape] |= _nodes(kind, target, triples, data, shapes)
    return nodes


def targeted(shapes: Shapes, triples: Collection[Triple]) -> tuple[tuple[str, int], ...]:
    """How many nodes each shape with a target looks at, sorted by shape.

    Raises ShapesError where no shape has a target, or where all of them together target nothing.
    """
    nodes = target_nodes(shapes, triples)
    if not nodes:
        raise ShapesError("The shapes target nothing: give each node shape a target, such as sh:targetClass.")
    if not any(nodes.values()):
        raise ShapesError(
            f"None of the {len(nodes)} shapes looks at anything in these data: check the names of their "
            "target classes, the base IRI, or give other shapes."
        )
    counts = {str(shape.value if isinstance(shape, NamedNode) else shape): len(of) for shape, of in nodes.items()}
    return tuple(sorted(counts.items()))


def _targets(shapes: Shapes) -> Iterator[tuple[object, str, object]]:
    node_shapes = set(shapes.index.subjects(NamedNode(f"{SH}NodeShape"), TYPE))
    for triple in shapes.triples:
        if triple.predicate.value in TARGETS:
            yield triple.subject, triple.predicate.value, triple.object
        elif triple.predicate.value == TYPE and triple.object in CLASSES and triple.subject in node_shapes:
            yield triple.subject, TARGETS[0], triple.subject


def _nodes(
    kind: str, target: object, triples: Collection[Triple], data: TripleIndex, shapes: Shapes
) -> set[object]:
    """The nodes in the data that a target names (SHACL, section 2.1.3)."""
    if kind == TARGETS[1]:
        return {target} if any(target in (triple.subject, triple.object) for triple in triples) else set()
    if kind == TARGETS[2]:
        return {triple.subject for triple in triples if triple.predicate == target}
    if kind == TARGETS[3]:
        return {triple.object for triple in triples if triple.predicate == target}

    def below(name: object) -> list[object]:
        return [*data.subjects(name, SUBCLASS), *shapes.index.subjects(name, SUBCLASS)]

    return {node for name in reachable([target], below) for node in data.subjects(name, TYPE)}
