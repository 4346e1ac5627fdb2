"""The document: work, annexes, tables and rows, the text in its language, and the file that carries it (ELI)."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from ..rdf.iris import CELEX
from ..rdf.statements import date
from ..sources.records import Action, Annex, Footnote
from .writer import Node, Writer, authority


def write(writer: Writer) -> None:
    """Write graph ``document`` of one text."""
    _work(writer)
    _expression(writer)
    for annex in writer.annexes.annexes:
        _annex(writer, annex)
    for part in sorted(_parts(writer)):
        subdivision(writer, part, writer.work, part)


def _parts(writer: Writer) -> set[str]:
    """The parts of the document, no annexes, in which headings and actions stand: the body, its boxes, a list."""
    records = writer.annexes
    parts = {heading.part for heading in (*records.groupings, *records.headings)}
    parts |= {row.part for rows in (records.actions, records.dialogues, records.initiatives) for row in rows}
    return parts - {annex.part for annex in records.annexes}


def _work(writer: Writer) -> None:
    source = writer.source.rules
    work = writer.say("document", writer.work, "eli:Work")
    for language, title in sorted(source.title.items()):
        work.add("dct:title", Literal(title, language=language))
    work.add("dct:identifier", Literal(source.identifier))
    if source.short_title:
        work.add("dct:alternative", Literal(source.short_title))
    work.add("eli:date_document", date(source.date))
    work.add("eli:type_document", authority("resource-type", source.type))
    work.add("dct:creator", writer.body)
    if source.celex:
        work.add("owl:sameAs", NamedNode(f"{CELEX}{source.celex}"))
    work.add("eli:is_realized_by", writer.expression)


def _expression(writer: Writer) -> None:
    source, file = writer.source.rules, writer.file
    expression = writer.say("document", writer.expression, "eli:Expression")
    expression.add("eli:realizes", writer.work).add("eli:is_embodied_by", writer.manifestation)
    expression.add("eli:language", authority("language", writer.annexes.document.language.rules.authority))
    if title := source.title.get(file.language):
        expression.add("dct:title", writer.words(title))
    carrier = writer.say("document", writer.manifestation, "eli:Manifestation")
    carrier.add("eli:embodies", writer.expression)
    carrier.add("dct:format", authority("file-type", writer.format))
    carrier.add("pg:sha256", Literal(file.sha256)).add("pg:fileName", Literal(file.name))
    carrier.add("dct:source", NamedNode(source.address))
    carrier.add("dct:license", authority("licence", source.licence))
    carrier.add("dct:rights", Literal(source.rights))
    if source.authentic is not None:
        carrier.add("pg:authentic", Literal(source.authentic))
    if source.obtained_from:
        carrier.add("pg:obtainedFrom", Literal(source.obtained_from))
    if source.obtained_on:
        carrier.add("pg:obtainedOn", date(source.obtained_on))


def _annex(writer: Writer, annex: Annex) -> None:
    name = annex.part
    node = subdivision(writer, name, writer.work, annex.number)
    node.add("dct:title", writer.words(annex.title.quote))
    node.add("prov:wasDerivedFrom", writer.source_of(f"{name}/title", annex.title))
    if annex.kind != "initiatives":
        subdivision(writer, f"{name}/table", node.subject, "1")
    if annex.text:
        node.add("dct:description", writer.words(annex.text.quote))
        node.add("prov:wasDerivedFrom", writer.source_of(f"{name}/text", annex.text))
    for index, words in enumerate(annex.own_words, 1):
        node.add("prov:wasDerivedFrom", writer.source_of(f"{name}/own-words-{index}", words))
    for note in annex.notes:
        add_note(writer, node, name, note)


def add_note(writer: Writer, node: Node, cell: str, note: Footnote) -> None:
    """Write a footnote's address as ``rdfs:seeAlso``, and where the footnote stands."""
    if note.address:
        node.add("rdfs:seeAlso", NamedNode(note.address))
    node.add("prov:wasDerivedFrom", writer.source_of(f"{cell}/footnote-{note.number}", note.words))


def subdivision(writer: Writer, path: str, parent: NamedNode, label: str) -> Node:
    """Return an annex, table, heading's section or row below ``parent``: the same in all languages."""
    iri = writer.id("doc", *path.split("/"))
    node = writer.say("document", iri, "eli:WorkSubdivision")
    node.add("eli:is_part_of", parent).add("eli:number", Literal(label))
    Node(writer, node.graph, parent).add("eli:has_part", iri)
    return node


def section_of(writer: Writer, action: Action) -> NamedNode:
    """Return the section of the heading under which an action stands."""
    heading = next(one for one in writer.annexes.headings if one.number == action.heading)
    return writer.id("doc", heading.part, f"H{heading.number:02}")


def heading_parent(writer: Writer, part: str) -> NamedNode:
    """Return what a heading's section is part of: the table of an annex, else the part of the document itself."""
    annexes = {annex.part for annex in writer.annexes.annexes}
    return writer.id("doc", part, "table") if part in annexes else writer.id("doc", part)
