"""The request of the SPARQL 1.1 Protocol, section 2.1: a query by GET, by POST of a form, or by POST of itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from ...engine.engine import QueryDataset
from ...engine.settings import Limits
from ...rdf.media_types import SPARQL_QUERY, SPARQL_UPDATE
from ..delivery.problems import HTTPProblem

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 250


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """A query, and the graphs that the request names beside it."""

    query: str
    scope: QueryDataset


async def read(request: Request, limits: Limits) -> ProtocolRequest | None:
    """The query of a request; None for a bare GET, which asks for the service description.

    Raises HTTPProblem 400 for parameters that are wrong, 408, 413 or 415 for a body that is.
    """
    in_address = pairs_of(request.scope["query_string"])
    if request.method != "POST":
        return None if not in_address else _asked(in_address, limits)
    kind = _media_type(request)
    body = await read_body(request, limits)
    if kind == FORM:
        return _asked(pairs_of(body) + [pair for pair in in_address if pair[0] != "query"], limits)
    if any(name == "query" for name, _ in in_address):
        raise HTTPProblem(400, "There is a query in the address and one in the body: send one.")
    return _asked([("query", _text(body)), *in_address], limits)


def _media_type(request: Request) -> str:
    header = request.headers.get("content-type", "")
    kind, *parameters = (part.strip().casefold() for part in header.split(";"))
    if kind == SPARQL_UPDATE:
        raise HTTPProblem(415, "This endpoint is read-only and takes no updates: send a query.")
    if kind not in (FORM, SPARQL_QUERY):
        raise HTTPProblem(415, f"The body is “{kind[:80] or 'of no type'}”: send {FORM} or {SPARQL_QUERY}.")
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise HTTPProblem(415, "The body is not in UTF-8: send it in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPProblem(
            415, "The body is compressed: send it as it is.", headers={"Accept-Encoding": "identity"}
        )
    return kind


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of a request; HTTPProblem 400, 408 or 413 for one that breaks off, dawdles or is too long."""
    most = limits.head_bytes
    too_long = HTTPProblem(413, f"The body has more than {most:,} bytes: ask in several queries.")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(limits.request_seconds):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise too_long
    except TimeoutError:
        raise HTTPProblem(
            408,
            f"The request did not arrive within {limits.request_seconds:g} s: send it again.",
            headers={"Connection": "close"},
        ) from None
    except ClientDisconnect:
        raise HTTPProblem(400, "The request broke off.") from None
    return bytes(body)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPProblem(400, f"Byte {error.start + 1} of the query is not UTF-8: send it in UTF-8.") from error


def pairs_of(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a query string or a form; raises HTTPProblem 400 for what is not UTF-8, or too many."""
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise HTTPProblem(400, "The parameters are not percent-encoded UTF-8: encode them so.") from error
    except ValueError as error:
        raise HTTPProblem(400, f"There are more than {MOST_PARAMETERS} parameters: send fewer.") from error


def _asked(parameters: list[tuple[str, str]], limits: Limits) -> ProtocolRequest:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in parameters if key == name)

    if values("update") or values("using-graph-uri") or values("using-named-graph-uri"):
        raise HTTPProblem(400, "This endpoint is read-only and takes no updates: send a query.")
    queries = values("query")
    if len(queries) != 1:
        raise HTTPProblem(400, f"There are {len(queries)} parameters named query: send one.")
    default, named = values("default-graph-uri"), values("named-graph-uri")
    if len(default) + len(named) > limits.graphs:
        raise HTTPProblem(400, f"More than {limits.graphs} graphs are named: name fewer, or none for all of them.")
    if not default and not named:
        return ProtocolRequest(queries[0], QueryDataset())
    return ProtocolRequest(queries[0], QueryDataset(default, named))
