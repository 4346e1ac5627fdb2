"""Sources → one validated release: each document is a job of its own, then the parts are merged.

A job converts a document (or a few small ones), derives and infers what follows, validates it, and leaves
sorted files in the staging folder; so memory follows the largest document and time the number of documents,
whatever process or machine does the job. What does not depend on a document (code lists, ontology, mappings
between concepts) is one more part.
"""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ..enrich.authority_tables import Tables, shipped_tables
from ..enrich.mappings import target_quads
from ..enrich.reasoning import infer
from ..errors import ReleaseError, SourceError, readable
from ..history.steps import FOLDER as HISTORY
from ..history.steps import record
from ..rdf.iris import Names
from ..release import Input, Manifest, Release, Stream, digest
from ..release.atomic_publish import MANIFEST, StagingFolder
from ..release.catalogue import CatalogueInputs
from ..release.checksum_file import disk_errors_in_words
from ..release.writing import SCRATCH, ReleaseContents, ReleasePart, write_part, write_release
from ..sources import open_source
from ..validation import Report
from ..version import MODEL, VERSION
from .cluster import RemoteWorkers
from .context import build_context, knowledge_files, knowledge_hash, ontology_version
from .jobs import Job, JobResult, do, groups
from .workers import Workers, local_workers

Progress = Callable[[str, int, int], None]
"""Takes what is being done, how many are done, how many there are."""

COMMON = "common"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build gave: the validation report, and the release's manifest where it was published.

    ``without_history`` says why the history of the replaced release was not taken on, else it is empty.
    """

    report: Report
    manifest: Manifest | None = None
    without_history: str = ""


def build(
    sources: Iterable[Path],
    out: Path,
    *,
    jobs: int = 1,
    names: Names | None = None,
    executor: Executor | RemoteWorkers | None = None,
    tables: Tables | None = None,
    after: Path | None = None,
    progress: Progress = lambda *_: None,
) -> BuildResult:
    """Build the release of these source folders at ``out``; a release that stands there is replaced whole.

    ``jobs`` processes work beside each other; a script that asks for more than one keeps its own code below
    ``if __name__ == "__main__"``. The workers of ``executor``, where there is one, do the documents, maybe on
    other machines. Labels and hierarchy of what we point to come from the extract of the EU tables that is
    shipped, or from other ``tables``. Where a document does not conform to the shapes nothing is published, and
    ``manifest`` is None. What changed since the release ``after``, else since the one that is replaced, is kept in
    ``history/``, which nothing else hangs on.
    Raises SourceError for a source that cannot be read, ReleaseError where ``out`` cannot be written.
    """
    names, folders = names or Names(), _folders(sources)
    with disk_errors_in_words(out), StagingFolder(out) as staging, local_workers(jobs) as workers:
        scratch = staging.folder / SCRATCH
        common = common_part(scratch, names, tables, folders)
        readers = RemoteWorkers(executor) if isinstance(executor, Executor) else executor or workers
        results = _documents(folders, scratch, names, readers, progress)
        report = Report.merged(result.report for result in results)
        if not report.conforms:
            return BuildResult(report)
        progress("writing", 0, 1)
        parts = [*(result.part for result in results), common]
        versions = {
            "policygraph": VERSION,
            "ontology": ontology_version(names),
            "shapes": VERSION,
            "model": str(MODEL),
        }
        inputs = CatalogueInputs(tuple(entry for part in parts for entry in part.inputs), versions)
        contents = ReleaseContents(names, inputs, report.to_turtle(), _streams(results))
        manifest = write_release(parts, staging.folder, contents, workers)
        without_history = _write_history(after, out, staging.folder, manifest)
        staging.publish()
        progress("writing", 1, 1)
    return BuildResult(report, manifest, without_history)


def _write_history(after: Path | None, out: Path, folder: Path, manifest: Manifest) -> str:
    """Record what changed; why a history begins anew though something stood at ``out``, else "".

    Raises ReleaseError where the release ``after`` that somebody named cannot be followed.
    """
    if after is None and not (out / MANIFEST).is_file():
        return ""
    try:
        record(Release.open(after or out), folder, manifest, datetime.date.today())
    except ReleaseError as error:
        if after is not None:
            raise
        shutil.rmtree(folder / HISTORY, ignore_errors=True)
        return str(error)
    return ""


def _folders(sources: Iterable[Path]) -> list[Path]:
    """The folders by document id, each document once."""
    by_document: dict[str, Path] = {}
    for path in dict.fromkeys(Path(source).resolve() for source in sources):
        document = open_source(path).id
        if (other := by_document.setdefault(document, path)) != path:
            raise SourceError(
                f"{readable(path)} and {readable(other)} both say that they are {document}: keep one."
            )
    if not by_document:
        raise SourceError("There is no source to build from: name a folder that has a source.toml.")
    return [path for _, path in sorted(by_document.items())]


def _streams(results: Iterable[JobResult]) -> Iterator[tuple[str, Stream, str, str]]:
    """The streams that the jobs left, one in memory at a time."""
    for result in results:
        for left in result.streams:
            yield left.source, left.stream, left.extractor, left.path.read_bytes().decode()


def _documents(
    folders: Sequence[Path], scratch: Path, names: Names, workers: Workers | RemoteWorkers, progress: Progress
) -> list[JobResult]:
    jobs = [Job(group, scratch, names.base, knowledge_hash()) for group in groups(folders)]
    progress("reading", 0, len(folders))
    results: list[JobResult] = []
    finished = 0
    for job, result in zip(jobs, workers.map(do, jobs), strict=True):
        results.append(result)
        finished += len(job.folders)
        progress("reading", finished, len(folders))
    return results


def common_part(
    scratch: Path, names: Names, tables: Tables | None = None, folders: Iterable[Path] = ()
) -> ReleasePart:
    """The part that does not depend on a document, with what these tables of others say of our links.

    ``folders`` are the sources beside which some of these links stand.
    """
    quads, tables = build_context(names.base).quads, tables or shipped_tables()
    files = list(knowledge_files())
    files += [digest(path, f"eu-tables/{path.relative_to(tables.folder).as_posix()}") for path in tables.files]
    targets = target_quads(tables, names, folders)
    inputs = tuple(Input("", file.name, file.sha256) for file in files)
    return write_part(COMMON, [*quads, *infer(quads, names), *targets], [], scratch, names, inputs)
