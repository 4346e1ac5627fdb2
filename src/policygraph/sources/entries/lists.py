"""Entries without a table: boxes, milestones, and cells that stand one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..extract import Block
from ..layout import PartLayout, fold_header
from ..spans import Piece, Pieces
from .model import CellParagraph, EntryDate, ListedItem, Section
from .view import BULLETS, BlockView, label_of, leaf_parents, outline, tables_in


def read_boxes(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read each table of one cell whose words begin as the layout says: its items are entries."""
    heading: Block | None = None
    sections: dict[int, int] = {}
    for block in blocks:
        if block.kind == "heading" or (block.kind == "item" and re.fullmatch(r"\d+(\.\d+)*\.?", block.label)):
            heading = block
        for table in tables_in([block]):
            cells = [cell for row in table.children for cell in row.children]
            paragraphs = leaf_parents(table)
            if len(cells) != 1 or not paragraphs:
                continue
            intro = paragraphs[0]
            if not re.match(part.entry, view.words(view.pieces(intro))):
                continue
            view.reading.tables.append((table.start, table.end))
            view.reading.words.append(view.pieces(intro))
            _box(view, index, _section_of(view, index, heading, sections), paragraphs[1:])


def _section_of(view: BlockView, index: int, heading: Block | None, sections: dict[int, int]) -> int | None:
    if heading is None:
        return None
    if heading.start not in sections:
        label = label_of(heading)
        view.reading.sections.append(Section(view.pieces(heading), label, None, view.key(index)))
        sections[heading.start] = len(view.reading.sections) - 1
    return sections[heading.start]


def _box(view: BlockView, index: int, section: int | None, paragraphs: Sequence[Block]) -> None:
    """Each item begins an entry; a paragraph after it goes on with it."""
    groups: list[list[CellParagraph]] = []
    numbers: list[str] = []
    for block in paragraphs:
        pieces = view.pieces(block)
        if not pieces:
            continue
        if block.kind == "item" or not groups:
            groups.append([])
            numbers.append(label_of(block))
        groups[-1].append(CellParagraph(pieces, False))
    for number, group in zip(numbers, groups, strict=True):
        pieces = tuple(piece for text in group for piece in text.pieces)
        view.add(index, (section, None), number, group, view.dates_within(pieces), ())


def read_milestones(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read entries, each below a line that the layout describes."""
    number = ""
    group: list[CellParagraph] = []
    for block in (leaf for top in blocks for leaf in leaf_parents(top)):
        pieces = view.pieces(block)
        if not pieces:
            continue
        match = re.fullmatch(part.entry, view.words(pieces))
        if match:
            _milestone(view, index, number, group)
            number, group = match["number"], []
            view.reading.words.append(pieces)
        elif number:
            group.append(CellParagraph(pieces, block.kind == "item"))
    _milestone(view, index, number, group)


def _milestone(view: BlockView, index: int, number: str, group: Sequence[CellParagraph]) -> None:
    if number and not group:
        words = view.reading.words[-1]
        raise view.stop(f"Milestone {number} has no words", words, "compare it with the published document.")
    if number:
        pieces = tuple(piece for text in group for piece in text.pieces)
        view.add(index, (None, None), number, group, view.dates_within(pieces), ())


def read_cells(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read one cell a paragraph: the header's cells, then texts and dates in turn, headings as they are listed."""
    paragraphs = _cell_paragraphs(view, blocks)
    start = _after_header(view, part, paragraphs)
    headings = {fold_header(heading) for heading in part.headings}
    section: int | None = None
    texts: list[CellParagraph] = []
    dates: list[EntryDate] = []
    met: set[str] = set()

    def finish() -> None:
        nonlocal texts, dates
        if texts and not dates and "deadline" not in part.may_lack:
            every = [piece for text in texts for piece in text.pieces]
            cure = "list it under “headings” in the layout if it is one, or compare it with the document."
            raise view.stop("A text that no date follows", every, cure)
        if texts:
            view.add_entries(index, (section, None), "", texts, dates, one_cell=False)
        texts, dates = [], []

    for paragraph in paragraphs[start:]:
        words = view.words(paragraph.pieces)
        if fold_header(words) in headings:
            finish()
            met.add(fold_header(words))
            view.reading.sections.append(Section(paragraph.pieces, "", None, view.key(index)))
            section = len(view.reading.sections) - 1
        elif view.is_date(words) and texts:
            dates.append(EntryDate(paragraph.pieces))
        else:
            if dates:
                finish()
            texts.append(paragraph)
    finish()
    if missing := [heading for heading in part.headings if fold_header(heading) not in met]:
        last = paragraphs[-1].pieces
        raise view.stop(
            f"The heading “{missing[0]}” of the layout is not in the text", last, "correct the layout."
        )


def _cell_paragraphs(view: BlockView, blocks: list[Block]) -> list[CellParagraph]:
    """Paragraphs of the part; lines of a plain text are one where no blank line stands between them."""
    paragraphs: list[CellParagraph] = []
    text = view.extraction.text
    for block in blocks:
        for leaf in view.paragraphs_of(block):
            before = paragraphs[-1].pieces[-1] if paragraphs else None
            between = text[before.end : leaf.pieces[0].start] if before else "\n\n"
            if view.extraction.format == "text" and not leaf.is_item and between.count("\n") < 2:
                paragraphs[-1] = CellParagraph((*paragraphs[-1].pieces, *leaf.pieces), paragraphs[-1].is_item)
            else:
                paragraphs.append(leaf)
    return paragraphs


def _after_header(view: BlockView, part: PartLayout, paragraphs: Sequence[CellParagraph]) -> int:
    """Where the first cell below the header stands; its own cells are the words of the table."""
    needed = set(part.columns.get(view.language.code, {}))
    for at in range(len(paragraphs) - len(needed) + 1):
        cells = paragraphs[at : at + len(needed)]
        words = [view.words(cell.pieces) for cell in cells]
        roles = {part.role_of(w, view.language.code) for w in words}
        if needed and roles == needed:
            view.reading.words += [cell.pieces for cell in cells]
            view.reading.words += [p.pieces for p in paragraphs[:at]]
            return at + len(needed)
    raise view.stop(
        "The header of the layout stands nowhere in this part",
        paragraphs[0].pieces if paragraphs else (Piece(0, 1),),
        "correct “columns” in the layout, or take the document that has the table.",
    )


NUMBERED = re.compile(r"(?P<number>\d{1,2})[.)]\s+(?=\S)")
DASHED = re.compile(rf"[{BULLETS}]\s+(?=\S)")
HEADS = ":"
CLOSES = (";", ".")


class ListLine(NamedTuple):
    """A line or paragraph of a list: ``kind`` and number of the item that begins with it, its mark, its words.

    ``goes_on`` is true where it is a line of a paragraph, and false where it is a paragraph of its own.
    """

    kind: str
    number: int
    mark: Pieces
    pieces: Pieces
    goes_on: bool


def read_initiatives(view: BlockView, index: int, part: PartLayout, blocks: list[Block]) -> None:
    """Read the numbered objectives of an annex, and its examples after dashes; the rest is text of the annex."""
    division = view.division
    if not division or division.kind or not re.search(part.titled, view.words(division.title)):
        return
    lines = list(_lines(view, blocks))
    borders = [at for at, line in enumerate(lines) if line.kind]
    if not borders:
        return
    division.kind = "initiatives"
    division.text += [line.pieces for line in lines[: borders[0]]]
    expected = 0
    for start, end in pairwise([*borders, len(lines)]):
        item, (first, *rest) = lines[start], lines[start:end]
        if item.kind == "objective":
            expected += 1
            _check_objective(view, item, expected, rest)
        length = _length([first, *rest], view)
        _refuse_strange_top(view, [first, *rest][:length])
        pieces = tuple(piece for line in (first, *rest)[:length] for piece in line.pieces)
        view.reading.items.append(ListedItem(index, view.key(index), item.kind, pieces))
        view.reading.marks += [item.mark] if item.mark else []
        division.text += [line.pieces for line in (first, *rest)[length:]]


def _lines(view: BlockView, blocks: list[Block]) -> Iterator[ListLine]:
    for block in outline(blocks):
        pieces = view.pieces(block)
        if block.kind in ("furniture", "note", "table") or not pieces:
            continue
        kind, number = "", 0
        mark: Pieces = ()
        label = label_of(block) if block.kind == "item" else ""
        first = pieces[0]
        words = view.extraction.text[first.start : first.end]
        if match := NUMBERED.match(words) or DASHED.match(words):
            mark = (Piece(first.start, first.start + len(match.group().rstrip())),)
            pieces = (Piece(first.start + match.end(), first.end), *pieces[1:])
        if match and match.re is NUMBERED:
            kind, number = "objective", int(match["number"])
        elif label.isdecimal():
            kind, number = "objective", int(label)
        elif match or block.kind == "item":
            kind = "example"
        in_lines = view.extraction.format == "text" or (view.extraction.format == "pdf" and not block.style)
        yield ListLine(kind, number, mark, pieces, in_lines)


def _check_objective(view: BlockView, line: ListLine, expected: int, rest: Sequence[ListLine]) -> None:
    cure = "compare the list with the publisher's document."
    if line.number != expected:
        raise view.stop(f"Objective {expected} is missing before this one", line.mark or line.pieces, cure)
    whole = [piece for part in (line, *rest) for piece in part.pieces]
    if HEADS not in view.words(whole):
        raise view.stop("An objective without words that name it before a colon", whole, cure)


def _refuse_strange_top(view: BlockView, lines: Sequence[ListLine]) -> None:
    """Refuse lines at the top of a page that end in no sign, below one that closes the item: maybe a header."""
    for number, (above, line) in enumerate(pairwise(lines), 1):
        is_closed = view.words(above.pieces).endswith(CLOSES)
        if is_closed and line.goes_on and view.turns_page(above.pieces[-1].end, line.pieces[0].start):
            words = [piece for rest in lines[number:] for piece in rest.pieces]
            if view.words(words)[-1] not in ".;:!?":
                cure = "take another format of the document, or a text without what is printed on each page."
                raise view.stop("Words at the top of a page that may belong to no item", words, cure)


def _length(lines: Sequence[ListLine], view: BlockView) -> int:
    """How many lines an item has: it ends before the next paragraph, or with the last line that closes it (";" or
    ".") where words that begin with a capital announce a list after it in one sentence.
    """
    if len(lines) == 1:
        return 1
    if not lines[1].goes_on:
        first = lines[0].pieces[-1]
        is_whole = view.words(lines[0].pieces).endswith((*CLOSES, HEADS, "!", "?"))
        return 1 if is_whole or not view.turns_page(first.end, lines[1].pieces[0].start) else 2
    announces = view.words(lines[-1].pieces).endswith(HEADS)
    for number, (line, after) in reversed(list(enumerate(pairwise(lines), 1))):
        closes = view.words(line.pieces).endswith(CLOSES)
        if announces and closes and view.words(after.pieces)[0].isupper():
            return number
    return len(lines)
