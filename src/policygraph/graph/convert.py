"""The whole conversion of one source: folder → documents → records → quads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from ..rdf.iris import Names
from ..sources import documents, open_source, read
from . import quads

if TYPE_CHECKING:
    from rdflib import Graph


def convert(folder: Path, names: Names | None = None) -> list[Quad]:
    """Every statement that the texts in this folder make, each once.

    Takes a folder with ``source.toml`` and the texts that it names; gives quads of the graphs ``document``,
    ``actions``, ``dialogues``, ``initiatives`` and ``vocabulary``. Raises SourceError (NotUnderstood, TextLost).
    """
    names = names or Names()
    found: dict[Quad, None] = {}
    for document in documents(open_source(folder)):
        found.update(dict.fromkeys(quads(read(document), names)))
    return list(found)


def to_rdflib(statements: Iterable[Quad | Triple]) -> Graph:
    """The union of these statements as an rdflib Graph, for those whose tools take one.

    >>> from policygraph.files import source_folders
    >>> len(to_rdflib(convert(source_folders()[0])[:100]))
    100
    """
    from rdflib import Graph

    union = dict.fromkeys(one.triple if isinstance(one, Quad) else one for one in statements)
    lines = serialize(union, format=RdfFormat.N_TRIPLES) or b""
    return Graph().parse(data=lines.decode(), format="nt")
