"""What answers a query: one interface, whether the data are in our own processes or in another store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from ..errors import EngineBusy, EngineError, ServerError
from ..rdf.media_types import JSON, TURTLE, Format
from .evaluation import QueryTask
from .guard import CheckedQuery
from .pool import Pool
from .results import rows_of
from .settings import Limits

CHUNK = 2**16
"""Bytes that are handed to the network at once, so that a reader's pace is seen."""

ROOM, ENTRY = 32 * 2**20, 2**10
"""Bytes of all answers that are kept, and what one takes beside its own: its query, the entry itself."""


@dataclass(frozen=True, slots=True)
class QueryDataset:
    """The graphs that a request names beside its query; None where it names none of that kind."""

    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(slots=True)
class EncodedAnswer:
    """A whole answer: its bytes (in memory or in a temporary file), and its number of rows or triples."""

    content: bytes | IO[bytes]
    rows: int
    closing: Callable[[], None] = field(default=lambda: None)

    @property
    def size(self) -> int:
        """The length in bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        position = self.content.tell()
        size = self.content.seek(0, 2)
        self.content.seek(position)
        return size

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, piece by piece; the answer is closed at the end, however that comes."""
        try:
            if isinstance(self.content, bytes):
                for start in range(0, len(self.content), CHUNK):
                    yield self.content[start : start + CHUNK]
            else:
                while part := self.content.read(CHUNK):
                    yield part
        finally:
            self.close()

    def whole(self) -> bytes:
        """All bytes at once, and the answer closed."""
        try:
            return self.content if isinstance(self.content, bytes) else self.content.read()
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the temporary file."""
        if not isinstance(self.content, bytes) and not self.content.closed:
            self.content.close()
            self.closing()


class Engine(Protocol):
    """What ``endpoint`` and ``dataset`` need of an engine. ``graphs`` counts the triples of each named graph."""

    graphs: dict[str, int]
    triples: int

    @property
    def failed(self) -> bool:
        """Whether it must be started again."""

    @property
    def confined(self) -> bool:
        """Whether what evaluates a query has shown that it can open nothing, so that the wide reading may do."""

    async def answer(
        self, query: CheckedQuery, format: Format, scope: QueryDataset, *, ours: bool = False, client: str = ""
    ) -> EncodedAnswer:
        """The whole answer; raises EngineError where there is none. Queries of one ``client`` wait in one line."""

    async def close(self) -> None:
        """Finish what is being answered, then let go of everything."""


class LocalEngine:
    """Our own processes. Make one with ``await LocalEngine.start(files, limits)``.

    Small answers to strangers are kept as long as the data, the least recently used go first.
    """

    def __init__(self, pool: Pool, limits: Limits) -> None:
        self.pool, self.limits = pool, limits
        self.graphs: dict[str, int] = {}
        self.triples = 0
        self._large = 0
        self._kept: OrderedDict[Hashable, tuple[bytes, int]] = OrderedDict()
        self._size = 0

    @classmethod
    async def start(
        cls, files: list[tuple[Path, str]], limits: Limits, on_failure: Callable[[], None] = lambda: None
    ) -> LocalEngine:
        """Load and count; raises ServerError with the reason where the data cannot be loaded.

        ``on_failure`` is called when they must be loaded again.
        """
        engine = cls(await Pool.start(files, limits, on_failure), limits)
        try:
            await engine._count()
        except EngineError as error:
            await engine.close()
            raise ServerError(f"The data were loaded but cannot be counted: {error}") from error
        return engine

    @property
    def failed(self) -> bool:
        return self.pool.failed

    @property
    def confined(self) -> bool:
        return self.pool.confined

    async def answer(
        self, query: CheckedQuery, format: Format, scope: QueryDataset, *, ours: bool = False, client: str = ""
    ) -> EncodedAnswer:
        if ours or not query.stable:
            return await self._evaluate(query, format, scope, ours, client)
        key = (query.text, query.base, format.media_type, scope)
        if key in self._kept:
            self._kept.move_to_end(key)
            return EncodedAnswer(*self._kept[key])
        answer = await self._evaluate(query, format, scope, ours, client)
        if isinstance(answer.content, bytes):
            self._keep(key, answer.content, answer.rows)
        return answer

    def _keep(self, key: Hashable, content: bytes, rows: int) -> None:
        if key in self._kept:
            return
        self._kept[key] = content, rows
        self._size += len(content) + ENTRY
        while self._size > ROOM:
            _, (oldest, _) = self._kept.popitem(last=False)
            self._size -= len(oldest) + ENTRY

    async def _evaluate(
        self, query: CheckedQuery, format: Format, scope: QueryDataset, ours: bool, client: str
    ) -> EncodedAnswer:
        limits = self.limits
        task = QueryTask(
            query=query.text,
            results=JSON.engine if query.makes_graph else format.engine,
            graph=format.engine if query.makes_graph else TURTLE.engine,
            xml=format.xml,
            rows=limits.rows,
            answer_mib=limits.answer_mib,
            own_dataset=query.has_dataset,
            default_graphs=None if scope.default_graphs is None else list(scope.default_graphs),
            named_graphs=None if scope.named_graphs is None else list(scope.named_graphs),
            prefixes=dict(query.prefixes),
            base=query.base,
            makes_graph=query.makes_graph,
        )
        rows, content = await self.pool.run(task, *(() if ours else (client, query.fingerprint)))
        if isinstance(content, bytes):
            return EncodedAnswer(content, rows)
        if self._large >= limits.large_answers:
            content.close()
            raise EngineBusy("Too many large answers are being sent: ask again later.", retry_after=30)
        self._large += 1
        return EncodedAnswer(content, rows, self._sent)

    async def close(self) -> None:
        await self.pool.close()

    def _sent(self) -> None:
        self._large -= 1

    async def _count(self) -> None:
        self.graphs = await counted(self)
        answer = await self.answer(
            CheckedQuery("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "SELECT"), JSON, QueryDataset(), ours=True
        )
        self.triples = int(rows_of(answer.whole())[0].text("n"))


async def counted(engine: Engine) -> dict[str, int]:
    """Triples by named graph."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    answer = await engine.answer(CheckedQuery(query, "SELECT"), JSON, QueryDataset(), ours=True)
    counts = {row.text("g"): int(row.text("n")) for row in rows_of(answer.whole()) if row["g"] is not None}
    return dict(sorted(counts.items()))
