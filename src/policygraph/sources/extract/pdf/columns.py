"""Tables without rules or tags: columns told by the white between them, rows by the space between lines.

Where columns stand apart but no space tells one row from the next, the table has one row with all of it: no
reading of it can then be taken for right by accident, and the report shows its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .lines import TextLine, lines_of
from .pages import Rule
from .tables import Cell, PdfTable, goes_on

GUTTER = 4.0
"""White between columns is at least so wide, in points, on every line."""

BOTH_SIDED = 3
"""Lines with words on both sides of the white, at least."""

FARTHEST = 3.0
"""Space above a line of more than so many times the size of its letters ends a table."""

LARGER = 1.25
"""Letters so much larger than the smallest of the table are a title below it."""

Interval = tuple[float, float]


def tables_of(
    lines: Sequence[TextLine], rules: Sequence[Rule], before: Sequence[float]
) -> tuple[list[PdfTable], list[TextLine], list[float]]:
    """Find the tables among the lines of a page (from top to bottom), the lines outside, and the last borders.

    ``before`` are the borders of the columns in which the page before ended: a table that goes on there may be
    short.
    """
    tables: list[PdfTable] = []
    outside: list[TextLine] = []
    at = 0
    borders = list(before)
    while at < len(lines):
        gutters, end = _region(lines, at, borders)
        if gutters and at + 1 < len(lines) and len(_region(lines, at + 1, borders)[0]) > len(gutters):
            outside.append(lines[at])
            at += 1
            continue
        region = _trimmed(lines[at:end], gutters)
        if gutters and (table := _table(region, gutters, rules)):
            tables.append(table)
            borders = borders_of(gutters)
            at += len(region)
        else:
            outside.append(lines[at])
            at += 1
    return tables, outside, borders if tables and tables[-1].rows[-1][0].glyphs else []


def borders_of(gutters: Sequence[Interval]) -> list[float]:
    """Return the middle of each gutter, from left to right."""
    return [(left + right) / 2 for left, right in sorted(gutters)]


def _region(lines: Sequence[TextLine], start: int, before: Sequence[float]) -> tuple[list[Interval], int]:
    """The white that lines from ``start`` on have in common, and the line after the last of them."""
    first = lines[start]
    gutters = gaps_of(first)
    if not gutters:
        return [], start
    end, size = start + 1, min(line.size for line in lines[start : start + 2])
    while end < len(lines):
        line = lines[end]
        if line.top - lines[end - 1].bottom > FARTHEST * size or line.size > LARGER * size:
            break
        size = min(size, line.size)
        common = free_of(gutters, line)
        if not common:
            break
        gutters, end = common, end + 1
    both = []
    for gutter in gutters:
        count = sum(1 for line in lines[start:end] if line.x0 < gutter[0] and line.x1 > gutter[1])
        if count >= BOTH_SIDED or (count and any(gutter[0] <= border <= gutter[1] for border in before)):
            both.append(gutter)
    return both, end


def gaps_of(line: TextLine) -> list[Interval]:
    """Return the white between words of a line that is wide enough to part columns."""
    words = line.words()
    spaces = [(a[-1].x1, b[0].x0) for a, b in pairwise(words)]
    return [(left, right) for left, right in spaces if right - left >= GUTTER]


def free_of(gutters: Sequence[Interval], line: TextLine) -> list[Interval]:
    """Return what of the gutters no word of the line covers."""
    out = list(gutters)
    for word in line.words():
        left, right = word[0].x0, word[-1].x1
        cut: list[Interval] = []
        for low, high in out:
            if right <= low or left >= high:
                cut.append((low, high))
            else:
                cut += [part for part in ((low, left), (right, high)) if part[1] - part[0] >= GUTTER]
        out = cut
    return out


def _trimmed(region: Sequence[TextLine], gutters: Sequence[Interval]) -> Sequence[TextLine]:
    """The region without what follows its last row: lines on one side that a wider space parts from it."""
    both = [n for n, line in enumerate(region) if any(line.x0 < g[0] and line.x1 > g[1] for g in gutters)]
    if not both:
        return region[:0]
    end = both[-1] + 1
    leading = _leading(region)
    while end < len(region) and region[end].baseline - region[end - 1].baseline <= 1.15 * leading + 0.5:
        end += 1
    return region[:end]


def _leading(lines: Sequence[TextLine]) -> float:
    """The usual distance between the lines of a paragraph: the smallest that is not one of marks."""
    steps = [b.baseline - a.baseline for a, b in pairwise(lines)]
    return min((step for step, line in zip(steps, lines, strict=False) if step > 0.8 * line.size), default=0.0)


def _table(region: Sequence[TextLine], gutters: Sequence[Interval], rules: Sequence[Rule]) -> PdfTable | None:
    if not region:
        return None
    borders = borders_of(gutters)
    rows: list[list[Cell]] = []
    for lines in _rows(region, borders, rules):
        cells = [Cell(column) for column in range(len(borders) + 1)]
        for line in lines:
            for glyph in line.glyphs:
                cells[sum(glyph.middle[0] > border for border in borders)].glyphs.append(glyph)
        rows.append(cells)
    return PdfTable(rows, "columns")


def take_feet(tables: Sequence[PdfTable], rest: Sequence[list[TextLine]], rules: Sequence[Sequence[Rule]]) -> None:
    """Give a table the lines at the foot of its page that are rows of it with one cell: what heads the next page.

    They begin where its first column does, end before its second, and no more space parts them than parts rows;
    and the table goes on at once on the next page. ``tables`` are all of the document, from top to bottom, and
    ``rest`` the lines outside of them by page; what is taken goes out of there.
    """
    for above, below in pairwise(tables):
        if {above.witness, below.witness} != {"columns"} or not goes_on(above, below, {}):
            continue
        lines = lines_of(above.glyphs())
        page, extents = lines[0].page, above.extents()
        top = min(glyph.top for glyph in below.glyphs())
        if any(line.top < top for line in rest[page + 1]) or len(lines) < 2:
            continue
        apart = max(b.baseline - a.baseline for a, b in pairwise(lines))
        foot = sorted((line for line in rest[page] if line.top > lines[-1].top), key=lambda line: line.top)
        near = all(b.baseline - a.baseline < apart + 1 for a, b in pairwise([lines[-1], *foot]))
        if not near or any(abs(line.x0 - extents[0][0]) > 2 or line.x1 > extents[1][0] for line in foot):
            continue
        for row in parted([*lines, *foot], rules[page]):
            if row[0] in foot:
                glyphs = [glyph for line in row for glyph in line.glyphs]
                above.rows.append([Cell(0, glyphs=glyphs), *(Cell(column) for column in range(1, above.width))])
                rest[page][:] = [line for line in rest[page] if line not in row]
                above.foot += len(row)


def _rows(region: Sequence[TextLine], borders: Sequence[float], rules: Sequence[Rule]) -> list[list[TextLine]]:
    """The lines of each row; all of them together where some column begins lower in a row than others."""
    rows = parted(region, rules)
    starts_aligned = all(_begins_on_all_sides(row, borders) for row in rows[1:])
    one_line_each = all(len(row) == 1 for row in rows)
    single = [line for line in region if any(line.x0 < b < line.x1 for b in borders)]
    if len(rows) == 1 and len(single) == len(region):
        return [[line] for line in region]
    return rows if starts_aligned or one_line_each else [list(region)]


def parted(lines: Sequence[TextLine], rules: Sequence[Rule]) -> list[list[TextLine]]:
    """Return the lines, parted by a rule or by more space than there is between the lines of a cell."""
    leading = _leading(lines)
    rows: list[list[TextLine]] = [[lines[0]]]
    for above, line in pairwise(lines):
        ruled = any(above.baseline - 1 <= rule.at <= line.baseline - 0.3 * line.size for rule in rules)
        if ruled or line.baseline - above.baseline > 1.15 * leading + 0.5:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _begins_on_all_sides(row: Sequence[TextLine], borders: Sequence[float]) -> bool:
    """Whether every column that has words in the row has some on its first line."""

    def sides(line: TextLine) -> set[int]:
        return {sum(glyph.middle[0] > border for border in borders) for glyph in line.glyphs}

    return set().union(*(sides(line) for line in row)) == sides(row[0])
