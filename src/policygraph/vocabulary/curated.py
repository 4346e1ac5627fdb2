"""Tables that people keep: CSV, or TSV below ``#`` lines of metadata, each row with the place it stands at.

The metadata are those of SSSOM 1.0: YAML of two levels, of which the one-line entries and the ``curie_map`` are
read.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import MappingError, readable
from ..rdf.iris import BASE, Names
from ..rdf.statements import Value, date, describe, standard

DECIDED = "curated"
"""The graph of what a person settled, each statement beside the decision that accounts for it (docs/model.md)."""


@dataclass(frozen=True, slots=True)
class CuratedRow:
    """A row: its file, its number below the header, its line, its cells by column, and the file's prefixes."""

    path: Path
    number: int
    line: int
    cells: dict[str, str]
    prefixes: dict[str, str]

    def fault(self, what: str, cure: str) -> MappingError:
        """The error that names file, row and line."""
        return MappingError(f"{readable(self.path)}, row {self.number} (line {self.line}): {what}: {cure}.")

    def text(self, column: str) -> str:
        """The words of a cell; MappingError where the column is missing or the cell empty."""
        if words := self.cells.get(column, ""):
            return words
        raise self.fault(f"“{column}” is empty", "fill it in")

    def day(self, column: str) -> datetime.date | None:
        """The day of a cell, None for an empty one; MappingError for anything else."""
        words = self.cells.get(column, "")
        try:
            return datetime.date.fromisoformat(words) if words else None
        except ValueError as error:
            raise self.fault(f"the {column} “{words}” is no day", "write it as 2026-11-26") from error

    def iri(self, column: str) -> str:
        """The IRI of a cell's CURIE, "" for an empty cell; MappingError where the prefix is unknown."""
        curie = self.cells.get(column, "")
        prefix, _, local = curie.partition(":")
        if curie and prefix not in self.prefixes:
            raise self.fault(f"the prefix of “{curie}” is unknown", "add it to the curie_map")
        return self.prefixes[prefix] + local if curie else ""


def read_rows(path: Path, needed: Iterable[str] = (), base: str = BASE) -> Iterator[CuratedRow]:
    """The rows of a table, with our own prefixes below ``base``.

    Raises MappingError where the file cannot be read, a ``needed`` column or cell is missing, or a row has more or
    fewer cells than the header.
    """
    head, body = _parts(path)
    if path.suffix == ".tsv":
        reader = csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        reader = csv.DictReader(body)
    if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
        raise MappingError(f"{readable(path)} lacks the column {', '.join(missing)}: add it to its header line.")
    prefixes = _curie_map(head, base)
    for number, cells in enumerate(reader, 1):
        row = CuratedRow(path, number, len(head) + reader.line_num, cells, prefixes)
        if None in cells or None in cells.values():
            raise row.fault("the row has more or fewer cells than the header", "check its separators")
        for name in needed:
            row.text(name)
        yield row


def read_metadata(path: Path) -> dict[str, str]:
    """The one-line entries of a file's metadata, such as ``mapping_set_version``, without quotation marks."""
    entries = (line.strip().partition(": ") for line in _parts(path)[0])
    return {key: value.strip("\"'") for key, colon, value in entries if colon}


def decision(
    names: Names,
    node: NamedNode,
    row: CuratedRow,
    statement: tuple[NamedNode, str, Value],
    cells: Iterable[NamedNode] = (),
    words: Iterable[Literal] = (),
    label: str = "",
) -> list[Quad]:
    """The statement (its predicate a prefixed name), and the decision that it rests on, in graph ``curated``.

    The row says who decided, when and why; what it lacks is left to the shapes. ``cells`` are places in the
    source that the decision rests on, ``words`` what they say, ``label`` is what the value is called, where
    nothing else here says so. Raises MappingError for a date that is none.
    """
    subject, predicate, value = statement
    reason, author, day = row.cells.get("reason", ""), row.cells.get("author", ""), row.day("date")
    said: dict[str, Value | Iterable[Value]] = {
        "rdf:type": [names.term("CuratedDecision"), standard("owl:Axiom")],
        "owl:annotatedSource": subject,
        "owl:annotatedProperty": standard(predicate),
        "owl:annotatedTarget": value,
        "rdfs:comment": [Literal(reason, language="en")] if reason else [],
        "sssom:author_label": [Literal(author)] if author else [],
        "dct:created": [date(day)] if day else [],
        "sssom:object_label": [Literal(label)] if label else [],
        "pg:wording": words,
        "prov:wasDerivedFrom": cells,
    }
    return [*describe(names, DECIDED, subject, {predicate: value}), *describe(names, DECIDED, node, said)]


def _parts(path: Path) -> tuple[list[str], list[str]]:
    """The lines of metadata without their mark, and the lines of the table."""
    try:
        lines = list(io.StringIO(path.read_bytes().decode(), newline=""))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{readable(path)} cannot be read as UTF-8 text ({error}): restore it.") from error
    start = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return [line[1:] for line in lines[:start]], lines[start:]


def _curie_map(head: Iterable[str], base: str) -> dict[str, str]:
    """Prefix → namespace from the metadata; a namespace of ours moves to ``base``."""
    prefixes = {}
    inside = False
    for line in head:
        key, _, value = line.strip().partition(":")
        if not line.startswith("  "):
            inside = key == "curie_map"
        elif inside:
            iri = value.strip().strip("\"'")
            prefixes[key.strip("\"'")] = base + iri[len(BASE) :] if iri.startswith(BASE) else iri
    return prefixes
