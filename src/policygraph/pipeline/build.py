"""Sources → one validated release: each document is a job of its own, then the parts are merged.

A job converts a document (or a few small ones), derives and infers what follows, validates it, and leaves
sorted files in the staging folder; so memory follows the largest document and time the number of documents,
whatever process or machine does the job. What does not depend on a document (code lists, ontology, mappings
between concepts) is one more part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from ..enrich.authority_tables import Tables
from ..enrich.mappings import target_quads
from ..enrich.reasoning import infer
from ..errors import SourceError, readable
from ..rdf.iris import Names
from ..release import Input, Manifest, digest
from ..release.atomic_publish import StagingFolder
from ..release.catalogue import CatalogueInputs
from ..release.checksum_file import disk_errors_in_words
from ..release.parts import ReleasePart, write_part
from ..release.writing import SCRATCH, ReleaseContents, write_release
from ..sources import open_source
from ..validation import Report
from ..version import VERSION
from .cluster import RemoteWorkers
from .context import build_context, knowledge_files, knowledge_hash, ontology_version
from .jobs import Job, JobResult, do, groups
from .workers import Workers

Tell = Callable[[str, int, int], None]
"""Told of progress: what is being done, how many are done, how many there are."""

COMMON = "common"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build gave: the validation report, and the release's manifest where it was published."""

    report: Report
    manifest: Manifest | None = None


def build(
    sources: Iterable[Path],
    out: Path,
    *,
    jobs: int = 1,
    names: Names | None = None,
    executor: Executor | RemoteWorkers | None = None,
    tables: Tables | None = None,
    tell: Tell = lambda *_: None,
) -> BuildResult:
    """Build the release of these source folders at ``out``; a release that stands there is replaced whole.

    ``jobs`` processes work beside each other (a script that asks for more than one keeps its own code below
    ``if __name__ == "__main__"``), and the workers of
    ``executor`` do the documents where one is given: they may be on other machines. With EU tables
    (``authority.read_tables``) labels and hierarchy of what we point to are added. Where a document does not
    conform to the shapes nothing is published, and ``manifest`` is None.
    Raises SourceError for a source that cannot be read, ReleaseError where ``out`` cannot be written.
    """
    names, folders = names or Names(), _folders(sources)
    with disk_errors_in_words(out), StagingFolder(out) as staging, Workers(jobs) as workers:
        common = common_part(staging.folder / SCRATCH, names, tables)
        hands = RemoteWorkers(executor) if isinstance(executor, Executor) else executor or workers
        done = _documents(folders, staging.folder / SCRATCH, names, hands, tell)
        report = Report.merged(one.report for one in done)
        if not report.conforms:
            return BuildResult(report)
        tell("writing", 0, 1)
        parts = [*(one.part for one in done), common]
        contents = ReleaseContents(names, _making(parts, names), report.to_turtle())
        manifest = write_release(parts, staging.folder, contents, workers)
        staging.publish()
        tell("writing", 1, 1)
    return BuildResult(report, manifest)


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
    folders: Sequence[Path], scratch: Path, names: Names, workers: Workers | RemoteWorkers, tell: Tell
) -> list[JobResult]:
    jobs = [Job(group, scratch, names.base, knowledge_hash()) for group in groups(folders)]
    tell("reading", 0, len(folders))
    done: list[JobResult] = []
    finished = 0
    for job, one in zip(jobs, workers.map(do, jobs), strict=True):
        done.append(one)
        finished += len(job.folders)
        tell("reading", finished, len(folders))
    return done


def common_part(scratch: Path, names: Names, tables: Tables | None = None) -> ReleasePart:
    """The part that does not depend on a document, with what these tables of others say of our links."""
    quads = build_context(names.base).quads
    files = list(knowledge_files())
    targets: list[Quad] = []
    if tables is not None:
        files += [digest(path, f"eu-tables/{path.relative_to(tables.folder).as_posix()}") for path in tables.files]
        targets = target_quads(tables, names)
    inputs = tuple(Input("", file.name, file.sha256) for file in files)
    return write_part(COMMON, [*quads, *infer(quads, names), *targets], [], scratch, names, inputs)


def _making(parts: Iterable[ReleasePart], names: Names) -> CatalogueInputs:
    inputs = tuple(entry for part in parts for entry in part.inputs)
    versions = {"policygraph": VERSION, "ontology": ontology_version(names), "shapes": VERSION}
    return CatalogueInputs(inputs, versions)
