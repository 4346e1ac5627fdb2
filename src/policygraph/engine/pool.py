"""Queries in worker processes: quick ones never wait for long ones, and each costs only itself.

``limits.workers`` processes wait for queries. A query that has used the processor for ``quick_seconds``, or for
``crowded_seconds`` while others wait, takes one of the ``limits.heavy`` places: it keeps its process, at a lower
priority, and a new one is forked for the others. Where those places are taken it is stopped, and the answer
says when to come back. At ``limits.seconds`` of the clock any query is stopped. What was stopped is remembered
(``admission``): the same words are refused for a while, and queries of the same shape only get such places.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ..errors import EngineBusy, EngineUnavailable, QueryStopped, ServerError
from .admission import StoppedQueries, WaitingList
from .evaluation import QueryTask
from .guard import Fingerprint
from .processes import SILENCE, Worker, WorkerDied, Zygote
from .reasons import REPLIES, KilledWhileIdle, Reasons
from .settings import Limits

log = logging.getLogger("policygraph.engine.pool")

_STEP = 0.05
"""Seconds between two looks at what a query has used."""

_WATCH = 0.4
"""Seconds between two looks at the processes; with ``SILENCE`` they make less than two."""

_DELAY = 0.5
"""Seconds that a refusal waits which the asker was told before: who asks without pause is slowed down."""

CountedContent = tuple[int, bytes | IO[bytes]]
"""The number of rows or triples, and the bytes (a temporary file where they are many)."""


class Pool:
    """Make one with ``await Pool.start(files, limits, failed)``; ``files`` are paths with their SHA-256 (or "").

    ``on_failure`` is called when no more processes can be made: the data must be loaded again. ``confined`` says
    that each of the first processes has shown that it can open no file and no socket.
    """

    def __init__(self, zygote: Zygote, limits: Limits, on_failure: Callable[[], None]) -> None:
        self.limits, self._zygote, self._on_failure = limits, zygote, on_failure
        self._reasons = Reasons(limits)
        self.failed, self.confined = False, True
        self.lost = 0
        self.deaths: Counter[str] = Counter()
        self.idle: deque[Worker] = deque()
        self.busy: set[Worker] = set()
        self.heavy: set[Worker] = set()
        self._ours, self._strangers = WaitingList(10_000), WaitingList(limits.queue)
        self._long = WaitingList(limits.queue)
        self._stopped = StoppedQueries()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._forking = 0
        self._closing = asyncio.Event()

    @classmethod
    async def start(
        cls, files: list[tuple[Path, str]], limits: Limits, on_failure: Callable[[], None] = lambda: None
    ) -> Pool:
        """Load the files and fork the first workers; raises ServerError with the reason where that fails."""
        from .zygote import LoadRequest

        named = [(str(path.absolute()), sha256) for path, sha256 in files]
        zygote = await Zygote.start(LoadRequest(named, limits.triples_in_memory, limits.memory_mib))
        pool = cls(zygote, limits, on_failure)
        try:
            for _ in range(limits.workers):
                worker = await zygote.fork()
                reply, _ = await worker.ask({})
                pool.confined = pool.confined and reply["confined"]
                pool.idle.append(worker)
        except WorkerDied as death:
            await zygote.stop()
            raise ServerError(
                f"A process for queries ended at its start ({death.status}): start again."
            ) from death
        except BaseException:
            await zygote.stop()
            raise
        pool._in_background(pool._watch())
        return pool

    @property
    def waiting(self) -> int:
        """Queries that wait for a process."""
        return len(self._ours) + len(self._strangers) + len(self._long)

    async def run(
        self, task: QueryTask, client: str | None = None, query: Fingerprint | None = None
    ) -> CountedContent:
        """The answer; raises EngineError where there is none. Without ``client`` it is ours, and goes first.

        A process that somebody killed while it waited is no fault of the query: another gets it.
        """
        try:
            self._refuse_stopped(query)
        except EngineBusy:
            await asyncio.sleep(_DELAY)
            raise
        try:
            return await self._attempt(task, client, query)
        except KilledWhileIdle:
            return await self._attempt(task, client, query)

    async def _attempt(self, task: QueryTask, client: str | None, query: Fingerprint | None) -> CountedContent:
        long = query is not None and self._stopped.alike(query)
        worker = await self._acquire_long(str(client)) if long else await self._acquire(client)
        try:
            self._refuse_stopped(query)  # it may have been while this one waited
        except EngineBusy:
            self._offer(worker)
            raise
        self.busy.add(worker)
        try:
            reply, content = await self._supervise(worker, task, query)
        finally:
            self.busy.discard(worker)
        if "error" not in reply:
            return reply["rows"], content
        raise REPLIES[reply["error"]](reply["sentence"]) if reply["sentence"] else self._reasons.memory_exceeded()

    def _refuse_stopped(self, query: Fingerprint | None) -> None:
        if query is not None and (left := self._stopped.seconds_left(query)):
            raise EngineBusy(
                "This query was stopped a moment ago: narrow it, or ask again later.", retry_after=int(left) + 1
            )

    async def close(self) -> None:
        """Wait for what is being answered, then end every process."""
        self._closing.set()
        deadline = asyncio.get_running_loop().time() + self.limits.seconds + 1
        while (self.busy or self.waiting) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self.busy:
            await worker.end()
        for worker in self.idle:
            worker.hang_up()
        await self._zygote.stop()

    # --- places -------------------------------------------------------------------------------------------

    async def _acquire(self, client: str | None) -> Worker:
        """A process that waits for a query."""
        while self.idle:
            worker = self.idle.popleft()
            if not worker.gone:
                return worker
            self._lose(worker)
        if self.failed:
            raise EngineUnavailable("The data are being loaded again: ask again in a moment.", retry_after=5)
        return await self._wait(self._ours if client is None else self._strangers, str(client))

    async def _acquire_long(self, client: str) -> Worker:
        """A process of its own in a place for long queries."""
        if self._places_left and not len(self._long):
            return await self._fork_long()
        return await self._wait(self._long, client)

    async def _wait(self, queue: WaitingList, client: str) -> Worker:
        busy = EngineBusy("Too many queries are waiting: ask again in some seconds.", retry_after=5)
        place = queue.join(client)
        if place is None:
            raise busy
        try:
            await asyncio.wait({place}, timeout=self.limits.queue_seconds)
        except asyncio.CancelledError:
            queue.leave(client, place)
            if not place.cancel() and not place.cancelled() and place.exception() is None:
                self._offer(place.result())  # it came in that very moment: it goes to the next
            raise
        if place.done() and not place.cancelled():
            return place.result()
        queue.leave(client, place)
        place.cancel()
        raise busy

    def _offer(self, worker: Worker) -> None:
        """Give a process to the next query, or keep it ready."""
        if worker in self.heavy:
            self.heavy.discard(worker)
            self._discard(worker)
            self._free_long()
            return
        place = self._ours.next() or self._strangers.next()
        if place is None:
            self.idle.append(worker)
        else:
            place.set_result(worker)

    def _free_long(self) -> None:
        """Fill a place for long queries that has become free."""

        async def fill(place: asyncio.Future[Worker]) -> None:
            try:
                worker = await self._fork_long()
            except EngineUnavailable as error:
                if not place.done():
                    place.set_exception(error)
                return
            if place.done():
                self._offer(worker)
            else:
                place.set_result(worker)

        if self._places_left and (place := self._long.next()) is not None:
            self._in_background(fill(place))

    @property
    def _places_left(self) -> int:
        """How many of the places for long queries are free."""
        return self.limits.heavy - len(self.heavy) - self._forking

    async def _fork_long(self) -> Worker:
        self._forking += 1
        try:
            worker = await self._zygote.fork()
        except ServerError as error:
            self._fail(error)
            raise EngineUnavailable(str(error), retry_after=5) from error
        finally:
            self._forking -= 1
        self.heavy.add(worker)
        worker.lower_priority()
        return worker

    # --- one query ----------------------------------------------------------------------------------------

    async def _supervise(
        self, worker: Worker, task: QueryTask, query: Fingerprint | None
    ) -> tuple[dict[str, Any], bytes | IO[bytes]]:
        """What a worker replies; it gets a long place when it has run for long, and is stopped at the limit."""
        began = time.monotonic()
        asking = asyncio.ensure_future(worker.ask({**task.to_json(), "seconds": self.limits.seconds}))
        try:
            await self._await_within_limits(asking, worker, began)
            reply, content = asking.result()
        except WorkerDied as death:
            self._replace(worker)
            self.deaths["died"] += 1
            log.warning("worker ended", extra={"pid": worker.pid, "status": death.status})
            reason = self._reasons.of_death(death.status, time.monotonic() - began)
            self._remember(query, reason)
            raise reason from death
        except BaseException as error:
            asking.cancel()
            self.deaths["stopped"] += 1
            used = worker.used(time.monotonic() - began)
            if used is None or used >= min(self._quick, self.limits.crowded_seconds):  # else the machine was slow
                self._remember(query, error)
            self._discard(worker)
            self._replace(worker)
            raise
        if query is not None and reply["used"] < self._quick:
            self._stopped.forgive(query)
        self._release(worker, out_of_memory=reply.get("error") == QueryStopped.__name__)
        return reply, content

    def _remember(self, query: Fingerprint | None, reason: BaseException) -> None:
        if query is not None and isinstance(reason, (QueryStopped, EngineBusy)):
            self._stopped.add(query, self.limits.seconds + 1)

    async def _await_within_limits(self, asking: asyncio.Future[Any], worker: Worker, began: float) -> None:
        """Wait for an answer; raises QueryStopped or EngineBusy for one that may not go on."""
        limits, last = self.limits, began + self.limits.seconds
        while True:
            left = last - time.monotonic()
            await asyncio.wait({asking}, timeout=min(_STEP, max(left, 0.0)))
            if asking.done():
                return
            if left <= 0:
                raise self._reasons.time_exceeded()
            clock = time.monotonic() - began
            used = worker.used(clock)
            if used is None:
                self.lost += 1
                kind = KilledWhileIdle if clock < 2 * _STEP else EngineUnavailable
                raise kind("The process for this query hangs: ask again.", retry_after=1)
            if worker in self.heavy:
                continue
            quick = min(self._quick, limits.crowded_seconds) if self.waiting else self._quick
            if used >= quick or clock >= 2 * self._quick:
                self._promote(worker)

    @property
    def _quick(self) -> float:
        return min(self.limits.quick_seconds, self.limits.seconds)

    def _promote(self, worker: Worker) -> None:
        if self._places_left <= 0:
            raise self._reasons.places_taken()
        self.heavy.add(worker)
        worker.lower_priority()
        self._in_background(self._fork())

    # --- processes ----------------------------------------------------------------------------------------

    def _release(self, worker: Worker, *, out_of_memory: bool) -> None:
        """After an answer: a process that ran long or short of memory goes; another stands ready."""
        if worker not in self.heavy and (out_of_memory or worker.answered >= self.limits.queries_per_worker):
            self._discard(worker)
            self._in_background(self._fork())
        else:
            self._offer(worker)

    def _replace(self, worker: Worker) -> None:
        """For a process that a query has cost; one in a long place was replaced when it took it."""
        if worker in self.heavy:
            self.heavy.discard(worker)
            self._free_long()
        else:
            self._in_background(self._fork())

    async def _fork(self) -> None:
        try:
            self._offer(await self._zygote.fork())
        except ServerError as error:
            self._fail(error)

    def _fail(self, error: ServerError) -> None:
        """No more processes can be made: those that there are go on until the data are loaded again."""
        if not self._closing.is_set() and not self.failed:
            self.failed = True
            self.lost += 1
            log.error("%s", error)
            self._on_failure()

    def _lose(self, worker: Worker) -> None:
        """For a process that has ended or hangs though no query ran in it."""
        self.lost += 1
        log.warning("worker lost", extra={"pid": worker.pid})
        self._discard(worker)
        self._in_background(self._fork())

    async def _watch(self) -> None:
        """Until the end: notice processes that were killed or hang, and replace them."""
        while not self._closing.is_set() and not self.failed:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), _WATCH)
                return
            resting, self.idle = list(self.idle), deque()
            checks = asyncio.gather(*(self._check(worker) for worker in resting))
            try:
                await self._zygote.check()
            except ServerError as error:
                self._fail(error)
            await checks

    async def _check(self, worker: Worker) -> None:
        try:
            async with asyncio.timeout(SILENCE):
                await worker.ask({})
        except (WorkerDied, TimeoutError):
            self._lose(worker)
        else:
            self._offer(worker)

    def _discard(self, worker: Worker) -> None:
        self._in_background(worker.end())

    def _in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
