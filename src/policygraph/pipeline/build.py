"""Sources → one validated release: each document is a job of its own, then the parts are merged.

A job converts a document (or a few small ones), derives and infers what follows, validates it, and leaves
sorted files in the staging folder; so memory follows the largest document and time the number of documents,
whatever process or machine does the job. What does not depend on a document (code lists, ontology, mappings
between concepts) is one more part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from platform import node

from pyoxigraph import NamedNode, Quad

from .. import __version__
from ..enrich.authority_tables import Tables
from ..enrich.derivation import derive
from ..enrich.mappings import mapping_quads, target_quads
from ..enrich.reasoning import infer
from ..errors import ReleaseError, SourceError, readable
from ..files import folder
from ..graph.convert import convert
from ..rdf.iris import OWL, Names
from ..release import Input, Manifest, digest
from ..release.atomic_publish import Staging
from ..release.catalogue import Making
from ..release.checksum_file import Written, disk_errors_in_words
from ..release.parts import Part, write_part
from ..release.writing import SCRATCH, Contents, write_release
from ..sources import belonging, open_source
from ..validation import Report, validate
from ..vocabulary.codelists import static_quads
from ..vocabulary.status_reports import status_quads
from .cluster import Afar
from .workers import Workers

Tell = Callable[[str, int, int], None]
"""Told of progress: what is being done, how many are done, how many there are."""

COMMON = "common"
TOGETHER = 24_000
"""Bytes of text that are one job at most, where a document is no larger by itself."""

OF_DOCUMENT = ("doc", "heading", "sector-label")
"""Kinds of things whose IRI may end in the document's id; elsewhere something comes after it."""

KNOWLEDGE = (
    "ontology/*.ttl",
    "ontology/mappings/*.tsv",
    "ontology/mappings/*.csv",
    "ontology/derivation/*.tsv",
    "shapes/*.ttl",
    "queries/tables/*.rq",
    "data/*.ttl",
)
CURATED = ("data/curated/*.csv",)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the validation report, and the release's manifest where it was published."""

    report: Report
    manifest: Manifest | None = None


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
class Done:
    """One job done."""

    part: Part
    report: Report


@dataclass
class Shared:
    """What all documents share: ``context`` for looking up, and curated quads by the document they are about."""

    context: list[Quad]
    curated: dict[str, list[Quad]] = field(default_factory=dict)


def build(
    sources: Iterable[Path],
    out: Path,
    *,
    jobs: int = 1,
    names: Names | None = None,
    executor: Executor | Afar | None = None,
    tables: Tables | None = None,
    tell: Tell = lambda *_: None,
) -> Built:
    """Build the release of these source folders at ``out``; a release that stands there is replaced whole.

    ``jobs`` processes work beside each other (a script that asks for more than one keeps its own code below
    ``if __name__ == "__main__"``), and the workers of
    ``executor`` do the documents where one is given: they may be on other machines. With EU tables
    (``authority.read_tables``) labels and hierarchy of what we point to are added. Where a document does not
    conform to the shapes nothing is published, and ``manifest`` is None.
    Raises SourceError for a source that cannot be read, ReleaseError where ``out`` cannot be written.
    """
    names, folders = names or Names(), _folders(sources)
    with disk_errors_in_words(out), Staging(out) as staging, Workers(jobs) as workers:
        common = common_part(staging.folder / SCRATCH, names, tables)
        hands = Afar(executor) if isinstance(executor, Executor) else executor or workers
        done = _documents(folders, staging.folder / SCRATCH, names, hands, tell)
        report = Report.merged(one.report for one in done)
        if not report.conforms:
            return Built(report)
        tell("writing", 0, 1)
        parts = [*(one.part for one in done), common]
        contents = Contents(names, _making(parts, names), report.to_turtle())
        manifest = write_release(parts, staging.folder, contents, workers)
        staging.publish()
        tell("writing", 1, 1)
    return Built(report, manifest)


def _folders(sources: Iterable[Path]) -> list[Path]:
    """The folders by document id, each document once."""
    found: dict[str, Path] = {}
    for path in dict.fromkeys(Path(source).resolve() for source in sources):
        document = open_source(path).id
        if document in found:
            raise SourceError(
                f"{readable(path)} and {readable(found[document])} both say that they are {document}: keep one."
            )
        found[document] = path
    if not found:
        raise SourceError("There is no source to build from: name a folder that has a source.toml.")
    return [found[document] for document in sorted(found)]


def _documents(
    folders: Sequence[Path], scratch: Path, names: Names, workers: Workers | Afar, tell: Tell
) -> list[Done]:
    jobs = [Job(group, scratch, names.base, knowledge_hash()) for group in groups(folders)]
    tell("reading", 0, len(folders))
    done: list[Done] = []
    finished = 0
    for job, one in zip(jobs, workers.map(do, jobs), strict=True):
        done.append(one)
        finished += len(job.folders)
        tell("reading", finished, len(folders))
    return done


def groups(folders: Iterable[Path]) -> list[tuple[Path, ...]]:
    """Folders in the same order, small ones together up to TOGETHER bytes of text; jobs do not matter.

    What every document is held against costs once a group.
    """
    found: list[list[Path]] = []
    held = TOGETHER
    for path in folders:
        size = sum((path / file.name).stat().st_size for file in open_source(path).files)
        if held + size > TOGETHER:
            found.append([])
            held = 0
        found[-1].append(path)
        held += size
    return [tuple(group) for group in found]


def do(job: Job) -> Done:
    """Convert, derive, infer, validate, and write the part; the place to run it is free.

    Raises SourceError, and ReleaseError where this installation would do it otherwise than the one that asks.
    """
    if job.knowledge != knowledge_hash():
        raise ReleaseError(
            f"The worker on {node()} has another policygraph {__version__}, ontology or shapes than this build: "
            "install the same there."
        )
    names, context = Names(job.base), _shared(job.base).context
    quads: list[Quad] = []
    inputs: list[Input] = []
    for path in job.folders:
        quads += document_quads(path, names)
        inputs += _inputs(path)
    report = validate([*quads, *context], names=names)
    part = write_part(inputs[0].document, quads, context, job.scratch, names, tuple(inputs))
    return Done(part, report)


def _inputs(path: Path) -> list[Input]:
    source = open_source(path)
    files = [digest(path / name, name) for name in belonging(source)]
    return [Input(source.id, file.name, file.sha256) for file in files]


def document_quads(path: Path, names: Names) -> list[Quad]:
    """Every quad that a release holds because of this one source folder."""
    quads = convert(path, names)
    curated = _shared(names.base).curated.get(open_source(path).id, [])
    stated = [*quads, *curated, *derive(quads, names)]
    return [*stated, *infer(stated, names)]


@cache
def _shared(base: str) -> Shared:
    """Read once a process."""
    names, shared = Names(base), Shared([])
    of_documents = {names.graph("mappings"), names.graph("status")}
    about = partial(_document_of, f"{base}id/")
    for quad in dict.fromkeys([*static_quads(names), *mapping_quads(names), *status_quads(names)]):
        document = (about(quad.subject) or about(quad.object)) if quad.graph_name in of_documents else None
        if document is None:
            shared.context.append(quad)
        else:
            shared.curated.setdefault(document, []).append(quad)
    return shared


def _document_of(things: str, term: object) -> str | None:
    """The document that a thing belongs to: ``…/id/heading/COM-2025-723/01`` → ``COM-2025-723``."""
    if not isinstance(term, NamedNode) or not term.value.startswith(things):
        return None
    segments = term.value[len(things) :].split("/")
    return segments[1] if len(segments) > 2 or (len(segments) == 2 and segments[0] in OF_DOCUMENT) else None


def common_part(scratch: Path, names: Names, tables: Tables | None = None) -> Part:
    """The part that does not depend on a document, with what these tables of others say of our links."""
    quads = _shared(names.base).context
    files = list(_knowledge())
    targets: list[Quad] = []
    if tables is not None:
        files += [digest(path, f"eu-tables/{path.relative_to(tables.folder).as_posix()}") for path in tables.files]
        targets = target_quads(tables, names)
    inputs = tuple(Input("", file.name, file.sha256) for file in files)
    return write_part(COMMON, [*quads, *infer(quads, names), *targets], [], scratch, names, inputs)


@cache
def _knowledge() -> tuple[Written, ...]:
    """The files that every document is held against."""
    root = folder("ontology").parent
    paths = sorted(path for pattern in KNOWLEDGE + CURATED for path in root.glob(pattern))
    return tuple(digest(path, path.relative_to(root).as_posix()) for path in paths)


def knowledge_hash() -> str:
    lines = [__version__, *(f"{file.name} {file.sha256}" for file in _knowledge())]
    return sha256("\n".join(lines).encode()).hexdigest()


def _making(parts: Iterable[Part], names: Names) -> Making:
    inputs = tuple(entry for part in parts for entry in part.inputs)
    versions = {"policygraph": __version__, "ontology": ontology_version(names), "shapes": __version__}
    return Making(inputs, versions)


def ontology_version(names: Names) -> str:
    """The version in the ontology's ``owl:versionIRI``: its last path segment."""
    version = NamedNode(f"{OWL}versionIRI")
    return next(
        (
            quad.object.value.rstrip("/").rsplit("/", 1)[-1]
            for quad in _shared(names.base).context
            if quad.predicate == version and isinstance(quad.object, NamedNode)
        ),
        __version__,
    )
