"""Asks a SPARQL 1.1 endpoint over HTTP, with SPARQLWrapper; what goes wrong becomes a StoreError in words."""

from __future__ import annotations

from datetime import date
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from ..errors import StoreError
from .results import Row

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

TIMEOUT = 30

THIS_PROCESS = token_hex(4)


def is_address(source: str) -> bool:
    """Whether ``source`` is an address on the web, as opposed to a folder."""
    return source.lower().startswith(("http://", "https://"))


def never_asked(text: str) -> str:
    """The query with a last line of its own for this process and day.

    Virtuoso 7 keeps the plan of a text, also where data were loaded since; a plan that was made for an empty store
    takes seconds where milliseconds are due.
    """
    return f"{text}\n# asked by policygraph {THIS_PROCESS} on {date.today()}"


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
    from urllib.error import HTTPError

    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        with _client(url, text, syntax, timeout).query().response as response:
            body: bytes = response.read()
    except SPARQLWrapperException as error:
        raise StoreError(f"The endpoint {url} refused the query ({_reason(error)}): see its log.") from error
    except (HTTPException, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
            raise StoreError(
                f"The endpoint {url} did not answer in {timeout} s: give more with --timeout."
            ) from error
        raise StoreError(
            f"The endpoint {url} does not answer ({_reason(error)}): check the address and that it runs."
        ) from error
    return body


def _client(url: str, text: str, syntax: str, timeout: int) -> SPARQLWrapper:
    """SPARQLWrapper ready to ask; who we are comes from where ``policygraph load`` takes it."""
    from SPARQLWrapper import BASIC, DIGEST, POST, SPARQLWrapper

    from ..http.credentials import credentials

    _check_address(url)
    client = SPARQLWrapper(url, returnFormat=syntax, agent="policygraph")
    client.setMethod(POST)
    client.setTimeout(timeout)
    client.setQuery(never_asked(text))
    client.queryType = "SELECT" if syntax == "json" else "CONSTRUCT"  # it guesses from words in comments
    if (known := credentials(url, "basic")) and known.scheme == "bearer":
        client.addCustomHttpHeader("Authorization", f"Bearer {known.secret}")
    elif known:
        client.setHTTPAuth(DIGEST if known.scheme == "digest" else BASIC)
        client.setCredentials(known.user, known.secret)
    return client


def _check_address(url: str) -> None:
    if not is_address(url):
        raise StoreError(f"“{url}” is no address of an endpoint: give one that begins with http:// or https://.")
    if urlsplit(url).username is not None:
        raise StoreError("An address with a user or password ends up in logs: set POLICYGRAPH_STORE_USER instead.")


def _reason(error: BaseException) -> str:
    """The first words of what the transport said, on one line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 160 else words[:159] + "…"
