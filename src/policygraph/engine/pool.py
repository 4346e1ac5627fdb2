"""Queries in worker processes: quick ones never wait for long ones, and each costs only itself.

``limits.workers`` processes wait for queries. A query that has run for ``quick_seconds`` takes one of the
``limits.heavy`` places: it keeps its process, and a new one is forked for the others. Where those places
are taken it is stopped, and the answer says when to come back. At ``limits.seconds`` any query is stopped.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import tempfile
import time
from collections import Counter, deque
from collections.abc import Coroutine
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ..errors import (
    AnswerTooLarge,
    EngineBusy,
    EngineUnavailable,
    NotRepresentable,
    QueryRejected,
    QueryStopped,
    ServerError,
)
from .evaluation import QueryTask
from .processes import Worker, WorkerDied, Zygote
from .settings import Limits

log = logging.getLogger("policygraph.engine.pool")

_AT_ONCE = 0.05
"""Seconds within which no query has used up the machine's memory, so that a SIGKILL is not about it."""


_ERRORS = {error.__name__: error for error in (QueryRejected, AnswerTooLarge, NotRepresentable, QueryStopped)}
"""What a worker may say instead of an answer."""

CountedContent = tuple[int, bytes | IO[bytes]]
"""The number of rows or triples, and the bytes (a temporary file where they are many)."""


class _KilledWhileIdle(EngineUnavailable):
    """A process that was killed before it can have begun."""


class Pool:
    """Make one with ``await Pool.start(files, limits)``; ``files`` are paths with their SHA-256 (or "")."""

    def __init__(self, zygote: Zygote, limits: Limits, folder: Path) -> None:
        self.limits, self._zygote, self._folder = limits, zygote, folder
        self.failed = False
        self.deaths: Counter[str] = Counter()
        self.idle: deque[Worker] = deque()
        self.busy: set[Worker] = set()
        self.heavy: set[Worker] = set()
        self._ours: deque[asyncio.Future[Worker]] = deque()
        self._strangers: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False

    @classmethod
    async def start(cls, files: list[tuple[Path, str]], limits: Limits) -> Pool:
        """Load the files and fork the first workers; raises ServerError with the reason where that fails."""
        from .zygote import LoadRequest

        folder = Path(tempfile.mkdtemp(prefix="policygraph-"))
        named = [(str(path.absolute()), sha256) for path, sha256 in files]
        try:
            zygote = await Zygote.start(
                LoadRequest(named, str(folder / "store"), limits.triples_in_memory, limits.memory_mib)
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        pool = cls(zygote, limits, folder)
        for _ in range(limits.workers):
            pool.idle.append(await zygote.fork())
        return pool

    @property
    def waiting(self) -> int:
        """Queries that wait for a process."""
        return len(self._ours) + len(self._strangers)

    async def run(self, task: QueryTask, *, ours: bool = False) -> CountedContent:
        """The answer; raises EngineError where there is none. ``ours`` goes before strangers' queries.

        A process that somebody killed while it waited is no fault of the query: another gets it.
        """
        try:
            return await self._attempt(task, ours)
        except _KilledWhileIdle:
            return await self._attempt(task, ours)

    async def _attempt(self, task: QueryTask, ours: bool) -> CountedContent:
        worker = await self._acquire(ours)
        self.busy.add(worker)
        try:
            reply, content = await self._supervise(worker, task)
        finally:
            self.busy.discard(worker)
        if "error" not in reply:
            return reply["rows"], content
        raise _ERRORS[reply["error"]](reply["sentence"] or self._memory_exceeded)

    async def close(self) -> None:
        """Wait for what is being answered, then end every process and remove the store on disk."""
        self._closing = True
        deadline = asyncio.get_running_loop().time() + self.limits.seconds + 1
        while (self.busy or self.waiting) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self.busy:
            await worker.end()
        for worker in self.idle:
            worker.hang_up()
        await self._zygote.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _acquire(self, ours: bool) -> Worker:
        if self.failed:
            raise EngineUnavailable("The data are being loaded again: ask again in a moment.", retry_after=5)
        while self.idle:
            worker = self.idle.popleft()
            if not worker.gone:
                return worker
            self._discard(worker)
            self._in_background(self._fork())
        busy = EngineBusy("Too many queries are waiting: ask again in some seconds.", retry_after=5)
        if not ours and len(self._strangers) >= self.limits.queue:
            raise busy
        queue = self._ours if ours else self._strangers
        place: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await asyncio.wait({place}, timeout=self.limits.queue_seconds)
        except asyncio.CancelledError:
            self._withdraw(place, queue)
            raise
        if place.done():
            return place.result()
        self._withdraw(place, queue)
        raise busy

    def _withdraw(self, place: asyncio.Future[Worker], queue: deque[asyncio.Future[Worker]]) -> None:
        """Stop waiting; a worker that came in that very moment goes to the next."""
        if place.done():
            self._offer(place.result())
        else:
            queue.remove(place)

    def _offer(self, worker: Worker) -> None:
        for queue in (self._ours, self._strangers):
            if queue:
                queue.popleft().set_result(worker)
                return
        self.idle.append(worker)

    async def _supervise(self, worker: Worker, task: QueryTask) -> tuple[dict[str, Any], bytes | IO[bytes]]:
        """What a worker replies; it gets a heavy place when it has run for long, and is stopped at the limit."""
        limits, began = self.limits, time.monotonic()
        asking = asyncio.create_task(worker.ask({**asdict(task), "seconds": limits.seconds}))
        quick = min(limits.quick_seconds, limits.seconds)
        try:
            await asyncio.wait({asking}, timeout=quick)
            if not asking.done():
                self._promote(worker)
                await asyncio.wait({asking}, timeout=limits.seconds - quick)
            if not asking.done():
                raise self._time_exceeded()
            reply, content = await asking
        except WorkerDied as death:
            self._replace(worker)
            self.deaths["died"] += 1
            log.warning("worker ended", extra={"pid": worker.pid, "status": death.status})
            if death.status == -signal.SIGKILL and time.monotonic() - began < _AT_ONCE:
                raise _KilledWhileIdle("The process for this query was killed from outside: ask again.") from death
            if death.status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP):
                raise QueryStopped(self._memory_exceeded) from death
            if death.status == -signal.SIGXCPU:
                raise self._time_exceeded() from death
            raise QueryStopped(
                "The query stopped its process, and only that: write it in a simpler way."
            ) from death
        except BaseException:
            asking.cancel()
            self.deaths["stopped"] += 1
            self._discard(worker)
            self._replace(worker)
            raise
        self._release(worker, out_of_memory=reply.get("error") == QueryStopped.__name__)
        return reply, content

    def _time_exceeded(self) -> QueryStopped:
        seconds = self.limits.seconds
        return QueryStopped(
            f"The query ran for {seconds:g} s and was stopped without an answer: narrow it.",
            retry_after=int(seconds) + 1,
        )

    @property
    def _memory_exceeded(self) -> str:
        limit = self.limits.memory_mib
        return f"The query needed more than {limit} MiB and was stopped without an answer: narrow it."

    def _promote(self, worker: Worker) -> None:
        limits = self.limits
        if len(self.heavy) >= limits.heavy:
            raise EngineBusy(
                f"All {limits.heavy} places for queries that run longer than {limits.quick_seconds:g} s "
                "are taken: ask again later, or narrow the query.",
                retry_after=int(limits.seconds) + 1,
            )
        self.heavy.add(worker)
        worker.lower_priority()
        self._in_background(self._fork())

    def _release(self, worker: Worker, *, out_of_memory: bool) -> None:
        """After an answer: a process that ran long or short of memory goes; another stands ready."""
        if worker in self.heavy:
            self.heavy.discard(worker)
            self._discard(worker)
        elif out_of_memory or worker.answered >= self.limits.queries_per_worker:
            self._discard(worker)
            self._in_background(self._fork())
        else:
            self._offer(worker)

    def _replace(self, worker: Worker) -> None:
        """For a process that a query has cost; one in a heavy place was replaced when it took it."""
        if worker in self.heavy:
            self.heavy.discard(worker)
        else:
            self._in_background(self._fork())

    async def _fork(self) -> None:
        try:
            self._offer(await self._zygote.fork())
        except ServerError as error:
            if not self._closing:
                self.failed = True
                log.error("%s", error)

    def _discard(self, worker: Worker) -> None:
        self._in_background(worker.end())

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
