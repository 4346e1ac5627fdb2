"""Another SPARQL 1.1 store behind the same front (``serve --endpoint``): checked queries only, and whole answers.

The store is asked for JSON or Turtle, which cannot be cut without being seen; other formats are made here.
It names the dataset in each request, so that "no graph named" means our union in every store.
"""

from __future__ import annotations

import asyncio
import io
from itertools import islice
from typing import Any

import httpx
import pyoxigraph as ox

from ..errors import (
    AnswerTooLarge,
    EngineBusy,
    EngineError,
    EngineUnavailable,
    QueryRejected,
    QueryStopped,
    StoreError,
)
from ..http.client import RetryPolicy, settings, transport_error
from ..http.errors import RequestError, refused
from ..http.sparql import with_fresh_plan
from ..rdf.json_results import read_results
from ..rdf.media_types import JSON, TURTLE, Format
from ..rdf.serialise import serialise
from .engine import EncodedAnswer, QueryDataset, counted
from .evaluation import count_rows, too_large
from .guard import CheckedQuery
from .settings import Limits

MOST_GRAPHS = 200
"""Graphs that are named one by one; beyond, the store's own default graph is used."""


class RemoteEngine:
    """Make one with ``await RemoteEngine.start(address, limits, base)``."""

    def __init__(self, client: httpx.AsyncClient, address: str, limits: Limits) -> None:
        self.address, self.limits = address, limits
        self.graphs: dict[str, int] = {}
        self.triples = 0
        self.failed = self.confined = False
        self._client = client
        self._retry = RetryPolicy(timeout=limits.seconds, attempts=2, first=0.1, longest=1.0)
        self._strangers = asyncio.Semaphore(limits.workers + limits.heavy)

    @classmethod
    async def start(cls, address: str, limits: Limits, base: str) -> RemoteEngine:
        """Reach the store and count its graphs; raises StoreError where it does not answer."""
        client = httpx.AsyncClient(follow_redirects=False, trust_env=False, **settings(limits.seconds))
        engine = cls(client, address, limits)
        try:
            await engine._count(base)
        except EngineError as error:
            await client.aclose()
            raise StoreError(f"{address} does not answer as a SPARQL store: {error}") from error
        return engine

    async def answer(
        self,
        query: CheckedQuery,
        format: Format,
        scope: QueryDataset,
        *,
        ours: bool = False,
        client: str = "",  # noqa: ARG002 - the store has its own ways to be fair
    ) -> EncodedAnswer:
        content = await self._limited(query, self._scope(query, scope), ours)
        return await asyncio.to_thread(self._deliver, content, query, format)

    async def close(self) -> None:
        await self._client.aclose()

    async def _limited(self, query: CheckedQuery, scope: QueryDataset, ours: bool) -> bytes:
        """Our own queries go at once; strangers share a number of places."""
        if ours:
            return await self._fetch(query, scope)
        try:
            await asyncio.wait_for(self._strangers.acquire(), self.limits.queue_seconds)
        except TimeoutError:
            raise EngineBusy("Too many queries are waiting: ask again in some seconds.", retry_after=5) from None
        try:
            return await self._fetch(query, scope)
        finally:
            self._strangers.release()

    async def _fetch(self, query: CheckedQuery, scope: QueryDataset) -> bytes:
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._retry.call_async(self._stream, query, scope)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise QueryStopped(
                f"The query ran for {self.limits.seconds:g} s and was given up: narrow it.",
                retry_after=int(self.limits.seconds) + 1,
            ) from error
        except RequestError as error:
            raise _refusal(error) from error

    async def _stream(self, query: CheckedQuery, scope: QueryDataset) -> bytes:
        form: dict[str, Any] = {"query": with_fresh_plan(query.text)}
        if scope.default_graphs is not None:
            form["default-graph-uri"] = list(scope.default_graphs)
        if scope.named_graphs is not None:
            form["named-graph-uri"] = list(scope.named_graphs)
        headers = {"Accept": TURTLE.media_type if query.makes_graph else JSON.media_type}
        content = bytearray()
        try:
            async with self._client.stream("POST", self.address, data=form, headers=headers) as response:
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > self.limits.answer_mib * 2**20:
                        raise too_large(f"{self.limits.answer_mib} MiB")
        except httpx.TimeoutException:
            raise  # the time of the query is over: no other attempt has any
        except httpx.HTTPError as error:
            raise transport_error(error, self.address, self.limits.seconds) from error
        if response.status_code != 200:
            raise refused(self.address, "a query", response.status_code, response.headers, bytes(content))
        return bytes(content)

    def _scope(self, query: CheckedQuery, scope: QueryDataset) -> QueryDataset:
        named = scope.default_graphs is not None or scope.named_graphs is not None
        if named or query.has_dataset or not 0 < len(self.graphs) <= MOST_GRAPHS:
            return scope
        return QueryDataset(tuple(self.graphs), tuple(self.graphs))

    def _deliver(self, content: bytes, query: CheckedQuery, format: Format) -> EncodedAnswer:
        """Check that the answer is whole, count it, and put it into the wanted format."""
        try:
            if query.makes_graph:
                return self._graph(content, query, format)
            return read_results(content, lambda results: self._table(results, query, format))
        except (SyntaxError, ValueError) as error:
            raise EngineUnavailable(
                "The store cut its answer short, so none of it is sent: narrow the query.", retry_after=10
            ) from error

    def _table(self, content: bytes, query: CheckedQuery, format: Format) -> EncodedAnswer:
        rows = 1 if query.form == "ASK" else count_rows(content, JSON.engine)
        if rows > self.limits.rows:
            raise too_large(f"{self.limits.rows:,} rows")
        parsed: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
        sink = io.BytesIO()
        parsed.serialize(sink, format=format.results)
        return EncodedAnswer(sink.getvalue(), rows)

    def _graph(self, content: bytes, query: CheckedQuery, format: Format) -> EncodedAnswer:
        triples = list(islice(ox.parse(content, format=ox.RdfFormat.TURTLE), self.limits.rows + 1))
        if len(triples) > self.limits.rows:
            raise too_large(f"{self.limits.rows:,} rows")
        return EncodedAnswer(serialise(triples, format, query.prefixes), len(triples))

    async def _count(self, base: str) -> None:
        every = await counted(self)
        own = {graph: number for graph, number in every.items() if graph.startswith(base)}
        self.graphs = own or every
        self.triples = sum(self.graphs.values())


def _refusal(error: RequestError) -> EngineError:
    """What a stranger is told of it: the store's own words on the query, and never its address."""
    if error.status == 400:
        return QueryRejected(f"The query was not understood by the store: {error.words}")
    if error.status == 413:
        return AnswerTooLarge("The answer is too large for the store: ask for parts with LIMIT and OFFSET.")
    if error.status == 429:
        return EngineBusy("The store behind this endpoint is busy: ask again later.", retry_after=10)
    if error.status is None:
        return EngineUnavailable(
            "The store behind this endpoint does not answer: ask again later.", retry_after=10
        )
    return EngineUnavailable(
        f"The store behind this endpoint has no answer now (status {error.status}).", retry_after=10
    )
