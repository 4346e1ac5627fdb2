"""One query on one store, inside a worker: the whole answer as bytes, or the reason why there is none.

This is the only module that hands a query to the embedded engine.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from ..rdf.media_types import PREFIXED

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf]")
_SMALLEST_ROW = 2
"""Bytes of the shortest row in any format: an answer with fewer than twice the limit needs no counting."""


class LimitExceeded(Exception):
    """An answer that passes a limit; ``limit`` is ``rows`` or ``answer_mib``."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class NotRepresentable(Exception):
    """An answer that the wanted format cannot carry."""


@dataclass(frozen=True, slots=True)
class QueryTask:
    """What a worker is asked: query, format, dataset, and the limits that it keeps itself.

    ``default_graphs`` and ``named_graphs`` are those of the protocol; both None where it names none.
    """

    query: str
    results: str
    graph: str
    xml: bool
    rows: int
    answer_bytes: int
    own_dataset: bool = False
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    prefixes: dict[str, str] = field(default_factory=dict)


def evaluate(store: ox.Store, work: QueryTask) -> tuple[bytes, int]:
    """The serialised answer and its number of rows or triples (1 for a truth value).

    Raises SyntaxError, ValueError or OSError of the engine, TooMuch, or NotExpressible.
    """
    answer = store.query(work.query, **_dataset(work))
    sink: Any = _Bounded(work.answer_bytes)
    if isinstance(answer, ox.QueryTriples):
        counted = _Counted(answer, work.rows)
        format = getattr(ox.RdfFormat, work.graph)
        prefixes = work.prefixes if work.graph in PREFIXED else None
        ox.serialize(counted, sink, format=format, prefixes=prefixes)
        rows = counted.count
    else:
        answer.serialize(sink, format=getattr(ox.QueryResultsFormat, work.results))
        rows = _rows(sink.content, work) if isinstance(answer, ox.QuerySolutions) else 1
    content = bytes(sink.content)
    _check_xml(content, work)
    return content, rows


def count_rows(content: bytes | bytearray, format: str) -> int:
    """The rows of a serialised table; ``format`` as QueryResultsFormat names it."""
    if format == "CSV":
        text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
        return sum(1 for _ in csv.reader(text)) - 1
    if format == "TSV":
        return content.count(b"\n") - 1
    if format == "XML":
        return content.count(b"<result>")
    solutions: Any = ox.parse_query_results(bytes(content), format=ox.QueryResultsFormat.JSON)
    return sum(1 for _ in solutions)


def _dataset(work: QueryTask) -> dict[str, Any]:
    """The dataset of the protocol before that of the query; without either the union of all graphs."""
    if work.default_graphs is None and work.named_graphs is None:
        return {} if work.own_dataset else {"use_default_graph_as_union": True}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in work.default_graphs or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in work.named_graphs or ()],
    }


def _rows(content: bytearray, work: QueryTask) -> int:
    """Count the rows; raises LimitExceeded. A row of no columns is two bytes or more in every format."""
    rows = count_rows(content, work.results)
    if rows > work.rows:
        raise LimitExceeded("rows")
    return rows


def _check_xml(content: bytes, work: QueryTask) -> None:
    """pyoxigraph writes control characters and nameless elements into XML, which no reader accepts."""
    if work.xml and (_NOT_XML.search(content) or b"<oxprefix: " in content):
        raise NotRepresentable


class _Bounded(io.RawIOBase):
    """Keeps what is written to it, up to a number of bytes; raises LimitExceeded beyond."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.content = bytearray()
        self._limit = limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(self.content) + len(data) > self._limit:
            raise LimitExceeded("answer_mib")
        self.content += data
        return len(data)


class _Counted:
    """Triples, each once, that are counted while they go by; raises LimitExceeded beyond a number."""

    def __init__(self, triples: Iterable[ox.Triple], limit: int) -> None:
        self._triples, self._limit = triples, limit
        self.count = 0

    def __iter__(self) -> Iterator[ox.Triple]:
        seen: set[ox.Triple] = set()
        for triple in self._triples:
            if triple in seen:
                continue
            seen.add(triple)
            if len(seen) > self._limit:
                raise LimitExceeded("rows")
            self.count += 1
            yield triple
