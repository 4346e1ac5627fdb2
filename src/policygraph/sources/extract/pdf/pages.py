"""The pages of a PDF: each character with its place, and the rules drawn on the page.

Characters come from playa, rules from pdfplumber; both must see the same characters on every page, or the
document is refused: what one library loses, the other has.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pdfplumber
import playa
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException
from playa.exceptions import PDFException

from ....errors import SourceError

MOST_PAGES = 2_000
INVISIBLE = 3
"""The text rendering mode of the layer that recognition of scans puts over a picture."""

THICKEST = 3.0
"""A box thinner than this, in points, is a rule."""

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " ", "\u2011": "-"}
)


class Glyph(NamedTuple):
    """A character as drawn: its box in points from the top left of its page, baseline, size, and mark (MCID)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    baseline: float
    size: float
    page: int
    mcid: int | None
    font: str

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


class Rule(NamedTuple):
    """A straight rule: at ``at`` on the other axis, from ``start`` to ``end``."""

    at: float
    start: float
    end: float


@dataclass
class PdfPage:
    """One page, counted from 0: its size in points, glyphs (no white space), and rules."""

    index: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    horizontal: list[Rule] = field(default_factory=list)
    vertical: list[Rule] = field(default_factory=list)


@contextmanager
def _losses() -> Iterator[list[str]]:
    """What the libraries only log, and go on without: streams that cannot be unpacked whole."""
    losses: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        if "decompress" in record.getMessage():
            losses.append(record.getMessage())
        return False

    handler = logging.NullHandler()
    handler.handle = note  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in ("pdfminer", "playa")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield losses
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class OpenedPdf:
    """A PDF opened by both libraries; closed by ``with``."""

    def __init__(self, content: bytes, file: str) -> None:
        self.file = file
        try:
            self.plumber = pdfplumber.open(io.BytesIO(content))
            self.playa = playa.parse(content)
        except (PdfminerException, PSException, PDFException, ValueError, KeyError, TypeError) as error:
            if any(isinstance(cause, PDFPasswordIncorrect) for cause in (error, *error.args)):
                raise SourceError(f"{file} is locked by a password: take the version that is not.") from error
            raise SourceError(
                f"{file} is not a valid PDF ({error!r:.80}): take it from the publisher again."
            ) from error
        if len(self.plumber.pages) > MOST_PAGES:
            raise SourceError(f"{file} has more than {MOST_PAGES} pages: take the annex alone.")

    def pages(self) -> list[PdfPage]:
        """Return all pages; SourceError where the libraries differ, lose data or read no character of Unicode."""
        with _losses() as losses:
            pages = [self._page(index) for index in range(len(self.plumber.pages))]
        if losses:
            raise SourceError(f"{self.file} is damaged ({losses[0][:80]}): take it from the publisher again.")
        return pages

    def _page(self, index: int) -> PdfPage:
        plumbed = self.plumber.pages[index]
        page = PdfPage(index, float(plumbed.width), float(plumbed.height))
        seen: Counter[str] = Counter()
        outside: list[Glyph] = []
        for text in self.playa.pages[index].texts:
            hidden = text.gstate.render_mode == INVISIBLE
            for drawn in text:
                characters = (drawn.text or "\ufffd").translate(LIGATURES)
                if not characters.strip():
                    continue
                seen.update(characters)
                x0, top, x1, bottom = drawn.bbox
                baseline = drawn.matrix[5]
                if hidden:
                    continue
                glyph = Glyph(
                    characters, x0, top, x1, bottom, baseline, abs(drawn.size) or bottom - top, index, drawn.mcid,
                    drawn.fontname,
                )  # fmt: skip
                if "\ufffd" in characters or characters.startswith("(cid:"):
                    raise refusal(self.file, glyph, "a character without a code in Unicode", "take another format")
                on_page = x1 > 0 and bottom > 0 and x0 < page.width and top < page.height
                (page.glyphs if on_page else outside).append(glyph)
        other = Counter("".join(str(char["text"]).translate(LIGATURES) for char in plumbed.chars if char["text"]))
        for character in [character for character in other if character.isspace()]:
            del other[character]
        if missing := (seen - other) + (other - seen):
            raise SourceError(
                f"{self.file}, page {index + 1}: two libraries read different characters there "
                f"({', '.join(sorted(missing))[:60]}): take another format of the document."
            )
        _nothing_cut_off(page, outside, self.file)
        _rules(plumbed, page)
        plumbed.close()
        return page


def _nothing_cut_off(page: PdfPage, outside: Sequence[Glyph], file: str) -> None:
    """Refuse a page at whose edge words are cut off: what is read of them would not be what they say."""
    ends = {round(glyph.baseline): glyph for glyph in sorted(page.glyphs, key=lambda glyph: glyph.x1)}
    for glyph in outside:
        last = ends.get(round(glyph.baseline))
        if last and 0 <= glyph.x0 - last.x1 + glyph.size < 2 * glyph.size:
            raise refusal(
                file, glyph, "stands outside of its page and goes on from words on it", "take another format"
            )


def _rules(plumbed: pdfplumber.page.Page, page: PdfPage) -> None:
    """The lines drawn on the page, as rules: strokes along an axis, and filled boxes as thin as a rule.

    Coloured ground (also behind words) rules nothing, nor does what is as large as the page.
    """
    for thing in (*plumbed.lines, *plumbed.rects, *plumbed.curves):
        x0, x1, top, bottom = (float(thing[name]) for name in ("x0", "x1", "top", "bottom"))
        if min(x1 - x0, bottom - top) <= THICKEST:
            _add(page, x0, x1, top, bottom)
        elif thing["stroke"] and thing["object_type"] == "rect":
            for edge in (
                (x0, x1, top, top),
                (x0, x1, bottom, bottom),
                (x0, x0, top, bottom),
                (x1, x1, top, bottom),
            ):
                _add(page, *edge)
        elif thing["stroke"]:
            for (ax, ay), (bx, by) in pairwise(thing["pts"]):
                _add(page, min(ax, bx), max(ax, bx), min(ay, by), max(ay, by))


def _add(page: PdfPage, x0: float, x1: float, top: float, bottom: float) -> None:
    if bottom - top <= THICKEST < x1 - x0 < 0.98 * page.width:
        page.horizontal.append(Rule((top + bottom) / 2, x0, x1))
    elif x1 - x0 <= THICKEST < bottom - top < 0.98 * page.height:
        page.vertical.append(Rule((x0 + x1) / 2, top, bottom))


def refusal(file: str, glyph: Glyph, what: str, cure: str, words: str = "") -> SourceError:
    """Return the error that names page, box and words."""
    box = ",".join(
        f"{number:.0f}" for number in (glyph.x0, glyph.top, glyph.x1 - glyph.x0, glyph.bottom - glyph.top)
    )
    shown = f" “{words[:80]}”" if words else ""
    return SourceError(f"{file}, page {glyph.page + 1}, box {box}:{shown} {what}: {cure}.")
