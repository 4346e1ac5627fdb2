"""The canonical form and every other syntax, streamed from it.

``policygraph.nq`` is sorted N-Quads; ``.nt`` is the union of its graphs; ``.trig`` holds the graphs one
after the other; Turtle, JSON-LD and RDF/XML are written from the union. pyoxigraph declares prefixes in
an order that differs from run to run, so the head of a file is sorted on its way to the disk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ..rdf.json_ld import document_prefixes
from ..rdf.media_types import JSON_LD, RDF_XML, TRIG, TURTLE
from ..rdf.serialise import graph_of, triple_of, write
from ..rdf.statements import TYPE
from .checksum_file import ChecksumFile, FileDigest
from .core_edition import CORE, core_lines

CANONICAL = "policygraph.nq"
UNION = "policygraph.nt"
SYNTAXES = {
    "policygraph.trig": TRIG,
    "policygraph.ttl": TURTLE,
    "policygraph.jsonld": JSON_LD,
    "policygraph.rdf": RDF_XML,
    CORE: TURTLE,
}


def write_canonical(blocks: Iterable[list[bytes]], folder: Path, parts: Path) -> list[FileDigest]:
    """Write the canonical form and the union below ``folder``; the lines of each graph go to ``parts``."""
    parts.mkdir(parents=True, exist_ok=True)
    previous = b""
    with ChecksumFile(folder, CANONICAL) as canonical, ChecksumFile(folder, UNION) as union:
        for block in blocks:
            canonical.write(b"".join(block))
            previous = _write_union(block, union, previous)
            _split(block, parts)
    return [canonical.written, union.written]


def _write_union(block: list[bytes], union: ChecksumFile, previous: bytes) -> bytes:
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


def write_syntax(folder: Path, parts: Path, base: str, name: str) -> FileDigest:
    """Write one of SYNTAXES: TriG out of the parts, graph after graph, the others out of the union.

    The lean edition is chosen from the canonical form.
    """
    quads: Iterable[Quad]
    if SYNTAXES[name] is TRIG:
        paths = sorted(parts.glob("*.nq"))
        quads = chain.from_iterable(parse(path=path, format=RdfFormat.N_QUADS, lenient=True) for path in paths)
    elif name == CORE:
        chosen = parts.with_name("core.nt")
        with (folder / CANONICAL).open("rb") as lines, chosen.open("wb") as core:
            core.writelines(core_lines(lines, base))
        quads = _classes_first(parse(path=chosen, format=RdfFormat.N_TRIPLES, lenient=True))
    else:
        quads = _classes_first(parse(path=folder / UNION, format=RdfFormat.N_TRIPLES, lenient=True))
    with ChecksumFile(folder, name) as file:
        put = BlankLines(file.write) if SYNTAXES[name] is TURTLE else file
        write(quads, put.write, SYNTAXES[name], document_prefixes(base))
    return file.written


def _classes_first(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The statements of each subject, what it is before what is said of it; the subjects as they stand."""
    for _, of_subject in groupby(quads, key=lambda quad: quad.subject):
        yield from sorted(of_subject, key=lambda quad: quad.predicate != TYPE)


class BlankLines:
    """A writer of Turtle that puts an empty line after each subject, so that a person sees where one ends."""

    def __init__(self, put: Callable[[bytes], object]) -> None:
        self._put, self._held = put, b""

    def write(self, data: bytes) -> None:
        """Take the next bytes: of the lines that pyoxigraph writes only the last of a subject ends in “ .”."""
        data = self._held + data
        end = len(data) if data.endswith(b"\n") else data.rfind(b"\n") + 1
        lines, self._held = data[:end], data[end:]
        self._put(re.sub(rb"^(?!@prefix)(.* \.\n)", rb"\1\n", lines, flags=re.MULTILINE))
