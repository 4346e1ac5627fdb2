"""The canonical form and every other syntax, streamed from it.

``policygraph.nq`` is sorted N-Quads; ``.nt`` is the union of its graphs; ``.trig`` holds the graphs one
after the other; Turtle, JSON-LD and RDF/XML are written from the union. pyoxigraph declares prefixes in
an order that differs from run to run, so the head of a file is sorted on its way to the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, parse, serialize

from ..release.checksum_file import HashedFile, Written
from .iris import prefixes

CANONICAL = "policygraph.nq"
UNION = "policygraph.nt"
FROM_UNION = {
    "policygraph.ttl": RdfFormat.TURTLE,
    "policygraph.jsonld": RdfFormat.JSON_LD,
    "policygraph.rdf": RdfFormat.RDF_XML,
}
TRIG = "policygraph.trig"


def graph_of(line: bytes) -> bytes:
    """The IRI of the graph that an N-Quads line stands in, without its brackets."""
    return line[line.rindex(b" <") + 2 : -4]


def triple_of(line: bytes) -> bytes:
    """The N-Triples line of an N-Quads line."""
    return line[: line.rindex(b" <")] + b" .\n"


def write_canonical(blocks: Iterable[list[bytes]], folder: Path, parts: Path) -> list[Written]:
    """Write the canonical form and the union below ``folder``; the lines of each graph go to ``parts``."""
    parts.mkdir(parents=True, exist_ok=True)
    previous = b""
    with HashedFile(folder, CANONICAL) as canonical, HashedFile(folder, UNION) as union:
        for block in blocks:
            canonical.write(b"".join(block))
            previous = _write_union(block, union, previous)
            _split(block, parts)
    return [canonical.written, union.written]


def _write_union(block: list[bytes], union: HashedFile, previous: bytes) -> bytes:
    """Lines of one triple stand together, whatever their graphs: write it once; the last one comes back."""
    triples = list(dict.fromkeys(map(triple_of, block)))
    union.write(b"".join(triples[triples[:1] == [previous] :]))
    return triples[-1]


def _split(block: list[bytes], parts: Path) -> None:
    by_graph: dict[bytes, list[bytes]] = {}
    for line in block:
        by_graph.setdefault(graph_of(line), []).append(line)
    for graph, lines in by_graph.items():
        with (parts / (graph.rsplit(b"/", 1)[-1].decode() + ".nq")).open("ab") as file:
            file.writelines(lines)


def write_from_union(folder: Path, name: str, base: str) -> Written:
    """Write one of FROM_UNION out of the union in ``folder``."""
    quads = parse(path=folder / UNION, format=RdfFormat.N_TRIPLES, lenient=True)
    return write_syntax(quads, folder, name, FROM_UNION[name], base)


def write_trig(folder: Path, parts: Path, base: str) -> Written:
    """Write TriG, graph after graph, out of the parts that ``write_canonical`` left."""
    return write_syntax(chain.from_iterable(_read(parts)), folder, TRIG, RdfFormat.TRIG, base)


def _read(parts: Path) -> Iterator[Iterable[Quad]]:
    for path in sorted(parts.glob("*.nq")):
        yield parse(path=path, format=RdfFormat.N_QUADS, lenient=True)


def write_syntax(quads: Iterable[Quad], folder: Path, name: str, syntax: RdfFormat, base: str) -> Written:
    """Stream quads into the file ``name``; a syntax without graphs takes quads of the default graph only."""
    with HashedFile(folder, name) as file:
        head = SortedHead(file, syntax)
        serialize(quads, cast(IO[bytes], head), syntax, prefixes=prefixes(base))
        head.close()
    return file.written


def in_syntax(quads: Iterable[Quad], syntax: RdfFormat, base: str) -> bytes:
    """The quads in one syntax, the same bytes from the same quads in the same order."""
    if not syntax.supports_datasets:
        quads = (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    pieces: list[bytes] = []
    head = SortedHead(pieces, syntax)
    serialize(quads, cast(IO[bytes], head), syntax, prefixes=prefixes(base))
    head.close()
    return b"".join(pieces)


class SortedHead:
    """A writer that sorts the prefix declarations at the head of a file and passes the rest through."""

    def __init__(self, target: HashedFile | list[bytes], syntax: RdfFormat) -> None:
        self._put = target.append if isinstance(target, list) else target.write
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
    found = re.match(rb'(.*?<rdf:RDF)((?: xmlns:\w+="[^"]*")*)>', data, re.DOTALL)
    if found is None:
        return None
    names = sorted(re.findall(rb' xmlns:\w+="[^"]*"', found[2]))
    return found[1] + b"".join(names) + b">" + data[found.end() :]
