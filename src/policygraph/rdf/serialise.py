"""Statements as text: the one writer of RDF syntaxes, and the parts of an N-Quads line.

pyoxigraph declares prefixes in an order that differs from run to run, so the head of a file is sorted on its way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from .json_ld import write_json_ld
from .media_types import JSON_LD, N_TRIPLES, Format


def graph_of(line: bytes) -> bytes:
    """The IRI of the graph that an N-Quads line stands in, without its brackets."""
    return line[line.rindex(b" <") + 2 : -4]


def triple_of(line: bytes) -> bytes:
    """The N-Triples line of an N-Quads line."""
    return line[: line.rindex(b" <")] + b" .\n"


def serialise(
    statements: Iterable[Quad | Triple], syntax: Format = N_TRIPLES, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """The statements in this order and syntax: the same bytes from the same statements.

    ``prefixes`` (name → IRI) are declared where the syntax can; graphs are left out where it knows none.
    """
    pieces: list[bytes] = []
    write(statements, pieces.append, syntax, prefixes)
    return b"".join(pieces)


def write(
    statements: Iterable[Quad | Triple],
    put: Callable[[bytes], object],
    syntax: Format,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Stream the statements in one syntax to ``put``, as ``serialise`` does; memory does not grow with them."""
    if syntax.engine == JSON_LD.engine:
        return write_json_ld(statements, put, prefixes or {})
    if not syntax.rdf.supports_datasets:
        statements = (one.triple if isinstance(one, Quad) else one for one in statements)
    declared = dict(prefixes) if prefixes and syntax.prefixes else None
    head = SortedHead(put, syntax.rdf)
    serialize(cast(Iterable[Quad], statements), cast(IO[bytes], head), syntax.rdf, prefixes=declared)
    head.close()
    return None


class SortedHead:
    """A writer that sorts the prefix declarations at the head of a file and passes the rest through."""

    def __init__(self, put: Callable[[bytes], object], syntax: RdfFormat) -> None:
        self._put = put
        sort = {RdfFormat.TURTLE: _turtle_head, RdfFormat.TRIG: _turtle_head, RdfFormat.RDF_XML: _xml_head}
        self._sort = sort.get(syntax)
        self._head = b""

    def write(self, data: bytes) -> int:
        """Take the next bytes of the file."""
        if self._sort is None:
            self._put(data)
        else:
            self._head += data
            if (sorted_head := self._sort(self._head)) is not None:
                self._end(sorted_head)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back but the head."""

    def close(self) -> None:
        """Write a head after which nothing came."""
        if self._sort is not None:
            self._end(self._head)

    def _end(self, head: bytes) -> None:
        self._put(head)
        self._head, self._sort = b"", None


def _turtle_head(data: bytes) -> bytes | None:
    """The data with ``@prefix`` lines sorted, or None while the first other line has not come."""
    lines = data.split(b"\n")
    end = next((i for i, line in enumerate(lines[:-1]) if not line.startswith(b"@prefix")), None)
    return None if end is None else b"\n".join(sorted(lines[:end]) + lines[end:])


def _xml_head(data: bytes) -> bytes | None:
    """The data with the ``xmlns`` attributes of the root sorted, or None while the root is not whole."""
    head = re.match(rb'(.*?<rdf:RDF)((?: xmlns(?::[^=\s]+)?="[^"]*")*)>', data, re.DOTALL)
    if head is None:
        return None
    names = sorted(re.findall(rb' xmlns(?::[^=\s]+)?="[^"]*"', head[2]))
    return head[1] + b"".join(names) + b">" + data[head.end() :]
