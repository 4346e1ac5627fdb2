"""The text of a source with the words marked that a thing was read from.

The text is the stream that the release publishes of the file with the SHA-256 that the data state; for data
without a release it is read from the source's own file, where that is among those that come with policygraph.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote as percent_encoded

from ...engine.results import Solution
from ...errors import SourceError
from ...files import source_folders
from ...i18n import Words
from ...rdf.iris import CELEX, DCT, ELI, OA, OWL, RDF
from ...release import Release
from ...sources.folder import Source, SourceFile, open_source
from ...sources.folder import read as text_of
from ...sources.pagination import SourcePage
from .labels import LocalizedText
from .statements import Triples

AROUND = 4
"""Lines of text that are shown around marked ones before the rest is folded away."""


@dataclass(frozen=True, slots=True)
class SpanView:
    """Where words stand: code points, page, line from 1, and how the page was found (a concept's IRI).

    ``page`` is None in a file that has no pages.
    """

    start: int
    end: int
    page: int | None
    line: int
    basis: str
    owner: str = ""

    @classmethod
    def of(cls, row: Solution) -> SpanView:
        """The span in a row of ``sources.rq``."""
        start, end, page, line = (int(row.text(name)) for name in ("start", "end", "page", "line"))
        return cls(start, end, page or None, line, row.text("basis"), row.text("thing"))


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of one row or cell, and where they stand; ``addresses`` lead to them in the file as published."""

    iri: str
    words: LocalizedText | None
    spans: tuple[SpanView, ...]
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextRun:
    """Characters of a line, and what they were read into: the IRIs, none where they are not marked."""

    characters: str
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file with its number; ``gap`` where lines before it are left out for they are blank."""

    number: int
    pieces: tuple[TextRun, ...]
    gap: bool = False

    @property
    def marked(self) -> bool:
        return any(piece.owners for piece in self.pieces)


@dataclass(frozen=True)
class PageText:
    """A page of the source: its number, how that was found, and its lines in runs: (folded away?, lines).

    Of a file without pages it is the whole, or what stands around the marks, with the number 0.
    """

    number: int
    basis: str
    runs: tuple[tuple[bool, tuple[Line, ...]], ...]


@dataclass(frozen=True)
class Evidence:
    """Everything about where the words of a thing stand; ``sheets`` is empty where the text is not at hand."""

    quotes: tuple[Quote, ...]
    sheets: tuple[PageText, ...]
    file: str = ""
    sha256: str = ""
    language: str = ""
    iri: str = ""
    pages: tuple[int, ...] = field(default=())
    document: str = ""
    annex: str = ""
    row: str = ""
    official: str = ""

    @property
    def page_counted(self) -> bool:
        """Whether a page has no printed number, so that its number is by our count."""
        return any(span.basis.endswith("/counted") for quote in self.quotes for span in quote.spans)

    def citation(self, words: Words) -> str:
        """Where the words stand as people cite it: “COM(2025) 723, Annex 3, p. 9, row 44 by our count”."""
        row = self.row.lstrip("0") if self.row.isdecimal() else self.row
        pages = words("source.cited_pages", n=len(self.pages), pages=", ".join(map(str, self.pages)))
        steps = (
            self.document,
            self.annex and words("source.cited_annex", number=self.annex),
            self.pages and pages,
            row and words("source.cited_row", number=row),
        )
        counted = f" {words('source.by_our_count')}" if row or (self.pages and self.page_counted) else ""
        return ", ".join(str(step) for step in steps if step) + counted

    @property
    def path(self) -> str:
        """Where this text is shown."""
        return text_path(self.iri)


@dataclass(frozen=True)
class EvidenceText:
    """What a source file was read as, and its pages, none where the file has none."""

    text: str
    pages: tuple[SourcePage, ...]

    @cached_property
    def _lines(self) -> list[int]:
        starts = [0]
        while (at := self.text.find("\n", starts[-1])) >= 0:
            starts.append(at + 1)
        return starts

    def line(self, offset: int) -> int:
        """The line, from 1, on which a code point stands."""
        return bisect_right(self._lines, offset)


def text_path(file: str) -> str:
    """Where the text of a file is shown: ``…/id/doc/COM-2025-723/nl/txt`` → ``/source/COM-2025-723/nl``."""
    return "/source/" + file.partition("/id/doc/")[2].rpartition("/")[0]


def language_of(file: str) -> str:
    """The language of a file: ``…/id/doc/COM-2025-723/nl/txt`` → ``nl``."""
    return file.rsplit("/", 2)[-2] if file.count("/") > 1 else ""


@cache
def _files() -> dict[str, tuple[Source, SourceFile]]:
    return {file.sha256: (source, file) for source in map(open_source, source_folders()) for file in source.files}


def document(sha256: str, release: Release | None) -> EvidenceText | None:
    """The text of the file with this hash; None where it is not at hand or no longer what its hash says."""
    stream = release.manifest.streams.get(sha256) if release else None
    if release is None or stream is None:
        return _from_source(sha256)
    file = release.manifest.files.get(stream.file)
    return _from_stream(release.folder / stream.file, file.sha256, stream.pages) if file else None


@lru_cache(maxsize=64)
def _from_stream(path: Path, sha256: str, pages: tuple[tuple[int, int, str], ...]) -> EvidenceText | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != sha256:
        return None
    text = content.decode()
    ends = [*(start for _, start, _ in pages[1:]), len(text)]
    placed = zip(pages, ends, strict=False)
    return EvidenceText(
        text, tuple(SourcePage(number, start, end, basis) for (number, start, basis), end in placed)
    )


@cache
def _from_source(sha256: str) -> EvidenceText | None:
    try:
        text = text_of(*_files()[sha256])
    except (KeyError, SourceError):
        return None
    return EvidenceText(text.text, text.pages)


def place(parts: Mapping[str, Triples], base: str, release: Release | None) -> Evidence | None:
    """Where the words of a thing stand, from the parts of ``thing.rq``; None where the data do not say.

    The text around them comes from ``release``, where there is one.
    """
    sources, file = parts["source"], parts["file"]
    quotes = tuple(_quote(cell, parts, base) for cell in sources.subjects())
    quotes = tuple(one for one in quotes if one.spans)
    if not quotes:
        return None
    sha256 = file.first(f"{base}def#sha256")
    iri, every = next(iter(file.subjects()), ""), [span for quote in quotes for span in quote.spans]
    text = document(sha256, release)
    pages = tuple(sorted({span.page for span in every if span.page is not None}))
    return Evidence(
        tuple(sorted(quotes, key=lambda one: (len(one.iri), one.iri))),
        sheets(text, every, pages) if text else (),
        file.first(f"{base}def#fileName"),
        sha256,
        language_of(iri) if text else "",
        iri,
        pages,
        parts["work"].first(f"{DCT}identifier"),
        parts["annex"].first(f"{ELI}number"),
        parts["row"].first(f"{ELI}number"),
        official_text(parts, language_of(iri)),
    )


def official_text(parts: Mapping[str, Triples], language: str) -> str:
    """The address of the text as the EU publishes it; else that which the file is said to come from, or "".

    By CELEX number at EUR-Lex: https://eur-lex.europa.eu/content/help/data-reuse/linking.html
    """
    for term in parts["work"].objects(f"{OWL}sameAs"):
        if str(term.value).startswith(CELEX):
            number = percent_encoded(str(term.value).removeprefix(CELEX), safe="()")
            return f"https://eur-lex.europa.eu/legal-content/{language.upper() or 'EN'}/TXT/?uri=CELEX:{number}"
    return parts["file"].first(f"{DCT}source")


def _quote(cell: str, parts: Mapping[str, Triples], base: str) -> Quote:
    sources, spans = parts["source"], parts["span"]
    words = sources.objects(f"{base}def#quote", cell)
    places = [_span(node.value, spans, base, cell) for node in sources.objects(f"{base}def#span", cell)]
    ordered = sorted((span for span in places if span), key=lambda span: span.start)
    selectors = (node.value for node in sources.objects(f"{OA}hasSelector", cell))
    addresses = (parts["address"].first(f"{RDF}value", selector) for selector in selectors)
    return Quote(
        cell, LocalizedText.of(words[0]) if words else None, tuple(ordered), tuple(filter(None, addresses))
    )


def _span(iri: str, spans: Triples, base: str, owner: str) -> SpanView | None:
    names = (f"{OA}start", f"{OA}end", f"{base}def#line")
    numbers, page = [spans.first(name, iri) for name in names], spans.first(f"{base}def#page", iri)
    if not all(number.isdecimal() for number in numbers):
        return None
    start, end, line = map(int, numbers)
    return SpanView(
        start, end, int(page) if page.isdecimal() else None, line, spans.first(f"{base}def#pageBasis", iri), owner
    )


def sheets(
    text: EvidenceText, spans: Sequence[SpanView], pages: Iterable[int], *, fold: bool = True
) -> tuple[PageText, ...]:
    """These pages of a text with the spans marked; lines far from any mark are folded away unless told not to.

    A text without pages is one sheet; what is far from any mark is then left out instead.
    """
    shown = []
    if not text.pages:
        lines = _lines(text, 0, len(text.text), spans)
        near = tuple(run for run in _runs(lines) if not run[0]) if fold else ((False, tuple(lines)),)
        return (PageText(0, "", near),)
    for page in text.pages:
        if page.number in pages:
            lines = _lines(text, page.start, page.end, spans)
            shown.append(PageText(page.number, page.basis, _runs(lines) if fold else ((False, tuple(lines)),)))
    return tuple(shown)


def _lines(text: EvidenceText, start: int, end: int, spans: Sequence[SpanView]) -> list[Line]:
    """The lines with anything on them between two code points."""
    lines, at, gap = [], start, False
    for words in text.text[start:end].splitlines(keepends=True):
        stop = at + len(words)
        if words.strip():
            lines.append(Line(text.line(at), tuple(_pieces(text.text, at, at + len(words.rstrip()), spans)), gap))
        gap = not words.strip()
        at = stop
    return lines


def _pieces(text: str, start: int, end: int, spans: Sequence[SpanView]) -> Iterable[TextRun]:
    """A line cut where marks begin and end."""
    touching = [span for span in spans if span.start < end and span.end > start]
    cuts = {start, end, *(max(span.start, start) for span in touching), *(min(span.end, end) for span in touching)}
    ordered = sorted(cuts)
    for left, right in pairwise(ordered):
        owners = {span.owner for span in touching if span.start <= left and span.end >= right}
        yield TextRun(text[left:right], tuple(sorted(owners)))


def _runs(lines: Sequence[Line]) -> tuple[tuple[bool, tuple[Line, ...]], ...]:
    """The lines in runs that are shown or folded away; a run of a few lines is not worth folding."""
    marked = [place for place, line in enumerate(lines) if line.marked]
    near = {place + step for place in marked for step in range(-AROUND, AROUND + 1)}
    runs: list[tuple[bool, list[Line]]] = []
    for place, line in enumerate(lines):
        folded = place not in near
        if not runs or runs[-1][0] != folded:
            runs.append((folded, []))
        runs[-1][1].append(line)
    return tuple((folded and len(run) > 2, tuple(run)) for folded, run in runs)
