"""The request of the SPARQL 1.1 Protocol, section 2.1: a query by GET, by POST of a form, or by POST of itself."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request

from ...engine.engine import QueryDataset
from ...rdf.media_types import SPARQL_QUERY, SPARQL_UPDATE
from ..delivery.problems import HTTPProblem
from ..delivery.requests import FORM, media_type, parse_pairs, read_body, settings_of

READ_ONLY = "This endpoint is read-only and takes no updates: send a query."


class ReceivedQuery(NamedTuple):
    """A query, the graphs and the format that are named beside it, and whether its receipts are asked for."""

    text: str
    scope: QueryDataset
    format: str | None
    receipts: bool


async def read(request: Request) -> ReceivedQuery | None:
    """The query of a request with what is named beside it; None for a bare GET.

    Raises HTTPProblem 400 for parameters that are wrong, 408, 413 or 415 for a body that is.
    """
    pairs = parse_pairs(request.scope["query_string"])
    if request.method == "POST":
        form = _is_form(request)
        body = await read_body(request)
        if form:
            pairs = parse_pairs(body) + [pair for pair in pairs if pair[0] != "query"]
        elif any(name == "query" for name, _ in pairs):
            raise HTTPProblem(400, "There is a query in the address and one in the body: send one.")
        else:
            try:
                pairs = [("query", body.decode("utf-8")), *pairs]
            except UnicodeDecodeError as error:
                raise HTTPProblem(
                    400, f"Byte {error.start + 1} of the query is not UTF-8: send it in UTF-8."
                ) from error
    elif not pairs:
        return None
    return _query_of(pairs, settings_of(request).limits.graphs)


def _is_form(request: Request) -> bool:
    """Whether the body is a form and not a query itself; HTTPProblem 415 for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() == SPARQL_UPDATE:
        raise HTTPProblem(415, READ_ONLY)
    kind, parameters = media_type(request, (FORM, SPARQL_QUERY))
    charsets = [part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")]
    if any(charset not in ("utf-8", "utf8", "us-ascii") for charset in charsets):
        raise HTTPProblem(415, "The body is not in UTF-8: send it in UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPProblem(
            415, "The body is compressed: send it as it is.", headers={"Accept-Encoding": "identity"}
        )
    return kind == FORM


def _query_of(pairs: list[tuple[str, str]], most_graphs: int) -> ReceivedQuery:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        values[name] = (*values.get(name, ()), value)
    if values.keys() & {"update", "using-graph-uri", "using-named-graph-uri"}:
        raise HTTPProblem(400, READ_ONLY)
    queries = values.get("query", ())
    if len(queries) != 1:
        raise HTTPProblem(400, f"There are {len(queries)} parameters named query: send one.")
    default, named = values.get("default-graph-uri", ()), values.get("named-graph-uri", ())
    if len(default) + len(named) > most_graphs:
        raise HTTPProblem(400, f"More than {most_graphs} graphs are named: name fewer, or none for all of them.")
    formats = values.get("format", ())
    if len(formats) > 1:
        raise HTTPProblem(400, f"There are {len(formats)} parameters named format: send one.")
    receipts = values.get("receipts", ())
    if receipts not in ((), ("1",)):
        raise HTTPProblem(400, "The parameter receipts is 1 or is not there: leave it out for the answer alone.")
    scope = QueryDataset(default, named) if default or named else QueryDataset()
    return ReceivedQuery(queries[0], scope, formats[0] if formats else None, bool(receipts))
