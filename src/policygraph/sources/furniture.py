"""What is print and not content: page numbers, running headers and footers, footnotes and their marks in the text.

``CleanText`` is the text with all furniture blanked out, so that tables are read from content alone while every
offset stays that of the stored text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import NotUnderstood
from .deadlines import parse_deadlines
from .extract import Block, Extraction
from .folder import SourceText
from .pagination import SourcePage
from .records import Footnote
from .spans import Fragment, Piece

LINE = re.compile(r"\S(?:[^\n]*\S)?")
ADDRESS = re.compile(r"https?://\S+")
NUMBERED = re.compile(r"^(\d{1,3})[^\S\n]+(?=\S)", re.MULTILINE)
GLUED = re.compile(r"(?<=[^\W\d_]|[”’\"')\]])\d{1,3}(?=[\s.,;:)])")
RUNNING_PAGES = 3
"""On so many pages, and on more than half of all, the same words at the same edge are furniture."""


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


def view(document: SourceText, dates: int | None = None) -> CleanText:
    """Return the document without its furniture; NotUnderstood for a footnote without a mark on its page.

    Of what most pages have at an edge, so many lines at most that are target dates are running lines.
    """
    furniture = [("page number", document.fragment([Piece(*at)])) for at in document.printed]
    furniture += [("running line", document.fragment([line])) for line in _running_lines(document, dates)]
    text = _blanked(document.text, [words for _, words in furniture])
    footnotes = list(_footnotes(document, text))
    for mark, note, repeated in footnotes:
        digits = len(str(note.number))
        furniture.append(("footnote mark", document.fragment([Piece(mark, mark + digits)])))
        furniture += [("link text", document.fragment(repeated))] if repeated else []
    notes = tuple((mark, note) for mark, note, _ in footnotes)
    blanked = [words for _, words in furniture] + [note.words for _, note in notes]
    return CleanText(document, _blanked(document.text, blanked), tuple(furniture), notes)


def marked_notes(document: SourceText, extraction: Extraction) -> Iterator[tuple[int, Footnote]]:
    """Yield the offset of each mark of a file with structure, and the note to which it refers.

    A number that two notes bear refers to neither of them.
    """
    notes: dict[str, list[Block]] = defaultdict(list)
    marks: list[Block] = []
    waiting = list(extraction.blocks)
    while waiting:
        block = waiting.pop()
        if block.kind == "note":
            notes[block.label].append(block)
        elif block.kind == "mark" and block.label.isdecimal():
            marks.append(block)
        else:
            waiting.extend(block.children)
    for mark in sorted(marks, key=lambda mark: mark.start):
        if len(blocks := notes[mark.label]) == 1:
            leaves = [leaf for leaf in blocks[0].leaves() if leaf.kind != "mark"]
            matches = (m for leaf in leaves for m in LINE.finditer(document.text, leaf.start, leaf.end))
            if pieces := [Piece(*match.span()) for match in matches]:
                words = document.fragment(pieces)
                yield mark.start, Footnote(int(mark.label), words, _address(words.quote))


def _address(words: str) -> str | None:
    match = ADDRESS.search(words)
    return match.group().rstrip(".") if match else None


def _blanked(text: str, fragments: list[Fragment]) -> str:
    kept, at = [], 0
    for span in sorted(span for fragment in fragments for span in fragment.spans):
        kept.append(text[at : span.start])
        kept.append(re.sub(r"\S", " ", text[span.start : span.end]))
        at = span.end
    return "".join(kept) + text[at:]


def _running_lines(document: SourceText, dates: int | None) -> Iterator[Piece]:
    """The lines at the tops and the feet of pages that most pages share, whatever numbers they bear."""
    printed = set(document.printed)
    lines_of_pages = (
        (Piece(*match.span()) for match in LINE.finditer(document.text, page.start, page.end))
        for page in document.pages
    )
    pages = [deque(line for line in lines if tuple(line) not in printed) for lines in lines_of_pages]
    for edge in (0, -1):
        left = dates
        while shared := _shared(document.text, [lines[edge] for lines in pages if lines], len(pages)):
            first = next(iter(shared))
            if left is not None and parse_deadlines(document.text[first.start : first.end], document.language):
                if left == 0:
                    break
                left -= 1
            yield from shared
            for lines in pages:
                if lines and lines[edge] in shared:
                    del lines[edge]


def _shared(text: str, lines: list[Piece], pages: int) -> dict[Piece, None]:
    """Those of the lines that say the same, numbers aside, on most of the pages."""
    words = [re.sub(r"\d+", "0", " ".join(text[line.start : line.end].split())) for line in lines]
    commonest, count = max(Counter(words).items(), key=lambda item: item[1], default=("", 0))
    if count < max(RUNNING_PAGES, pages // 2 + 1):
        return {}
    return dict.fromkeys(line for line, said in zip(lines, words, strict=True) if said == commonest)


def _footnotes(document: SourceText, text: str) -> Iterator[tuple[int, Footnote, list[Piece]]]:
    """Each footnote with the offset of its mark, and the lines that only repeat its address.

    ``text`` is that of the document without its running lines.
    """
    expected = 1
    for page in document.pages:
        starts = _note_starts(document, text, page, expected)
        expected += len(starts)
        for index, (number, start) in enumerate(starts):
            end = starts[index + 1][1] if index + 1 < len(starts) else page.end
            lines = [Piece(*match.span()) for match in LINE.finditer(text, start, end)]
            note, repeated = _note(document, number, lines)
            yield _mark(document, page, number, starts[0][1]), note, repeated


def _note_starts(document: SourceText, text: str, page: SourcePage, expected: int) -> list[tuple[int, int]]:
    """Number and offset of the footnotes on a page.

    The first follows a line of blanks alone, or its mark stands above it; the numbers count on from page to page.
    """
    starts: list[tuple[int, int]] = []
    marks = _marks(text, page.start, page.end)
    for match in NUMBERED.finditer(text, page.start, page.end):
        number, next_number = int(match[1]), expected + len(starts)
        ruled = _is_ruled(text, page.start, match.start())
        marked = any(at < match.start() for at in marks.get(str(number), ())[:1])
        if number == next_number and (starts or ruled or marked):
            starts.append((number, match.start()))
        elif number > next_number and ruled and marked and not starts:
            raise document.refuse(
                f"Footnote {number} where footnote {next_number} should be the next",
                match.start(),
                match.start() + 40,
                "a footnote is lost; compare the page with the publisher's document.",
            )
    return starts


def _note(document: SourceText, number: int, lines: list[Piece]) -> tuple[Footnote, list[Piece]]:
    """The footnote of these lines, and the lines after it that only repeat its address (text of a link)."""
    text = document.text
    after = NUMBERED.match(text, lines[0].start)
    words = [Piece(after.end() if after else lines[0].start, lines[0].end), *lines[1:]]
    whole = "".join(text[line.start : line.end] for line in words[:1])
    kept = 1
    for line in words[1:]:
        if ADDRESS.fullmatch(text[line.start : line.end]) and whole.rstrip(".") == text[line.start : line.end]:
            break
        whole += text[line.start : line.end]
        kept += 1
    fragment = document.fragment([lines[0], *words[1:kept]])
    note = Footnote(number, fragment, _address(whole))
    return note, words[kept:]


def _mark(document: SourceText, page: SourcePage, number: int, notes: int) -> int:
    """The offset of the footnote's mark: its digits, glued to a word on the same page."""
    marks = _marks(document.text, page.start, notes).get(str(number), [])
    if len(marks) != 1:
        raise document.refuse(
            f"Footnote {number} has {len(marks)} marks on its page instead of one",
            notes,
            notes + 40,
            "check the digits that stand glued to words there.",
        )
    return marks[0]


def _marks(text: str, start: int, end: int) -> dict[str, list[int]]:
    """The offsets of digits glued to a word, by the number that they are."""
    marks: dict[str, list[int]] = defaultdict(list)
    for match in GLUED.finditer(text, start, end):
        marks[match.group()].append(match.start())
    return marks


def _is_ruled(text: str, start: int, end: int) -> bool:
    """Whether a line of blanks alone stands above: some extractions leave it where a rule is printed."""
    above = end
    while above > start and text[above - 1].isspace():
        above -= 1
    first, *lines = text[above:end].split("\n")
    return any(lines) or (first != "" and (above == 0 or text[above - 1] == "\n"))
