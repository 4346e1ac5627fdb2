"""From any node of the graph to the words in the source that it rests on, and to a label for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ..errors import Place
from ..rdf.iris import DCT, ELI, OA, OWL, PROV, RDFS, SKOS, TIME, Names
from .findings import FindingSource, Term

STEPS = 4
LABELS = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title", f"{DCT}identifier")


class SourceLocator:
    """Looks nodes up among these statements."""

    def __init__(self, triples: Iterable[Triple], names: Names) -> None:
        self._out: dict[tuple[object, str], list[Term]] = defaultdict(list)
        self._in: dict[tuple[object, str], list[Term]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.object, Triple) and not isinstance(triple.subject, Triple):
                self._out[triple.subject, triple.predicate.value].append(triple.object)
                self._in[triple.object, triple.predicate.value].append(triple.subject)
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
            found = self._text(node, predicate)
            if found:
                return found
        return node.value.removeprefix(self._things) if isinstance(node, NamedNode) else str(node)

    def source(self, node: Term) -> FindingSource | None:
        """The nearest row or cell: the node itself, what it is derived from, or what its owner is."""
        seen, level = {node}, [node]
        for _ in range(STEPS):
            for one in level:
                found = self._here(one)
                if found:
                    return found
            level = [other for one in level for other in self._next(one) if other not in seen]
            seen.update(level)
        return None

    def _next(self, node: Term) -> list[Term]:
        found: list[Term] = []
        for predicate in self._leads:
            found += sorted(self._out.get((node, predicate), []), key=str)
        for predicate in self._owners:
            found += sorted(self._in.get((node, predicate), []), key=str)
        return [other for other in dict.fromkeys(found) if isinstance(other, NamedNode | BlankNode)]

    def _here(self, node: Term) -> FindingSource | None:
        spans = sorted(self._out.get((node, f"{self._pg}span"), []), key=self._order)
        if not spans or not isinstance(node, NamedNode):
            return None
        first = spans[0]
        page, line = self._number(first, f"{self._pg}page"), self._number(first, f"{self._pg}line")
        place = Place(self._file(node), page, line or 1, self._text(node, f"{self._pg}quote"))
        start, end = self._number(first, f"{OA}start") or 0, self._number(first, f"{OA}end") or 0
        return FindingSource(node.value, place, start, max(end, start))

    def _order(self, span: Term) -> tuple[int, str]:
        return (self._number(span, f"{self._pg}order") or 0, str(span))

    def _file(self, node: Term) -> str:
        """Folder and name below the sources: the end of the document's CELEX IRI, and the file's name."""
        for file in self._out.get((node, f"{OA}hasSource"), []):
            name = self._text(file, f"{self._pg}fileName")
            for language in self._out.get((file, f"{ELI}embodies"), []):
                for work in self._out.get((language, f"{ELI}realizes"), []):
                    for same in self._out.get((work, f"{OWL}sameAs"), []):
                        return f"{str(same.value).rsplit('/', 1)[-1]}/{name}"
            return name
        return ""

    def _text(self, node: Term, predicate: str) -> str:
        texts = sorted(term.value for term in self._out.get((node, predicate), []) if isinstance(term, Literal))
        return texts[0] if texts else ""

    def _number(self, node: Term, predicate: str) -> int | None:
        text = self._text(node, predicate)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
