"""The words that a statement rests on: which cells of a source it was read from, and where they stand.

A statement rests on the sources that its subject was derived from (``prov:wasDerivedFrom``); where its object is
a text that one of these quotes, on that one. A derived statement rests on the words that the derivation quotes,
and a part of a source (a span, a selector) on the source itself. What has no words of a source, such as a code
list, has no quotes: its graph says whose statement it is.
"""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from ..rdf.iris import DCT, OA, PROV, RDF


class Quotes:
    """Reads sources and quotes out of a store; each once."""

    def __init__(self, store: Store, base: str) -> None:
        self._store, self._pg, self._graph = store, f"{base}def#", f"{base}graph/"
        self._sources: dict[Any, tuple[str, ...]] = {}

    def line(self, triple: Triple, graphs: tuple[str, ...]) -> str:
        """The statement as its line of the canonical N-Quads, in the first of its graphs that was asked."""
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        named = {quad.graph_name for quad in quads}
        names = sorted(named, key=lambda name: (str(name)[1:-1] not in graphs, str(name)))
        return f"{Quad(triple.subject, triple.predicate, triple.object, names[0])} ."

    def sources(self, triple: Triple) -> tuple[str, ...]:
        """The IRIs of the source rows, cells and derivations that a statement rests on."""
        subject, predicate, target = triple
        if not isinstance(subject, NamedNode):
            return ()
        derivations = [
            node
            for node in self._subjects(f"{self._pg}derivedSubject", subject)
            if self._objects(node, f"{self._pg}derivedPredicate") == [predicate]
            and self._objects(node, f"{self._pg}derivedObject") == [target]
        ]
        if derivations:
            return tuple(sorted({source for node in derivations for source in self._of(node)}))
        sources = self._of(subject)
        if isinstance(target, Literal) and len(sources) > 1:
            quotes = {source: self._objects(NamedNode(source), f"{self._pg}quote") for source in sources}
            exact = [source for source in sources if target in quotes[source]]
            return tuple(exact) or sources
        return sources

    def _of(self, subject: NamedNode) -> tuple[str, ...]:
        if subject not in self._sources:
            if self._objects(subject, f"{self._pg}quote"):
                sources = {subject.value}
            else:
                nodes = self._objects(subject, f"{PROV}wasDerivedFrom")
                for predicate in (f"{self._pg}span", f"{OA}hasSelector"):
                    nodes += self._subjects(predicate, subject)
                sources = {node.value for node in nodes if self._objects(node, f"{self._pg}quote")}
            self._sources[subject] = tuple(sorted(sources))
        return self._sources[subject]

    def quote(self, source: str) -> dict[str, Any]:
        """The words of a row, cell or derivation and where they stand, as plain values."""
        node = NamedNode(source)
        words = self._objects(node, f"{self._pg}quote")[0]
        assert isinstance(words, Literal)
        quote: dict[str, Any] = {"source": source, "words": words.value, "language": words.language}
        place = self._whole(node, words)
        if place != node:
            quote["part"] = True
        for file in self._objects(place, f"{OA}hasSource"):
            quote["file"] = self._first(file, f"{self._pg}fileName")
            quote["sha256"] = self._first(file, f"{self._pg}sha256")
            quote["address"] = self._first(file, f"{DCT}source")
            quote["document"] = file.value.partition("/id/doc/")[2].split("/")[0]
        spans = [self._span(span) for span in self._objects(place, f"{self._pg}span")]
        quote["spans"] = sorted(spans, key=lambda span: span.pop("order"))
        selectors = self._objects(place, f"{OA}hasSelector")
        if native := sorted(filter(None, (self._first(selector, f"{RDF}value") for selector in selectors))):
            quote["native"] = native
        return quote

    def _whole(self, node: NamedNode, words: Literal) -> NamedNode:
        """The row or cell that the words of a derivation are a part of; any other source is whole itself."""
        for thing in self._objects(node, f"{self._pg}derivedSubject"):
            for source in self._of(thing):
                quotes = self._objects(NamedNode(source), f"{self._pg}quote")
                if any(_squeezed(words.value) in _squeezed(quote.value) for quote in quotes):
                    return NamedNode(source)
        return node

    def _span(self, span: Any) -> dict[str, int]:
        own = {name: f"{self._pg}{name}" for name in ("order", "page", "line")}
        names = {**own, "start": f"{OA}start", "end": f"{OA}end"}
        read = {name: self._first(span, predicate) for name, predicate in names.items()}
        return {name: int(value) for name, value in read.items() if value}

    def _objects(self, subject: Any, predicate: str) -> list[Any]:
        quads = self._store.quads_for_pattern(subject, NamedNode(predicate), None, None)
        return sorted({quad.object for quad in quads}, key=str)

    def _subjects(self, predicate: str, target: Any) -> list[Any]:
        quads = self._store.quads_for_pattern(None, NamedNode(predicate), target, None)
        return sorted({quad.subject for quad in quads}, key=str)

    def _first(self, subject: Any, predicate: str) -> str:
        return next((node.value for node in self._objects(subject, predicate)), "")


def _squeezed(text: str) -> str:
    return "".join(text.split())
