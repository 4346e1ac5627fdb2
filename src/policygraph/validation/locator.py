"""From any node of the graph to the words in the source that it rests on, and to a label for people."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from ..errors import Place
from ..rdf.conversion import Term
from ..rdf.iris import DCT, ELI, OA, OWL, PROV, RDFS, SKOS, TIME, Names
from .model import FindingSource, TripleIndex

STEPS = 4
LABELS = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title", f"{DCT}identifier")


class SourceLocator:
    """Looks nodes up among these statements."""

    def __init__(self, triples: Iterable[Triple], names: Names) -> None:
        self._index = TripleIndex(triples)
        pg = names.definitions
        self._pg, self._things = pg, f"{names.base}id/"
        self._leads = (f"{PROV}wasDerivedFrom", f"{pg}derivedSubject", f"{pg}about")
        self._owners = (
            f"{pg}span",
            f"{OA}hasSelector",
            f"{pg}deadline",
            f"{pg}attendance",
            f"{DCT}source",
            f"{pg}period",
            f"{TIME}hasBeginning",
            f"{TIME}hasEnd",
            f"{TIME}intervalIn",
            f"{SKOS}inScheme",
            f"{SKOS}broader",
            f"{ELI}is_part_of",
        )

    def label(self, node: Term) -> str:
        """What a person calls the node: its first label, else its IRI below the things of this base."""
        for predicate in LABELS:
            if label := self._index.text(node, predicate):
                return label
        return node.value.removeprefix(self._things) if isinstance(node, NamedNode) else str(node)

    def source(self, node: Term) -> FindingSource | None:
        """The nearest row or cell: the node itself, what it is derived from, or what its owner is."""
        seen, level = {node}, [node]
        for _ in range(STEPS):
            for candidate in level:
                if source := self._own_source(candidate):
                    return source
            level = [other for candidate in level for other in self._next(candidate) if other not in seen]
            seen.update(level)
        return None

    def _next(self, node: Term) -> list[Term]:
        nodes: list[Term] = []
        for predicate in self._leads:
            nodes += sorted(self._index.objects(node, predicate), key=str)
        for predicate in self._owners:
            nodes += sorted(self._index.subjects(node, predicate), key=str)
        return [other for other in dict.fromkeys(nodes) if not isinstance(other, Literal)]

    def _own_source(self, node: Term) -> FindingSource | None:
        spans = self._index.objects(node, f"{self._pg}span")
        if not spans or not isinstance(node, NamedNode):
            return None
        first = min(spans, key=lambda span: (self._number(span, f"{self._pg}order") or 0, str(span)))
        page, line = self._number(first, f"{self._pg}page"), self._number(first, f"{self._pg}line")
        place = Place(self._file(node), page, line or 1, self._index.text(node, f"{self._pg}quote"))
        start, end = self._number(first, f"{OA}start") or 0, self._number(first, f"{OA}end") or 0
        return FindingSource(node.value, place, start, max(end, start))

    def _file(self, node: Term) -> str:
        """Folder and name below the sources: the end of the document's CELEX IRI, and the file's name."""
        for file in self._index.objects(node, f"{OA}hasSource"):
            name = self._index.text(file, f"{self._pg}fileName")
            works = [file]
            for step in (f"{ELI}embodies", f"{ELI}realizes", f"{OWL}sameAs"):
                works = [other for work in works for other in self._index.objects(work, step)]
            return f"{works[0].value.rsplit('/', 1)[-1]}/{name}" if works else name
        return ""

    def _number(self, node: Term, predicate: str) -> int | None:
        text = self._index.text(node, predicate)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
