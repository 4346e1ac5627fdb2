"""Asks a SPARQL 1.1 endpoint over HTTP, with SPARQLWrapper; what goes wrong becomes a StoreError in words."""

from __future__ import annotations

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from .errors import StoreError

TIMEOUT = 30


def is_address(source: str) -> bool:
    """Whether ``source`` is an address on the web, as opposed to a folder."""
    return source.lower().startswith(("http://", "https://"))


def select(url: str, text: str, timeout: int = TIMEOUT) -> QuerySolutions:
    """The solutions of a SELECT; ``timeout`` in seconds. StoreError where the endpoint does not give them."""
    body = _fetch(url, text, "json", timeout)
    try:
        solutions = parse_query_results(body, QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        raise StoreError(_no_answer(url)) from error
    if not isinstance(solutions, QuerySolutions):
        raise StoreError(_no_answer(url))
    return solutions


def construct(url: str, text: str, timeout: int = TIMEOUT) -> list[Triple]:
    """The triples of a CONSTRUCT; ``timeout`` in seconds. StoreError where the endpoint does not give them."""
    try:
        return [quad.triple for quad in parse(_fetch(url, text, "turtle", timeout), format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise StoreError(_no_answer(url)) from error


def whole(url: str, solutions: QuerySolutions) -> list[tuple[object, ...]]:
    """Every row of ``solutions``; StoreError where the answer was cut on its way."""
    try:
        return [tuple(solution) for solution in solutions]
    except (SyntaxError, ValueError) as error:
        raise StoreError(_no_answer(url)) from error


def _no_answer(url: str) -> str:
    return f"The endpoint {url} sent no whole SPARQL result: ask it again, or with a longer --timeout."


def _fetch(url: str, text: str, syntax: str, timeout: int) -> bytes:
    """The body of the answer, asked by POST; the transport's exceptions become sentences here."""
    from http.client import HTTPException
    from urllib.error import URLError

    from SPARQLWrapper import POST, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    if not is_address(url):
        raise StoreError(f"“{url}” is no address of an endpoint: give one that begins with http:// or https://.")
    client = SPARQLWrapper(url, returnFormat=syntax, agent="policygraph")
    client.setMethod(POST)
    client.setTimeout(timeout)
    client.setQuery(text)
    client.queryType = "SELECT" if syntax == "json" else "CONSTRUCT"  # it guesses from words in comments
    try:
        with client.query().response as response:
            body: bytes = response.read()
    except SPARQLWrapperException as error:
        raise StoreError(f"The endpoint {url} refused the query ({_reason(error)}): see its log.") from error
    except TimeoutError as error:
        raise StoreError(_late(url, timeout)) from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise StoreError(_late(url, timeout)) from error
        raise StoreError(
            f"The endpoint {url} does not answer ({_reason(error)}): check the address and that it runs."
        ) from error
    return body


def _late(url: str, timeout: int) -> str:
    return f"The endpoint {url} did not answer within {timeout} seconds: give more with --timeout."


def _reason(error: BaseException) -> str:
    """The first words of what the transport said, on one line."""
    words = " ".join(str(getattr(error, "reason", "") or error).split()) or type(error).__name__
    return words if len(words) <= 160 else words[:159] + "…"
