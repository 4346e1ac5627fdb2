"""What shapes target in data, counted: a misspelt class would otherwise look like data that conform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from ..errors import ShapesError
from ..rdf.iris import OWL, RDF, RDFS, SH
from .shapes import Shapes

TYPE, SUBCLASS = f"{RDF}type", f"{RDFS}subClassOf"
TARGETS = tuple(f"{SH}target{name}" for name in ("Class", "Node", "SubjectsOf", "ObjectsOf"))
CLASSES = frozenset({NamedNode(f"{RDFS}Class"), NamedNode(f"{OWL}Class")})


class _Data:
    """Who is of which class, and who stands before and after which predicate."""

    def __init__(self, triples: Iterable[Triple], hierarchy: Iterable[Triple]) -> None:
        self.nodes: set[object] = set()
        self.instances: dict[object, set[object]] = defaultdict(set)
        self.subjects: dict[object, set[object]] = defaultdict(set)
        self.objects: dict[object, set[object]] = defaultdict(set)
        for triple in triples:
            self._add(triple)
        self.narrower = _narrower(hierarchy)

    def _add(self, triple: Triple) -> None:
        self.nodes.add(triple.subject)
        self.nodes.add(triple.object)
        self.subjects[triple.predicate].add(triple.subject)
        self.objects[triple.predicate].add(triple.object)
        if triple.predicate.value == TYPE:
            self.instances[triple.object].add(triple.subject)

    def of_class(self, name: object) -> set[object]:
        found: set[object] = set()
        waiting, seen = [name], set()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                found |= self.instances.get(one, set())
                waiting.extend(self.narrower.get(one, ()))
        return found


def _narrower(triples: Iterable[Triple]) -> dict[object, list[object]]:
    found: dict[object, list[object]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == SUBCLASS:
            found[triple.object].append(triple.subject)
    return found


def targeted(shapes: Shapes, given: Iterable[Triple]) -> tuple[tuple[str, int], ...]:
    """How many nodes each shape with a target looks at, sorted by shape.

    Raises ShapesError where no shape has a target, or where all of them together target nothing.
    """
    triples = list(given)
    data = _Data(triples, [*triples, *shapes.triples])
    found: dict[str, set[object]] = defaultdict(set)
    for shape, kind, target in _targets(shapes):
        found[_name(shape)] |= _nodes(data, kind, target)
    if not found:
        raise ShapesError("The shapes target nothing: give each node shape a target, such as sh:targetClass.")
    if not any(found.values()):
        raise ShapesError(
            f"None of the {len(found)} shapes looks at anything in these data: check the names of their "
            "target classes, the base IRI, or give other shapes."
        )
    return tuple(sorted((shape, len(nodes)) for shape, nodes in found.items()))


def _targets(shapes: Shapes) -> Iterator[tuple[object, str, object]]:
    shape_like = {t.subject for t in shapes.triples if t.object == NamedNode(f"{SH}NodeShape")}
    for triple in shapes.triples:
        if triple.predicate.value in TARGETS:
            yield triple.subject, triple.predicate.value, triple.object
        elif triple.predicate.value == TYPE and triple.object in CLASSES and triple.subject in shape_like:
            yield triple.subject, TARGETS[0], triple.subject


def _nodes(data: _Data, kind: str, target: object) -> set[object]:
    if kind == TARGETS[0]:
        return data.of_class(target)
    if kind == TARGETS[1]:
        return {target} & data.nodes
    return (data.subjects if kind == TARGETS[2] else data.objects).get(target, set())


def _name(shape: object) -> str:
    return shape.value if isinstance(shape, NamedNode) else str(shape)
