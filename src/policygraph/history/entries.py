"""The entries of a release that a change can be about: their values by name, and the words they were read from."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ..rdf.iris import CV, DCT, OA, PROV, SKOS
from ..release import Release

THINGS = {
    "action": "Action",
    "dialogue": "Dialogue",
    "initiative": "Initiative",
    "heading": "Heading",
    "sector-label": "Sector label",
}
"""What can change, by the kind of its IRI, and how a person calls it."""

CONCEPTS = ("heading", "sector-label")
"""Kinds whose IRI is a place in an order: what refers to them is compared by their words, not their number."""

PARTS = ("deadline", "reported-count")
"""Kinds of statements about the same row: ``id/deadline/D/A3-001``, ``id/deadline/D/A3-001/2``."""

NOUNS = {
    f"{DCT}description": "wording",
    f"{SKOS}prefLabel": "wording",
    f"{DCT}type": "kind",
    f"{DCT}date": "date",
    f"{CV}audience": "audience",
    f"{SKOS}broader": "grouping",
    "pg:heading": "heading",
    "pg:responsibleBody": "responsible body",
    "pg:sector": "sectors",
    "pg:access": "access",
    "pg:objective": "objective",
    "pg:period": "deadline",
    "pg:modality": "modality",
    "pg:event": "event of the deadline",
    "pg:vagueness": "vagueness of the deadline",
    "pg:reportedValue": "number of participants",
    "pg:qualifier": "qualifier of the number",
}
"""What a property is called; what follows from these, places and short labels are left out."""

REFERENCES = ("heading", "sectors", "grouping")
"""Nouns whose value is an entry itself."""

Values = dict[str, set[Any]]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of an entry in its file: the file's name and SHA-256, the quote, each stretch of it.

    A stretch is start and end (code points of the stored text, end exclusive).
    """

    file: str
    sha256: str
    quote: str
    language: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class EntryState:
    """One action, dialogue, initiative, heading or label as a release has it; ``values`` by noun.

    ``references`` are the IRIs behind the values in REFERENCES, ``bound`` is the last day that its deadline
    bounds, ``sources`` lead to its passages.
    """

    iri: str
    thing: str
    document: str
    values: dict[str, str]
    references: dict[str, frozenset[str]]
    bound: datetime.date | None = None
    sources: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Annex and row, such as A3-001."""
        return self.iri.rsplit("/", 1)[-1]

    @property
    def kind(self) -> tuple[str, str]:
        """What may be the same row in another version: the same kind of thing of the same document."""
        return self.thing.split(" ", 1)[0], self.document

    @property
    def text(self) -> str:
        """What it is known by: its words, or date and sectors where it has none."""
        return self.values.get("wording") or " ".join(self.values.get(noun, "") for noun in ("date", "sectors"))


def key(line: bytes, base: str) -> str:
    """What the statements about one row share: ``<base>id/action/D/A3-001/…`` → ``D/A3-001``."""
    segments = line[len(base) + len("<id/") : line.index(b">")].decode().split("/")
    return "/".join(segments[1:3])


def entries(release: Release, keys: set[str]) -> dict[str, EntryState]:
    """The entries with these keys, by IRI, and every heading and label of their documents."""
    things = f"{release.base}id/"
    about = _about(_lines(release, keys), f"{release.base}def#")
    parts: dict[str, list[Values]] = defaultdict(list)
    for iri, values in about.items():
        kind, document, number = [*iri.removeprefix(things).split("/"), "", ""][:3]
        if kind in PARTS:
            parts[f"{document}/{number}"].append(values)
    states = {}
    for iri, own in about.items():
        kind, document, number = [*iri.removeprefix(things).split("/"), "", ""][:3]
        if kind in THINGS and number:
            whole = [own, *parts.get(f"{document}/{number}", ())]
            states[iri] = EntryState(
                iri,
                f"{THINGS[kind]} {number} of {document}",
                document,
                _values(whole),
                {NOUNS[name]: frozenset(map(_iri, own[name])) for name in own if NOUNS.get(name) in REFERENCES},
                _bound(whole),
                tuple(
                    sorted({_iri(term) for values in whole for term in values.get(f"{PROV}wasDerivedFrom", ())})
                ),
            )
    return states


def passages(release: Release, states: Iterable[EntryState]) -> dict[str, tuple[Passage, ...]]:
    """The passages of each entry, by its IRI, the row's own before those of its cells."""
    states = list(states)
    wanted = {source for state in states for source in state.sources}
    about = _about(_source_lines(release, wanted), f"{release.base}def#")
    return {
        state.iri: tuple(_passage(about, source) for source in state.sources if source in about)
        for state in states
    }


def _passage(about: dict[str, Values], source: str) -> Passage:
    own = about[source]
    quote = min(own.get("pg:quote", {Literal("")}), key=str)
    file = about.get(min(map(_iri, own.get(f"{OA}hasSource", ())), default=""), {})
    spans = [about[_iri(span)] for span in own.get("pg:span", ()) if _iri(span) in about]
    return Passage(
        _text(file.get("pg:fileName")),
        _text(file.get("pg:sha256")),
        quote.value,
        quote.language or "",
        tuple(sorted((int(_text(span.get(f"{OA}start"))), int(_text(span.get(f"{OA}end")))) for span in spans)),
    )


def _about(lines: Iterable[bytes], terms: str) -> dict[str, Values]:
    about: dict[str, Values] = defaultdict(lambda: defaultdict(set))
    for quad in parse(b"".join(lines), format=RdfFormat.N_QUADS, lenient=True):
        about[_iri(quad.subject)][quad.predicate.value.replace(terms, "pg:")].add(quad.object)
    return about


def _lines(release: Release, keys: set[str]) -> Iterator[bytes]:
    documents = {name.split("/")[0] for name in keys}
    rows = tuple(f"<{release.base}id/{kind}/".encode() for kind in (*THINGS, *PARTS))
    concepts = tuple(f"<{release.base}id/{kind}/".encode() for kind in CONCEPTS)
    with release.canonical.open("rb") as lines:
        for line in lines:
            if line.startswith(rows):
                name = key(line, release.base)
                if name in keys or (line.startswith(concepts) and name.split("/")[0] in documents):
                    yield line


def _source_lines(release: Release, wanted: set[str]) -> Iterator[bytes]:
    """What is said of these sources, of their spans, and of the files of the release."""
    sources, documents = f"<{release.base}id/source/".encode(), f"<{release.base}id/doc/".encode()
    file = (b"def#fileName> ", b"def#sha256> ")
    with release.canonical.open("rb") as lines:
        for line in lines:
            if line.startswith(sources):
                subject = line[1 : line.index(b">")].decode()
                if subject in wanted or subject.rpartition("/")[0] in wanted:
                    yield line
            elif line.startswith(documents) and any(name in line for name in file):
                yield line


def _values(whole: Iterable[Values]) -> dict[str, str]:
    words: dict[str, set[str]] = defaultdict(set)
    for values in whole:
        for name, terms in values.items():
            if name in NOUNS:
                words[NOUNS[name]] |= {_word(term) for term in terms}
    return {noun: ", ".join(sorted(texts)) for noun, texts in words.items()}


def _bound(whole: Iterable[Values]) -> datetime.date | None:
    """The last day to complete it, else the last day to start it."""
    for name in ("pg:completionDueBy", "pg:startDueBy"):
        if days := [term.value for values in whole for term in values.get(name, ())]:
            return datetime.date.fromisoformat(max(days)[:10])
    return None


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _text(terms: set[Any] | None) -> str:
    return min((term.value for term in terms), default="") if terms else ""


def _word(term: object) -> str:
    """A literal's text; of an IRI what stands last in it."""
    return term.value if isinstance(term, Literal) else _iri(term).rstrip("/").rsplit("/", 1)[-1]


def canonical_difference(old: Path, new: Path) -> Iterator[tuple[bool, bytes]]:
    """The lines that only one of two sorted files has, in their order; True with those of ``new``."""
    with old.open("rb") as left, new.open("rb") as right:
        here, there = next(left, b""), next(right, b"")
        while here or there:
            if here == there:
                here, there = next(left, b""), next(right, b"")
            elif there and (not here or there < here):
                yield True, there
                there = next(right, b"")
            else:
                yield False, here
                here = next(left, b"")
