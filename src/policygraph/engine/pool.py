"""Queries in worker processes: quick ones never wait for long ones, and each costs only itself.

``limits.workers`` processes wait for queries. A query that has run for ``quick_seconds`` takes one of the
``limits.heavy`` places: it keeps its process, and a new one is forked for the others. Where those places
are taken it is stopped and told when to come back. At ``limits.seconds`` any query is stopped.
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

from ..errors import ServerError
from ..web.delivery.problems import HTTPProblem
from .evaluation import QueryTask
from .limits import Limits
from .processes import Worker, WorkerDied, Zygote

log = logging.getLogger("policygraph.engine.pool")

_AT_ONCE = 0.05
"""Seconds within which no query has used up the machine's memory, so that a SIGKILL is not about it."""


class _Killed(HTTPProblem):
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
        self._tasks: set[asyncio.Task[None]] = set()
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

    async def run(self, work: QueryTask, *, ours: bool = False) -> tuple[int, bytes | IO[bytes]]:
        """Rows and content of the answer; raises HTTPProblem where there is none. ``ours`` goes before strangers.

        A process that somebody killed while it waited is no fault of the query: it is asked of another.
        """
        try:
            return await self._attempt(work, ours)
        except _Killed:
            return await self._attempt(work, ours)

    async def _attempt(self, work: QueryTask, ours: bool) -> tuple[int, bytes | IO[bytes]]:
        worker = await self._acquire(ours)
        self.busy.add(worker)
        try:
            return await self._supervise(worker, work)
        finally:
            self.busy.discard(worker)

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
            raise HTTPProblem(503, "The data are being loaded again: ask again in a moment.", retry_after=5)
        while self.idle:
            worker = self.idle.popleft()
            if not worker.gone:
                return worker
            self._in_background(self._end(worker))
            self._in_background(self._fork())
        if not ours and len(self._strangers) >= self.limits.queue:
            raise self._crowded()
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
        raise self._crowded()

    def _crowded(self) -> HTTPProblem:
        return HTTPProblem(429, "Too many queries are waiting: ask again in some seconds.", retry_after=5)

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

    async def _supervise(self, worker: Worker, work: QueryTask) -> tuple[int, bytes | IO[bytes]]:
        began = time.monotonic()
        asking = asyncio.create_task(worker.ask({**asdict(work), "seconds": self.limits.seconds}))
        quick = min(self.limits.quick_seconds, self.limits.seconds)
        try:
            await asyncio.wait({asking}, timeout=quick)
            if not asking.done():
                self._promote(worker)
                await asyncio.wait({asking}, timeout=self.limits.seconds - quick)
            if not asking.done():
                raise _too_slow(self.limits)
            reply, content = await asking
        except WorkerDied as death:
            self._replace(worker)
            self.deaths["died"] += 1
            log.warning("worker ended", extra={"pid": worker.pid, "status": death.status})
            if death.status == -signal.SIGKILL and time.monotonic() - began < _AT_ONCE:
                raise _Killed(503, "The process for this query was killed from outside: ask again.") from death
            raise _died(death.status, self.limits) from death
        except BaseException:
            self._abandon(worker, asking)
            raise
        self._done(worker, reply["outcome"])
        return _answer(reply, content, self.limits)

    def _promote(self, worker: Worker) -> None:
        if len(self.heavy) >= self.limits.heavy:
            raise HTTPProblem(
                429,
                f"All {self.limits.heavy} places for queries that run longer than {self.limits.quick_seconds:g} s "
                "are taken: ask again later, or narrow the query.",
                retry_after=int(self.limits.seconds) + 1,
            )
        self.heavy.add(worker)
        worker.step_back()
        self._in_background(self._fork())

    def _done(self, worker: Worker, outcome: str) -> None:
        """A process that ran long or short of memory goes; another stands ready."""
        if worker in self.heavy:
            self.heavy.discard(worker)
            self._in_background(self._end(worker))
        elif outcome == "memory" or worker.answered >= self.limits.queries_per_worker:
            self._in_background(self._end(worker))
            self._in_background(self._fork())
        else:
            self._offer(worker)

    def _abandon(self, worker: Worker, asking: asyncio.Task[Any]) -> None:
        asking.cancel()
        self.deaths["stopped"] += 1
        self._in_background(self._end(worker))
        self._replace(worker)

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

    async def _end(self, worker: Worker) -> None:
        await worker.end()

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _answer(reply: dict[str, Any], content: bytes | IO[bytes], limits: Limits) -> tuple[int, bytes | IO[bytes]]:
    outcome = reply["outcome"]
    if outcome == "ok":
        return reply["rows"], content
    raise _refusal(outcome, reply["words"], limits)


def _refusal(outcome: str, words: str, limits: Limits) -> HTTPProblem:
    """The refusal for each way in which a worker says that it has no answer."""
    if outcome == "limit":
        return too_large(words, limits)
    if outcome == "format":
        return HTTPProblem(
            406, "The answer holds a character or name that XML cannot carry: ask for JSON, CSV or N-Triples."
        )
    if outcome == "memory":
        return _too_big(limits)
    return HTTPProblem(400, f"The query was not understood: {' '.join(words.split())[:400]}.")


def too_large(limit: str, limits: Limits) -> HTTPProblem:
    """The refusal of an answer that passes the limit on ``rows`` or ``answer_mib``."""
    most = f"{limits.rows:,} rows" if limit == "rows" else f"{limits.answer_mib} MiB"
    return HTTPProblem(
        413,
        f"The answer has more than {most}, so none of it is sent: ask for parts with ORDER BY, LIMIT and OFFSET, "
        "or take the whole dataset from its downloads.",
    )


def _too_slow(limits: Limits) -> HTTPProblem:
    return HTTPProblem(
        503,
        f"The query ran for {limits.seconds:g} s and was stopped without an answer: narrow it.",
        retry_after=int(limits.seconds) + 1,
    )


def _too_big(limits: Limits) -> HTTPProblem:
    return HTTPProblem(
        503, f"The query needed more than {limits.memory_mib} MiB and was stopped without an answer: narrow it."
    )


def _died(status: int, limits: Limits) -> HTTPProblem:
    if status in (-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP):
        return _too_big(limits)
    if status == -signal.SIGXCPU:
        return _too_slow(limits)
    return HTTPProblem(503, "The query stopped its process, and only that: write it in a simpler way.")
