"""A text of a source → records: its entries as actions, dialogues and initiatives, with headings and dates.

Nothing is lost, and ``accounted`` proves it: every character that is not white space belongs to a record, a
heading, a table's own words, named furniture, or to a block outside the parts of the layout, which stays as it is.
A block of which only some words were read is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ..errors import NotUnderstood, SourceError, TextLost
from ..vocabulary.codelists import curated
from .counts import CURE, CountDifference, Counted, count_differences
from .deadlines import parse_between, parse_deadlines, planned
from .dialogues import DialogueReader
from .entries import Division, Entry, ListedItem, Reading, read_blocks
from .entries.view import asides
from .extract import Block, Extraction
from .flattened import without_furniture
from .folder import SourceRules, SourceText
from .furniture import marked_notes
from .layout import DEFAULT, DocumentLayout, fold_header, layout_of, part_keys
from .records import Action, Annex, Annexes, ColumnEntry, Deadline, Footnote, Heading, Initiative
from .spans import Fragment, Piece, Pieces, Stretches

HEADING_CURE = "a heading is lost, added or changed; compare it with the publisher's document."


def read(document: SourceText) -> Annexes:
    """Return everything that the text says.

    Raises NotUnderstood (with file, page, line and words) for wording that no rule covers, and TextLost
    where characters are left over.
    """
    return read_whole(document)[0]


def read_whole(
    document: SourceText, problems: list[NotUnderstood] | None = None
) -> tuple[Annexes, Extraction, DocumentLayout, Reading]:
    """Return the records of one text, and what they were made of.

    With ``problems``, wordings of cells that no rule covers are appended there and do not stop the reading.
    Raises SourceError, NotUnderstood and TextLost with the place.
    """
    source, extraction = document.source, document.extraction
    assert extraction is not None
    layout = layout_of(source.folder, source.rules.layout or DEFAULT)
    furniture: tuple[tuple[str, Fragment], ...] = ()
    footnotes: tuple[tuple[int, Footnote], ...] = ()
    if layout.is_flattened(extraction):
        page_view, extraction = without_furniture(document, layout)
        furniture, footnotes = page_view.furniture, page_view.footnotes
    else:
        footnotes = tuple(marked_notes(document, extraction))
    reading = read_blocks(extraction, layout, document.language, document.refuse, problems)
    records = _Records(document, layout, reading, footnotes)
    if layout.annexed and layout.is_flattened(extraction):
        _all_read(document, reading)
        rest = tuple(records.own_words())
    else:
        rest = tuple(records.rest(extraction))
    annexes = records.annexes((*furniture, *rest), problems)
    if not problems:  # else the cells that were not understood are still to be told
        accounted(annexes)
    if problems is None:
        _check_counts(document, annexes, layout, reading)
    return annexes, extraction, layout, reading


class _Records:
    """Makes the records of one reading."""

    def __init__(
        self,
        document: SourceText,
        layout: DocumentLayout,
        reading: Reading,
        footnotes: Sequence[tuple[int, Footnote]],
    ) -> None:
        self.document, self.layout, self.reading, self.footnotes = document, layout, reading, footnotes

    def annexes(
        self,
        furniture: tuple[tuple[str, Fragment], ...],
        problems: list[NotUnderstood] | None,
    ) -> Annexes:
        """Return the records; ``furniture`` is everything that is none."""
        reader = DialogueReader(self.document, self.layout, self.reading.dialogues)
        groupings, headings = self._headings()
        return Annexes(
            document=self.document,
            annexes=tuple(self._annex(d) for d in self.reading.divisions if d.kind),
            sector_labels=reader.labels,
            dialogues=tuple(reader.dialogues(problems)),
            initiatives=tuple(self._initiatives()),
            groupings=groupings,
            headings=tuple(headings.values()),
            actions=tuple(self._actions(headings)),
            furniture=furniture,
        )

    def _annex(self, division: Division) -> Annex:
        """An annex; its notes are those of its text, or all of them where it holds a table."""
        key = division_key(division, self.layout)
        text = [piece for pieces in division.text for piece in pieces]
        own = [*division.words, *division.labels]
        is_flat = self.document.format == "text"  # else notes of an annex stay where they stand
        noted = division.text or [(Piece(division.title[0].start, _last(self.reading, key)),)]
        if division.kind == "initiatives":
            noted = division.text
        return Annex(
            part=key,
            number=key.removeprefix("A"),
            kind=division.kind,
            title=self.document.fragment(division.title),
            text=self.document.fragment(text) if text else None,
            notes=tuple(note for pieces in noted if is_flat for note in self._notes(pieces)),
            own_words=tuple(map(self.document.fragment, own)),
        )

    def _notes(self, pieces: Pieces) -> Iterator[Footnote]:
        """The footnotes whose marks stand among these words."""
        for mark, note in self.footnotes:
            if pieces[0].start <= mark <= pieces[-1].end + 1:  # a blank may stand before it
                yield note

    def _headings(self) -> tuple[tuple[Heading, ...], dict[int, Heading]]:
        """The groupings, and the headings by the index of their section.

        A section is a grouping where only sections stand in it. The role of a heading is what a person settled
        about its words; a grouping is told of sectors alone: a table prints it once, and nothing where it ends.
        """
        sections, settled = self.reading.sections, self._settled_headings()
        wider = {section.parent for section in sections} - {entry.section for entry in self.reading.entries}
        groupings: list[Heading] = []
        headings: dict[int, Heading] = {}
        for index, section in enumerate(sections):
            words = self.document.fragment(section.pieces)
            labels = tuple(map(self.document.fragment, section.labels))
            if index in wider:
                groupings.append(Heading(section.part, None, words, None, (), "grouping"))
                continue
            role = self._role(words, len(headings) + 1, settled)
            grouping = len(groupings) - 1 if groupings and role == "sector" else None
            headings[index] = Heading(section.part, len(headings) + 1, words, grouping, labels, role)
        for words_lost, (place, _) in settled.items():
            if place and headings:
                last = list(headings.values())[-1].words.spans[0]
                what = f"The heading “{words_lost}” ({place} in curated/headings.csv) stands nowhere"
                raise self.document.refuse(what, last.start, last.end, HEADING_CURE)
        return tuple(groupings), headings

    def _settled_headings(self) -> dict[str, tuple[int | None, str]]:
        """Folded words of a heading → its number, where a person wrote that down, and its role."""
        source, code = self.document.source, self.document.file.language
        rows = list(curated("headings", source.id, source.folder))
        if any(not row.get("words") for row in rows):
            raise SourceError(
                f"headings.csv of {source.id} has a row without words: write the heading in “words”."
            )
        return {
            fold_header(row["words"]): (int(row["number"]) if row.get("number") else None, row["role"])
            for row in rows
            if row.get("language", code) == code
        }

    def _role(self, words: Fragment, number: int, settled: dict[str, tuple[int | None, str]]) -> str | None:
        """Take the role of a heading: its words tell it, and its number must be that of the words.

        Mappings hang on the number: where a heading is lost, those below it would take the meaning of others.
        """
        numbered = {place: folded for folded, (place, _) in settled.items() if place}
        folded = fold_header(words.quote)
        place, role = settled.get(folded, (None, None))
        if place:
            del settled[folded]
        if place != number and (place or number in numbered):
            what = f"Heading {number} is not “{numbered.get(number, '')}”, as in curated/headings.csv"
            raise self.document.refuse(what, words.spans[0].start, words.spans[-1].end, HEADING_CURE)
        return role

    def _initiatives(self) -> Iterator[Initiative]:
        for number, item in enumerate(self.reading.items, 1):
            words = self.document.fragment(item.pieces)
            objective = words.quote.partition(":")[0] if item.kind == "objective" else None
            notes = tuple(self._notes(item.pieces))
            yield Initiative(item.key, number, item.kind, objective, words, notes, self._planned(item))

    def _planned(self, item: ListedItem) -> Deadline | None:
        """The date that the words of an item plan."""
        start, at = item.pieces[0].start, item.pieces[0].start
        text = ""
        for piece in item.pieces:
            text += " " * (piece.start - at) + self.document.text[piece.start : piece.end]
            at = piece.end
        placed = planned(text, self.document.language)
        if not placed:
            return None
        inside = (
            Piece(max(piece.start, start + placed.start), min(piece.end, start + placed.end))
            for piece in item.pieces
        )
        words = tuple(piece for piece in inside if piece.start < piece.end)
        return Deadline(placed.reading, self.document.fragment(words))

    def _actions(self, headings: dict[int, Heading]) -> Iterator[Action]:
        counts: Counter[str] = Counter()
        for entry in self.reading.entries:
            layout, key = self.layout.part[entry.part], entry.key
            heading = None if entry.section is None else headings[entry.section]
            if layout.kind == "boxes" and entry.section is not None:
                key += self.reading.sections[entry.section].label
            counts[key] += 1
            yield Action(
                part=key,
                number=counts[key],
                kind="milestone" if layout.type == "milestone" else entry.kind,
                heading=heading.number if heading else None,
                words=self.document.fragment(entry.pieces),
                deadlines=tuple(self._deadlines(entry)),
                columns=tuple(self._columns(entry)),
            )

    def _deadlines(self, entry: Entry) -> Iterator[Deadline]:
        for date in entry.dates:
            words = self.document.fragment(date.pieces)
            if date.until:
                whole = self.document.fragment((*(p for p in date.pieces if p not in date.until), *date.until))
                until = self.document.fragment(date.until).quote
                if reading := parse_between(words.quote, until, self.document.language):
                    yield Deadline(reading, whole)
                continue
            about = self.document.fragment(date.about).quote if date.about else None
            for placed in parse_deadlines(words.quote, self.document.language):
                purpose = words.quote[slice(*placed.purpose)] if placed.purpose else about
                yield Deadline(placed.reading, words, purpose)

    def _columns(self, entry: Entry) -> Iterator[ColumnEntry]:
        for cell in entry.further:
            header = self.document.fragment(cell.header).quote if cell.header else ""
            yield ColumnEntry(cell.role, header, self.document.fragment(cell.pieces))

    def rest(self, extraction: Extraction) -> Iterator[tuple[str, Fragment]]:
        """The words of tables, marks, and the blocks that no part reads; none in a table that was read.

        What this leaves out belongs to a block of which some words were read: accounting refuses it.
        """
        claims = Stretches(piece for pieces in self._claimed() for piece in pieces)
        tables = Stretches(self.reading.tables)
        yield from self.own_words()
        for paragraph in (p for block in extraction.blocks for p in _free_paragraphs(block, tables)):
            if not claims.touch(paragraph.start, paragraph.end):
                yield "outside", self._whole(paragraph)
                continue
            for leaf in paragraph.leaves():
                if leaf.kind == "mark":
                    yield "mark", self._whole(leaf)
        for aside in (aside for block in extraction.blocks for aside in asides(block)):
            if tables.cover(aside.start, aside.start + 1):
                yield aside.kind, self._whole(aside)

    def own_words(self) -> Iterator[tuple[str, Fragment]]:
        """The words of tables, and the marks of lists."""
        for role, words in (("table", self.reading.words), ("list mark", self.reading.marks)):
            yield from ((role, self.document.fragment(pieces)) for pieces in words if pieces)

    def _claimed(self) -> Iterator[tuple[Piece, ...]]:
        yield from self.reading.words
        yield from self.reading.marks
        for section in self.reading.sections:
            yield from (section.pieces, *section.labels)
        for division in self.reading.divisions:
            yield from (division.title if division.kind else (), *division.words, *division.labels, *division.text)
        for row in self.reading.dialogues:
            yield from row.cells.values()
        for item in self.reading.items:
            yield item.pieces
            for note in self._notes(item.pieces):
                yield tuple(Piece(span.start, span.end) for span in note.words.spans)
        for entry in self.reading.entries:
            yield entry.pieces
            yield from (date.pieces for date in entry.dates)
            yield from (cell.pieces for cell in entry.further)

    def _whole(self, block: Block) -> Fragment:
        return self.document.fragment((Piece(block.start, block.end),))


def _free_paragraphs(block: Block, tables: Stretches) -> Iterator[Block]:
    """The paragraphs of a block that lie in no table that was read."""
    if tables.cover(block.start, block.end):
        return
    if not block.children or block.children[0].kind in ("text", "mark"):
        yield block
        return
    for child in block.children:
        yield from _free_paragraphs(child, tables)


def _all_read(document: SourceText, reading: Reading) -> None:
    """Refuse an annex of a flattened text in which no table or list was found."""
    for division in reading.divisions:
        if not division.kind:
            first_line = re.compile(r"\S[^\n]*").search(document.text, division.title[-1].end)
            start, end = first_line.span() if first_line else (division.title[0].start, division.title[-1].end)
            raise document.refuse(
                "An annex without a table of a known header, and without numbered objectives",
                start,
                end,
                "name its columns in a layout.toml beside source.toml.",
            )


def division_key(division: Division, layout: DocumentLayout) -> str:
    """The key of an annex: its printed number, else that of the part of its kind."""
    if division.number is not None:
        return f"A{division.number}"
    kinds = [{"table": "actions"}.get(part.kind, part.kind) for part in layout.part]
    return part_keys(layout)[kinds.index(division.kind)]


def _last(reading: Reading, key: str) -> int:
    """Where the last entry of a part ends."""
    ends = [piece.end for entry in reading.entries if entry.key == key for piece in entry.pieces]
    ends += [p.end for row in reading.dialogues if row.key == key for cell in row.cells.values() for p in cell]
    return max(ends, default=0)


def accounted(annexes: Annexes) -> Counter[str]:
    """Count the characters, no white space, that each role claims; TextLost for the first that none claims."""
    document = annexes.document
    claimed = bytearray(len(document.text))
    counts: Counter[str] = Counter()
    for role, fragment in annexes.fragments():
        for span in fragment.spans:
            counts[role] += _claim(document.text, claimed, span.start, span.end)
    for match in re.finditer(r"\S+", document.text):
        if 0 in claimed[match.start() : match.end()]:
            raise _lost(document, claimed, match.start())
    return counts


def _claim(text: str, claimed: bytearray, start: int, end: int) -> int:
    """Claim the code points; how many of them are not white space and were not claimed before."""
    new = sum(1 for at in range(start, end) if not claimed[at] and not text[at].isspace())
    claimed[start:end] = b"\x01" * (end - start)
    return new


def _lost(document: SourceText, claimed: bytearray, start: int) -> NotUnderstood:
    first = claimed.index(0, start)
    line_end = document.text.find("\n", first)
    return TextLost(
        "Words that belong to no record, heading or furniture",
        document.place(first, line_end if line_end > 0 else len(document.text)),
        "the text has something that the layout does not describe; nothing is dropped.",
    )


def counts_of(layout: DocumentLayout, reading: Reading) -> dict[str, dict[Counted, int]]:
    """Return how many rows, headings and labels each part has, by its key or that of its annex.

    Headings of dialogues are the cells with sectors, of which one may head several rows.
    """
    rows = Counter(row.key for row in reading.rows)
    headings = Counter(section.part for section in reading.sections)
    headings.update(key for key, _ in {(row.key, row.cells["sectors"]) for row in reading.dialogues})
    labels = Counter({section.part: 0 for section in reading.sections})
    for section in reading.sections:
        labels[section.part] += len(section.labels)
    for division in reading.divisions:
        if division.kind == "dialogues":
            labels[division_key(division, layout)] += len(division.labels)
    is_numbered = any(division.number is not None for division in reading.divisions)
    keys = sorted(rows) if is_numbered else dict.fromkeys((*part_keys(layout), *rows))
    return {key: {"rows": rows[key], "headings": headings[key], "labels": labels[key]} for key in keys}


def differences(rules: SourceRules, counts: Mapping[str, Mapping[Counted, int]]) -> Iterator[CountDifference]:
    """Yield each count of source.toml that the document does not have; "3" there stands for "A3"."""
    by_number = {key.removeprefix("A"): count for key, count in counts.items() if key.startswith("A")}
    yield from count_differences(rules, {**counts, **by_number})


def _check_counts(document: SourceText, annexes: Annexes, layout: DocumentLayout, reading: Reading) -> None:
    """Hold what was read against source.toml; NotUnderstood at the annex, or at the last row of a part."""
    titles = {annex.number: annex.title.spans[0] for annex in annexes.annexes}
    last = {entry.key: entry.pieces for entry in reading.entries}
    for difference in differences(document.source.rules, counts_of(layout, reading)):
        pieces = last.get(difference.key) or (Piece(0, min(len(document.text), 80)),)
        start, end = pieces[0].start, pieces[-1].end
        if titles and difference.key.isdecimal():
            span = titles.get(difference.key, list(titles.values())[-1])
            start, end = span.start, span.end
        name = "Annex" if difference.key.isdecimal() else "Part"
        raise document.refuse(f"{name} {difference}", start, end, CURE)
