"""One triple store over HTTP: ask, change, add statements; what it refuses is a StoreError in words."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from types import TracebackType

from pyoxigraph import NamedNode, QuerySolution, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from ..errors import StoreError
from ..http.client import Client, RetryPolicy, server_headers
from ..http.credentials import Credentials, credentials
from ..http.errors import CURES, OTHERWISE
from ..rdf.media_types import JSON, N_TRIPLES
from .vendors import Endpoints, Vendor, endpoints_of, recognise, vendor_named

STORE_CURES = {
    **CURES,
    OTHERWISE: "see the store's own log",
    400: "the store does not understand the request",
    403: "the user may read but not write, or the store was started read-only",
    404: "the path is not one of this store: check --into and --store",
    405: "the store takes no writing there: was it started read-only? Check --store too",
    413: "the store or a proxy before it takes smaller requests only: lower --statements",
    415: "the store does not read N-Triples there: check --store",
    429: "the store is busy: try again later",
    503: "the store is not ready: try again later",
    507: "the store's disk is full: make room and run the load again",
}


class Store:
    """A context manager that closes its connections; ``vendor`` says what it takes, ``endpoints`` where."""

    def __init__(
        self,
        vendor: Vendor,
        endpoints: Endpoints,
        who: Credentials | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        self.vendor, self.endpoints = vendor, endpoints
        self._client = Client(retry or RetryPolicy(), who, cures=STORE_CURES)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def select(self, query: str) -> list[QuerySolution]:
        """The rows of a SELECT query. Raises StoreError."""
        try:
            results = parse_query_results(self._ask(query, JSON.media_type), format=JSON.results)
            if isinstance(results, QuerySolutions):
                return list(results)
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error
        raise StoreError(f"{self.endpoints.query} answered a SELECT query with a boolean: is it an endpoint?")

    def triples(self, query: str) -> list[Triple]:
        """The statements of a CONSTRUCT query, as the store spells them. Raises StoreError."""
        try:
            content = self._ask(query, N_TRIPLES.media_type)
            return [quad.triple for quad in parse(content, format=RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error

    def count(self, graph: NamedNode) -> int:
        """How many statements a graph has; 0 where there is no such graph. Raises StoreError."""
        rows = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        number = rows[0]["n"] if len(rows) == 1 else None
        try:
            return int(number.value)  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise StoreError(f"{self.endpoints.query} does not count: it answered {number} for {graph}.") from None

    def update(self, update: str) -> None:
        """Run a SPARQL Update. Raises StoreError."""
        self._client.post(self.endpoints.update, "an update", data={"update": update})

    def add(self, graph: NamedNode, lines: Iterable[bytes]) -> None:
        """Add N-Triples lines (without line ends) to a graph: by Graph Store Protocol where there is one."""
        body = b"\n".join(lines) + b"\n"
        if self.endpoints.graphs is None:
            return self.update(f"INSERT DATA {{ GRAPH {graph} {{\n{body.decode()}}} }}")
        headers = {"Content-Type": N_TRIPLES.media_type}
        if self.vendor.gzip:
            body, headers = gzip.compress(body, 1), headers | {"Content-Encoding": "gzip"}
        params = {"graph": graph.value, **({self.vendor.bulk: ""} if self.vendor.bulk else {})}
        self._client.post(self.endpoints.graphs, "statements", params=params, content=body, headers=headers)
        return None

    def _ask(self, query: str, accept: str) -> bytes:
        return self._client.post(
            self.endpoints.query, "a query", data={"query": query}, headers={"Accept": accept}
        )

    def _unreadable(self, error: Exception) -> StoreError:
        words = " ".join(str(error).split())[:160]
        return StoreError(
            f"{self.endpoints.query} answered a query with something that cannot be read ({words}): "
            "check --into and --store, and whether a proxy changes or cuts answers."
        )


def connect(
    address: str,
    store: str | None = None,
    *,
    query: str | None = None,
    update: str | None = None,
    graphs: str | None = None,
    retry: RetryPolicy | None = None,
) -> Store:
    """The store at ``address``, of the kind ``store`` or else of the kind that it shows itself to be.

    ``query``, ``update`` and ``graphs`` are addresses that are not where this kind has them. Credentials come from
    the environment or the keyring. Raises StoreError.
    """
    retry = retry or RetryPolicy()
    vendor = vendor_named(store) if store else recognise(server_headers(address, retry.timeout), address)
    who = credentials(address, vendor.scheme)
    return Store(vendor, endpoints_of(address, vendor, query=query, update=update, graphs=graphs), who, retry)
