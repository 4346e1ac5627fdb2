"""Statements looked up from either end, for shapes, the reports of engines and the places in sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, Triple

from ..rdf.conversion import Term


class TripleIndex:
    """Subjects and objects of statements by the node at the other end, without statements about statements."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[object, str], list[Term]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.object, Triple) and not isinstance(triple.subject, Triple):
                self._objects[triple.subject, triple.predicate.value].append(triple.object)
                self._subjects[triple.object, triple.predicate.value].append(triple.subject)

    def objects(self, node: object, predicate: str) -> list[Term]:
        """The values of a property of this node, in the order of the statements."""
        return self._objects.get((node, predicate), [])

    def subjects(self, node: object, predicate: str) -> list[Term]:
        """The nodes that have this node as the value of a property, in the order of the statements."""
        return self._subjects.get((node, predicate), [])

    def text(self, node: object, predicate: str) -> str:
        """The first literal among the values, in the order of their text; “” where there is none."""
        return min((term.value for term in self.objects(node, predicate) if isinstance(term, Literal)), default="")
