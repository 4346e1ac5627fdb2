"""Asks a SPARQL endpoint with SPARQLWrapper, within the retry policy and the errors of our client.

SPARQLWrapper speaks the protocol; the answer is taken as bytes, since what it would convert it may also cut.
"""

from __future__ import annotations

from ast import literal_eval
from datetime import date
from http.client import HTTPException
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal
from urllib.error import HTTPError, URLError

from ..rdf.media_types import JSON, TURTLE
from .client import USER_AGENT, RetryPolicy, check_address
from .credentials import Credentials, credentials
from .errors import RequestError, broken_off, no_answer, refused, too_slow

if TYPE_CHECKING:
    from SPARQLWrapper import SPARQLWrapper

THIS_PROCESS = token_hex(4)


def with_fresh_plan(query: str) -> str:
    """The query with a last line of its own for this process and day.

    Virtuoso 7 keeps the plan of a text, also where data were loaded since; a plan that was made for an empty store
    takes seconds where milliseconds are due.
    """
    return f"{query}\n# asked by policygraph {THIS_PROCESS} on {date.today()}"


def ask(address: str, query: str, form: Literal["select", "construct"], retry: RetryPolicy) -> bytes:
    """The rows of a SELECT as JSON, or the statements of a CONSTRUCT as Turtle. Raises StoreError."""
    who = credentials(check_address(address), "basic")
    client = _client(address, with_fresh_plan(query), form, retry.timeout, who)
    return retry.call(_send, client, address, retry.timeout)


def _client(address: str, query: str, form: str, timeout: float, who: Credentials | None) -> SPARQLWrapper:
    from SPARQLWrapper import BASIC, DIGEST, POST, SPARQLWrapper

    syntax = JSON if form == "select" else TURTLE
    client = SPARQLWrapper(address, returnFormat=syntax.name, agent=USER_AGENT)
    client.setMethod(POST)
    client.setTimeout(max(1, round(timeout)))
    client.setQuery(query)
    client.queryType = form.upper()  # it guesses from words in comments
    if who and who.scheme == "bearer":
        client.addCustomHttpHeader("Authorization", f"Bearer {who.secret}")
    elif who:
        client.setHTTPAuth(DIGEST if who.scheme == "digest" else BASIC)
        client.setCredentials(who.user, who.secret)
    return client


def _send(client: SPARQLWrapper, address: str, timeout: float) -> bytes:
    """The body of the answer; the exceptions of SPARQLWrapper and urllib become those of our client."""
    from SPARQLWrapper import SPARQLExceptions

    try:
        with client.query().response as response:
            return bytes(response.read())
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise _refused(address, error) from error
    except HTTPError as error:
        with error:
            raise refused(address, "a query", error.code, _lower(error.headers), error.read()) from error
    except TimeoutError as error:
        raise too_slow(address, timeout) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise too_slow(address, timeout) from error
        raise no_answer(address, error.reason) from error
    except (HTTPException, OSError, ValueError) as error:
        raise broken_off(address, error) from error


def _refused(address: str, error: Exception) -> RequestError:
    """SPARQLWrapper hides urllib's HTTPError behind an exception whose text ends in the ``repr`` of the body."""
    cause = error.__context__
    status, headers = (cause.code, cause.headers) if isinstance(cause, HTTPError) else (400, {})
    body = str(error).partition("Response:\n")[2].strip()
    return refused(address, "a query", status, _lower(headers), literal_eval(body) if body else b"")


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
