"""What people settled about a document (``curated/``): roles of headings, short forms, relations of documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from ..rdf.iris import CELEX
from ..rdf.statements import Value
from ..sources.folder import SourceText
from ..sources.layout import fold_header
from ..sources.spans import Fragment, Piece
from ..vocabulary.codelists import curated_rows
from ..vocabulary.curated import CuratedRow, decision
from .writer import Writer

RELATIONS = {"replaces": "dct:replaces", "references": "dct:references", "revises": "prov:wasRevisionOf"}
"""What a row of ``relations.csv`` may say of the document → the property (DCMI Terms, PROV-O)."""

ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
CELEX_NUMBER = re.compile(r"\d{5}[A-Z]{1,2}\d{4}(\(\d{2}\))?")
NEEDED = ("relation", "target", "target_label", "quote", "language", "reason", "author", "date")


def write(writer: Writer) -> None:
    """Write graph ``curated`` of one text; raises MappingError for a row that cannot be used."""
    _roles(writer)
    _short_forms(writer)
    for row in _rows(writer, "relations"):
        writer.quads += _relation(writer, row)


def _rows(writer: Writer, table: str) -> Iterator[CuratedRow]:
    """The rows that are about this text, or about every language of its document."""
    for row in curated_rows(table, writer.source.id, writer.source.folder):
        if row.cells.get("language", writer.language) == writer.language:
            yield row


def _roles(writer: Writer) -> None:
    """The role of each heading that its words in ``headings.csv`` give it."""
    rows = {fold_header(row.cells["words"]): row for row in _rows(writer, "headings")}
    for heading in writer.annexes.headings:
        row = rows.get(fold_header(heading.words.quote))
        if row and heading.role:
            code = f"{heading.number:02}"
            node = writer.id("decision", writer.language, f"heading-{code}")
            role = writer.code("heading-role", heading.role)
            writer.quads += decision(writer.names, node, row, (writer.id("heading", code), "dct:type", role))


def _short_forms(writer: Writer) -> None:
    """The short forms of sector labels in ``sector-labels.csv``."""
    forms: Counter[str] = Counter()
    labels = {label.number for label in writer.annexes.sector_labels}
    for row in _rows(writer, "sector-labels"):
        number = int(row.cells["label_number"])
        if number in labels:
            code = f"{number:02}"
            forms[code] += 1
            node = writer.id("decision", writer.language, f"sector-label-{code}-{forms[code]}")
            form = writer.words(row.cells["words"])
            writer.quads += decision(
                writer.names, node, row, (writer.id("sector-label", code), "skos:altLabel", form)
            )


def _relation(writer: Writer, row: CuratedRow) -> list[Quad]:
    """What the document says about another one, with the words that say it and those that name the other."""
    for column in NEEDED:
        row.text(column)
    kind, target = row.cells["relation"], row.cells["target"]
    if kind not in RELATIONS:
        raise row.fault(f"“{kind}” is no relation of documents", f"use one of {', '.join(RELATIONS)}")
    if not (ADDRESS.fullmatch(target) or CELEX_NUMBER.fullmatch(target)):
        raise row.fault(f"the target “{target}” is no CELEX number and no address", "write one, as in 52013DC0659")
    other = NamedNode(target if "://" in target else f"{CELEX}{target}")
    slug = f"{kind}-{re.sub('[^A-Za-z0-9]+', '-', target.partition('://')[2] or target).strip('-')}"
    quotes = {"words": row.cells["quote"], "target": row.cells.get("target_quote", "")}
    places = {part: _located(writer, row, words) for part, words in quotes.items() if words}
    cells = [writer.source_of(f"decision/{slug}/{part}", place) for part, place in places.items()]
    words = [writer.words(place.quote) for place in places.values()]
    statement: tuple[NamedNode, str, Value] = (writer.work, RELATIONS[kind], other)
    node, label = writer.id("decision", writer.language, slug), row.cells["target_label"]
    return decision(writer.names, node, row, statement, cells, words, label)


def _located(writer: Writer, row: CuratedRow, words: str) -> Fragment:
    """Where the words stand, once, whatever the white space between them; on the row's page, where it names one.

    Raises MappingError where they stand nowhere, or in several places.
    """
    document, page = writer.annexes.document, row.cells.get("page", "")
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    matches = [match.span() for match in pattern.finditer(document.text)]
    if page:
        matches = [span for span in matches if document.pages and str(document.page(span[0]).number) == page]
    where = f"{document.file.name}, page {page}" if page else document.file.name
    if not matches:
        raise row.fault(f"the words “{words}” do not stand in {where}", "quote them as they stand there")
    if len(matches) > 1:
        what = f"the words “{words}” stand {len(matches)} times in {where}"
        raise row.fault(what, "quote more of them, or name the page")
    return document.fragment(_lines(document, *matches[0]))


def _lines(document: SourceText, start: int, end: int) -> list[Piece]:
    """The pieces of a stretch of text, one a line."""
    lines = re.finditer(r"\S(?:[^\r\n]*\S)?", document.text[start:end])
    return [Piece(start + match.start(), start + match.end()) for match in lines]
