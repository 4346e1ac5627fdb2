"""Unofficial translations: the rows of ``translations/<language>.tsv`` beside a source → graph ``translations``.

A row translates the words of one text of the document: the value of a property (``field``) of a thing (``row``).
Where the same property has the same words in another place of the document, the translation holds there too. It is
never said with the property of the original, and its language is tagged by RFC 6497 (``en-t-nl``: English,
transformed from Dutch), so that nobody takes it for a text of the publisher. A row whose words no longer stand in
the document is stale: it is told as that, and its translation is not published.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as fresh
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from ..graph import convert
from ..rdf.iris import DCT, PROV, SKOS, XSD, Names
from ..rdf.statements import date, describe
from ..sources import open_source
from ..vocabulary.codelists import labels
from ..vocabulary.curated import CuratedRow, read_rows

FOLDER = "translations"
GRAPH = "translations"
COLUMNS = ("row", "field", "words", "translation", "sha256", "translator", "method", "date", "note")
NEEDED = COLUMNS[:-1]
STANDARD_FIELDS = {
    "title": f"{DCT}title",
    "description": f"{DCT}description",
    "prefLabel": f"{SKOS}prefLabel",
    "altLabel": f"{SKOS}altLabel",
}
OF_CONCEPTS = ("prefLabel", "altLabel")
"""Fields of concepts alone: what a row or a scheme is called is made of other words, and needs no translator."""
OWN_FIELDS = ("wording", "objective", "event", "purpose", "columnHeader")
DERIVED_FROM = NamedNode(f"{PROV}wasDerivedFrom")
ROW = re.compile(r"[a-z-]+(?:/[A-Za-z0-9._-]+)*")
LANGUAGE = re.compile("[a-z]{2,3}")


@dataclass(slots=True)
class TranslatableText:
    """Words that the document says by one property, and the things that have them, in order of their rows."""

    field: str
    words: Literal
    things: list[NamedNode] = fresh(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What a row of a table must name to translate it: field, and SHA-256 of the words in UTF-8."""
        return self.field, sha256(self.words.value.encode()).hexdigest()


class DocumentTexts:
    """The texts of one document's quads, and how rows name its things."""

    def __init__(self, quads: Iterable[Quad], document: str, names: Names) -> None:
        self._things, self.document = f"{names.base}id/", document
        self.predicates = {
            **{name: NamedNode(iri) for name, iri in STANDARD_FIELDS.items()},
            **{name: names.term(name) for name in OWN_FIELDS},
        }
        field_of = {predicate: name for name, predicate in self.predicates.items()}
        quotes, of_concepts = names.term("quote"), (names.graph("vocabulary"), names.graph("curated"))
        self.sources: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        self.quoted: dict[NamedNode, str] = {}
        self.languages: set[tuple[NamedNode, str, str]] = set()
        texts: dict[tuple[str, Literal], TranslatableText] = {}
        for quad in quads:
            subject, value = quad.subject, quad.object
            if not isinstance(subject, NamedNode):
                continue
            if quad.predicate == DERIVED_FROM and isinstance(value, NamedNode):
                self.sources[subject].append(value)
            elif isinstance(value, Literal) and value.language and self.row(subject):
                if quad.predicate == quotes:
                    self.quoted[subject] = value.value
                elif (name := field_of.get(quad.predicate)) and (quad.graph_name in of_concepts) == (
                    name in OF_CONCEPTS
                ):
                    self.languages.add((subject, name, value.language))
                    texts.setdefault((name, value), TranslatableText(name, value)).things.append(subject)
        for text in texts.values():
            text.things.sort(key=self.row)
        self.texts = sorted(
            texts.values(), key=lambda text: (self.row(text.things[0]), text.field, str(text.words))
        )

    def row(self, thing: NamedNode) -> str:
        """Name a thing of this document as rows do: ``action/A3-001``; "" for what is of no document.

        >>> texts = DocumentTexts([], "COM-2025-723", Names())
        >>> texts.row(Names().id("action", "COM-2025-723", "A3-001")), texts.row(Names().id("doc", "COM-2025-723"))
        ('action/A3-001', 'doc')
        """
        kind, _, rest = thing.value.removeprefix(self._things).partition("/")
        document, _, path = rest.partition("/")
        return f"{kind}/{path}".rstrip("/") if document == self.document else ""

    def origins(self, text: TranslatableText, thing: NamedNode) -> list[NamedNode]:
        """Return where the words stand: cells that are these words, else those that hold them, else the thing."""
        words, cells = text.words.value, self.sources[thing]
        exact = [cell for cell in cells if self.quoted.get(cell) == words]
        return exact or [cell for cell in cells if words in self.quoted.get(cell, "")] or [thing]

    def without(self, language: str) -> list[TranslatableText]:
        """List the texts in other languages that some thing has, and not in this one."""
        return [text for text in self.texts if text.words.language != language and self.lacking(text, language)]

    def lacking(self, text: TranslatableText, language: str) -> list[NamedNode]:
        """List the things with this text that have none of the publisher in this language."""
        return [thing for thing in text.things if (thing, text.field, language) not in self.languages]


@dataclass(frozen=True, slots=True)
class TranslatedRow:
    """A row of a table of translations; ``hash`` is the SHA-256 of the words in UTF-8."""

    language: str
    row: str
    field: str
    translation: str
    hash: str
    translator: str
    method: str
    day: datetime.date


def tables(folder: Path) -> list[Path]:
    """List the tables of translations that lie beside a source."""
    return sorted((folder / FOLDER).glob("*.tsv"))


def read_table(path: Path) -> list[TranslatedRow]:
    """Read the table of one language; MappingError names the row that cannot be used, and the cure."""
    language, methods = (
        path.stem,
        {code for codes in labels("translation-method", "en").values() for code in codes},
    )
    rows: dict[tuple[str, str], TranslatedRow] = {}
    places: set[tuple[str, str]] = set()
    for row in read_rows(path, NEEDED):
        cells = row.cells
        if not LANGUAGE.fullmatch(language):
            raise row.fault(f"the file's name “{language}” is no language", "name it by ISO 639, such as en.tsv")
        if not ROW.fullmatch(cells["row"]) or cells["field"] not in (*STANDARD_FIELDS, *OWN_FIELDS):
            raise row.fault(
                f"“{cells['row']}”, “{cells['field']}” names no text", "take row and field from “sources texts”"
            )
        if sha256(cells["words"].encode()).hexdigest() != cells["sha256"]:
            raise row.fault("“sha256” is not that of the words", "take words and sha256 from “sources texts”")
        if cells["method"] not in methods:
            raise row.fault(
                f"the method “{cells['method']}” is unknown", f"use one of {', '.join(sorted(methods))}"
            )
        key, place = (cells["field"], cells["sha256"]), (cells["row"], cells["field"])
        if key in rows or (place in places and cells["field"] != "altLabel"):
            raise row.fault("these words, or this row and field, are translated twice", "keep one of the rows")
        places.add(place)
        rows[key] = TranslatedRow(
            language,
            *place,
            cells["translation"],
            cells["sha256"],
            cells["translator"],
            cells["method"],
            _day(row),
        )
    return list(rows.values())


def _day(row: CuratedRow) -> datetime.date:
    try:
        return datetime.date.fromisoformat(row.cells["date"])
    except ValueError as error:
        raise row.fault(f"“{row.cells['date']}” is no day", "write it as 2026-11-26") from error


def translate(quads: Iterable[Quad], folder: Path, document: str, names: Names) -> list[Quad]:
    """Give the quads of graph ``translations`` for one document, whose other quads these are; the order is stable.

    A thing that has the publisher's own text in the language gets no translation into it, and no thing gets two of
    one property, where a document has several texts in other languages.
    """
    paths = tables(folder)
    if not paths:
        return []
    texts = DocumentTexts(quads, document, names)
    by_key = {text.key: text for text in texts.texts}
    statements: list[Quad] = []
    for path in paths:
        for row in sorted(read_table(path), key=lambda row: (row.row, row.field, row.hash)):
            text = by_key.get((row.field, row.hash))
            things = texts.lacking(text, row.language) if text else []
            statements += _statements(row, text, things, texts, names) if things or not text else []
            if row.field != "altLabel":  # a thing has several of these, and of any other text one translation
                texts.languages.update((thing, row.field, row.language) for thing in things)
    return statements


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a document is translated: texts that are, texts that are not (with their rows), and stale rows."""

    translated: int
    missing: tuple[tuple[str, TranslatableText], ...]
    stale: tuple[TranslatedRow, ...]


def coverage(folder: Path, language: str) -> Coverage:
    """Compare the table of a language with the texts of a source that the publisher does not have in it.

    Raises SourceError for a source that cannot be read, MappingError for a table that cannot be used.
    """
    names, document = Names(), open_source(folder).id
    texts = DocumentTexts(convert(folder, names), document, names)
    path = folder / FOLDER / f"{language}.tsv"
    rows = read_table(path) if path.is_file() else []
    done, there = {(row.field, row.hash) for row in rows}, {text.key for text in texts.texts}
    wanted = texts.without(language)
    missing = [(texts.row(texts.lacking(text, language)[0]), text) for text in wanted if text.key not in done]
    stale = [row for row in rows if (row.field, row.hash) not in there]
    return Coverage(len(wanted) - len(missing), tuple(missing), tuple(stale))


def _statements(
    row: TranslatedRow, text: TranslatableText | None, things: list[NamedNode], texts: DocumentTexts, names: Names
) -> Iterator[Quad]:
    """What is said of one row and of its things; ``text`` is None where its words no longer stand there."""
    last = row.field if row.field != "altLabel" else f"{row.field}-{row.hash[:8]}"
    node = names.id("translation", texts.document, row.language, *row.row.split("/"), last)
    value = [Literal(row.translation, language=f"{row.language}-t-{text.words.language}")] if text else []
    origins = [origin for thing in things for origin in texts.origins(text, thing)] if text else []
    yield from describe(
        names,
        GRAPH,
        node,
        {
            "rdf:type": names.term("Translation"),
            "rdf:value": value,
            "pg:translatedProperty": texts.predicates[row.field],
            "pg:originalSha256": Literal(row.hash),
            "pg:translationMethod": names.id("translation-method", row.method),
            "pg:translator": Literal(row.translator),
            "dct:created": date(row.day),
            "prov:wasDerivedFrom": list(dict.fromkeys(origins)),
            "pg:stale": [] if text else [Literal("true", datatype=NamedNode(f"{XSD}boolean"))],
        },
    )
    for thing in things:
        yield from describe(names, GRAPH, thing, {"pg:translation": node, "pg:unofficialTranslation": value})
