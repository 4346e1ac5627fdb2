"""Running headers, footers and page numbers, declared by repetition and never by position alone; and footnotes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from .lines import TextLine, lines_of, marks_in
from .pages import PdfPage

PAGES = 3
"""So many pages must have the same words at the same place; in a document of two, both, and at their edges."""

EDGE = 0.07
"""So much of a page's height at its top and foot is its edge, in a document of two pages."""

CLEAR = 2.0
"""So many times its own size such a line stands away from all others, at least."""

NEAR = 3.0
NUMBER = re.compile(r"\d{1,4}|\b[ivxl]{1,6}\b")
ATTACHED = 10.0
"""A line this near, in points, to what follows it belongs to that: the repeated header of a table."""

COLUMN = 3.0
"""A header stands so many times its size above the first row, where its words begin as those of the rows do."""

SMALLER = 0.9
"""A note is set in letters smaller than this part of the size of the text."""

NOTED = re.compile(r"[(\[]?(\d{1,3})[.)\]]?(?=\s)")
"""How a note begins: with its number."""


def running(lines: Sequence[Sequence[TextLine]], heights: Sequence[float]) -> tuple[set[int], dict[int, int]]:
    """Of the lines of each page: ``id`` of those that are furniture, and the number printed on each page.

    Furniture has the same words at the same height on PAGES pages or more, or words and a number that counts on
    with the pages. Where the printed numbers count on, pages without one are counted from their neighbours.
    ``heights`` are those of the pages, in points.
    """
    pages = PAGES
    if len(lines) == 2:
        pages, lines = 2, [_at_edges(*page) for page in zip(lines, heights, strict=True)]
    same: dict[tuple[str, int], list[tuple[int, TextLine, int | None]]] = defaultdict(list)
    for index, of_page in enumerate(lines):
        for line in of_page:
            text = line.text()
            height = round(line.baseline / NEAR)
            same[text, height].append((index, line, None))
            for match in NUMBER.finditer(text):
                if match[0].isdigit():
                    rest = f"{text[: match.start()]}#{text[match.end() :]}"
                    same[rest, height].append((index, line, int(match[0])))
    furniture: set[int] = set()
    shift: dict[int, int] = defaultdict(int)
    for (text, height), group in list(same.items()):
        # with the same words one step of rounding lower
        entries = group + same.get((text, height + 1), [])
        numbered = [entry for entry in entries if entry[2] is not None]
        if not numbered and len({index for index, _, _ in entries}) >= pages:
            furniture.update(id(line) for _, line, _ in entries)
        by_shift: dict[int, list[tuple[int, TextLine]]] = defaultdict(list)
        for index, line, number in numbered:
            by_shift[(number or 0) - index].append((index, line))
        for difference, of_shift in by_shift.items():
            if len({index for index, _ in of_shift}) >= pages:
                furniture.update(id(line) for _, line in of_shift)
                shift[difference] += len(of_shift)
    for of_page in lines:
        furniture -= {
            id(line) for line in of_page if id(line) in furniture and _is_attached(line, of_page, furniture)
        }
    best = max(shift, key=lambda difference: shift[difference], default=None)
    printed = {} if best is None else {index: index + best for index in range(len(lines)) if index + best > 0}
    return furniture, printed


def _at_edges(lines: Sequence[TextLine], height: float) -> list[TextLine]:
    """The lines at the top and foot of a page that no other line is near, those beside them aside."""
    edge = [line for line in lines if min(line.top, height - line.bottom) < EDGE * height]
    return [
        line
        for line in edge
        if all(max(line.top - o.bottom, o.top - line.bottom) > CLEAR * line.size for o in lines if o not in edge)
    ]


def _is_attached(line: TextLine, of_page: Sequence[TextLine], furniture: set[int]) -> bool:
    """Whether this line is parted in columns, as the header of a table is, and words stand right below."""
    columns = _column_starts(line)
    below = [other for other in of_page if other.top >= line.bottom - 1 and id(other) not in furniture]
    if not columns or not below:
        return False
    distance = min(other.top for other in below) - line.bottom
    starts = [start for other in below for start in _column_starts(other)]
    aligned = all(any(abs(start - column) < 1 for start in starts) for column in columns)
    return distance < ATTACHED or (aligned and distance < COLUMN * line.size)


def _column_starts(line: TextLine) -> list[float]:
    """Where words begin to the right of a wide gap."""
    return [b[0].x0 for a, b in pairwise(line.words()) if b[0].x0 - a[-1].x1 > 2 * line.size]


def notes_of(page: PdfPage, lines: Sequence[TextLine], size: float) -> list[list[TextLine]]:
    """Return the lines of each footnote: the last of the page, in letters smaller than ``size``, the text's.

    Each begins with its number, to which a raised mark on the page refers; the numbers count on.
    """
    foot: list[TextLine] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if line.size >= SMALLER * size:
            break
        foot.insert(0, line)
    notes: list[list[TextLine]] = []
    numbers: list[int] = []
    for line in foot:
        match = NOTED.match(line.text() + " ")
        if match and (not numbers or int(match[1]) == numbers[-1] + 1):
            notes.append([])
            numbers.append(int(match[1]))
        if not notes:
            return []
        notes[-1].append(line)
    above = {id(glyph) for line in foot for glyph in line.glyphs}
    marks = marks_in(lines_of(glyph for glyph in page.glyphs if id(glyph) not in above)) if notes else set()
    return notes if all(str(number) in marks for number in numbers) else []
