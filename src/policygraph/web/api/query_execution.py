"""The answer to a canned query over the data of one request, in any of its formats."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ...engine.dataset import DatasetView
from ...engine.guard import CheckedQuery
from ...errors import NotRepresentable
from ...queries.canned import CannedQuery
from ...queries.results import TRIPLE, Answer, tidy
from ...rdf import media_types as formats
from ...rdf.iris import prefixes
from ...rdf.media_types import JSON, N_TRIPLES, XLSX, Format
from ...rdf.serialise import serialise

if TYPE_CHECKING:
    from .xlsx import About, Link

TABLES: Mapping[str, Format] = {
    "json": JSON,
    "csv": formats.CSV,
    "tsv": formats.TSV,
    "xml": formats.XML,
    "xlsx": XLSX,
    "ttl": formats.TURTLE,
}
"""The formats of a table by extension; the first is what is sent where Accept does not say."""

GRAPHS: Mapping[str, Format] = {
    "ttl": formats.TURTLE,
    "nt": N_TRIPLES,
    "jsonld": formats.JSON_LD._replace(aliases=()),
    "rdf": formats.RDF_XML._replace(aliases=(), name="rdfxml"),
    **{extension: offer for extension, offer in TABLES.items() if extension != "ttl"},
}
"""The formats of a graph by extension: as RDF, and as a table of its statements."""

_RDF = tuple(GRAPHS[extension] for extension in ("ttl", "nt", "jsonld", "rdf"))
DOWNLOADED = ("xlsx", "csv", "tsv")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def offers(query: CannedQuery) -> Mapping[str, Format]:
    """The formats that a query is answered in, by extension."""
    return GRAPHS if query.form == "construct" else TABLES


async def answer(
    view: DatasetView, query: CannedQuery, text: str, offer: Format, about: About, link: Link
) -> bytes:
    """The whole answer to ``text``, which is ``query`` with its values; NotRepresentable where XML cannot hold it.

    ``about`` and ``link`` go into a workbook, see ``xlsx.workbook``.
    """
    base = view.snapshot.base
    if query.form == "construct":
        checked = CheckedQuery(text, "CONSTRUCT", prefixes=prefixes(base))
        content = (await view.answer(checked, N_TRIPLES)).whole()
    elif offer in formats.RESULTS and not any(one.many for one in query.columns):
        return (await view.answer(CheckedQuery(text, "SELECT"), offer)).whole()
    else:
        content = (await view.answer(CheckedQuery(text, "SELECT"), JSON)).whole()
    return await asyncio.to_thread(_serialise, content, query, offer, base, about, link)


def _serialise(content: bytes, query: CannedQuery, offer: Format, base: str, about: About, link: Link) -> bytes:
    result = _parse(content, query, base)
    if offer is XLSX:
        from .xlsx import workbook

        return workbook(result, about, link)
    if offer.xml:
        for term in (term for row in result.rows for term in row if term is not None):
            if _NOT_XML.search(term.value):
                raise NotRepresentable(
                    "The answer holds a character that XML cannot carry: ask for JSON, CSV or N-Triples."
                )
    if query.form == "construct" and offer in _RDF:
        return serialise((ox.Triple(*row) for row in result.rows), offer, prefixes(base))  # type: ignore[arg-type]
    return result.serialize(offer.name)


def _parse(content: bytes, query: CannedQuery, base: str) -> Answer:
    """The engine's answer as a table; a graph as the table of its statements."""
    if query.form == "construct":
        triples = {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
        ordered = sorted(((one.subject, one.predicate, one.object) for one in triples), key=str)
        return Answer(TRIPLE, tuple(ordered), "construct", base)
    solutions: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    many = [column.name for column in query.columns if column.many]
    return Answer(query.column_names, tidy(query.column_names, many, map(tuple, solutions)), base=base)
