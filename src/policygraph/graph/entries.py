"""Actions, dialogues and initiatives, with their target dates and reported numbers."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from ..i18n import shortened
from ..rdf.iris import XSD
from ..rdf.statements import date, number
from ..sources.records import Action, ColumnEntry, Deadline, Dialogue, Initiative
from .document import add_note, heading_parent, section_of, subdivision
from .writer import Node, Writer

EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
"""Datatype of dates in ISO 8601-2."""

LABEL = 80
"""Characters of a row's words that its label has at most."""


def write(writer: Writer) -> None:
    """Write graphs ``actions``, ``dialogues`` and ``initiatives`` of one text."""
    for dialogue in writer.annexes.dialogues:
        _dialogue(writer, dialogue)
    for initiative in writer.annexes.initiatives:
        _initiative(writer, initiative)
    for action in writer.annexes.actions:
        _action(writer, action)


def _entry(writer: Writer, graph: str, kind: str, type_: str, row: str, order: int, words: str) -> Node:
    """What every row has: type, document, labels, identifier and number.

    ``row`` is annex and number, ``A3-001``; ``words`` are those that tell a person which row it is.
    """
    node = writer.say(graph, writer.id(kind, row), type_).add("dct:isPartOf", writer.work)
    node.add("rdfs:label", Literal(f"{writer.source.rules.identifier}, {row}"))
    label = f"{_short_name(writer, kind, row, order)}: {shortened(words.rstrip(' .;'), LABEL)}"
    node.add("skos:altLabel", writer.words(label))
    node.add("dct:identifier", Literal(row)).add("pg:number", number(order))
    return node


def _short_name(writer: Writer, kind: str, row: str, order: int) -> str:
    """``Apply AI 44`` for the only action of its number, else ``Apply AI A1-04``."""
    rules = writer.source.rules
    if not rules.short_title:
        return f"{rules.identifier}, {row}"
    return f"{rules.short_title} {order if kind == 'action' and writer.numbers[order] == 1 else row}"


def _action(writer: Writer, action: Action) -> None:
    row, digits = action.identifier, action.identifier.rpartition("-")[2]
    node = _entry(writer, "actions", "action", "pg:PolicyAction", row, action.number, action.words.quote)
    if action.kind:
        node.add("dct:type", writer.code("action-kind", action.kind))
    section = writer.id("doc", action.part) if action.heading is None else section_of(writer, action)
    if action.heading is not None:
        node.add("pg:heading", writer.id("heading", f"{action.heading:02}"))
    node.add("pg:responsibleBody", writer.body)
    node.add("dct:description", writer.words(action.words.quote))
    node.add("prov:wasDerivedFrom", writer.source_of(row, action.words, "pg:SourceRow"))
    place = subdivision(writer, f"{action.part}/{digits}", section, digits)
    node.add("dct:source", place.subject)
    for order, deadline in enumerate(action.deadlines, 1):
        _deadline(writer, "actions", node, row, deadline, deadline.order or order)
    for order, column in enumerate(action.columns, 1):
        _column(writer, node, f"{row}/{column.order or order}", column)


def _column(writer: Writer, owner: Node, code: str, column: ColumnEntry) -> None:
    """What a row says in a column that has no term of its own."""
    node = writer.say("actions", writer.id("column-entry", *code.split("/")), "pg:ColumnEntry")
    node.add("pg:columnHeader", writer.words(column.header))
    node.add("pg:columnRole", writer.code("column-role", column.role))
    node.add("pg:wording", writer.words(column.words.quote))
    row, _, order = code.partition("/")
    node.add("prov:wasDerivedFrom", writer.source_of(f"{row}/column-{order}", column.words))
    owner.add("pg:columnEntry", node.subject)


def _deadline(writer: Writer, graph: str, owner: Node, row: str, deadline: Deadline, order: int) -> None:
    """A statement of its own, so that a later document can give another; the second of a row is ``<row>/2``."""
    reading, code = deadline.reading, row if order == 1 else f"{row}/{order}"
    node = writer.say(graph, writer.id("deadline", *code.split("/")), "pg:Deadline")
    node.add("pg:modality", writer.code("modality", reading.modality))
    if reading.period:
        writer.periods.add(reading.period)
        node.add("pg:period", writer.names.id("period", reading.period.code))
    for predicate, value in (
        ("pg:earliest", reading.earliest),
        ("pg:completionDueBy", reading.completion_due_by),
        ("pg:startDueBy", reading.start_due_by),
    ):
        if value:
            node.add(predicate, date(value))
    if reading.edtf:
        node.add("pg:edtf", Literal(reading.edtf, datatype=NamedNode(EDTF)))
    if reading.vagueness:
        node.add("pg:vagueness", writer.code("vagueness", reading.vagueness))
    if reading.event:
        node.add("pg:event", writer.words(reading.event))
    if reading.duration:
        node.add("pg:duration", Literal(reading.duration, datatype=NamedNode(f"{XSD}duration")))
    if deadline.purpose:
        node.add("pg:purpose", writer.words(deadline.purpose))
    node.add("pg:wording", writer.words(deadline.words.quote))
    cell = f"{row}/deadline" if order == 1 else f"{row}/deadline-{order}"
    node.add("prov:wasDerivedFrom", writer.source_of(cell, deadline.words))
    owner.add("pg:deadline", node.subject)


def _dialogue(writer: Writer, dialogue: Dialogue) -> None:
    annex = dialogue.part
    row = f"{annex}-{dialogue.number:02}"
    label = f"{shortened(dialogue.sector_words.quote, LABEL - 12)}, {dialogue.date}"
    node = _entry(writer, "dialogues", "dialogue", "pg:Dialogue", row, dialogue.number, label)
    node.add("dct:type", writer.code("dialogue-kind", dialogue.kind)).add("dct:date", date(dialogue.date))
    node.add("pg:sector", *(writer.id("sector-label", f"{sector:02}") for sector in dialogue.sectors))
    if dialogue.access:
        node.add("pg:access", writer.code("access", dialogue.access))
    node.add("cv:audience", *(writer.code("audience", audience) for audience in dialogue.audiences))
    node.add("pg:wording", writer.words(dialogue.audience_words.quote))
    table = heading_parent(writer, annex)
    place = subdivision(writer, f"{annex}/{dialogue.number:02}", table, f"{dialogue.number:02}")
    node.add("dct:source", place.subject)
    node.add("prov:wasDerivedFrom", writer.source_of(row, dialogue.row, "pg:SourceRow"))
    cells = {
        "sectors": dialogue.sector_words,
        "date": dialogue.date_words,
        "audience": dialogue.audience_words,
    }
    for name, words in cells.items():
        node.add("prov:wasDerivedFrom", writer.source_of(f"{row}/{name}", words))
    _attendance(writer, node, row, dialogue)


def _attendance(writer: Writer, owner: Node, row: str, dialogue: Dialogue) -> None:
    count = dialogue.attendance
    node = writer.say("dialogues", writer.id("reported-count", row), "pg:ReportedCount")
    node.add("pg:reportedValue", number(count.value)).add("pg:wording", writer.words(count.words.quote))
    if count.qualifier:
        node.add("pg:qualifier", writer.code("qualifier", count.qualifier))
    node.add("prov:wasDerivedFrom", writer.source_of(f"{row}/attendance", count.words))
    owner.add("pg:attendance", node.subject).add("pg:approximateAttendees", number(count.value))


def _initiative(writer: Writer, initiative: Initiative) -> None:
    annex = initiative.part
    row = f"{annex}-{initiative.number:02}"
    order, words = initiative.number, initiative.objective or initiative.words.quote
    node = _entry(writer, "initiatives", "initiative", "pg:InternalInitiative", row, order, words)
    node.add("dct:type", writer.code("initiative-kind", initiative.kind))
    if initiative.objective:
        node.add("pg:objective", writer.words(initiative.objective))
    node.add("dct:description", writer.words(initiative.words.quote))
    node.add("pg:responsibleBody", writer.body)
    place = subdivision(
        writer, f"{annex}/{initiative.number:02}", writer.id("doc", annex), f"{initiative.number:02}"
    )
    node.add("dct:source", place.subject)
    node.add("prov:wasDerivedFrom", writer.source_of(row, initiative.words, "pg:SourceRow"))
    for note in initiative.notes:
        add_note(writer, node, row, note)
    if initiative.deadline:
        _deadline(writer, "initiatives", node, row, initiative.deadline, 1)
