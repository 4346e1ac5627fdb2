"""Mappings in SSSOM (a TSV file below ``#`` lines of metadata) → frozen values. No RDF is chosen here.

The form is that of SSSOM 1.0: the metadata are YAML of two levels, of which the ``curie_map`` is read;
each row has at least subject, predicate, object and justification.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import MappingError, readable
from ..files import folder
from ..rdf.iris import BASE

NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: full IRIs, the label that its target had when it was judged, and its number below the header."""

    file: str
    row: int
    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    object_source: str
    confidence: float | None
    justification: str
    comment: str


def mapping_files() -> list[Path]:
    """The mapping sets that ship with policygraph, sorted by name."""
    return sorted((folder("ontology") / "mappings").glob("*.sssom.tsv"))


def mappings(files: Iterable[Path] | None = None, base: str = BASE) -> list[Mapping]:
    """The rows of these files (default: ours), in file order, with our own IRIs below ``base``.

    Raises MappingError with file and row where one cannot be read.
    """
    paths = mapping_files() if files is None else files
    return [mapping for path in paths for mapping in read_mappings(path, base)]


def read_mappings(path: Path, base: str = BASE) -> list[Mapping]:
    """The rows of one SSSOM file. Raises MappingError."""
    return [_mapping(row) for row in rows(path, NEEDED, base)]


@dataclass(frozen=True, slots=True)
class TsvRow:
    """A row of a TSV file below ``#`` metadata: where it stands, its cells by column, and the file's prefixes."""

    path: Path
    number: int
    line: int
    cells: dict[str, str]
    prefixes: dict[str, str]

    def fault(self, what: str, cure: str) -> MappingError:
        """The error that names file, row and line."""
        return MappingError(f"{readable(self.path)}, row {self.number} (line {self.line}): {what}: {cure}.")

    def iri(self, column: str) -> str:
        """The IRI of a cell's CURIE, "" for an empty cell; MappingError where the prefix is unknown."""
        curie = self.cells.get(column, "")
        prefix, _, local = curie.partition(":")
        if curie and prefix not in self.prefixes:
            raise self.fault(f"the prefix of “{curie}” is unknown", "add it to the curie_map")
        return self.prefixes[prefix] + local if curie else ""


def rows(path: Path, needed: Iterable[str], base: str = BASE) -> Iterator[TsvRow]:
    """The rows of one TSV file with metadata; the ``needed`` columns are there and filled, or MappingError."""
    lines = _lines(path)
    head = [line[1:] for line in lines if line.startswith("#")]
    reader = csv.DictReader(lines[len(head) :], delimiter="\t", quoting=csv.QUOTE_NONE)
    _require_columns(path, needed, reader.fieldnames or ())
    prefixes = _curie_map(head, base)
    for number, cells in enumerate(reader, 1):
        row = TsvRow(path, number, len(head) + 1 + number, cells, prefixes)
        _require_cells(row, needed)
        yield row


def metadata(path: Path) -> dict[str, str]:
    """The one-line entries of a file's metadata, such as ``mapping_set_version``, without quotation marks."""
    head = (line[1:].strip() for line in _lines(path) if line.startswith("#"))
    entries = (line.partition(": ") for line in head)
    return {key: value.strip("\"'") for key, colon, value in entries if colon}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{readable(path)} cannot be read as UTF-8 text ({error}): restore it.") from error


def _require_columns(path: Path, needed: Iterable[str], columns: Iterable[str]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        raise MappingError(f"{readable(path)} lacks the column {', '.join(missing)}: add it to its header line.")


def _require_cells(row: TsvRow, needed: Iterable[str]) -> None:
    if None in row.cells or None in row.cells.values():
        raise row.fault("the row has more or fewer cells than the header", "check its tabs")
    for name in needed:
        if not row.cells[name]:
            raise row.fault(f"“{name}” is empty", "fill it in")


def _curie_map(head: Iterable[str], base: str) -> dict[str, str]:
    """Prefix → namespace from the metadata; a namespace of ours moves to ``base``."""
    return {prefix: base + iri[len(BASE) :] if iri.startswith(BASE) else iri for prefix, iri in _entries(head)}


def _entries(head: Iterable[str]) -> Iterator[tuple[str, str]]:
    inside = False
    for line in head:
        indented = line.startswith("  ")
        key, _, value = line.strip().partition(":")
        if indented and inside:
            yield key.strip("\"'"), value.strip().strip("\"'")
        elif not indented:
            inside = key == "curie_map"


def _mapping(row: TsvRow) -> Mapping:
    return Mapping(
        file=readable(row.path),
        row=row.number,
        subject=row.iri("subject_id"),
        subject_label=row.cells.get("subject_label", ""),
        predicate=row.iri("predicate_id"),
        object=row.iri("object_id"),
        object_label=row.cells.get("object_label", ""),
        object_source=row.iri("object_source"),
        confidence=_confidence(row),
        justification=row.iri("mapping_justification"),
        comment=row.cells.get("comment", ""),
    )


def _confidence(row: TsvRow) -> float | None:
    text = row.cells.get("confidence", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise row.fault(f"the confidence “{text}” is no number from 0 to 1", "correct it")
    return value
