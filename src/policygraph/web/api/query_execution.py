"""A canned query put to the data of one request, and its answer in the format that was asked for."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pyoxigraph as ox

from ...engine.dataset import DatasetView
from ...engine.guard import CheckedQuery
from ...queries.canned import CannedQuery
from ...queries.results import TRIPLE, Answer, tidy
from ...rdf import media_types as formats
from ...rdf.iris import prefixes
from ...rdf.media_types import JSON, N_TRIPLES, XLSX, Format
from ...rdf.serialise import serialise
from ..delivery.problems import HTTPProblem

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

EXTENSIONS = tuple(GRAPHS)
_RDF = tuple(GRAPHS[extension] for extension in ("ttl", "nt", "jsonld", "rdf"))
DOWNLOADED = ("xlsx", "csv", "tsv")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def offers(query: CannedQuery) -> Mapping[str, Format]:
    """The formats that a query is answered in, by extension."""
    return GRAPHS if query.form == "construct" else TABLES


@dataclass(frozen=True, slots=True)
class CannedRequest:
    """A canned query with its values: ``text`` is the SPARQL that is asked."""

    query: CannedQuery
    values: Mapping[str, str]
    text: str

    @classmethod
    def of(cls, query: CannedQuery, base: str, values: Mapping[str, str]) -> CannedRequest:
        """Bind the values; raises QueryError where one does not have its parameter's type."""
        return cls(query, values, query.bind(base, **values))

    def tag(self, identity: str, media_type: str) -> str | None:
        """An ETag for the answer over data of this identity; None where nobody knows when the data change."""
        if not identity:
            return None
        parts = (identity, self.text, urlencode(self.values), media_type)
        return f'"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


async def answer(view: DatasetView, asked: CannedRequest, offer: Format, about: About, link: Link) -> bytes:
    """The whole answer in a format; raises HTTPProblem where there is none, or the format cannot hold it.

    ``about`` and ``link`` go into a workbook, see ``spreadsheets.workbook``.
    """
    query = asked.query
    if query.form == "select" and offer in formats.RESULTS and not any(column.many for column in query.columns):
        return (await view.answer(CheckedQuery(asked.text, "SELECT"), offer)).whole()
    content, base = await _fetch(view, asked), view.snapshot.base
    return await asyncio.to_thread(_deliver, content, query, offer, base, about, link)


async def _fetch(view: DatasetView, asked: CannedRequest) -> bytes:
    if asked.query.form == "select":
        return (await view.answer(CheckedQuery(asked.text, "SELECT"), JSON)).whole()
    screened = CheckedQuery(asked.text, "CONSTRUCT", prefixes=prefixes(view.snapshot.base))
    return (await view.answer(screened, N_TRIPLES)).whole()


def _answer(content: bytes, query: CannedQuery, base: str) -> Answer:
    if query.form == "construct":
        triples = {quad.triple for quad in ox.parse(content, format=ox.RdfFormat.N_TRIPLES)}
        ordered = sorted(((one.subject, one.predicate, one.object) for one in triples), key=str)
        return Answer(TRIPLE, tuple(ordered), "construct", base)
    solutions: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    many = [column.name for column in query.columns if column.many]
    return Answer(query.column_names, tidy(query.column_names, many, map(tuple, solutions)), base=base)


def _deliver(content: bytes, query: CannedQuery, offer: Format, base: str, about: About, link: Link) -> bytes:
    found = _answer(content, query, base)
    if offer is XLSX:
        from .xlsx import workbook

        return workbook(found, about, link)
    if offer.xml:
        _check_xml(found)
    if query.form == "construct" and offer in _RDF:
        return serialise((ox.Triple(*row) for row in found.rows), offer, prefixes(base))  # type: ignore[arg-type]
    return found.serialize(offer.name)


def _check_xml(found: Answer) -> None:
    for row in found.rows:
        if any(term is not None and _NOT_XML.search(term.value) for term in row):
            raise HTTPProblem(
                406, "The answer holds a character that XML cannot carry: ask for JSON, CSV or N-Triples."
            )
