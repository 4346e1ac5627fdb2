"""Glyphs → lines of words, and lines → the runs of a leaf block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from ..stream import AddressedRun
from .pages import Glyph

SAME_LINE = 0.45
"""Baselines that differ by less than this part of the size are those of one line; raised marks are."""

SPACE = 0.16
"""A gap wider than this part of the size parts words."""

RAISED = 0.8
"""A digit smaller than this part of the line's size, and raised, refers to a note."""

REFERENCE = re.compile(r"\(?(\d{1,3}|[*†‡])\)?")


@dataclass(frozen=True)
class TextLine:
    """Glyphs of one line of a page, from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def page(self) -> int:
        return self.glyphs[0].page

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return max(glyph.x1 for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return min(glyph.top for glyph in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(glyph.bottom for glyph in self.glyphs)

    @property
    def size(self) -> float:
        return median(glyph.size for glyph in self.glyphs)

    @property
    def baseline(self) -> float:
        return max(glyph.baseline for glyph in self.glyphs if glyph.size >= RAISED * self.size)

    def words(self) -> list[list[Glyph]]:
        """Return the glyphs, parted where a gap is wide enough for a space."""
        out: list[list[Glyph]] = []
        for glyph in self.glyphs:
            if out and glyph.x0 - out[-1][-1].x1 <= SPACE * max(glyph.size, out[-1][-1].size):
                out[-1].append(glyph)
            else:
                out.append([glyph])
        return out

    def text(self) -> str:
        return " ".join("".join(glyph.text for glyph in word) for word in self.words())


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Return the lines of one page's glyphs, from top to bottom; a glyph drawn twice at one place is one."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.baseline, glyph.x0)):
        if rows and glyph.baseline - rows[-1][0].baseline <= SAME_LINE * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [TextLine(tuple(_once(row))) for row in rows]


def _once(row: list[Glyph]) -> list[Glyph]:
    row.sort(key=lambda glyph: glyph.x0)
    out: list[Glyph] = []
    for glyph in row:
        twin = next((last for last in out[-2:] if last.text == glyph.text and abs(last.x0 - glyph.x0) < 0.6), None)
        if twin is None or abs(twin.baseline - glyph.baseline) > 0.6:
            out.append(glyph)
    return out


def runs_of(lines: Sequence[TextLine], pages: Sequence[int]) -> list[AddressedRun]:
    """Return the runs of one leaf: a line each, marks apart; lines of a page share the box around them as address.

    ``pages`` are the page numbers by index.
    """
    out: list[AddressedRun] = []
    for page, group in groupby(lines, key=lambda line: line.page):
        of_page = list(group)
        address = f"page={page + 1}&viewrect={box(of_page)}"
        for line in of_page:
            if out:
                out.append(AddressedRun("\n", ""))
            for number, word in enumerate(line.words()):
                if number:
                    out.append(AddressedRun(" ", ""))
                for raised, glyphs in groupby(word, key=lambda glyph: _is_raised(glyph, line)):
                    text = "".join(glyph.text for glyph in glyphs)
                    mark = REFERENCE.fullmatch(text) if raised else None
                    out.append(AddressedRun(text, address, pages[page], mark[1] if mark else ""))
    return out


def marks_in(lines: Iterable[TextLine]) -> set[str]:
    """Return the notes to which raised marks in these lines refer."""
    return {run.mark for line in lines for run in runs_of([line], range(line.page + 1)) if run.mark}


def _is_raised(glyph: Glyph, line: TextLine) -> bool:
    return glyph.size < RAISED * line.size and line.baseline - glyph.baseline > 0.1 * line.size


def box(lines: Sequence[TextLine]) -> str:
    """Return left, top, width and height in points, as ``viewrect`` has them."""
    left, top = min(line.x0 for line in lines), min(line.top for line in lines)
    right, bottom = max(line.x1 for line in lines), max(line.bottom for line in lines)
    return f"{left:.1f},{top:.1f},{right - left:.1f},{bottom - top:.1f}"
