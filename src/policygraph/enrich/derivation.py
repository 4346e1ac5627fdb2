"""Quads → derived links of actions and initiatives: the instruments they use and the things they name.

The method is a list of phrases a language (``ontology/derivation/<language>.tsv``); no word stands in
this code. Each statement comes with a ``pg:Derivation`` that tells the words it rests on and where they
stand in the description. What is published is measured against a list read by hand
(``tests/enrich/gold.csv``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import readable
from ..files import folder
from ..rdf.iris import BASE, DCT, Names
from ..rdf.statements import TYPE, describe, number
from ..vocabulary.curated import CuratedRow, read_metadata, read_rows

METHOD = "phrase list"
NEEDED = ("predicate", "object_id", "words")
PREDICATES = {
    "instrument": "instrument",
    "names": "mentions",
    "topic": "mentions",
    "theme": "theme",
    "mentionsSector": "mentionsSector",
}
"""What a list may say → the predicate that the derivation accounts for: a name or a topic is a mention."""

SUBJECTS = ("PolicyAction", "InternalInitiative")
DESCRIPTION = NamedNode(f"{DCT}description")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that names an instrument or a thing, and the row of the list that says so."""

    file: str
    row: int
    predicate: str
    object: str
    curie: str
    object_label: str
    object_source: str
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase as it stands in a text: start and end in code points, end exclusive."""

    term: Phrase
    start: int
    end: int
    words: str


def derive(quads: Iterable[Quad], names: Names) -> list[Quad]:
    """What the words of actions and initiatives say, in graph ``derived``; the order is stable."""
    derived: dict[tuple[str, str, str], list[Quad]] = {}
    for subject, text in _described(quads, names):
        for match in read(text.value, text.language or "", names.base):
            key = (subject.value, match.term.predicate, match.term.object)
            if key not in derived:
                derived[key] = list(_statements(subject, text, match, names))
    return [quad for key in sorted(derived) for quad in derived[key]]


def read(text: str, language: str, base: str = BASE) -> list[PhraseMatch]:
    """The first place of each term of this language's list, in the order of the text; [] without a list."""
    matches = filter(None, (_first(term, text) for term in terms(language, base)))
    return sorted(matches, key=lambda match: (match.start, -match.end, match.term.row))


def languages() -> list[str]:
    """The languages that have a list of phrases."""
    return sorted(path.stem for path in (folder("ontology") / "derivation").glob("*.tsv"))


@cache
def terms(language: str, base: str = BASE) -> tuple[Phrase, ...]:
    """The list of one language, () where there is none. Raises MappingError with file and row."""
    path = _path(language)
    return tuple(_term(row) for row in read_rows(path, NEEDED, base)) if path.is_file() else ()


@cache
def version(language: str) -> str:
    """The version of one language's list, as its metadata state it."""
    return read_metadata(_path(language))["version"]


def _path(language: str) -> Path:
    return folder("ontology") / "derivation" / f"{language}.tsv"


def _term(row: CuratedRow) -> Phrase:
    predicate, unless = row.cells["predicate"], row.cells.get("unless", "")
    if predicate not in PREDICATES:
        raise row.fault(f"“{predicate}” is no derived predicate", f"use one of {', '.join(PREDICATES)}")
    return Phrase(
        file=readable(row.path),
        row=row.number,
        predicate=predicate,
        object=row.iri("object_id"),
        curie=row.cells["object_id"],
        object_label=row.cells.get("object_label", ""),
        object_source=row.iri("object_source"),
        words=pattern(row.cells["words"]),
        unless=pattern(unless) if unless else None,
    )


def pattern(words: str) -> re.Pattern[str]:
    """A phrase as a regular expression: whole words, any white space and apostrophe, ``*`` for the rest of a word.

    ``…`` stands for at most four words, ``^`` before the first word for the beginning of the text.

    >>> bool(pattern("AI-factor*").search("two AI-factories"))
    True
    >>> phrase = pattern("^New … strategy")
    >>> bool(phrase.search("New EU forest strategy")), bool(phrase.search("A new strategy"))
    (True, False)
    """
    start = r"\A\W*" if words.startswith("^") else r"(?<![\w-])"
    parts = [re.escape(part).replace(r"\*", r"[\w@-]*") + r"\s+" for part in words.removeprefix("^").split()]
    phrase = "".join(r"(?:\S+\s+){0,4}" if part.startswith("…") else part for part in parts).removesuffix(r"\s+")
    phrase = re.sub("['’]", "['’]", phrase)
    return re.compile(rf"{start}{phrase}(?![\w-])", re.IGNORECASE)


def _first(term: Phrase, text: str) -> PhraseMatch | None:
    barred = [match.span() for match in term.unless.finditer(text)] if term.unless else []
    for match in term.words.finditer(text):
        start, end = match.span()
        if not any(first <= start and end <= last for first, last in barred):
            return PhraseMatch(term, start, end, match[0])
    return None


def _described(quads: Iterable[Quad], names: Names) -> Iterator[tuple[NamedNode, Literal]]:
    """The subjects to read with their descriptions, sorted by IRI, then by language."""
    kinds = {names.term(kind) for kind in SUBJECTS}
    subjects: set[NamedNode] = set()
    texts: list[tuple[NamedNode, Literal]] = []
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate == TYPE and quad.object in kinds:
            subjects.add(quad.subject)
        elif quad.predicate == DESCRIPTION and isinstance(quad.object, Literal):
            texts.append((quad.subject, quad.object))
    described = [(subject, text) for subject, text in texts if subject in subjects]
    yield from sorted(described, key=lambda pair: (pair[0].value, pair[1].language or ""))


def _statements(subject: NamedNode, text: Literal, match: PhraseMatch, names: Names) -> Iterator[Quad]:
    """The statement itself, how the thing is mentioned, and the derivation that accounts for it."""
    language, predicate = text.language or "", names.term(PREDICATES[match.term.predicate])
    target = NamedNode(match.term.object)
    for said in dict.fromkeys((predicate, names.term(match.term.predicate))):
        yield Quad(subject, said, target, names.graph("derived"))
    yield from describe(
        names,
        "derived",
        _derivation(subject, match.term, names),
        {
            "rdf:type": names.term("Derivation"),
            "pg:derivedSubject": subject,
            "pg:derivedPredicate": predicate,
            "pg:derivedObject": target,
            "pg:quote": Literal(match.words, language=language),
            "oa:start": number(match.start),
            "oa:end": number(match.end),
            "pg:method": Literal(METHOD),
            "pg:methodVersion": Literal(version(language)),
        },
    )


def _derivation(subject: NamedNode, term: Phrase, names: Names) -> NamedNode:
    """``id:derivation/D/A3-020/mentions-euauth-eu-programme-EDF``."""
    owner = subject.value.removeprefix(f"{names.base}id/").partition("/")[2]
    predicate = PREDICATES[term.predicate]
    local = re.sub(r"[^A-Za-z0-9]+", "-", term.curie.removeprefix("pgid:").removeprefix(f"{predicate}/"))
    return names.id("derivation", owner, f"{predicate}-{local}")
