"""An annex of prose → numbered objectives and examples after dashes, with their footnotes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .checked_toml import spaced
from .deadlines import planned
from .furniture import CleanText
from .records import Deadline, Initiative
from .spans import Fragment, Piece


@dataclass(frozen=True, slots=True)
class InitiativeList:
    """The initiatives, the running text between them (start, end), and the marks of the lists."""

    initiatives: tuple[Initiative, ...] = ()
    passages: tuple[tuple[int, int], ...] = ()
    list_marks: tuple[tuple[str, Fragment], ...] = ()


class ListItem(NamedTuple):
    """An item of a list: its kind, where its mark and its words begin, and where it ends."""

    kind: str
    mark: int
    start: int
    end: int


def read(view: CleanText, start: int, end: int, before: InitiativeList) -> InitiativeList:
    """Return the prose between these offsets, added to what other annexes gave.

    Raises NotUnderstood where there are no items, where objectives do not count 1, 2, 3 …, and where an
    objective is not named.
    """
    items = _items(view, start, end)
    if not items:
        first = (view.lines(start, end) or view.lines(0, start)[-1:] or [Piece(start, end)])[0]
        raise view.document.refuse(
            "An annex without a table of a known header, and without numbered objectives",
            first.start,
            first.end,
            "describe its layout in sources/grammar/*.toml.",
        )
    first_number = len(before.initiatives) + 1
    initiatives = tuple(_initiative(view, item, n) for n, item in enumerate(items, first_number))
    marks = tuple(("list mark", view.fragment(item.mark, item.start)) for item in items)
    passages = tuple(_between(view, start, end, items))
    return InitiativeList(before.initiatives + initiatives, passages, before.list_marks + marks)


def _items(view: CleanText, start: int, end: int) -> list[ListItem]:
    rules = view.document.language.section("prose")
    marks = spaced(rf"(?P<objective>{rules.objective})|(?P<example>{rules.example})")
    mark = re.compile(rf"^[^\S\n]*(?:{marks})", re.MULTILINE)
    matches = list(mark.finditer(view.text, start, end))
    _in_order(view, matches)
    borders = [match.start() for match in matches] + [end]
    return [
        ListItem("example" if m["example"] else "objective", *m.span(), _item_end(view, m.end(), border))
        for m, (_, border) in zip(matches, pairwise(borders), strict=True)
    ]


def _in_order(view: CleanText, matches: list[re.Match[str]]) -> None:
    numbered = [match for match in matches if match["objective"]]
    for expected, match in enumerate(numbered, 1):
        if int(match["number"]) != expected:
            raise view.document.refuse(
                f"Objective {expected} is missing before this one",
                *match.span(),
                "compare the list with the publisher's document.",
            )


def _item_end(view: CleanText, start: int, border: int) -> int:
    """An item ends with the last line that closes it (";" or "."), before a capital, or with the border.

    What follows announces a list in one sentence: where lines end in an item's own sentences is chance.
    """
    ends = tuple(view.document.language.section("prose").ends)
    lines = view.lines(start, border)
    for line, after in reversed(list(pairwise(lines))):
        closed = view.text[line.start : line.end].endswith(ends)
        if closed and _is_passage(view, after.start, border):
            return line.end
    return lines[-1].end if lines else border


def _is_passage(view: CleanText, start: int, border: int) -> bool:
    """Whether running text begins here: it announces a list, so that a colon ends it."""
    heads = view.document.language.section("prose").heads
    return view.text[start].isupper() and view.text[start:border].rstrip().endswith(heads)


def _between(view: CleanText, start: int, end: int, items: list[ListItem]) -> list[tuple[int, int]]:
    borders = [start, *(at for item in items for at in (item.mark, item.end)), end]
    gaps = zip(borders[::2], borders[1::2], strict=True)
    return [gap for gap in gaps if view.text[gap[0] : gap[1]].strip()]


def _initiative(view: CleanText, item: ListItem, number: int) -> Initiative:
    words = view.fragment(item.start, item.end)
    objective = _objective(view, item, words) if item.kind == "objective" else None
    notes = view.notes(item.start, item.end)
    return Initiative(number, item.kind, objective, words, notes, _deadline(view, item))


def _objective(view: CleanText, item: ListItem, words: Fragment) -> str:
    name, colon, _ = words.quote.partition(view.document.language.section("prose").heads)
    if not colon:
        raise view.document.refuse(
            "An objective without words that name it before a colon",
            item.start,
            item.end,
            "compare it with the publisher's document.",
        )
    return name


def _deadline(view: CleanText, item: ListItem) -> Deadline | None:
    placed = planned(view.text[item.start : item.end], view.document.language)
    if not placed:
        return None
    return Deadline(placed.reading, view.fragment(item.start + placed.start, item.start + placed.end))
