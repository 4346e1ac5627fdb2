"""Building an extraction: runs of text with their addresses → the stream, its leaf blocks and their anchors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, NamedTuple

from ...errors import SourceError
from .model import Anchor, Block, BlockKind, Extraction, PageStart, SelectorKind

BLANK = " \t\r\f\v\n"
WHITE = re.compile(rf"([{BLANK}]+)")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
"""Characters without a shape: soft hyphen, zero width space, direction marks, word joiner, byte order mark."""


WIDEST = 1_000
"""Columns that one cell may span: the limit of HTML."""


class AddressedRun(NamedTuple):
    """A stretch of a leaf block as the file has it: its text, its native address ("" for a line break), and, where
    it is a mark and no words (a note's reference, an item's number), the label of that mark."""

    text: str
    address: str
    page: int | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a block is, beside its place: see ``Block``."""

    kind: BlockKind
    label: str = ""
    level: int = 0
    style: str = ""


class CellSpan(NamedTuple):
    """Column from 0, and how many rows and columns a cell takes."""

    column: int
    rows: int
    columns: int


class Columns:
    """Gives each cell its column, row by row; a cell that spans rows keeps its columns in the rows below."""

    def __init__(self) -> None:
        self._held: list[int] = []
        self._at = 0

    def next_row(self) -> None:
        """Begin the next row."""
        self._held = [max(rows - 1, 0) for rows in self._held]
        self._at = 0

    def lacks(self, cells: int) -> bool:
        """Whether cells of the last row span into the next, and so many more make a row full."""
        held = sum(rows > 1 for rows in self._held)
        return held > 0 and held + cells == len(self._held)

    def place(self, rows: int, columns: int, column: int | None = None) -> CellSpan:
        """Place the next cell of the row: in the first free column, or in ``column`` where the file says it.

        ``rows`` of 0 is to the end of the table.
        """
        if column is not None:
            self._at = column
        else:
            while self._at < len(self._held) and self._held[self._at] > 0:
                self._at += 1
        columns = min(max(columns, 1), WIDEST)
        span = CellSpan(self._at, rows or 65_534, columns)
        end = self._at + columns
        self._held.extend([0] * (end - len(self._held)))
        self._held[self._at : end] = [span.rows] * columns
        self._at = end
        return span


class StreamBuilder:
    """Collects the stream, anchors and pages of one file while its extractor walks through it.

    Leaves are appended in reading order, each ending its line; containers are made of the blocks inside them.
    """

    def __init__(
        self,
        selector: SelectorKind,
        joined: Callable[[Sequence[str]], str],
        basis: Literal["printed", "counted"] = "counted",
    ) -> None:
        """Take how the format writes an address, how it says several as one, and whence page numbers come."""
        self._selector, self._joined, self._basis = selector, joined, basis
        self._parts: list[str] = []
        self.length = 0
        self._anchors: list[Anchor] = []
        self._pages: list[PageStart] = []

    def leaf(self, look: Look, runs: Sequence[AddressedRun], whole: tuple[str, str] | None = None) -> Block | None:
        """Append one leaf block; None where nothing in it can be seen.

        ``whole`` is the address of the element that these runs make up, and all the text that stands there: where
        that is what is appended, it is the one anchor of the block.
        """
        if not any(run.text.strip() for run in runs):
            return None
        start, first = self.length, len(self._parts)
        spans = list(self._spans(_seamless(runs, self._joined)))
        end, text = self.length, "".join(self._parts[first:])
        self._put("\n")
        if whole and whole[0] and bare(whole[1]) == bare(text):
            self._anchors.append(Anchor(start, end, self._selector, whole[0], spans[0][2].page))
        else:
            for address, same in groupby(spans, key=lambda span: (span[2].address, span[2].page)):
                stretch = list(same)
                self._anchors.append(Anchor(stretch[0][0], stretch[-1][1], self._selector, *address))
        inside = _inside(spans, text)
        if inside:
            start, end = inside[0].start, inside[-1].end
        return Block(look.kind, start, end, inside, look.label, look.level, look.style)

    def container(self, look: Look, children: Iterable[Block]) -> Block:
        """Return a block around these; one without content stands where the stream is now."""
        inside = tuple(children)
        start, end = (inside[0].start, inside[-1].end) if inside else (self.length, self.length)
        return Block(look.kind, start, end, inside, look.label, look.level, look.style)

    def cell(self, style: str, children: Iterable[Block], span: CellSpan, header: bool = False) -> Block:
        """Return a cell around these, with its place in the grid of its table."""
        cell = self.container(Look("cell", style=style), children)
        return replace(cell, column=span.column, rowspan=span.rows, colspan=span.columns, header=header)

    def extraction(
        self, blocks: Iterable[Block], file_format: str, extractor: str, metadata: dict[str, str]
    ) -> Extraction:
        """Return everything collected, with these blocks of the outermost level."""
        return Extraction(
            "".join(self._parts),
            tuple(blocks),
            tuple(self._anchors),
            tuple(self._pages),
            file_format,
            extractor,
            metadata,
        )

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)

    def _spans(self, runs: Iterable[AddressedRun]) -> Iterable[tuple[int, int, AddressedRun]]:
        """Append each run with white space squeezed, none at the ends of lines: its stretch of the stream."""
        gap = ""
        empty = True
        for run in runs:
            begin = None
            for piece in filter(None, WHITE.split(run.text)):
                if not piece.strip(BLANK):
                    gap = "\n" if "\n" in gap + piece else " "
                    continue
                if gap and not empty:
                    self._put(gap)
                gap, empty = "", False
                if begin is None:
                    begin = self.length
                    self._turn_page(run.page)
                self._put(piece)
            if begin is not None:
                yield begin, self.length, run

    def _turn_page(self, number: int | None) -> None:
        """Begin a page here, where the number is not that of the last."""
        if number is not None and (not self._pages or self._pages[-1].number != number):
            self._pages.append(PageStart(self.length, number, self._basis))


def bare(text: str) -> str:
    """Return the text without white space and characters that have no shape, in Unicode NFC."""
    return unicodedata.normalize("NFC", "".join(text.translate(INVISIBLE).split()))


def _seamless(runs: Iterable[AddressedRun], joined: Callable[[Sequence[str]], str]) -> list[AddressedRun]:
    """The runs in NFC; two that make a character together ("e" and an accent) become one with both addresses."""
    out: list[AddressedRun] = []
    for run in runs:
        text = unicodedata.normalize("NFC", run.text.translate(INVISIBLE))
        if out and text and not unicodedata.is_normalized("NFC", out[-1].text[-1:] + text[0]):
            last = out.pop()
            text = unicodedata.normalize("NFC", last.text + text)
            run = run._replace(address=joined([a for a in (last.address, run.address) if a]), mark=last.mark)
        out.append(run._replace(text=text))
    return out


def _inside(spans: Sequence[tuple[int, int, AddressedRun]], text: str) -> tuple[Block, ...]:
    """``text`` and ``mark`` in turn, where there is a mark; nothing where all is words.

    ``text`` is that of the leaf; brackets right around a mark belong to it.
    """
    if not any(run.mark for _, _, run in spans):
        return ()
    base = spans[0][0]
    stretches: list[tuple[int, int, str]] = []
    for start, end, run in spans:
        if stretches and stretches[-1][2] == run.mark:
            stretches[-1] = (stretches[-1][0], end, run.mark)
        else:
            stretches.append((start, end, run.mark))
    for index, (start, end, mark) in enumerate(stretches):
        if mark and text[start - base - 1 : start - base] == "(" and text[end - base : end - base + 1] == ")":
            stretches[index] = (start - 1, end + 1, mark)
            stretches[index - 1] = (stretches[index - 1][0], start - 1, stretches[index - 1][2])
            stretches[index + 1] = (end + 1, stretches[index + 1][1], stretches[index + 1][2])
    return tuple(
        Block("mark" if mark else "text", start, end, label=mark)
        for start, end, mark in stretches
        if text[start - base : end - base].strip()
    )


def check_law(extraction: Extraction, file: str) -> None:
    """Refuse an extraction in which a character that is not white space has no leaf block or no anchor, or two."""
    text = extraction.text
    leaves = [(leaf.start, leaf.end) for block in extraction.blocks for leaf in block.leaves()]
    for what, stretches in (("block", leaves), ("address", [(a.start, a.end) for a in extraction.anchors])):
        at = 0
        for start, end in stretches:
            if start < at and text[start:at].strip():
                raise _broken(text, start, file, f"belong to more than one {what}")
            if text[at:start].strip():
                raise _broken(text, at, file, f"belong to no {what}")
            at = max(at, end)
        if text[at:].strip():
            raise _broken(text, at, file, f"belong to no {what}")


def _broken(text: str, at: int, file: str, what: str) -> SourceError:
    words = " ".join(text[at : at + 80].split())
    line = text.count("\n", 0, at) + 1
    return SourceError(
        f"{file}: the words “{words}” (line {line} of the stream) {what}: nothing is read from it; this is a "
        "fault of the extractor, so please report it with the file."
    )
