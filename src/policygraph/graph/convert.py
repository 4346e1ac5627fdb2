"""The whole conversion of one source: folder → documents → records → quads."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Quad

from ..rdf.iris import Names
from ..sources import open_source, read_source
from . import quads


def convert(folder: Path, names: Names | None = None) -> list[Quad]:
    """Every statement that the texts in this folder make, each once.

    Takes a folder with ``source.toml`` and the texts that it names; gives quads of the graphs ``document``,
    ``actions``, ``dialogues``, ``initiatives`` and ``vocabulary``. Raises SourceError (NotUnderstood, TextLost).
    """
    names = names or Names()
    statements: dict[Quad, None] = {}
    for annexes in read_source(open_source(folder)):
        statements.update(dict.fromkeys(quads(annexes, names)))
    return list(statements)
