"""What one document adds to a release: a sorted run of N-Quads, and a run of the rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from ..rdf.iris import Names
from .manifest import Input
from .merge_sort import quad_lines, write_run
from .tables import row_lines


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """The files of one document's part, and the hashes of the files that it was made from."""

    document: str
    quads: Path
    rows: Path
    inputs: tuple[Input, ...] = ()


def write_part(
    document: str,
    quads: Iterable[Quad],
    context: Sequence[Quad],
    scratch: Path,
    names: Names,
    inputs: tuple[Input, ...] = (),
) -> ReleasePart:
    """Write a part below ``scratch``; ``context`` is what the tables look labels up in, and is not written.

    Raises ReleaseError for a blank node.
    """
    own = list(quads)
    return ReleasePart(
        document,
        write_run(quad_lines(own), scratch / "quads" / f"{document}.nq"),
        write_run(row_lines([*own, *context], names.base), scratch / "rows" / f"{document}.rows"),
        inputs,
    )
