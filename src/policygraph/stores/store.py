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
from ..rdf.json_results import read_results
from ..rdf.media_types import JSON, N_TRIPLES, RDF_XML, TURTLE
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


SYNTAXES = {
    media_type: syntax.rdf
    for syntax in (N_TRIPLES, TURTLE, RDF_XML)
    for media_type in (syntax.media_type, *syntax.aliases)
}
ACCEPTED = f"{N_TRIPLES.media_type}, text/plain;q=0.9, {TURTLE.media_type};q=0.8, {RDF_XML.media_type};q=0.5"
"""Blazegraph calls N-Triples text/plain, and refuses a request that names no type that it has."""


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
        content, _ = self._client.ask(self.endpoints.query, query, JSON.media_type)
        try:
            rows = read_results(content, _solutions)
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error
        if rows is not None:
            return rows
        raise StoreError(f"{self.endpoints.query} answered a SELECT query with a boolean: is it an endpoint?")

    def triples(self, query: str) -> list[Triple]:
        """The statements of a CONSTRUCT query, as the store spells them. Raises StoreError."""
        content, media_type = self._client.ask(self.endpoints.query, query, ACCEPTED)
        syntax = SYNTAXES.get(media_type, RdfFormat.N_TRIPLES)
        try:
            return [quad.triple for quad in parse(content, format=syntax)]
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

    def _unreadable(self, error: Exception) -> StoreError:
        words = " ".join(str(error).split())[:160]
        return StoreError(
            f"{self.endpoints.query} answered a query with something that cannot be read ({words}): "
            "check --into and --store, and whether a proxy changes or cuts answers."
        )


def _solutions(content: bytes) -> list[QuerySolution] | None:
    """The rows of a table; None for a boolean."""
    results = parse_query_results(content, format=JSON.results)
    return list(results) if isinstance(results, QuerySolutions) else None


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
