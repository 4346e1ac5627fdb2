"""A folder of ``data/sources`` → documents: text with pages and offsets, checked against its sha256."""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import NotUnderstood, Place, SourceError, readable
from .language import Language, language
from .pagination import SourcePage, paginate
from .spans import Fragment, Piece, Span, quote, runs


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One text of a document: its file name, ISO 639-1 language, sha256 in hex, and first page number."""

    name: str
    language: str
    sha256: str
    first_page: int = 1


@dataclass(frozen=True, slots=True)
class Source:
    """What ``source.toml`` says of a document; codes are those of the EU authority tables."""

    folder: Path
    celex: str
    id: str
    identifier: str
    date: datetime.date
    type: str
    author: str
    address: str
    licence: str
    rights: str
    title: dict[str, str]
    files: tuple[SourceFile, ...]
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceText:
    """One language of a source: its text, pages, and where page numbers are printed (start, end)."""

    source: Source
    file: SourceFile
    text: str
    pages: tuple[SourcePage, ...]
    printed: tuple[tuple[int, int], ...]

    @property
    def language(self) -> Language:
        return language(self.file.language)

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
        """The line, from 1, on which this code point stands."""
        return bisect_right(self._lines, offset)

    def page(self, offset: int) -> SourcePage:
        """The page on which this code point stands."""
        return self.pages[max(bisect_right(self._page_starts, offset) - 1, 0)]

    def place(self, start: int, end: int) -> Place:
        """Where these words stand, for an error that a person reads."""
        words = " ".join(self.text[start:end].split())
        return Place(f"{self.source.celex}/{self.file.name}", self.page(start).number, self.line(start), words)

    def fragment(self, pieces: Sequence[Piece]) -> Fragment:
        """The pieces, in order, as spans and the words that they quote."""
        words = quote(self.text, pieces, self.language.conjunctions)
        return Fragment(tuple(map(self._span, runs(self.text, pieces, self._page_starts))), words)

    def _span(self, piece: Piece) -> Span:
        page = self.page(piece.start)
        return Span(piece.start, piece.end, page.number, self.line(piece.start), page.basis)

    def refuse(self, what: str, start: int, end: int, cure: str) -> NotUnderstood:
        """The error that says that these words are not understood."""
        return NotUnderstood(what, self.place(start, end), cure)


def open_source(folder: Path) -> Source:
    """Read ``source.toml`` in this folder; SourceError says what is missing or wrong in it."""
    path = folder / "source.toml"
    if not path.is_file():
        raise SourceError(f"“{readable(folder)}” has no source.toml: see data/sources for how one looks.")
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"“{readable(path)}” is not TOML: {error}.") from error
    try:
        return _source(folder, entries)
    except (KeyError, TypeError) as error:
        raise SourceError(
            f"“{readable(path)}” lacks or misspells {error}: compare it with those in data/sources."
        ) from error


def _source(folder: Path, entries: dict[str, Any]) -> Source:
    known = dict(entries)
    files = tuple(SourceFile(**entry) for entry in known.pop("file"))
    return Source(folder=folder, files=files, **known)


def belonging(source: Source) -> list[str]:
    """Every file that the source is made of, also what it brings in ``curated/``: names below its folder."""
    curated = sorted(source.folder.glob("curated/*.csv"))
    return ["source.toml", *(file.name for file in source.files), *(f"curated/{path.name}" for path in curated)]


def documents(source: Source) -> list[SourceText]:
    """Each text of the source; SourceError where a file is missing, empty, not UTF-8 or not what its hash says."""
    return [read(source, file) for file in source.files]


def read(source: Source, file: SourceFile) -> SourceText:
    """One text of the source, with its pages."""
    path = source.folder / file.name
    text = _decoded(path, _bytes(path, file))
    cell = language(file.language).pattern("date", "looks_like")
    pages, printed = paginate(text, f"{source.celex}/{file.name}", cell, file.first_page)
    return SourceText(source, file, text, pages, tuple(printed))


def _bytes(path: Path, file: SourceFile) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"“{readable(path)}” cannot be read ({error.strerror}): put the file there.") from error
    if not content.strip():
        raise SourceError(f"“{readable(path)}” is empty: put the text as it was published there.")
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise SourceError(
            f"“{readable(path)}” is not the file that source.toml describes (sha256 {found[:12]}… instead of "
            f"{file.sha256[:12]}…): restore the file, or correct source.toml if the publisher changed it."
        )
    return content


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"“{readable(path)}”, line {line}, byte {error.start}: the text is not UTF-8; convert it to UTF-8."
        ) from error
