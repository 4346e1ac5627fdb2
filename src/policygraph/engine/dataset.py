"""What is served now, and how it is swapped: a new release is warmed first, the old one finishes what it began.

Pages ask through ``DatasetView``, one a request: it holds on to one release and counts its engine calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import PolicygraphError, ServerError
from ..queries import check_model
from ..rdf.iris import prefixes
from ..rdf.media_types import JSON, N_TRIPLES, TURTLE, Format
from ..release import Release
from .engine import EncodedAnswer, Engine, LocalEngine, QueryDataset
from .guard import CheckedQuery
from .results import Solutions, rows_of
from .settings import Settings

log = logging.getLogger("policygraph.engine.dataset")


@dataclass(slots=True, eq=False)
class Snapshot:
    """One state of the data: its engine, its release (None for plain files and other stores), its base IRI.

    ``identity`` changes when the data do, and is "" where that cannot be known; ETags are made from it. ``kept``
    is what was made of the data, for as long as they are served.
    """

    engine: Engine
    release: Release | None
    base: str
    identity: str
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    users: int = 0
    kept: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def modified(self) -> datetime:
        """When the data came to be what they are: the release was published, else they were loaded."""
        if self.release is None:
            return self.since
        try:
            return datetime.fromtimestamp((self.release.folder / "manifest.json").stat().st_mtime, UTC)
        except FileNotFoundError:  # in the middle of a swap
            return self.since


class DatasetView:
    """The data as one request sees them; a stranger's query must have been through ``guard``."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.calls, self.seconds = 0, 0.0
        self._kept: dict[Hashable, Any] = {}

    @property
    def kept(self) -> MutableMapping[Hashable, Any]:
        """What was made of these data; of data that may change unseen, what this request made of them."""
        return self.snapshot.kept if self.snapshot.identity else self._kept

    async def select(self, query: str) -> Solutions:
        """The table of a SELECT query over the union of the graphs; raises EngineError where there is none."""
        return rows_of((await self.answer(CheckedQuery(query, "SELECT"), JSON)).whole())

    async def ask(self, query: str) -> bool:
        """The truth value of an ASK query."""
        return b'"boolean":true' in (await self.answer(CheckedQuery(query, "ASK"), JSON)).whole()

    async def construct(self, query: str, format: Format = TURTLE) -> bytes:
        """The graph of a CONSTRUCT or DESCRIBE query, serialised."""
        screened = CheckedQuery(query, "CONSTRUCT", prefixes=prefixes(self.snapshot.base))
        return (await self.answer(screened, format)).whole()

    async def graph(self, name: str) -> bytes:
        """The N-Triples of one of our named graphs; ``name`` as in ``iris.GRAPHS``."""
        iri = f"{self.snapshot.base}graph/{name}"
        return await self.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}", N_TRIPLES
        )

    async def answer(
        self,
        query: CheckedQuery,
        format: Format,
        scope: QueryDataset | None = None,
        *,
        ours: bool = True,
        client: str = "",
    ) -> EncodedAnswer:
        """Any query in any format; raises EngineError where there is none. ``ours`` goes before strangers'."""
        began = time.perf_counter()
        self.calls += 1
        try:
            return await self.snapshot.engine.answer(
                query, format, scope or QueryDataset(), ours=ours, client=client
            )
        finally:
            self.seconds += time.perf_counter() - began


class Dataset:
    """``await open()``, then ``with lease() as snapshot``; ``watch()`` swaps releases; ``await close()``.

    Setting ``wake`` asks for a reload; ``swapped`` is set when other data are served, for who waits to clear.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current: Snapshot | None = None
        self._state: tuple[object, ...] = ()
        self._closing: set[asyncio.Task[None]] = set()
        self._reloading = asyncio.Lock()
        self.wake, self.swapped = asyncio.Event(), asyncio.Event()

    @property
    def current(self) -> Snapshot:
        """The state that new requests see; raises ServerError before ``open``."""
        if self._current is None:
            raise ServerError("The data are not loaded yet: ask again in a moment.")
        return self._current

    @property
    def is_open(self) -> bool:
        """Whether there is something to serve."""
        return self._current is not None

    @contextmanager
    def lease(self) -> Iterator[Snapshot]:
        """Hold on to the current state; its engine stays until the last holder lets go."""
        snapshot = self.current
        snapshot.users += 1
        try:
            yield snapshot
        finally:
            snapshot.users -= 1

    def hold(self, snapshot: Snapshot) -> None:
        """Serve this state instead of opening one: for a site that is written down and not served."""
        self._current = snapshot

    async def open(self) -> None:
        """Load what the settings name; raises PolicygraphError where that cannot be done."""
        self._state = _state(self.settings)
        self._current = await _load(self.settings, self.wake.set)

    async def reload(self) -> None:
        """Load again and swap; where that fails, the old data stay and the reason is logged."""
        async with self._reloading:
            state = _state(self.settings)
            try:
                fresh = await _load(self.settings, self.wake.set)
            except PolicygraphError as error:
                log.error("the old data stay: %s", error)
                return
            old, self._current, self._state = self._current, fresh, state
            self.swapped.set()
            log.info("swapped", extra={"identity": fresh.identity, "triples": fresh.engine.triples})
            if old is not None:
                task = asyncio.create_task(_close_unused(old))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    async def watch(self) -> None:
        """Until cancelled: reload when a file changes, when ``wake`` is set, or when an engine failed."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), self.settings.watch_seconds)
            state = _state(self.settings)
            changed = state and state != self._state  # and the files have come to rest
            if self.wake.is_set() or self.current.engine.failed or changed:
                self.wake.clear()
                await self.reload()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Open where it is not, reload what is built anew, and close at the end. Raises as ``open`` does."""
        if not self.is_open:
            await self.open()
        watching = asyncio.create_task(self.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await self.close()

    async def close(self) -> None:
        """Finish, then end every engine."""
        await asyncio.gather(*self._closing)
        if self._current is not None:
            await self._current.engine.close()


async def _close_unused(old: Snapshot) -> None:
    while old.users:
        await asyncio.sleep(0.05)
    await old.engine.close()


async def _load(settings: Settings, on_failure: Callable[[], None]) -> Snapshot:
    """Open what the settings name: another store, a release, or RDF files."""
    release = Release.open(settings.release) if settings.release else None
    if release:
        check_model(release.folder, release.manifest.versions)
    base = release.base if release else settings.base
    if settings.endpoint:
        from .remote import RemoteEngine

        return Snapshot(await RemoteEngine.start(settings.endpoint, settings.limits, base), release, base, "")
    if release:
        identity = release.manifest.files[release.canonical.name].sha256
        engine = await LocalEngine.start([(release.canonical, identity)], settings.limits, on_failure)
    else:
        engine = await LocalEngine.start([(path, "") for path in settings.sources], settings.limits, on_failure)
        identity = await asyncio.to_thread(_digest, settings.sources)
    return Snapshot(engine, release, base, identity)


def _state(settings: Settings) -> tuple[object, ...]:
    """What tells a changed source; empty where one is missing, as in the middle of a swap."""
    watched = [settings.release / "manifest.json"] if settings.release else list(settings.sources)
    try:
        stats = [path.stat() for path in watched]
    except FileNotFoundError:
        return ()
    return tuple((stat.st_ino, stat.st_mtime_ns, stat.st_size) for stat in stats)


def _digest(paths: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
