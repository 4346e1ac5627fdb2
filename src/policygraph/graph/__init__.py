"""Records → quads: the only place that chooses predicates (docs/model.md tells the graph node by node)."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Quad

from ..rdf.iris import Names
from ..sources import open_source, read_source
from ..sources.records import Annexes
from . import concepts, decisions, disagreements, document, entries
from .writer import Writer


def quads(annexes: Annexes, names: Names) -> list[Quad]:
    """Return every statement about one text, each once, in the order of the text; no blank nodes."""
    writer = Writer(annexes, names)
    document.write(writer)
    concepts.write_labels_and_headings(writer)
    entries.write(writer)
    concepts.write_periods(writer)
    disagreements.write(writer)
    decisions.write(writer)
    return list(dict.fromkeys(writer.quads))


def convert(folder: Path, names: Names | None = None) -> list[Quad]:
    """Return every statement that the texts in this folder make, each once.

    Takes a folder with ``source.toml`` and the texts that it names; gives quads of the graphs ``document``,
    ``actions``, ``dialogues``, ``initiatives``, ``vocabulary`` and ``curated``. Raises SourceError (NotUnderstood,
    TextLost), and MappingError for a row of ``curated/`` that cannot be used.
    """
    names = names or Names()
    statements: dict[Quad, None] = {}
    for annexes in read_source(open_source(folder)):
        statements.update(dict.fromkeys(quads(annexes, names)))
    return list(statements)
