"""Running prose in columns, told from tables: columns of one width, full of lines that wrap, without rules.

A page with a table keeps its lines as they are: a column of dates is short or narrow, and rows begin on all sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from .columns import FARTHEST, Interval, borders_of, free_of, gaps_of, parted
from .lines import SPACE, TextLine, lines_of
from .pages import PdfPage, Rule

FEWEST = 4
"""Lines of each column, at least."""

TRIES = 3
"""From so many lines a stretch may begin that ends at the same line: a header above prose is passed over."""

WRAPPED = 0.6
"""Part of a column's lines, at least, that end because the next word had no room."""

WIDER = 0.8
"""White of less than this part of the size of the letters may part words of a justified line."""

NARROWEST = 10.0
"""So many times the size of its letters a column is wide, at least."""

SAME_WIDTH = 0.2
"""Widths of columns differ by less than this part."""


LEVEL = 1.0
"""Cells of one row begin at baselines that differ by less than this, in points."""


class ColumnPlace(NamedTuple):
    """Where a line stands in the order of reading: the top of its columns on the page, and the column from 1."""

    top: float
    column: int


def parted_in_columns(lines: Sequence[TextLine], page: PdfPage) -> tuple[list[TextLine], dict[int, ColumnPlace]]:
    """Part the lines of a page (from top to bottom) where they run across columns of prose.

    Returns all lines in the order of reading, and by ``id`` the place of those that stand in such columns.
    """
    out: list[TextLine] = []
    places: dict[int, ColumnPlace] = {}
    at = after = tries = last = 0
    while at < len(lines):
        gutters, end = _stretch(lines, at)
        if not gutters:
            out.append(lines[at])
            at += 1
            continue
        tries, last = (tries + 1 if end == last else 1), end
        borders = borders_of(gutters)
        start = _first_beside(lines, at, after, gutters)
        columns = _columns(lines[start:end], borders)
        if tries > TRIES or _has_rows(columns, borders, page.horizontal):
            out += lines[at:end]
            at = after = end
        elif _is_prose(columns):
            place = lines[start].top
            places |= {id(line): ColumnPlace(place, n) for n, column in enumerate(columns, 1) for line in column}
            out[len(out) - (at - start) :] = [line for column in columns for line in column]
            at = after = end
        else:
            out.append(lines[at])
            at += 1
    return out, places


def reading_order(line: TextLine, places: Mapping[int, ColumnPlace]) -> tuple[int, float, int, float]:
    """Return what sorts lines as they are read: page, top, and in columns of prose column after column."""
    place = places.get(id(line))
    return (line.page, place.top, place.column, line.top) if place else (line.page, line.top, 0, line.top)


def _stretch(lines: Sequence[TextLine], start: int) -> tuple[list[Interval], int]:
    """The white that lines from ``start`` on have in common, and the line after the last of them."""
    gutters, end = _wide_gaps(lines[start]), start + 1
    bottom = lines[start].bottom
    while gutters and end < len(lines):
        line = lines[end]
        common = [
            part
            for part in free_of(gutters, line)
            if line.x0 >= part[1]
            or line.x1 <= part[0]
            or any(a < part[1] and part[0] < b for a, b in _wide_gaps(line))
        ]
        if not common or line.top - bottom > FARTHEST * line.size:
            break
        gutters, end, bottom = common, end + 1, max(bottom, line.bottom)
    return gutters, end


def _first_beside(lines: Sequence[TextLine], start: int, first: int, gutters: Sequence[Interval]) -> int:
    """Where the lines begin that stand in a column right above the line at ``start``, beside the white."""
    while start > first:
        line, below = lines[start - 1], lines[start]
        if below.top - line.bottom > line.size or free_of(gutters, line) != list(gutters):
            break
        start -= 1
    return start


def _wide_gaps(line: TextLine) -> list[Interval]:
    """The white in a line that is wider than what parts words of its size, also where lines are justified."""
    return [gap for gap in gaps_of(line) if gap[1] - gap[0] >= WIDER * line.size]


def _columns(stretch: Sequence[TextLine], borders: Sequence[float]) -> list[list[TextLine]]:
    """The lines of each column, from the glyphs that stand in it."""
    glyphs = [glyph for line in stretch for glyph in line.glyphs]
    of_column = [sum(glyph.middle[0] > border for border in borders) for glyph in glyphs]
    return [
        lines_of(glyph for glyph, column in zip(glyphs, of_column, strict=True) if column == number)
        for number in range(len(borders) + 1)
    ]


def _has_rows(columns: Sequence[list[TextLine]], borders: Sequence[float], rules: Sequence[Rule]) -> bool:
    """Whether rules cross the white, or what more space parts in a column mostly begins where it does in all."""
    if any(not column for column in columns):
        return False
    top, bottom = (edge(line.baseline for column in columns for line in column) for edge in (min, max))
    if any(top < rule.at < bottom and rule.start < border < rule.end for rule in rules for border in borders):
        return True
    begins = [[lines[0].baseline for lines in parted(column, rules)[1:]] for column in columns]
    fewest = min(begins, key=len)
    together = [y for y in fewest if all(any(abs(y - at) < LEVEL for at in of) for of in begins)]
    return bool(fewest) and len(together) >= len(fewest) / 2


def _is_prose(columns: Sequence[list[TextLine]]) -> bool:
    """Whether the columns have lines enough, are as wide as each other, and their lines wrap."""
    if any(len(column) < FEWEST for column in columns):
        return False
    widths = [max(line.x1 for line in column) - min(line.x0 for line in column) for column in columns]
    narrowest = NARROWEST * min(line.size for column in columns for line in column)
    is_even = min(widths) >= max(narrowest, (1 - SAME_WIDTH) * max(widths))
    return is_even and all(_wrapped(column) >= WRAPPED for column in columns)


def _wrapped(column: Sequence[TextLine]) -> float:
    """The part of the lines, the last aside, after which the next line's first word would not have fitted."""
    edge = max(line.x1 for line in column)
    full = 0
    for above, below in pairwise(column):
        word = below.words()[0]
        full += above.x1 + SPACE * above.size + word[-1].x1 - word[0].x0 > edge - 1
    return full / (len(column) - 1)
