"""Parts → the files of a release, each written once and hashed on its way to the disk.

Whatever the order and number of workers, the same parts give the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

from pyoxigraph import Quad

from ..files import folder, shape_files
from ..rdf.iris import Names, prefixes
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from ..rdf.statements import TYPE
from ..vocabulary.codelists import rebased
from .atomic_publish import MANIFEST
from .catalogue import CatalogueInputs, catalogue_quads, checksum_quads
from .checksum_file import ChecksumFile, FileDigest
from .citation import CITATION, CRATE, DatasetDescription, citation, crate
from .manifest import Input, Manifest, Stream
from .merge_sort import batches, merge, merge_batch, quad_lines, write_run
from .statistics import Statistics
from .syntaxes import CANONICAL, SYNTAXES, UNION, write_canonical, write_syntax
from .tables import (
    METADATA,
    PACKAGE,
    CsvwTable,
    csvw_metadata,
    data_package,
    parquet_is_possible,
    parquet_names,
    row_lines,
    split_rows,
    tables,
    write_csv,
    write_parquet,
)

SCRATCH = ".scratch"
GRAPH_FILES = (CANONICAL, UNION, *SYNTAXES)
CATALOGUE = "catalogue.ttl"
ONTOLOGY_FILES = ("core.ttl", "alignments.ttl", "declarations.ttl")
"""What ``ontology.ttl`` is made of, so that it is in OWL 2 DL (docs/decisions/ontology-alignments.md)."""
T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    """What does the work, here or in other processes: ``map`` gives results in the order of the items."""

    def map(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """The function's result for each item."""
        ...


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """The files of one document's part, and the hashes of the files that it was made from."""

    document: str
    quads: Path
    rows: Path
    inputs: tuple[Input, ...] = ()


def write_part(
    document: str,
    quads: Iterable[Quad],
    context: Sequence[Quad],
    scratch: Path,
    names: Names,
    inputs: tuple[Input, ...] = (),
) -> ReleasePart:
    """Write a part below ``scratch``; ``context`` is what the tables look labels up in, and is not written.

    Raises ReleaseError for a blank node.
    """
    quads = list(quads)
    return ReleasePart(
        document,
        write_run(quad_lines(quads), scratch / "quads" / f"{document}.nq"),
        write_run(row_lines([*quads, *context], names.base), scratch / "rows" / f"{document}.rows"),
        inputs,
    )


@dataclass(frozen=True, slots=True)
class ReleaseContents:
    """What goes into a release beside the parts: how it was made, the validation report as Turtle, ``streams``.

    A stream is the text that a source file was read as: the SHA-256 of that file, name and pages of the stream,
    the extractor with its version, and the text.
    """

    names: Names
    inputs: CatalogueInputs
    report: str
    streams: Iterable[tuple[str, Stream, str, str]] = ()


def write_release(
    parts: Sequence[ReleasePart], target: Path, contents: ReleaseContents, workers: Mapper
) -> Manifest:
    """Write every file of a release into ``target``, the manifest last; parts are used up."""
    names, scratch = contents.names, target / SCRATCH
    statistics = Statistics()
    tables_written = _write_tables(parts, target, names, workers)
    runs = _reduce([part.quads for part in parts], scratch / "content.nq", workers)
    content = write_run(chain.from_iterable(statistics.count(merge(runs))), scratch / "content.nq")
    for run in runs:
        run.unlink()
    files: list[FileDigest] = []
    rows: dict[str, int] = {}
    empty: dict[str, frozenset[str]] = {}
    for table, table_files, count, columns in tables_written:
        files += table_files
        rows[table], empty[table] = count, columns
    files += _write_texts(target, contents, empty)
    published = {*(file.name for file in files), *GRAPH_FILES, CATALOGUE, MANIFEST}
    # the graph is part of the canonical form, whose hash is not to depend on what is installed here
    catalogue = catalogue_quads(names, statistics, contents.inputs, published | parquet_names(names.base))
    files += _write_graphs(content, catalogue, target, names, workers)
    extractors, streams = {}, {}
    for sha256, stream, extractor, text in contents.streams:
        files.append(_write_text(target, stream.file, text))
        extractors[stream.file], streams[sha256] = extractor, stream
    published |= {*extractors, CITATION, CRATE}
    manifest = Manifest(
        base=names.base,
        versions=contents.inputs.versions,
        canonical=next(file.sha256 for file in files if file.name == CANONICAL),
        inputs=contents.inputs.inputs,
        graphs={**statistics.graphs, "catalogue": len(set(catalogue))},
        extractors=extractors,
        streams=streams,
        tables=rows,
        files={file.name: file for file in files},
    )
    about = DatasetDescription(catalogue, names.base)
    manifest.files[CITATION] = _write_text(target, CITATION, citation(about, manifest))
    described = catalogue_quads(names, statistics, contents.inputs, published)
    manifest.files[CATALOGUE] = _write_catalogue(target, described, manifest, names)
    manifest.files[CRATE] = _write_text(target, CRATE, crate(about, manifest))
    _write_text(target, MANIFEST, manifest.to_json())
    shutil.rmtree(scratch)
    return manifest


def _reduce(runs: list[Path], target: Path, workers: Mapper) -> list[Path]:
    """The runs, brought down to so few that they can be open together."""
    level = 0
    while plan := batches(runs, target.with_name(f"{target.name}.{level}")):
        runs = list(workers.map(merge_batch, plan))
        level += 1
    return runs


def _write_tables(
    parts: Sequence[ReleasePart], target: Path, names: Names, workers: Mapper
) -> Iterator[tuple[str, list[FileDigest], int, frozenset[str]]]:
    """Every table as CSV and, where possible, Parquet: name, files, number of rows, columns with empty cells."""
    scratch = target / SCRATCH / "rows"
    runs = _reduce([part.rows for part in parts], scratch / "merged", workers)
    paths = split_rows(merge(runs), scratch, names.base)
    plan = [(table, paths[table.name]) for table in tables(names.base)]
    return workers.map(partial(_write_table, target), plan)


def _write_table(target: Path, plan: tuple[CsvwTable, Path]) -> tuple[str, list[FileDigest], int, frozenset[str]]:
    table, rows = plan
    csv, count, empty = write_csv(table, merge([rows]), target)
    parquet = [write_parquet(table, merge([rows]), target)] if parquet_is_possible() else []
    return table.name, [csv, *parquet], count, empty


def _write_texts(target: Path, contents: ReleaseContents, empty: Mapping[str, frozenset[str]]) -> list[FileDigest]:
    """Ontology, shapes, report and the description of the tables."""
    base = contents.names.base
    ontology = [folder("ontology") / name for name in ONTOLOGY_FILES]
    texts = {METADATA: csvw_metadata(base, empty), PACKAGE: data_package()}
    for name, paths in (("ontology.ttl", ontology), ("shapes.ttl", shape_files())):
        # Turtle files one after the other are Turtle: a prefix may be declared again
        texts[name] = "\n".join(rebased(path.read_text(encoding="utf-8"), base) for path in paths)
    texts["report.ttl"] = contents.report
    return [_write_text(target, name, text) for name, text in texts.items()]


def _write_catalogue(target: Path, catalogue: Iterable[Quad], manifest: Manifest, names: Names) -> FileDigest:
    """The catalogue as a file, with size and hash of every file that was written before it."""
    whole = sorted(
        {*catalogue, *checksum_quads(names, manifest.files.values())},
        key=lambda quad: (str(quad.subject), quad.predicate != TYPE, str(quad.predicate), str(quad.object)),
    )
    return _write_text(target, CATALOGUE, serialise(whole, TURTLE, prefixes(names.base)).decode())


def _write_text(target: Path, name: str, text: str) -> FileDigest:
    with ChecksumFile(target, name) as file:
        file.write(text.encode())
    return file.written


def _write_graphs(
    content: Path, catalogue: list[Quad], target: Path, names: Names, workers: Mapper
) -> list[FileDigest]:
    """The canonical form with the catalogue merged in, and every other syntax."""
    scratch = target / SCRATCH
    run = write_run(quad_lines(catalogue), scratch / "catalogue.nq")
    files = write_canonical(merge([content, run]), target, scratch / "graphs")
    content.unlink()
    write = partial(write_syntax, target, scratch / "graphs", names.base)
    return files + list(workers.map(write, SYNTAXES))
