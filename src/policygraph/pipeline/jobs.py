"""One job of a build: documents converted, derived, inferred, validated and written as a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import node

from pyoxigraph import Quad

from ..enrich.derivation import derive
from ..enrich.mappings import document_mapping_quads
from ..enrich.reasoning import infer
from ..enrich.translations import translate
from ..errors import ReleaseError
from ..graph import convert
from ..rdf.iris import Names
from ..release import Input, Stream, digest
from ..release.writing import ReleasePart, write_part
from ..sources import Source, belonging, documents, open_source
from ..validation import Report, validate
from ..version import VERSION
from .context import build_context, knowledge_hash

TOGETHER = 24_000
"""Bytes of text that are one job at most, where a document is no larger by itself."""


@dataclass(frozen=True, slots=True)
class Job:
    """One large document to do, or a few small ones: their folders, where the part goes, the base IRI.

    ``knowledge`` is the hash of what documents are held against; a worker with another one refuses the job.
    """

    folders: tuple[Path, ...]
    scratch: Path
    base: str
    knowledge: str


@dataclass(frozen=True, slots=True)
class ExtractedStream:
    """The text extracted from a source file of this SHA-256, what extracted it, where it lies now."""

    source: str
    stream: Stream
    extractor: str
    path: Path


@dataclass(frozen=True, slots=True)
class JobResult:
    """One job done; ``streams`` are of its files."""

    part: ReleasePart
    report: Report
    streams: tuple[ExtractedStream, ...] = ()


def groups(folders: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Folders in the same order, small ones together up to TOGETHER bytes of text; jobs do not matter.

    What every document is held against costs once a group.
    """
    grouped: list[tuple[Path, ...]] = []
    held = TOGETHER
    for path in folders:
        size = sum((path / file.name).stat().st_size for file in open_source(path).files)
        if held + size > TOGETHER:
            grouped.append(())
            held = 0
        grouped[-1] += (path,)
        held += size
    return grouped


def do(job: Job) -> JobResult:
    """Convert, derive, infer, validate, and write the part; the place to run it is free.

    Raises SourceError, and ReleaseError where this installation would do it otherwise than the one that asks.
    """
    if job.knowledge != knowledge_hash():
        raise ReleaseError(
            f"The worker on {node()} has another policygraph {VERSION}, ontology or shapes than this build: "
            "install the same there."
        )
    names, context = Names(job.base), build_context(job.base).quads
    quads: list[Quad] = []
    inputs: list[Input] = []
    streams: list[ExtractedStream] = []
    for path in job.folders:
        quads += document_quads(path, names)
        source = open_source(path)
        streams += _streams(source, job.scratch / "streams" / source.id)
        inputs += [Input(source.id, name, digest(path / name).sha256) for name in belonging(source)]
    report = validate([*quads, *context], names=names)
    part = write_part(inputs[0].document, quads, context, job.scratch, names, tuple(inputs))
    return JobResult(part, report, tuple(streams))


def _streams(source: Source, scratch: Path) -> Iterator[ExtractedStream]:
    """Write the stream of each file: in it a quote can be seen and checked by itself.

    The extractions are those that the conversion has just made.
    """
    for number, document in enumerate(documents(source)):
        if document.extraction:
            scratch.mkdir(parents=True, exist_ok=True)
            path = scratch / f"{number}.txt"
            path.write_bytes(document.text.encode())
            pages = tuple((page.number, page.start, page.basis) for page in document.pages)
            stream = Stream(f"sources/{source.folder.name}/{document.file.name}.stream.txt", pages)
            yield ExtractedStream(document.file.sha256, stream, document.extraction.extractor, path)


def document_quads(path: Path, names: Names) -> list[Quad]:
    """Every quad that a release holds because of this one source folder."""
    quads, document = convert(path, names), open_source(path).id
    stated = [
        *quads,
        *build_context(names.base).curated.get(document, []),
        *document_mapping_quads(path, document, names),
        *derive(quads, names),
        *translate(quads, path, document, names),
    ]
    return [*stated, *infer(stated, names)]
