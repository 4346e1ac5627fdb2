"""Where the pages of a text begin, and how each page number was found.

Texts that were taken out of a PDF mark a page by a form feed, or only by a blank before its first word.
Cells begin with a blank too, so the printed numbers anchor the count: it must come out right at each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import NotUnderstood, Place

PRINTED, COUNTED = "printed", "counted"
LINE = re.compile(r"[^\n]+")
DAY = r"\d+[./-]\d+[./-]\d+"
"""What a day in digits looks like, right or wrong."""

LONE_NUMBER = re.compile(r"[^\S\n]*(\d{1,3})[^\S\n]*")
NOTHING = re.compile(r"(?!)")


class SourcePage(NamedTuple):
    """A page from code point ``start`` to ``end`` (exclusive); ``basis``: its number was printed, or counted."""

    number: int
    start: int
    end: int
    basis: str


class PageBreak(NamedTuple):
    """A place where a page may begin; ``number`` where one is printed there, as ``printed`` (start, end)."""

    start: int
    number: int | None
    printed: tuple[int, int] | None


def paginate(
    text: str, file: str, first: int = 1, qualifier: re.Pattern[str] = NOTHING
) -> tuple[tuple[SourcePage, ...], list[tuple[int, int]]]:
    """Return the pages, and where their numbers are printed; ``first`` is the number of the first page.

    A line with a blank before it is a cell, and no page's start, where it is a lone date. A lone number below a
    line that ends in a ``qualifier`` ("about") is a number of a cell.
    Raises NotUnderstood where the count does not meet a printed number.
    """
    marks = list(_marks(text, qualifier))
    if not marks or text[: marks[0].start].strip():
        marks.insert(0, PageBreak(0, None, None))
    pages = []
    for index, mark in enumerate(marks):
        number = first + index
        if mark.number is not None and mark.number != number:
            raise _miscounted(text, file, mark, number)
        end = marks[index + 1].start if index + 1 < len(marks) else len(text)
        pages.append(SourcePage(number, mark.start, end, COUNTED if mark.number is None else PRINTED))
    return tuple(pages), [mark.printed for mark in marks if mark.printed]


def _marks(text: str, qualifier: re.Pattern[str]) -> Iterator[PageBreak]:
    feeds, above = "\f" in text, ""
    for match in LINE.finditer(text):
        line, before = match.group(), above
        above = line.strip() or above
        if number := LONE_NUMBER.fullmatch(line):
            if qualifier.search(before):
                continue
            # the white space before a printed number is the top of its page
            printed = (match.start() + number.start(1), match.start() + number.end(1))
            yield PageBreak(len(text[: match.start()].rstrip()), int(number[1]), printed)
        elif (
            (line[0] == "\f" if feeds else line[0] == " ") and line.strip() and not re.fullmatch(DAY, line.strip())
        ):
            yield PageBreak(match.start(), None, None)


def _miscounted(text: str, file: str, mark: PageBreak, number: int) -> NotUnderstood:
    line = text.count("\n", 0, mark.printed[0] if mark.printed else mark.start) + 1
    return NotUnderstood(
        f"The page count comes to {number} where {mark.number} is printed",
        Place(file, mark.number, line, str(mark.number)),
        "a page's start was missed or a cell was taken for one; check the blanks at the start of lines.",
    )
