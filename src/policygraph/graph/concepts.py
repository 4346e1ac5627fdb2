"""Sector labels, headings and periods: the concepts and times that a document brings along."""

from __future__ import annotations

import datetime

from pyoxigraph import Literal, NamedNode

from ..rdf.statements import date, number
from ..sources.periods import Period, year
from ..sources.records import Heading, SectorLabel
from .document import heading_parent, subdivision
from .writer import Node, Writer


def write_labels_and_headings(writer: Writer) -> None:
    """Write two concept schemes of the document, each where it has any."""
    if writer.annexes.sector_labels:
        _scheme(writer, "sector-label", writer.annexes.dialogues[0].part)
    for label in writer.annexes.sector_labels:
        _sector_label(writer, label)
    if writer.annexes.headings:
        _scheme(writer, "heading", (writer.annexes.leading or writer.annexes).headings[0].part)
    for index, grouping in enumerate(writer.annexes.groupings, 1):
        _heading(writer, grouping, f"G{index}", index)
    for heading in writer.annexes.headings:
        _heading(writer, heading, f"{heading.number:02}", heading.number or 0)


def _scheme(writer: Writer, kind: str, annex: str) -> None:
    scheme = writer.say("vocabulary", writer.id(kind), "skos:ConceptScheme")
    scheme.add("pg:schemeOf", writer.work)
    scheme.add("dct:title", Literal(f"{writer.source.rules.identifier}, {annex}, {kind}s", language="en"))


def _concept(writer: Writer, kind: str, code: str, words: str) -> Node:
    scheme = writer.id(kind)
    node = writer.say("vocabulary", writer.id(kind, code), "skos:Concept")
    node.add("skos:inScheme", scheme).add("skos:notation", Literal(code))
    return node.add("skos:prefLabel", writer.words(words))


def _on_top(writer: Writer, kind: str, node: Node) -> None:
    scheme = writer.id(kind)
    node.add("skos:topConceptOf", scheme)
    Node(writer, node.graph, scheme).add("skos:hasTopConcept", node.subject)


def _sector_label(writer: Writer, label: SectorLabel) -> None:
    node = _concept(writer, "sector-label", f"{label.number:02}", label.words.quote)
    node.add("pg:order", number(label.number))
    cell = f"{writer.annexes.dialogues[0].part}-S{label.number:02}/label"
    node.add("prov:wasDerivedFrom", writer.source_of(cell, label.words))
    _on_top(writer, "sector-label", node)


def _heading(writer: Writer, heading: Heading, code: str, order: int) -> None:
    annex = heading.part
    node = _concept(writer, "heading", code, heading.words.quote)
    node.add("pg:order", number(order))
    if heading.role and heading.number is None:  # a grouping; other roles people settle: see decisions
        node.add("dct:type", writer.code("heading-role", heading.role))
    if heading.grouping is not None:
        grouping = writer.id("heading", f"G{heading.grouping + 1}")
        node.add("skos:broader", grouping)
        Node(writer, node.graph, grouping).add("skos:narrower", node.subject)
    else:
        _on_top(writer, "heading", node)
    node.add("prov:wasDerivedFrom", writer.source_of(f"{annex}-H{code}/heading", heading.words))
    for index, words in enumerate(heading.section, 1):
        node.add("prov:wasDerivedFrom", writer.source_of(f"{annex}-H{code}/section-{index}", words))
    section = subdivision(writer, f"{annex}/H{code}", heading_parent(writer, annex), code)
    node.add("dct:source", section.subject)


def write_periods(writer: Writer) -> None:
    """Write the periods of the text, and the year of each quarter (OWL-Time, DCAT's flat dates beside it)."""
    years = {year(period.first_day.year) for period in writer.periods if period.kind != "span"}
    for period in sorted({*writer.periods, *years}, key=lambda period: period.code):
        _period(writer, period)


def _period(writer: Writer, period: Period) -> None:
    iri = writer.names.id("period", period.code)
    node = writer.say("vocabulary", iri, "time:ProperInterval", "dct:PeriodOfTime")
    node.add("rdfs:label", Literal(period.code)).add("skos:notation", Literal(period.code))
    node.add("time:hasBeginning", _instant(writer, period.first_day))
    node.add("time:hasEnd", _instant(writer, period.last_day))
    node.add("dcat:startDate", date(period.first_day)).add("dcat:endDate", date(period.last_day))
    if period.quarter:
        node.add("pg:quarterOrdinal", number(period.first_day.year * 4 + period.quarter - 1))
    if period.kind not in ("year", "span") and period.first_day.year == period.last_day.year:
        node.add("time:intervalIn", writer.names.id("period", str(period.first_day.year)))


def _instant(writer: Writer, day: datetime.date) -> NamedNode:
    node = writer.say("vocabulary", writer.names.id("instant", day.isoformat()), "time:Instant")
    return node.add("time:inXSDDate", date(day)).subject
