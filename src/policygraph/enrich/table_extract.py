"""The part of the EU tables that our links need, small enough to ship: ``data/vocabularies``.

A table is cut down to the concepts that mappings and lists of phrases point to, with notation, labels in every
language, schemes, and of EuroVoc all that lies above them; so that a build has names and hierarchy of its links
without the tables themselves. ``tables.csv`` beside the files says of each where it came from.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from ..errors import MappingError, readable
from ..rdf.iris import AUTHORITY, DCT, OWL, SKOS, Names
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from .authority_tables import EUROVOC, IN_SCHEME, NOTATION, Tables
from .fetch import table_list
from .mappings import target_quads

INDEX = "tables.csv"
VERSION = NamedNode(f"{OWL}versionInfo")
LICENCE = "Commission Decision 2011/833/EU (reuse with the source named)"
PUBLISHERS = {"nace": "Eurostat", "": "Publications Office of the European Union"}
PREFIXES = {"at": AUTHORITY, "dct": DCT, "ev": EUROVOC, "skos": SKOS}


@dataclass(frozen=True, slots=True)
class ExtractedTable:
    """One row of the index: the table, its version as the table states it, and how much of it is here."""

    name: str
    scheme: str
    version: str
    publisher: str
    licence: str
    source: str
    concepts: int


def extract(tables: Tables, into: Path) -> list[ExtractedTable]:
    """Write the extract of these tables below ``into``, a Turtle file for each; the rows of the index come back.

    The same tables give the same bytes. Raises MappingError where ``into`` cannot be written.
    """
    parts = _by_scheme(tables)
    rows = []
    try:
        into.mkdir(parents=True, exist_ok=True)
        for listed in table_list():
            if (triples := parts.pop(listed["scheme"], None)) is None:
                continue
            (into / f"{listed['name']}.ttl").write_bytes(serialise(sorted(triples, key=str), TURTLE, PREFIXES))
            concepts = {NamedNode(str(each.subject)[1:-1]) for each in triples if each.predicate == IN_SCHEME}
            rows.append(
                ExtractedTable(
                    listed["name"],
                    listed["scheme"],
                    _version(tables, NamedNode(listed["scheme"]), concepts),
                    PUBLISHERS.get(listed["name"][:4], PUBLISHERS[""]),
                    LICENCE,
                    listed["address"],
                    len(concepts),
                )
            )
        (into / INDEX).write_text(_csv(rows), "utf-8")
    except OSError as error:
        raise MappingError(
            f"{readable(into)} cannot be written ({error.strerror}): choose another --into."
        ) from error
    return rows


def _by_scheme(tables: Tables) -> dict[str, set[Triple]]:
    """What the links need, by the scheme of the table that says it; EuroVoc's microthesauri are EuroVoc's."""
    listed = {entry["scheme"] for entry in table_list()}
    parts: dict[str, set[Triple]] = defaultdict(set)
    for quad in target_quads(tables, Names()):
        subject = quad.subject
        assert isinstance(subject, NamedNode)
        if subject.value.startswith(EUROVOC):
            scheme = f"{EUROVOC}100141"
        else:
            scheme = min(listed & {subject.value, *(scheme.value for scheme in tables.schemes(subject))})
        notations = (Triple(subject, NOTATION, value) for value in tables.objects(subject, NOTATION))
        parts[scheme].update((quad.triple, *notations))
    return parts


def _version(tables: Tables, scheme: NamedNode, concepts: Iterable[NamedNode]) -> str:
    """The version that the scheme states, else its concepts; “not stated” where they state none."""
    stated = tables.objects(scheme, VERSION)
    for concept in concepts if not stated else ():
        stated += tables.objects(concept, VERSION)
    return ", ".join(sorted({value.value for value in stated if isinstance(value, Literal)})) or "not stated"


def _csv(rows: list[ExtractedTable]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(ExtractedTable))
    writer.writerows(map(astuple, rows))
    return text.getvalue()
