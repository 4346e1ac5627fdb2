"""Asks a SPARQL 1.1 endpoint over HTTP, with SPARQLWrapper; what goes wrong becomes a StoreError in words."""

from __future__ import annotations

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from .errors import StoreError
from .results import Row

TIMEOUT = 30


def is_address(source: str) -> bool:
    """Whether ``source`` is an address on the web, as opposed to a folder."""
    return source.lower().startswith(("http://", "https://"))


def select(url: str, text: str, timeout: int = TIMEOUT) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows of a SELECT; ``timeout`` in seconds. StoreError where they do not all come."""
    found = _solved(_fetch(url, text, "json", timeout))
    if found is None:
        raise StoreError(_no_answer(url))
    return found


def construct(url: str, text: str, timeout: int = TIMEOUT) -> list[Triple]:
    """The triples of a CONSTRUCT; ``timeout`` in seconds. StoreError where they do not all come."""
    found = _stated(_fetch(url, text, "turtle", timeout))
    if found is None:
        raise StoreError(_no_answer(url))
    return found


def _solved(body: bytes) -> tuple[tuple[str, ...], list[Row]] | None:
    """None for anything but whole results; no error leaves with a solution in it, which is bound to its thread."""
    try:
        solutions = parse_query_results(body, QueryResultsFormat.JSON)
        if isinstance(solutions, QuerySolutions):
            return tuple(variable.value for variable in solutions.variables), [tuple(row) for row in solutions]
    except (SyntaxError, ValueError):
        return None
    return None


def _stated(body: bytes) -> list[Triple] | None:
    try:
        return [quad.triple for quad in parse(body, format=RdfFormat.TURTLE)]
    except SyntaxError:
        return None


def _no_answer(url: str) -> str:
    return f"The endpoint {url} sent no whole SPARQL result: ask it again, or with a longer --timeout."


def _fetch(url: str, text: str, syntax: str, timeout: int) -> bytes:
    """The body of the answer, asked by POST; the transport's exceptions become sentences here."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

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
        if isinstance(error, HTTPError):
            error.close()
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
