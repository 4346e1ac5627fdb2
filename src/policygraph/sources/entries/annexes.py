"""A document → its annexes: each begins with a title of the form that the language has, and ends with the next.

A module below 60 lines, since entries of every kind of part begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..extract import Block
from .model import Division
from .view import BlockView

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def divide(view: BlockView) -> Iterator[tuple[Division | None, list[Block]]]:
    """Yield each annex with its blocks; a document that is not annexed, or has no annex, has no title."""
    blocks = list(view.extraction.blocks)
    if not view.layout.annexed:
        yield None, blocks
        return
    titles = [
        (at, match)
        for at, block in enumerate(blocks)
        if block.kind in ("heading", "paragraph")
        and (match := view.language.annex_title(view.words(view.pieces(block))))
    ]
    if not titles:
        yield None, blocks
        return
    starts = [at for at, _ in titles]
    for (start, match), end in zip(titles, [*starts[1:], len(blocks)], strict=True):
        title, first = view.pieces(blocks[start]), start + 1
        is_bare = match.end() == len(view.words(title))
        if is_bare and first < end and blocks[first].kind in ("heading", "paragraph"):
            title, first = (*title, *view.pieces(blocks[first])), first + 1
        division = Division(annex_number(match["number"] or ""), title)
        view.reading.divisions.append(division)
        yield division, blocks[first:end]


def annex_number(printed: str) -> int | None:
    """Return the number that is printed, arabic or roman; None where there is none.

    >>> annex_number("IV"), annex_number("3"), annex_number("")
    (4, 3, None)
    """
    if printed.isdecimal():
        return int(printed)
    printed = printed.upper()
    if not re.fullmatch("[IVXLC]+", printed):
        return None
    values = [ROMAN[letter] for letter in printed]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
