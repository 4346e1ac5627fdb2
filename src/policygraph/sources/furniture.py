"""What is print and not content: page numbers, footnotes at the foot of a page, footnote marks in the text.

``CleanText`` is the text with all furniture blanked out, so that tables are read from content alone while every
offset stays that of the stored text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import NotUnderstood
from .folder import SourceText
from .pagination import SourcePage
from .records import Footnote
from .spans import Fragment, Piece

LINE = re.compile(r"\S(?:[^\n]*\S)?")
ADDRESS = re.compile(r"https?://\S+")
BLOCK = re.compile(r"^ +\n(\d{1,3}) (?=\S)", re.MULTILINE)
NUMBERED = re.compile(r"^(\d{1,3}) (?=\S)", re.MULTILINE)


@dataclass(frozen=True)
class CleanText:
    """``text`` has the length of the stored text; footnotes carry the offset of their mark in it."""

    document: SourceText
    text: str
    furniture: tuple[tuple[str, Fragment], ...]
    footnotes: tuple[tuple[int, Footnote], ...]

    def lines(self, start: int, end: int) -> list[Piece]:
        """Return the lines with words between these offsets, without the white space around them."""
        return [Piece(*match.span()) for match in LINE.finditer(self.text, start, end)]

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Return the lines between these offsets, split where a footnote's mark was cut out."""
        marks = sorted(mark for mark, _ in self.footnotes if start <= mark < end)
        return [part for line in self.lines(start, end) for part in self._split(line, marks)]

    def _split(self, line: Piece, marks: list[int]) -> Iterator[Piece]:
        at = line.start
        for mark in marks:
            if at < mark < line.end:
                yield from self.lines(at, mark)
                at = mark
        yield from self.lines(at, line.end)

    def fragment(self, start: int, end: int) -> Fragment:
        """Return the words between these offsets, footnote marks left out."""
        return self.document.fragment(self.pieces(start, end))

    def refuse(self, what: str, pieces: Sequence[Piece], cure: str) -> NotUnderstood:
        """Return the error that says that the words of these pieces are not understood."""
        return self.document.refuse(what, pieces[0].start, pieces[-1].end, cure)

    def notes(self, start: int, end: int) -> tuple[Footnote, ...]:
        """Return the footnotes whose marks stand between these offsets."""
        return tuple(note for mark, note in self.footnotes if start <= mark < end)


def view(document: SourceText) -> CleanText:
    """Return the document without its furniture; NotUnderstood for a footnote without a mark on its page."""
    furniture = [("page number", document.fragment([Piece(*at)])) for at in document.printed]
    footnotes = list(_footnotes(document))
    for mark, note, repeated in footnotes:
        digits = len(str(note.number))
        furniture.append(("footnote mark", document.fragment([Piece(mark, mark + digits)])))
        furniture += [("link text", document.fragment(repeated))] if repeated else []
    notes = tuple((mark, note) for mark, note, _ in footnotes)
    blanked = [words for _, words in furniture] + [note.words for _, note in notes]
    return CleanText(document, _blanked(document.text, blanked), tuple(furniture), notes)


def _blanked(text: str, fragments: list[Fragment]) -> str:
    kept, at = [], 0
    for span in sorted(span for fragment in fragments for span in fragment.spans):
        kept.append(text[at : span.start])
        kept.append(re.sub(r"\S", " ", text[span.start : span.end]))
        at = span.end
    return "".join(kept) + text[at:]


def _footnotes(document: SourceText) -> Iterator[tuple[int, Footnote, list[Piece]]]:
    """Each footnote with the offset of its mark, and the lines that only repeat its address."""
    expected = 1
    for page in document.pages:
        starts = _note_starts(document.text, page, expected)
        expected += len(starts)
        for index, (number, start) in enumerate(starts):
            end = starts[index + 1][1] if index + 1 < len(starts) else page.end
            lines = [Piece(*match.span()) for match in LINE.finditer(document.text, start, end)]
            note, repeated = _note(document, number, lines)
            yield _mark(document, page, number, starts[0][1]), note, repeated


def _note_starts(text: str, page: SourcePage, expected: int) -> list[tuple[int, int]]:
    """Number and offset of the footnotes on a page: they follow a line of blanks alone, and count on."""
    block = BLOCK.search(text, page.start, page.end)
    if not block or int(block[1]) != expected:
        return []
    starts: list[tuple[int, int]] = []
    for match in NUMBERED.finditer(text, block.start(1), page.end):
        if int(match[1]) == expected + len(starts):
            starts.append((int(match[1]), match.start()))
    return starts


def _note(document: SourceText, number: int, lines: list[Piece]) -> tuple[Footnote, list[Piece]]:
    """The footnote of these lines, and the lines after it that only repeat its address (text of a link)."""
    text = document.text
    words = [Piece(lines[0].start + len(f"{number} "), lines[0].end), *lines[1:]]
    whole = "".join(text[line.start : line.end] for line in words[:1])
    kept = 1
    for line in words[1:]:
        if ADDRESS.fullmatch(text[line.start : line.end]) and whole.rstrip(".") == text[line.start : line.end]:
            break
        whole += text[line.start : line.end]
        kept += 1
    address = ADDRESS.search(whole)
    fragment = document.fragment([lines[0], *words[1:kept]])
    note = Footnote(number, fragment, address.group().rstrip(".") if address else None)
    return note, words[kept:]


def _mark(document: SourceText, page: SourcePage, number: int, notes: int) -> int:
    """The offset of the footnote's mark: its digits, glued to a word on the same page."""
    glued = re.compile(rf"(?<=[^\W\d_]|[”’\"')\]]){number}(?=[\s.,;:)])")
    marks = [match.start() for match in glued.finditer(document.text, page.start, notes)]
    if len(marks) != 1:
        raise document.refuse(
            f"Footnote {number} has {len(marks)} marks on its page instead of one",
            notes,
            notes + 40,
            "check the digits that stand glued to words there.",
        )
    return marks[0]
