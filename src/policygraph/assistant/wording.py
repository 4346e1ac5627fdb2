"""How answers are worded, and what the tools ask that is no canned query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..engine.results import Solutions

Json = dict[str, Any]

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Characters that nobody sees, or that change the order of what is seen; tags (U+E0000 …) can hide words."""

DUE = "completion_due_by"
UNOFFICIAL = "Rows whose text_status is “unofficial” are our translation, not the words of the document."
MODALITY = (
    "completion_due_by is the last day of the period that the document names. A target that only says “from” has "
    "start_due_by instead: it may be late in starting, and is never overdue."
)
NO_REPORT = "No report means that none is known: not that an action is not done."
GONE = "Nothing fits: it is not in the data. What comes nearest is listed; do not take it for the answer."

SOURCES = """PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pg: <{base}def#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?thing ?quote ?file ?sha256 ?page ?line ?start ?end ?address WHERE {{
  VALUES ?thing {{ {thing} }}
  ?thing prov:wasDerivedFrom ?cell .
  ?cell pg:quote ?quote ; pg:span ?span ; oa:hasSource ?source .
  ?source pg:fileName ?file ; pg:sha256 ?sha256 .
  ?span oa:start ?start ; oa:end ?end ; pg:line ?line .
  OPTIONAL {{ ?span pg:page ?page }}
  OPTIONAL {{ ?source dct:source ?address }}
}} ORDER BY ?cell ?start"""

REPORTS = """PREFIX pg: <{base}def#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?recorded ?thing ?status ?since ?source WHERE {{
  ?report a pg:StatusReport ; pg:about ?thing ; pg:status ?status ; pg:asOf ?since ; pg:recordedOn ?recorded .
  FILTER(?recorded >= "{day}"^^xsd:date)
  OPTIONAL {{ ?report dct:source ?source }}
}} ORDER BY ?recorded ?thing"""

TERMS = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?kind ?label ?definition WHERE {{
  VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
  ?term a ?kind ; rdfs:label ?label .
  FILTER(STRSTARTS(STR(?term), "{base}def#") && LANG(?label) = "en")
  OPTIONAL {{ ?term skos:definition ?definition . FILTER(LANG(?definition) = "en") }}
}} ORDER BY ?term"""

NAMES_OF = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?text WHERE {{
  VALUES ?thing {{ {things} }}
  ?thing (dct:description|skos:prefLabel|rdfs:label) ?text
}} ORDER BY ?thing ?text"""


def visible(value: Any) -> Any:
    """A value with every hidden character of its texts written as its code point.

    >>> visible({"a": ["x\\u202ey"]})
    {'a': ['x\\\\u202ey']}
    """
    if isinstance(value, str):
        return HIDDEN.sub(lambda found: rf"\u{ord(found[0]):04x}", value)
    if isinstance(value, Mapping):
        return {visible(name): visible(part) for name, part in value.items()}
    return [visible(part) for part in value] if isinstance(value, list | tuple) else value


def plain(solutions: Solutions) -> list[Json]:
    """Rows as values by column; unbound ones are left out."""
    return [{name: row.text(name) for name in solutions.columns if row[name] is not None} for row in solutions]


def lexical(value: object) -> str:
    """A value of a parameter as its text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def notes_on(rows: Sequence[Json]) -> list[str]:
    """How these rows are to be read."""
    return [UNOFFICIAL] if any(row.get("text_status") == "unofficial" for row in rows) else []
