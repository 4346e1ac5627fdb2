"""A file with a layout → records: its entries as actions, their dates, sections and further columns.

Every character of the stream is accounted for: words of entries, sections and tables, marks of notes and items,
and blocks outside the parts, which are left as they are. A block of which only some words were read is refused.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from ..errors import NotUnderstood
from ..vocabulary.codelists import curated
from .annexes import accounted
from .counts import CURE, Counted, count_differences
from .deadlines import parse_deadlines
from .entries import Entry, Reading, read_blocks
from .extract import Block, Extraction, extract_bytes
from .folder import Source, SourceFile, SourceText, extracted, read, read_bytes
from .layout import BESIDE, DocumentLayout, fold_header, layout_of, part_keys
from .records import Action, Annexes, ColumnEntry, Deadline, Heading
from .spans import Fragment, Piece


def has_layout(source: Source) -> bool:
    """Return whether the source is read by a layout: one that source.toml names, or its own layout.toml."""
    return source.rules.layout is not None or (source.folder / BESIDE).exists()


def text_of(source: Source, file: SourceFile) -> SourceText:
    """Return the text of one file: as its extractor gives it where the source has a layout, else as it stands."""
    if not has_layout(source):
        return read(source, file)
    return extracted(source, file, _extraction(source, file))


def _extraction(source: Source, file: SourceFile) -> Extraction:
    return extract_bytes(read_bytes(source.folder / file.name, file.sha256), file.name)


def read_laid_out(
    source: Source, file: SourceFile, problems: list[NotUnderstood] | None = None
) -> tuple[Annexes, Extraction, DocumentLayout, Reading]:
    """Return the records of one file of a source, and what they were made of.

    With ``problems``, wordings of dates that no rule covers are appended there and do not stop the reading.
    Raises SourceError, NotUnderstood and TextLost with the place.
    """
    extraction = _extraction(source, file)
    layout, document = layout_of(source.folder, source.rules.layout or ""), extracted(source, file, extraction)
    reading = read_blocks(extraction, layout, document.language, document.refuse, problems)
    annexes = _Records(document, layout, reading).annexes(extraction)
    if not problems:  # else the dates that were not understood are still to be told
        accounted(annexes)
    if problems is None:
        _check_counts(document, part_keys(layout), reading)
    return annexes, extraction, layout, reading


def _check_counts(document: SourceText, keys: list[str], reading: Reading) -> None:
    """Hold the rows against source.toml; NotUnderstood at the last row of a part that has lost or gained some."""
    entries = [[entry for entry in reading.entries if entry.part == index] for index in range(len(keys))]
    counts: dict[str, dict[Counted, int]] = {
        key: {"rows": len(of_part)} for key, of_part in zip(keys, entries, strict=True)
    }
    last = {key: of_part[-1].pieces for key, of_part in zip(keys, entries, strict=True) if of_part}
    for difference in count_differences(document.source.rules, counts):
        pieces = last.get(difference.key) or (Piece(0, min(len(document.text), 80)),)
        raise document.refuse(f"Part {difference}", pieces[0].start, pieces[-1].end, CURE)


class _Records:
    """Makes the records of one reading."""

    def __init__(self, document: SourceText, layout: DocumentLayout, reading: Reading) -> None:
        self.document, self.layout, self.reading = document, layout, reading
        self.keys = part_keys(layout)

    def annexes(self, extraction: Extraction) -> Annexes:
        headings = tuple(self._headings())
        actions = tuple(self._actions({heading.number: heading for heading in headings}))
        return Annexes(
            document=self.document,
            annexes=(),
            sector_labels=(),
            dialogues=(),
            initiatives=(),
            groupings=(),
            headings=headings,
            actions=actions,
            furniture=tuple(self._rest(extraction)),
        )

    def _headings(self) -> Iterator[Heading]:
        """Each section of the reading; its role is what a person settled about these words."""
        source = self.document.source
        roles = {
            fold_header(row["words"]): row["role"]
            for row in curated("headings", source.id, source.folder)
            if row.get("words")
        }
        parts = {entry.section: self.keys[entry.part] for entry in reversed(self.reading.entries)}
        for index, section in enumerate(self.reading.sections):
            words = self.document.fragment(section.pieces)
            part = next(
                (parts[at] for at in (index, *range(index + 1, len(self.reading.sections))) if at in parts), ""
            )
            yield Heading(part or self.keys[0], index + 1, words, None, (), roles.get(fold_header(words.quote)))

    def _actions(self, headings: dict[int | None, Heading]) -> Iterator[Action]:
        counts: dict[str, int] = {}
        for entry in self.reading.entries:
            layout, key = self.layout.part[entry.part], self.keys[entry.part]
            heading = None if entry.section is None else headings[entry.section + 1]
            if layout.kind == "boxes" and entry.section is not None:
                key += self.reading.sections[entry.section].label
            counts[key] = counts.get(key, 0) + 1
            yield Action(
                part=key,
                number=counts[key],
                kind="milestone" if layout.type == "milestone" else None,
                heading=heading.number if heading else None,
                words=self.document.fragment(entry.pieces),
                deadlines=tuple(self._deadlines(entry)),
                columns=tuple(self._columns(entry)),
            )

    def _deadlines(self, entry: Entry) -> Iterator[Deadline]:
        for date in entry.dates:
            words = self.document.fragment(date.pieces)
            about = self.document.fragment(date.about).quote if date.about else None
            for placed in parse_deadlines(words.quote, self.document.language):
                purpose = words.quote[slice(*placed.purpose)] if placed.purpose else about
                yield Deadline(placed.reading, words, purpose)

    def _columns(self, entry: Entry) -> Iterator[ColumnEntry]:
        for cell in entry.further:
            header = self.document.fragment(cell.header).quote if cell.header else ""
            yield ColumnEntry(cell.role, header, self.document.fragment(cell.pieces))

    def _rest(self, extraction: Extraction) -> Iterator[tuple[str, Fragment]]:
        """The words of tables, marks, and the blocks that no part reads; none in a table that was read.

        What this leaves out belongs to a block of which some words were read: accounting refuses it.
        """
        claims = sorted((piece.start, piece.end) for pieces in self._claimed() for piece in pieces)
        starts = [start for start, _ in claims]
        ends = list(accumulate((end for _, end in claims), max))

        def is_touched(block: Block) -> bool:
            at = bisect_left(starts, block.end)
            return at > 0 and ends[at - 1] > block.start

        for pieces in self.reading.words:
            if pieces:
                yield "table", self.document.fragment(pieces)
        for paragraph in (p for block in extraction.blocks for p in _free_paragraphs(block, self.reading.tables)):
            if not is_touched(paragraph):
                yield "outside", self._whole(paragraph)
                continue
            for leaf in paragraph.leaves():
                if leaf.kind == "mark":
                    yield "mark", self._whole(leaf)
        for start, end in self.reading.tables:
            for block in extraction.blocks:
                for leaf in block.leaves():
                    if start <= leaf.start < end and leaf.kind == "mark":
                        yield "mark", self._whole(leaf)

    def _claimed(self) -> Iterator[tuple[Piece, ...]]:
        yield from self.reading.words
        yield from (section.pieces for section in self.reading.sections)
        for entry in self.reading.entries:
            yield entry.pieces
            yield from (date.pieces for date in entry.dates)
            yield from (cell.pieces for cell in entry.further)

    def _whole(self, block: Block) -> Fragment:
        return self.document.fragment((Piece(block.start, block.end),))


def _free_paragraphs(block: Block, tables: list[tuple[int, int]]) -> Iterator[Block]:
    """The paragraphs of a block that lie in no table that was read."""
    if any(start <= block.start and block.end <= end for start, end in tables):
        return
    if not block.children or block.children[0].kind in ("text", "mark"):
        yield block
        return
    for child in block.children:
        yield from _free_paragraphs(child, tables)
