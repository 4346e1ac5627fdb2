"""Mappings in SSSOM (a TSV file below ``#`` lines of metadata) → frozen values. No RDF is chosen here.

The form is that of SSSOM 1.0: the metadata are YAML of two levels, of which the ``curie_map`` is read;
each row has at least subject, predicate, object and justification.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..errors import readable
from ..files import folder
from ..rdf.iris import BASE
from ..vocabulary.curated import CuratedRow, read_rows

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
    return [_mapping(row) for path in paths for row in read_rows(path, NEEDED, base)]


def _mapping(row: CuratedRow) -> Mapping:
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


def _confidence(row: CuratedRow) -> float | None:
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
