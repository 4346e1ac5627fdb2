"""Documents done by workers that share nothing with this machine but the same policygraph.

A remote job takes the source's files along and brings the part's lines back, compressed; so it does not matter
which disk a worker sees. Any ``concurrent.futures`` executor carries such jobs; ``dask`` gives the executor of a
Dask cluster, which sends the job of a lost worker to another one.
Why so: docs/decisions/release-cluster.md.
"""

from __future__ import annotations

import logging
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from platform import node
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..errors import ReleaseError
from ..extras import require
from ..sources import belonging, open_source
from ..sources.folder import read as text_of
from .jobs import Job, JobResult

if TYPE_CHECKING:
    from distributed import Client

Do = Callable[[Job], JobResult]

UNDER_WAY = 128
"""Jobs sent out whose results are not yet taken in: what is held in memory here and at the workers."""

PATIENCE = 20
"""Seconds until a scheduler that does not answer, or has no worker, is given up."""

LOST = (
    "The workers of this build died over and over: see in their logs whether they lack memory, then build again."
)


@dataclass(frozen=True, slots=True)
class RemoteJob:
    """A job whose folders are names, and the files of each."""

    job: Job
    files: tuple[dict[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What came of a job whose files stand elsewhere, and the lines of its part and its streams, compressed."""

    result: JobResult
    quads: bytes
    rows: bytes
    streams: tuple[bytes, ...] = ()


class RemoteWorkers:
    """The workers of an executor, which is left open; ``check`` raises where none of them is left."""

    def __init__(self, executor: Executor, check: Callable[[], None] = lambda: None) -> None:
        self._executor, self._check = executor, check

    def map(self, do: Do, jobs: Iterable[Job]) -> Iterator[JobResult]:
        """What came of each job, in the order of the jobs, its part unpacked where the job wants it.

        The first error ends it. Raises ReleaseError where the workers are gone for good.
        """
        waiting: deque[tuple[Job, Future[RemoteResult]]] = deque()
        try:
            for job in jobs:
                waiting.append((job, self._executor.submit(partial(run, do), packed(job))))
                if len(waiting) >= UNDER_WAY:
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()

    def _result(self, job: Job, future: Future[RemoteResult]) -> JobResult:
        while not wait([future], PATIENCE).done:
            self._check()
        try:
            return unpacked(job, future.result())
        except BrokenExecutor as error:
            raise ReleaseError(LOST) from error
        except CancelledError as error:
            raise ReleaseError(
                "The cluster gave a document up, as when its scheduler ends: see in its log, then build again."
            ) from error


def packed(job: Job) -> RemoteJob:
    """The job with the files that it is about."""
    folders = tuple(Path(str(number), path.name) for number, path in enumerate(job.folders))
    files = []
    for path in job.folders:
        source = open_source(path)
        for file in source.files:
            text_of(source, file)  # what cannot be read is refused here, where the user knows the path
        files.append({name: (path / name).read_bytes() for name in belonging(source)})
    return RemoteJob(replace(job, folders=folders, scratch=Path("scratch")), tuple(files))


def run(do: Do, remote: RemoteJob) -> RemoteResult:
    """Do the job in a folder of its own, wherever this is. Raises ReleaseError where the disk there fails."""
    try:
        with TemporaryDirectory(prefix="policygraph-") as place:
            folders = tuple(Path(place, path) for path in remote.job.folders)
            for folder, files in zip(folders, remote.files, strict=True):
                for name, content in files.items():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(content)
            result = do(replace(remote.job, folders=folders, scratch=Path(place, remote.job.scratch)))
            part = result.part
            paths = (part.quads, part.rows, *(stream.path for stream in result.streams))
            quads, rows, *streams = (zlib.compress(path.read_bytes(), 1) for path in paths)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReleaseError(
            f"The worker on {node()} has no disk to work on ({reason}): free space there."
        ) from error
    return RemoteResult(result, quads, rows, tuple(streams))


def unpacked(job: Job, remote: RemoteResult) -> JobResult:
    """The job's result, its part written below the scratch folder of the job."""
    part = remote.result.part
    quads, rows = (job.scratch / path.parent.name / path.name for path in (part.quads, part.rows))
    streams = tuple(
        replace(stream, path=job.scratch / "streams" / part.document / f"{number}.txt")
        for number, stream in enumerate(remote.result.streams)
    )
    contents = (remote.quads, remote.rows, *remote.streams)
    for path, lines in zip((quads, rows, *(stream.path for stream in streams)), contents, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zlib.decompress(lines))
    return JobResult(replace(part, quads=quads, rows=rows), remote.result.report, streams)


@contextmanager
def dask(url: str) -> Iterator[RemoteWorkers]:
    """The workers of the Dask scheduler at ``url``, such as ``tcp://host:8786``.

    Raises MissingExtra where Dask is not installed, ReleaseError where nobody answers there or no worker is left.
    """
    require("cluster", "A Dask cluster")
    from distributed import Client
    from distributed.scheduler import KilledWorker

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # we say it in words
    try:
        client = Client(url, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ReleaseError(
            f"No Dask scheduler answers at {url}: start one with “dask scheduler”, or correct the address."
        ) from error
    with client:
        check = partial(_wait_for_worker, client, url)
        check()
        try:
            yield RemoteWorkers(client.get_executor(pure=False), check)
        except KilledWorker as error:
            raise ReleaseError(LOST) from error


def _wait_for_worker(client: Client, url: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise ReleaseError(
            f"The Dask scheduler at {url} has no worker: start some with “dask worker {url}”, then build again."
        ) from error
