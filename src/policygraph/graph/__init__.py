"""Records → quads: the only place that chooses predicates (docs/model.md tells the graph node by node)."""

from __future__ import annotations

from pyoxigraph import Quad

from ..rdf.iris import Names
from ..sources.records import Annexes
from . import concepts, document, entries
from .writer import Writer


def quads(annexes: Annexes, names: Names) -> list[Quad]:
    """Every statement about one text, each once, in the order of the text; no blank nodes."""
    writer = Writer(annexes, names)
    document.write(writer)
    concepts.write_labels_and_headings(writer)
    entries.write(writer)
    concepts.write_periods(writer)
    return list(dict.fromkeys(writer.quads))
