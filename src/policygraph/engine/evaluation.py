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

from ..errors import AnswerTooLarge, NotRepresentable, QueryRejected
from ..rdf.media_types import GRAPHS
from ..rdf.serialise import write

_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf]")


def too_large(most: str) -> AnswerTooLarge:
    """The error for an answer that passes a limit; ``most`` is the limit in words."""
    return AnswerTooLarge(
        f"The answer has more than {most}, so none of it is sent: ask for parts with ORDER BY, LIMIT and OFFSET, "
        "or take the whole dataset from its downloads."
    )


@dataclass(frozen=True, slots=True)
class QueryTask:
    """What a worker is sent: query, format, dataset, and the limits that it keeps itself.

    ``default_graphs`` and ``named_graphs`` are those of the protocol; both None where it names none. ``base`` is
    what relative IRIs of the query are resolved against.
    """

    query: str
    results: str
    graph: str
    xml: bool
    rows: int
    answer_mib: int
    own_dataset: bool = False
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str | None = None
    makes_graph: bool = False

    def to_json(self) -> dict[str, Any]:
        """The fields by name; nothing is copied."""
        return {name: getattr(self, name) for name in self.__slots__}


def evaluate(store: ox.Store, task: QueryTask) -> tuple[bytes, int]:
    """The serialised answer and its number of rows or triples (1 for a truth value).

    Raises AnswerTooLarge or NotRepresentable, and SyntaxError, ValueError or OSError of the engine.
    """
    answer = store.query(task.query, base_iri=task.base, **_dataset(task))
    sink: Any = _BoundedBuffer(task.answer_mib)
    if isinstance(answer, ox.QueryTriples) is not task.makes_graph:
        raise QueryRejected("The query could be read in two ways: write it more plainly.")
    if isinstance(answer, ox.QueryTriples):
        triples = _CountedTriples(answer, task.rows)
        syntax = next(syntax for syntax in GRAPHS if syntax.engine == task.graph)
        write(triples, sink.write, syntax, task.prefixes)
        rows = triples.count
    else:
        answer.serialize(sink, format=getattr(ox.QueryResultsFormat, task.results))
        rows = count_rows(sink.content, task.results) if isinstance(answer, ox.QuerySolutions) else 1
        if rows > task.rows:
            raise too_large(f"{task.rows:,} rows")
    content = bytes(sink.content)
    # pyoxigraph writes control characters and nameless elements into XML, which no reader accepts
    if task.xml and (_NOT_XML.search(content) or b"<oxprefix: " in content):
        raise NotRepresentable(
            "The answer holds a character or name that XML cannot carry: ask for JSON, CSV or N-Triples."
        )
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


def _dataset(task: QueryTask) -> dict[str, Any]:
    """The dataset of the protocol before that of the query; without either the union of all graphs."""
    if task.default_graphs is None and task.named_graphs is None:
        return {} if task.own_dataset else {"use_default_graph_as_union": True}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in task.default_graphs or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in task.named_graphs or ()],
    }


class _BoundedBuffer(io.RawIOBase):
    """Keeps what is written to it, up to a number of MiB; raises AnswerTooLarge beyond."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.content = bytearray()
        self._limit = limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if len(self.content) + len(data) > self._limit * 2**20:
            raise too_large(f"{self._limit} MiB")
        self.content += data
        return len(data)


class _CountedTriples:
    """Triples, each once, that are counted while they go by; raises AnswerTooLarge beyond a number."""

    def __init__(self, triples: Iterable[ox.Triple], limit: int) -> None:
        self._triples, self._limit = triples, limit
        self.count = 0

    def __iter__(self) -> Iterator[ox.Triple]:
        seen: set[ox.Triple] = set()
        for triple in self._triples:
            if triple in seen:
                continue
            seen.add(triple)
            self.count += 1
            if self.count > self._limit:
                raise too_large(f"{self._limit:,} rows")
            yield triple
