"""Running headers, footers and page numbers: declared by repetition, never by position alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from .lines import TextLine

PAGES = 3
"""So many pages must have the same words at the same place."""

NEAR = 3.0
NUMBER = re.compile(r"\d{1,4}|\b[ivxl]{1,6}\b")
ATTACHED = 10.0
"""A line this near, in points, to what follows it belongs to that: the repeated header of a table."""


def running(lines: Sequence[Sequence[TextLine]]) -> tuple[set[int], dict[int, int]]:
    """Of the lines of each page: ``id`` of those that are furniture, and the number printed on each page.

    Furniture has the same words at the same height on PAGES pages or more, or words and a number that counts on
    with the pages. Where the printed numbers count on, pages without one are counted from their neighbours.
    """
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
        if not numbered and len({index for index, _, _ in entries}) >= PAGES:
            furniture.update(id(line) for _, line, _ in entries)
        by_shift: dict[int, list[tuple[int, TextLine]]] = defaultdict(list)
        for index, line, number in numbered:
            by_shift[(number or 0) - index].append((index, line))
        for difference, of_shift in by_shift.items():
            if len({index for index, _ in of_shift}) >= PAGES:
                furniture.update(id(line) for _, line in of_shift)
                shift[difference] += len(of_shift)
    for of_page in lines:
        furniture -= {
            id(line) for line in of_page if id(line) in furniture and _is_attached(line, of_page, furniture)
        }
    best = max(shift, key=lambda difference: shift[difference], default=None)
    printed = {} if best is None else {index: index + best for index in range(len(lines)) if index + best > 0}
    return furniture, printed


def _is_attached(line: TextLine, of_page: Sequence[TextLine], furniture: set[int]) -> bool:
    """Whether this line is parted in columns, as the header of a table is, and words stand right below."""
    gaps = [b[0].x0 - a[-1].x1 for a, b in pairwise(line.words())]
    if not any(gap > 2 * line.size for gap in gaps):
        return False
    below = [other for other in of_page if other.top >= line.bottom - 1 and id(other) not in furniture]
    return bool(below) and min(other.top for other in below) - line.bottom < ATTACHED
