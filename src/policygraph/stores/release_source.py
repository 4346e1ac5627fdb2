"""A release as what is sent: its hash, its graphs with their counts, its statements graph by graph.

Only the manifest and ``policygraph.nq`` are read, in one pass and never as a whole: what is held in memory is one
chunk a graph, whatever the size of the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from ..errors import ReleaseError, readable
from ..rdf.iris import Names
from ..rdf.serialise import graph_of, triple_of
from ..release import Release, digest


@dataclass(frozen=True)
class ReleaseSource:
    """``sha256`` of the canonical file names the release; ``graphs`` says how many statements each graph has."""

    file: Path
    base: str
    sha256: str
    graphs: dict[NamedNode, int]

    @property
    def statements(self) -> int:
        """All statements of all graphs."""
        return sum(self.graphs.values())

    def chunks(self, size: int) -> Iterator[tuple[NamedNode, list[bytes]]]:
        """Each graph's statements as sorted N-Triples lines, ``size`` or a few more at a time.

        The statements on one subject stay together. Raises ReleaseError for a line that is no quad of the release.
        """
        held: dict[bytes, list[bytes]] = {}
        graphs = {graph.value.encode(): graph for graph in self.graphs}
        with self.file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                graph, statement = (graph_of(line), triple_of(line).rstrip()) if b" <" in line else (b"", b"")
                if graph not in graphs:
                    raise ReleaseError(
                        f"Line {number} of {readable(self.file)} is in no graph of its manifest: build it again."
                    )
                rows = held.setdefault(graph, [])
                if len(rows) >= size and rows[-1].partition(b" ")[0] != statement.partition(b" ")[0]:
                    yield graphs[graph], held.pop(graph)
                    rows = held.setdefault(graph, [])
                rows.append(statement)
        for graph, rows in held.items():
            yield graphs[graph], rows


def read_release(folder: Path) -> ReleaseSource:
    """The release in that folder, its canonical file checked against the manifest.

    Raises ReleaseError for a folder that is no release, or whose file is not what the manifest says.
    """
    release = Release.open(folder)
    stated, file = release.manifest.canonical, release.canonical
    try:
        sha256 = digest(file).sha256
    except OSError as error:
        reason = error.strerror or error
        raise ReleaseError(f"{readable(file)} cannot be read ({reason}): build the release again.") from error
    if sha256 != stated:
        raise ReleaseError(f"{readable(file)} is not what its manifest says (sha256 {stated}): build it again.")
    names = Names(release.base)
    graphs = {names.graph(name): count for name, count in release.manifest.graphs.items() if count}
    return ReleaseSource(file, release.base, stated, graphs)
