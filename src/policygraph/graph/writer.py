"""Writes the statements of one text: nodes with chained statements, terms by prefixed name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Quad

from ..rdf.iris import AUTHORITY, Names
from ..rdf.statements import Value, number, standard
from ..sources.periods import Period
from ..sources.records import Annexes
from ..sources.spans import Fragment, NativeAddress

PDF_FRAGMENTS = "https://www.rfc-editor.org/info/rfc8118"
"""Fragment identifiers of PDF: page and viewrect."""


FORMATS = {"text": "TXT", "html": "HTML", "formex": "FMX4", "docx": "DOCX", "pdf": "PDF"}
"""Codes of the EU authority table file-type."""


@dataclass
class Writer:
    """One text's statements; ``id`` mints below the document's own id, ``periods`` are those that it names."""

    annexes: Annexes
    names: Names
    quads: list[Quad] = field(default_factory=list)
    periods: set[Period] = field(default_factory=set)

    def __post_init__(self) -> None:
        document = self.annexes.document
        self.source, self.file = document.source, document.file
        self.language = self.file.language
        self.work = self.id("doc")
        self.expression = self.id("doc", self.language)
        self.format = FORMATS[document.format]
        number = [str(self.annexes.file_number)] if self.annexes.file_number > 1 else []
        self.manifestation = self.id("doc", self.language, self.format.lower(), *number)
        self.numbers = Counter(action.number for action in (self.annexes.leading or self.annexes).actions)
        self.body = authority("corporate-body", self.source.rules.author)

    def id(self, kind: str, *segments: str) -> NamedNode:
        """Return a thing of this document, e.g. ``id("action", "A3-001")``."""
        return self.names.id(kind, self.source.id, *segments)

    def code(self, scheme: str, notation: str) -> NamedNode:
        """Return a concept of a code list."""
        return self.names.id(scheme, notation)

    def words(self, text: str) -> Literal:
        """Return words in the language of the file."""
        return Literal(text, language=self.language)

    def term(self, name: str) -> NamedNode:
        """Expand a prefixed name: ``pg:…`` is ours, any other prefix a standard's."""
        return self.names.term(name[3:]) if name.startswith("pg:") else standard(name)

    def say(self, graph: str, subject: NamedNode, *types: str) -> Node:
        """Return a node of this graph with its types."""
        node = Node(self, self.names.graph(graph), subject)
        for name in types:
            node.add("rdf:type", self.term(name))
        return node

    def _address(self, selector: NamedNode, address: NativeAddress) -> None:
        """Where words stand in the file as published (Web Annotation, sections 4.2.1 and 4.2.3)."""
        kind = "oa:FragmentSelector" if address.kind == "viewrect" else "oa:XPathSelector"
        package_part, _, path = address.value.rpartition("#" if address.kind == "part" else "\n")
        node = self.say("document", selector, kind).add("rdf:value", Literal(path))
        if address.kind == "viewrect":
            node.add("dct:conformsTo", NamedNode(PDF_FRAGMENTS))
        if package_part:
            node.add("pg:fileName", Literal(package_part))

    def source_of(self, cell: str, fragment: Fragment, whole: str = "pg:SourceCell") -> NamedNode:
        """Write where these words stand, and return that node: ``id:source/D/nl/<cell>``."""
        iri = self.id("source", self.language, *cell.split("/"))
        quote = NamedNode(f"{iri.value}/quote")
        node = self.say("document", iri, whole)
        node.add("oa:hasSource", self.manifestation).add("oa:hasSelector", quote)
        node.add("pg:quote", self.words(fragment.quote))
        self.say("document", quote, "oa:TextQuoteSelector").add("oa:exact", self.words(fragment.quote))
        for order, span in enumerate(fragment.spans, 1):
            selector = NamedNode(f"{iri.value}/span-{order}")
            node.add("oa:hasSelector", selector).add("pg:span", selector)
            part = self.say("document", selector, "pg:TextSpan", "oa:TextPositionSelector")
            part.add("oa:start", number(span.start)).add("oa:end", number(span.end))
            part.add("pg:order", number(order)).add("pg:line", number(span.line))
            if span.page is not None and span.basis:
                node.add("pg:page", number(span.page))
                part.add("pg:page", number(span.page)).add("pg:pageBasis", self.code("page-basis", span.basis))
        addresses = dict.fromkeys(address for span in fragment.spans for address in span.addresses)
        for order, address in enumerate(addresses, 1):
            selector = NamedNode(f"{iri.value}/address-{order}")
            node.add("oa:hasSelector", selector)
            self._address(selector, address)
        return iri


@dataclass(frozen=True)
class Node:
    """A subject in a graph; ``add`` writes one statement and returns the node, so that calls chain."""

    writer: Writer
    graph: NamedNode
    subject: NamedNode

    def add(self, predicate: str, *values: Value) -> Node:
        for value in values:
            quad = Quad(self.subject, self.writer.term(predicate), value, self.graph)
            self.writer.quads.append(quad)
        return self


def authority(table: str, code: str) -> NamedNode:
    """Return a term of an EU authority table by its code; an address of another publisher's term is that term."""
    return NamedNode(code if "://" in code else f"{AUTHORITY}{table}/{code}")
