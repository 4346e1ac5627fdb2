"""A flattened text → its annexes: the title of each, and where what stands below it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from .extract import Block
from .furniture import CleanText
from .language import fold
from .layout import DIALOGUE_ROLES, DocumentLayout, PartLayout
from .running import block_of, header_of, line_of
from .spans import Piece

MARGIN = 0.9  # of a line's width in characters: how full a line surely is when its last word was put there
WRAPPED = 3  # lines over which a title, a label or a target date may go
TABLES = frozenset({"table", "dialogues"})


def annex_regions(view: CleanText, layout: DocumentLayout, blocks: list[Block]) -> Iterator[tuple[int, int]]:
    """Yield the stretch of each annex after its title, which becomes a block and goes on over lines in lower case.

    Raises NotUnderstood for a text without the title of an annex.
    """
    lines, language = view.lines(0, len(view.text)), view.document.language
    if not layout.annexed:
        yield 0, len(view.text)
        return
    starts = [n for n, line in enumerate(lines) if language.annex_title(view.text[line.start : line.end])]
    if not starts:
        raise view.document.refuse(
            "No annex begins anywhere in this text",
            lines[0].start,
            lines[0].end,
            "an annex's title begins as sources/grammar/*.toml words it; name another layout.",
        )
    blocks += [line_of(view, line) for line in lines[: starts[0]]]
    for first, after in pairwise([*starts, len(lines)]):
        end = lines[after].start if after < len(lines) else len(view.text)
        last = first + 1
        while last < after and view.text[lines[last].start].islower():
            last += 1
        last += _wrapped_title(view, layout, lines[last - 1 : after])
        blocks.append(block_of("heading", lines[first:last]))
        yield lines[last - 1].end, end


def _wrapped_title(view: CleanText, layout: DocumentLayout, lines: Sequence[Piece]) -> int:
    """How many lines between the first, of a title, and the header of a table or the label above it belong to it.

    They do where each was parted from the line above because no line of the table would have held its first word.
    """
    start, end, language = lines[0].end, lines[-1].end, view.document.language
    matches = (
        table_header(view, part)[1].search(view.text, start, end) for part in layout.part if part.kind in TABLES
    )
    header = min((match.start() for match in matches if match), default=start)
    labels = {label for part in layout.part if part.labels for label in layout.concepts(part.labels, language)}
    above = [line for line in lines if line.start < header]
    is_label = (n for n, line in enumerate(above) if fold(view.text[line.start : header]) in labels)
    title = [view.text[line.start : line.end] for line in above[: next(is_label, None)]]
    width = max((line.end - line.start for line in lines if line.start > header), default=0)
    is_full = all(
        MARGIN * len(line) <= width < len(f"{line} {after.split()[0]}") for line, after in pairwise(title)
    )
    return len(title) - 1 if len(title) <= WRAPPED and is_full else 0


def table_header(view: CleanText, part: PartLayout) -> tuple[list[str], re.Pattern[str]]:
    """Return the roles of the columns in their order, and what the header looks like."""
    columns = part.columns.get(view.document.language.code, {})
    order = [role for role in ("description", "deadline", *DIALOGUE_ROLES) if role in columns]
    return order, header_of(columns, order)
