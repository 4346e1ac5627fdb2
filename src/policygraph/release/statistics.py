"""Counts a stream of sorted N-Quads lines once, for VoID and the manifest; memory follows the vocabulary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..rdf.iris import AUTHORITY, CELEX, CV, DCAT, ELI, RDF

TARGETS = {
    "authority": AUTHORITY,
    "celex": CELEX,
    "core-vocabularies": CV,
    "eurovoc": "http://eurovoc.europa.eu/",
    "nace2": "http://data.europa.eu/ux2/nace2/",
    "nace2.1": "http://data.europa.eu/ux2/nace2.1/",
}
"""Data sets that links lead to: a name, and where the IRIs of their things begin."""

_SPACES = {name: f"<{space}".encode() for name, space in TARGETS.items()}
_ANY_SPACE = tuple(_SPACES.values())
_TYPE = f"<{RDF}type>".encode()
_START, _END = f"<{DCAT}startDate>".encode(), f"<{DCAT}endDate>".encode()
_LANGUAGE, _DOCUMENT = f"<{ELI}language>".encode(), f"<{ELI}Work>".encode()


@dataclass
class Statistics:
    """What a release holds: statements by graph, predicate and class, things, links, days, languages.

    ``properties`` counts statements by the class of their subject and their predicate.
    ``triples`` and all that follow from them count a statement once, in however many graphs it stands.
    """

    graphs: Counter[str] = field(default_factory=Counter)
    predicates: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[tuple[str, str]] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    triples: int = 0
    subjects: int = 0
    first_day: str = ""
    last_day: str = ""
    languages: set[str] = field(default_factory=set)
    documents: list[str] = field(default_factory=list)

    def count(self, blocks: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
        """Pass blocks of sorted lines through and count them on the way."""
        graphs: Counter[bytes] = Counter()
        predicates: Counter[bytes] = Counter()
        last = thing = b""
        own: Counter[bytes] = Counter()
        kinds: list[bytes] = []
        for block in blocks:
            for line in block:
                cut = line.rindex(b" <")
                graphs[line[cut + 2 : -4]] += 1
                triple = line[:cut]
                if triple != last:
                    subject, predicate, value = triple.split(b" ", 2)
                    self.triples += 1
                    if subject != thing:
                        self.subjects += 1
                        self._note_subject(kinds, own)
                        kinds, own = [], Counter()
                    if predicate == _TYPE:
                        kinds.append(value)
                    own[predicate] += 1
                    predicates[predicate] += 1
                    self._note(subject, predicate, value)
                    last, thing = triple, subject
            yield block
        self._note_subject(kinds, own)
        self.graphs.update({graph.decode().rsplit("/", 1)[-1]: count for graph, count in graphs.items()})
        self.predicates.update({name[1:-1].decode(): count for name, count in predicates.items()})

    def _note_subject(self, kinds: Iterable[bytes], own: Counter[bytes]) -> None:
        """Add the statements of one subject, by predicate, to each of its classes."""
        for kind in kinds:
            for predicate, count in own.items():
                self.properties[kind[1:-1].decode(), predicate[1:-1].decode()] += count

    def _note(self, subject: bytes, predicate: bytes, value: bytes) -> None:
        """Keep what the catalogue says of one triple, if anything."""
        if predicate == _TYPE:
            self.classes[value[1:-1].decode()] += 1
            if value == _DOCUMENT:
                self.documents.append(subject[1:-1].decode())
        elif predicate == _START:
            day = value[1:11].decode()
            self.first_day = min(self.first_day or day, day)
        elif predicate == _END:
            self.last_day = max(self.last_day, value[1:11].decode())
        elif value.startswith(_ANY_SPACE):
            if predicate == _LANGUAGE:
                self.languages.add(value[1:-1].decode())
            name = next(name for name, space in _SPACES.items() if value.startswith(space))
            self.links[predicate[1:-1].decode(), name] += 1
