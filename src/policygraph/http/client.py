"""One triple store over HTTP: ask, change, add statements; what it refuses is a StoreError, after some tries.

Every request of ours can be sent twice without harm: statements are sets, graphs are copied, marks are replaced.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING

from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolution,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from ..errors import StoreError
from ..rdf.media_types import JSON, N_TRIPLES
from ..stores.vendors import Endpoints, Vendor, checked, doors, named, recognised
from .credentials import Credentials, credentials
from .errors import TransientStoreError, refused, unreachable

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a request may take, and how often and after how many seconds it is tried again."""

    timeout: float = 600.0
    attempts: int = 6
    first: float = 0.25
    longest: float = 8.0


class Store:
    """A store that is there; a context manager that closes its connections.

    ``dialect`` says what it can take, ``doors`` where its addresses are.
    """

    def __init__(
        self,
        dialect: Vendor,
        doors: Endpoints,
        who: Credentials | None = None,
        patience: RetryPolicy | None = None,
    ) -> None:
        import httpx

        self.dialect, self.doors, self.patience = dialect, doors, patience or RetryPolicy()
        times = httpx.Timeout(self.patience.timeout, connect=min(10.0, self.patience.timeout))
        self._client = httpx.Client(auth=who.auth() if who else None, timeout=times)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connections back."""
        self._client.close()

    def select(self, query: str) -> list[QuerySolution]:
        """The rows of a SELECT query. Raises StoreError."""
        results = self._results(query)
        if not isinstance(results, QuerySolutions):
            raise StoreError(f"{self.doors.query} answered a SELECT query with a boolean: is it an endpoint?")
        try:
            return list(results)
        except (SyntaxError, ValueError) as error:
            raise self._garbled("a query", error) from error

    def triples(self, query: str) -> list[Triple]:
        """The statements of a CONSTRUCT query, as the store spells them. Raises StoreError."""
        answer = self._send(
            "a query", self.doors.query, data={"query": query}, headers={"Accept": N_TRIPLES.media_type}
        )
        try:
            return [quad.triple for quad in parse(answer.content, format=RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            raise self._garbled("a query", error) from error

    def count(self, graph: NamedNode) -> int:
        """How many statements a graph has; none where there is no such graph."""
        rows = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
        number = rows[0]["n"] if len(rows) == 1 else None
        try:
            return int(number.value)  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise StoreError(f"{self.doors.query} does not count: it answered {number} for {graph}.") from None

    def update(self, update: str) -> None:
        """Runs a SPARQL Update. Raises StoreError."""
        self._send("an update", self.doors.update, data={"update": update})

    def add(self, graph: NamedNode, lines: Iterable[bytes]) -> None:
        """Adds N-Triples lines (without line ends) to a graph: by Graph Store Protocol where there is one."""
        body = b"\n".join(lines) + b"\n"
        if self.doors.graphs is None:
            return self.update(f"INSERT DATA {{ GRAPH {graph} {{\n{body.decode()}}} }}")
        headers = {"Content-Type": N_TRIPLES.media_type}
        if self.dialect.gzip:
            body, headers = gzip.compress(body, 1), headers | {"Content-Encoding": "gzip"}
        params = {"graph": graph.value, **({self.dialect.bulk: ""} if self.dialect.bulk else {})}
        self._send("statements", self.doors.graphs, params=params, content=body, headers=headers)
        return None

    def _results(self, query: str) -> object:
        answer = self._send(
            "a query", self.doors.query, data={"query": query}, headers={"Accept": JSON.media_type}
        )
        try:
            return parse_query_results(answer.content, format=QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._garbled("a query", error) from error

    def _send(self, what: str, door: str, **request: object) -> httpx.Response:
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        tries = Retrying(
            stop=stop_after_attempt(self.patience.attempts),
            wait=_waiting(self.patience),
            retry=retry_if_exception_type(TransientStoreError),
            reraise=True,
        )
        return tries(self._once, what, door, request)

    def _once(self, what: str, door: str, request: dict[str, object]) -> httpx.Response:
        import httpx

        try:
            answer = self._client.post(door, **request)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            raise unreachable(error, door, self.patience.timeout) from error
        except httpx.DecodingError as error:
            raise TransientStoreError(
                f"{door} answered {what} with a broken gzip body: does a proxy cut it?"
            ) from error
        if not answer.is_success:
            raise refused(answer, what)
        return answer

    def _garbled(self, what: str, error: Exception) -> StoreError:
        words = " ".join(str(error).split())[:160]
        return StoreError(
            f"{self.doors.query} answered {what} with something that cannot be read ({words}): "
            "check --into and --store, and whether a proxy changes or cuts answers."
        )


def _waiting(patience: RetryPolicy) -> Callable[[RetryCallState], float]:
    from tenacity import wait_random_exponential

    usual = wait_random_exponential(multiplier=patience.first, max=patience.longest)

    def seconds(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, TransientStoreError) else None
        return float(usual(state)) if asked is None else min(asked, patience.longest)

    return seconds


def connect(
    address: str,
    store: str | None = None,
    *,
    query: str | None = None,
    update: str | None = None,
    graphs: str | None = None,
    patience: RetryPolicy | None = None,
) -> Store:
    """The store at ``address``, of the kind ``store`` or else of the kind that it shows itself to be.

    Credentials come from the environment or the keyring. Raises StoreError.
    """
    dialect = named(store) if store else _shown(checked(address), patience or RetryPolicy())
    who = credentials(address, dialect.scheme)
    return Store(dialect, doors(address, dialect, query=query, update=update, graphs=graphs), who, patience)


def _shown(address: str, patience: RetryPolicy) -> Vendor:
    import httpx

    try:
        answer = httpx.get(address, timeout=min(10.0, patience.timeout))
    except httpx.TransportError as error:
        raise StoreError(str(unreachable(error, address, patience.timeout))) from error
    fuseki = "Fuseki-Request-Id" in answer.headers
    return recognised("Fuseki" if fuseki else answer.headers.get("Server", ""), address)
