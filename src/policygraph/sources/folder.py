"""A folder of ``data/sources`` → documents: text with pages and offsets, checked against its sha256."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..errors import NotUnderstood, Place, SourceError, readable
from .checked_toml import Key, TomlFile, read_toml
from .extract import Anchor, Extraction, extract_bytes, read_file
from .language import Language, language, with_added_rules
from .layout import DEFAULT, layout_of
from .pagination import SourcePage, paginate
from .spans import Fragment, NativeAddress, Piece, Span, quote, runs

SETTINGS = "source.toml"
BESIDE = ("layout.toml", "grammar.*.toml", "curated/*.csv", "curated/*.tsv", "translations/*.tsv")
CODE = re.compile(r"[A-Z0-9_]+")
IRI = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
SEGMENT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One text of a document: its file name, ISO 639-1 language, sha256 in hex, and first page number."""

    name: str
    language: str
    sha256: str
    first_page: int = 1


@dataclass(frozen=True, slots=True)
class SourceRules:
    """What ``source.toml`` says; codes are those of the EU authority tables, or addresses of others.

    ``short_title`` is what people call the document, for labels. ``rows``, ``headings`` and ``labels`` are counts
    by annex or part, made by hand: among the headings are those above headings, and cells that head the rows which
    they span; labels name kinds of rows. ``authentic`` is true only for files as their publisher serves them.
    """

    id: str
    identifier: str
    date: datetime.date
    type: str
    author: str
    address: str
    licence: str
    rights: str
    title: dict[str, str]
    file: tuple[SourceFile, ...]
    celex: str = ""
    short_title: str = ""
    layout: str | None = None
    authentic: bool | None = None
    obtained_from: str | None = None
    obtained_on: datetime.date | None = None
    rows: dict[str, int] = field(default_factory=dict)
    headings: dict[str, int] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A source folder, and what its ``source.toml`` says of the document."""

    folder: Path
    rules: SourceRules

    @property
    def id(self) -> str:
        """The document's part of every IRI."""
        return self.rules.id

    @property
    def files(self) -> tuple[SourceFile, ...]:
        return self.rules.file

    @property
    def name(self) -> str:
        """What a person knows the document by: its CELEX number where it has one."""
        return self.rules.celex or self.rules.id


@dataclass(frozen=True)
class SourceText:
    """One language of a source: its text, pages, and where page numbers are printed (start, end).

    A file without pages has none. ``anchors`` lead from stretches of the text, in order, to places in the file;
    ``format`` is one of those that can be extracted.
    """

    source: Source
    file: SourceFile
    text: str
    pages: tuple[SourcePage, ...]
    printed: tuple[tuple[int, int], ...] = ()
    anchors: tuple[Anchor, ...] = ()
    format: str = "text"
    extraction: Extraction | None = None

    @cached_property
    def language(self) -> Language:
        """The grammar of the file's language, with what ``grammar.<code>.toml`` beside it adds."""
        shipped, beside = language(self.file.language), self.source.folder / f"grammar.{self.file.language}.toml"
        return with_added_rules(shipped, beside) if os.path.lexists(beside) else shipped

    @property
    def path(self) -> Path:
        return self.source.folder / self.file.name

    @cached_property
    def _lines(self) -> list[int]:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    @cached_property
    def _page_starts(self) -> list[int]:
        return [page.start for page in self.pages]

    def line(self, offset: int) -> int:
        """Return the line, from 1, on which this code point stands."""
        return bisect_right(self._lines, offset)

    def page(self, offset: int) -> SourcePage:
        """Return the page on which this code point stands."""
        return self.pages[max(bisect_right(self._page_starts, offset) - 1, 0)]

    def place(self, start: int, end: int) -> Place:
        """Return where these words stand, for an error that a person reads."""
        words = " ".join(self.text[start:end].split())
        page = self.page(start).number if self.pages else None
        return Place(f"{self.source.name}/{self.file.name}", page, self.line(start), words)

    def fragment(self, pieces: Sequence[Piece]) -> Fragment:
        """Return the pieces, in order, as spans and the words that they quote."""
        words = quote(self.text, pieces, self.language.rules.conjunctions)
        return Fragment(tuple(map(self._span, runs(self.text, pieces, self._page_starts))), words)

    def _span(self, piece: Piece) -> Span:
        line, addresses = self.line(piece.start), self._addresses(piece)
        if not self.pages:
            return Span(piece.start, piece.end, None, line, None, addresses)
        page = self.page(piece.start)
        return Span(piece.start, piece.end, page.number, line, page.basis, addresses)

    @cached_property
    def _anchor_ends(self) -> list[int]:
        return [anchor.end for anchor in self.anchors]

    def _addresses(self, piece: Piece) -> tuple[NativeAddress, ...]:
        """Where these words stand in the file as published; a line of a text has only its number."""
        addresses: list[NativeAddress] = []
        for at in range(bisect_right(self._anchor_ends, piece.start), len(self.anchors)):
            anchor = self.anchors[at]
            if anchor.start >= piece.end:
                break
            if anchor.selector != "line":
                addresses.append(NativeAddress(anchor.selector, anchor.value))
        return tuple(dict.fromkeys(addresses))

    def refuse(self, what: str, start: int, end: int, cure: str) -> NotUnderstood:
        """Return the error that says that these words are not understood."""
        return NotUnderstood(what, self.place(start, end), cure)


def open_source(folder: Path) -> Source:
    """Read ``source.toml`` in this folder; SourceError names the key that is unknown, missing or wrong in it."""
    path = folder / SETTINGS
    if not path.exists():
        raise SourceError(f"“{readable(folder)}” has no source.toml: see data/sources for how one looks.")
    settings = read_toml(path)
    rules = settings.decode(SourceRules)
    for key, value, form, cure in _forms(rules):
        if not form.fullmatch(value):
            raise settings.refuse(f"“{key}” is “{value:.60}”; {cure}", *key.split("."))
    _check_files(settings, rules)
    for key, counts in (("rows", rules.rows), ("headings", rules.headings), ("labels", rules.labels)):
        for annex, count in counts.items():
            if count < 0:
                raise settings.refuse(f"“{key}.{annex}” is {count}; count from 0", key, annex)
    return Source(folder, rules)


def _forms(rules: SourceRules) -> Iterator[tuple[str, str, re.Pattern[str], str]]:
    """Key, value, form and cure of what becomes part of an IRI, or names something of others."""
    words = re.compile(r"\S(?:.*\S)?")
    yield ("id", rules.id, SEGMENT, "it is part of IRIs: take letters, digits, points and hyphens")
    yield ("celex", rules.celex, re.compile(r"[0-9A-Z()_]*"), "a CELEX number has digits and capitals")
    yield ("identifier", rules.identifier, words, "write the document's number as people cite it")
    yield ("address", rules.address, IRI, "write an address that begins with http:// or https://")
    yield ("rights", rules.rights, words, "write who holds the rights")
    if rules.short_title:
        yield ("short_title", rules.short_title, words, "write the short name that people use")
    for key in ("type", "author", "licence"):
        form = re.compile(f"{CODE.pattern}|{IRI.pattern}")
        yield (key, getattr(rules, key), form, "write a code of the EU authority table, or an address")
    for code, title in rules.title.items():
        yield (f"title.{code}", code, re.compile("[a-z]{2}"), "write the language as ISO 639-1, such as en")
        yield (f"title.{code}", title, words, "write the title")
    if rules.layout is not None:
        yield ("layout", rules.layout, SEGMENT, "name a layout of policygraph, or leave the key out")


def _check_files(settings: TomlFile, rules: SourceRules) -> None:
    """Each file is one plain name in the folder, with a language and a hash of their form; each name once."""
    if not rules.file:
        raise settings.refuse("there is no [[file]]; name the text of the document", "file")
    names = [file.name for file in rules.file]
    for number, file in enumerate(rules.file):
        way = Key("file", number)
        if not re.fullmatch(r"[^/\\\0.][^/\\\0]*", file.name) or file.name == SETTINGS:
            raise settings.refuse(f"“{file.name}” is no name of a file in this folder", way, "name")
        if names.count(file.name) > 1:
            raise settings.refuse(f"“{file.name}” is named twice; keep one [[file]]", way, "name")
        if not re.fullmatch("[a-z]{2}", file.language):
            raise settings.refuse(f"“{file.language}” is no language of ISO 639-1, such as en", way, "language")
        if not re.fullmatch("[0-9a-f]{64}", file.sha256):
            raise settings.refuse("“sha256” has 64 digits, 0 to 9 and a to f; sha256sum gives it", way, "sha256")
        if file.first_page < 1:
            raise settings.refuse("“first_page” counts from 1", way, "first_page")


def belonging(source: Source) -> list[str]:
    """List every file that the source is made of, also what people wrote beside it: names below its folder."""
    beside = [path for pattern in BESIDE for path in sorted(source.folder.glob(pattern))]
    return [
        SETTINGS,
        *(file.name for file in source.files),
        *(path.relative_to(source.folder).as_posix() for path in beside),
    ]


def documents(source: Source) -> list[SourceText]:
    """Read each text of a source; SourceError for one that is missing, empty, unreadable or unlike its hash."""
    return [read(source, file) for file in source.files]


def read(source: Source, file: SourceFile) -> SourceText:
    """Return one text of the source: a flattened text as it stands, any other file as its format gives it."""
    layout = layout_of(source.folder, source.rules.layout or DEFAULT)
    extraction = extract_bytes(read_bytes(source.folder / file.name, file.sha256), file.name)
    if not layout.is_flattened(extraction):
        return extracted(source, file, extraction)
    text = extraction.text
    words = "|".join(map(re.escape, layout.concepts("qualifier", language(file.language))))
    qualifier = re.compile(rf"\b(?:{words or '(?!)'})$", re.IGNORECASE)
    pages, printed = paginate(text, f"{source.name}/{file.name}", file.first_page, qualifier)
    return SourceText(source, file, text, pages, tuple(printed), extraction=extraction)


def extracted(source: Source, file: SourceFile, extraction: Extraction) -> SourceText:
    """Return one text of the source as its format gave it: stream, pages and native addresses."""
    borders = [page.start for page in extraction.pages[1:]] + [len(extraction.text)]
    pages = tuple(
        SourcePage(page.number, page.start, end, page.basis)
        for page, end in zip(extraction.pages, borders, strict=False)
    )
    return SourceText(source, file, extraction.text, pages, (), extraction.anchors, extraction.format, extraction)


def read_bytes(path: Path, sha256: str) -> bytes:
    """Read the bytes of a file; SourceError for one that is no plain file, too large, empty or changed."""
    content = read_file(path)
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise SourceError(
            f"“{readable(path)}” is not the file that source.toml describes (sha256 {actual[:12]}… instead of "
            f"{sha256[:12]}…): restore the file, or correct source.toml if the publisher changed it."
        )
    return content
