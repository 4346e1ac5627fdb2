"""Sorted files of unique lines (“runs”) and their merge: memory follows the block, not the number of lines.

N-Quads of one document, or rows of a table as JSON, are one run. ``merge`` takes a block from each run,
finds the smallest last line among the blocks, and sorts everything up to it at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from ..errors import ReleaseError
from ..rdf.media_types import N_QUADS
from ..rdf.serialise import serialise

BLOCK = 1 << 17
"""Bytes of a run that are in memory at once."""

FAN_IN = 64
"""Runs that are open at once; an ordinary process may open 1,024 files."""


def quad_lines(quads: Iterable[Quad]) -> list[bytes]:
    """The quads as sorted N-Quads lines, each once, each with its line end.

    Raises ReleaseError for a blank node: its label would differ from run to run.
    """
    quads = list(quads)
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise ReleaseError(f"A blank node cannot be published, give it an IRI: {quad}")
    data = serialise(quads, N_QUADS)
    return sorted({line + b"\n" for line in data.split(b"\n") if line})


def sorted_quads(quads: Iterable[Quad]) -> list[Quad]:
    """The quads in the order of the canonical form, each once; raises ReleaseError for a blank node."""
    return list(parse(b"".join(quad_lines(quads)), format=RdfFormat.N_QUADS, lenient=True))


def write_run(lines: Iterable[bytes], path: Path) -> Path:
    """Write sorted lines as a run; the path comes back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(lines)
    return path


class _Run:
    """The part of a run that is in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.lines = file.readlines(BLOCK)

    def take(self, bound: bytes) -> list[bytes]:
        """Every line in memory up to and with ``bound``."""
        cut = bisect_right(self.lines, bound)
        taken, self.lines = self.lines[:cut], self.lines[cut:]
        if not self.lines:
            self.lines = self._file.readlines(BLOCK)
        return taken


def merge(paths: Iterable[Path]) -> Iterator[list[bytes]]:
    """Blocks of sorted lines out of at most FAN_IN runs, each line once."""
    with ExitStack() as stack:
        runs = [_Run(stack.enter_context(path.open("rb"))) for path in paths]
        while runs := [run for run in runs if run.lines]:
            bound = min(run.lines[-1] for run in runs)
            block = [line for run in runs for line in run.take(bound)]
            block.sort()
            yield list(dict.fromkeys(block))


def merge_batch(batch: tuple[list[Path], Path]) -> Path:
    """Merge at most FAN_IN runs into a run of their own, the second of ``batch``, and remove them."""
    paths, target = batch
    with target.open("wb") as file:
        for block in merge(paths):
            file.writelines(block)
    for path in paths:
        path.unlink()
    return target


def batches(paths: list[Path], target: Path) -> list[tuple[list[Path], Path]]:
    """How to bring many runs down to FAN_IN: which go into which file beside ``target``."""
    if len(paths) <= FAN_IN:
        return []
    parts = [paths[start : start + FAN_IN] for start in range(0, len(paths), FAN_IN)]
    return [(part, target.with_name(f"{target.name}.{number:04}")) for number, part in enumerate(parts)]
