"""A release and the files that it was read from → proof of each quote, or the place where it fails.

A second reading that knows nothing of how a source is read: bytes, hash, code points, spans, words.

- the file's SHA-256 is the one that its manifestation states;
- a file that is no text is extracted again: the stream is the one published with the release, and the words of a
  quote stand at its native addresses (XPath, or page and box) in the file itself, read by ``native``;
- the spans of a row or cell, joined in their order, are its quote, when white space is left out;
- each span stands on the line that it names, the row on the pages that its spans name;
- the quote is the text of the thing that was read from there: a row's ``dct:description``, a cell's
  ``pg:wording``, ``dct:title`` or ``skos:prefLabel``, when white space is left out.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ..errors import Place, SourceError
from ..files import folder
from ..rdf.iris import DCT, OA, OWL, PROV, RDF, SKOS
from ..release import Release
from ..sources.extract import detect, extract_bytes
from .native import NativeFile

LINES_AT_ONCE = 200_000

Term = NamedNode | BlankNode | Literal | Triple
Statements = dict[str, list[Term]]
"""What is said of one thing: predicate → objects."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A quote that could not be proved: what is wrong, and where."""

    what: str
    place: Place

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass
class VerificationResult:
    """Counts of what was proved, and every failure; ``copies`` are files not as their publisher serves them."""

    files: int = 0
    rows: int = 0
    cells: int = 0
    spans: int = 0
    texts: int = 0
    addresses: int = 0
    copies: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything was proved, and there was something to prove."""
        return not self.failures and self.rows + self.cells > 0


class _StatedSpan(NamedTuple):
    """A span as the release states it; what it does not state is 0."""

    order: int
    start: int
    end: int
    page: int
    line: int


@dataclass(frozen=True)
class _File:
    """The text that a manifestation stands for, and, where it is no plain text, the file as published."""

    name: str
    text: str
    is_as_stated: bool
    native: NativeFile | None = None
    stream_fault: str = ""

    @cached_property
    def _ends(self) -> list[int]:
        return [at for at, character in enumerate(self.text) if character == "\n"]

    def line(self, offset: int) -> int:
        """Return the line, from 1, of a code point."""
        return bisect_right(self._ends, offset - 1) + 1


def verify(release: Release, sources: Sequence[Path] = ()) -> VerificationResult:
    """Prove every quote of a release; files are looked for in ``sources``, else in the packaged ones.

    Raises SourceError where a file is missing, ReleaseError where the release is not whole. Memory follows
    the largest document.
    """
    release.check()
    proof = VerificationResult()
    with TemporaryDirectory(prefix="policygraph-") as scratch:
        for path in _shards(release, Path(scratch)):
            _Document(release, path, sources or [folder("data") / "sources"]).prove(proof)
    return proof


def _shards(release: Release, scratch: Path) -> list[Path]:
    """The canonical form cut into a file a document, by what comes second in ``…/id/<kind>/<document>``."""
    start = f"<{release.base}id/".encode()
    held: dict[bytes, list[bytes]] = defaultdict(list)
    with release.canonical.open("rb") as lines:
        for count, line in enumerate(lines, 1):
            if line.startswith(start):
                segments = line[len(start) : line.index(b">")].split(b"/", 2)
                if len(segments) > 2 or segments[0] == b"doc":
                    held[segments[1]].append(line)
            if count % LINES_AT_ONCE == 0:
                _spill(held, scratch)
    _spill(held, scratch)
    return sorted(scratch.iterdir())


def _spill(held: dict[bytes, list[bytes]], scratch: Path) -> None:
    for document, lines in held.items():
        with (scratch / document.decode()).open("ab") as file:
            file.writelines(lines)
    held.clear()


class _Document:
    """The statements of one document, and its files."""

    def __init__(self, release: Release, shard: Path, sources: Sequence[Path]) -> None:
        self._pg, self._sources, self._release = f"{release.base}def#", sources, release
        self._id, self._work = shard.name, f"{release.base}id/doc/{shard.name}"
        self._things: dict[str, Statements] = defaultdict(lambda: defaultdict(list))
        quads: Iterable[Quad] = parse(path=shard, format=RdfFormat.N_QUADS)
        for quad in quads:
            self._things[_value(quad.subject)][quad.predicate.value].append(quad.object)
        self._files: dict[str, _File] = {}

    def prove(self, proof: VerificationResult) -> None:
        """Add this document's proofs and failures."""
        kinds = {f"{self._pg}SourceRow": True, f"{self._pg}SourceCell": False}
        for about in list(self._things.values()):
            for kind in map(_value, about.get(f"{RDF}type", ())):
                if kind in kinds:
                    proof.rows += kinds[kind]
                    proof.cells += not kinds[kind]
                    proof.failures += self._source(about, proof)
        proof.failures += self._texts(proof)
        proof.failures += [_not_as_stated(file) for file in self._files.values() if not file.is_as_stated]
        for file in self._files.values():
            if file.stream_fault:
                proof.failures.append(Failure(file.stream_fault, Place(file.name, None, 1, file.text[:80])))
        proof.files += len(self._files)
        proof.copies += sum(_only(self._things[name], f"{self._pg}authentic") == "false" for name in self._files)

    def _source(self, about: Statements, proof: VerificationResult) -> Iterator[Failure]:
        """One failure, with all that is wrong with this row or cell, or none."""
        spans = sorted(map(self._span, about.get(f"{self._pg}span", ())))
        proof.spans += len(spans)
        addresses = list(self._addresses(about))
        proof.addresses += len(addresses)
        if wrong := "; ".join([*self._wrong(about, spans), *self._misplaced(about, addresses)]):
            yield Failure(wrong, self._place(about))

    def _wrong(self, about: Statements, spans: list[_StatedSpan]) -> Iterator[str]:
        quote = _only(about, f"{self._pg}quote")
        file = self._file(_only(about, f"{OA}hasSource"))
        if [span.order for span in spans] != list(range(1, len(spans) + 1)):
            yield "its spans are not numbered from 1"
        if _squeezed("".join(file.text[span.start : span.end] for span in spans)) != _squeezed(quote):
            yield "the spans do not hold these words"
        selectors = (self._things[_value(node)] for node in about.get(f"{OA}hasSelector", ()))
        if quote not in (_only(selector, f"{OA}exact") for selector in selectors):
            yield "no quote selector has these words"
        if {span.page for span in spans if span.page} != {
            int(_value(page)) for page in about.get(f"{self._pg}page", ())
        }:
            yield "its pages are not those of its spans"
        for span in spans:
            if (line := file.line(span.start)) != span.line:
                yield f"the span from character {span.start} stands on line {line}, not {span.line}"

    def _addresses(self, about: Statements) -> Iterator[tuple[str, str]]:
        """The native addresses of a row or cell: the part of the package that it stands in, and the value."""
        for node in about.get(f"{OA}hasSelector", ()):
            selector = self._things[_value(node)]
            kinds = {_value(kind) for kind in selector.get(f"{RDF}type", ())}
            if kinds & {f"{OA}XPathSelector", f"{OA}FragmentSelector"}:
                yield _only(selector, f"{self._pg}fileName"), _only(selector, f"{RDF}value")

    def _misplaced(self, about: Statements, addresses: list[tuple[str, str]]) -> Iterator[str]:
        """What is wrong with the native addresses; a file that is no plain text must have some."""
        file = self._file(_only(about, f"{OA}hasSource"))
        if file.native is None:
            return
        if not addresses:
            yield "no XPath or box says where the words stand in the file"
            return
        try:
            if not file.native.holds(_only(about, f"{self._pg}quote"), addresses):
                yield "the words do not stand at their address in the file"
        except ValueError as error:
            yield str(error)

    def _span(self, node: Term) -> _StatedSpan:
        about = self._things[_value(node)]
        names = (f"{self._pg}order", f"{OA}start", f"{OA}end", f"{self._pg}page", f"{self._pg}line")
        return _StatedSpan(*(int(_only(about, name) or 0) for name in names))

    def _texts(self, proof: VerificationResult) -> Iterator[Failure]:
        """What is wrong between the texts of things and the quotes that they were read from."""
        row, cell = (f"{DCT}description",), (f"{self._pg}wording", f"{DCT}title", f"{SKOS}prefLabel")
        for about in list(self._things.values()):
            sources = [self._things[_value(source)] for source in about.get(f"{PROV}wasDerivedFrom", ())]
            for is_row, properties in ((True, row), (False, cell)):
                kind = f"{self._pg}{'SourceRow' if is_row else 'SourceCell'}"
                fitting = [one for one in sources if kind in map(_value, one.get(f"{RDF}type", ()))]
                for text in chain.from_iterable(about.get(name, ()) for name in properties):
                    yield from self._text(text, fitting, proof)

    def _text(self, text: Term, sources: list[Statements], proof: VerificationResult) -> Iterator[Failure]:
        """Whether one of the sources in the language of the text has its words; none there, none asked."""
        quotes = [one for one in sources if next(map(_tag, one.get(f"{self._pg}quote", ())), None) == _tag(text)]
        if not quotes:
            return
        proof.texts += 1
        if _squeezed(_value(text)) not in (_squeezed(_only(one, f"{self._pg}quote")) for one in quotes):
            other = f"the release has other words: “{_value(text)[:80]}”"
            yield Failure(other, self._place(quotes[0]))

    def _place(self, about: Statements) -> Place:
        spans = sorted(map(self._span, about.get(f"{self._pg}span", ())))
        file = self._file(_only(about, f"{OA}hasSource"))
        first = spans[0] if spans else _StatedSpan(0, 0, 0, 0, 0)
        return Place(file.name, first.page or None, first.line, _only(about, f"{self._pg}quote"))

    def _file(self, manifestation: str) -> _File:
        if manifestation not in self._files:
            about = self._things[manifestation]
            name, stated = _only(about, f"{self._pg}fileName"), _only(about, f"{self._pg}sha256")
            path = self._find(name)
            content = path.read_bytes()
            right = hashlib.sha256(content).hexdigest() == stated
            self._files[manifestation] = self._extracted(f"{path.parent.name}/{name}", content, right)
        return self._files[manifestation]

    def _extracted(self, name: str, content: bytes, is_as_stated: bool) -> _File:
        """A text as it stands, any other file extracted again, and compared with the stream of the release."""
        file_format, native = detect(content, name), None
        if file_format == "text":
            text = content.decode("utf-8", errors="replace")
        else:
            native = NativeFile(content, file_format)
            try:
                text = extract_bytes(content, name.rsplit("/", 1)[-1], file_format).text
            except SourceError as error:
                return _File(name, "", is_as_stated, None, f"the file cannot be extracted again ({error})")
        path = self._release.folder / "sources" / f"{name}.stream.txt"
        fault = ""
        if native is None and not is_as_stated:  # the file differs, which is said once
            return _File(name, text, is_as_stated)
        if not path.is_file() or path.read_bytes() != text.encode():
            fault = "the stream extracted from the file is not the one published with the release"
        return _File(name, text, is_as_stated, native, fault)

    def _find(self, name: str) -> Path:
        """The file: in a folder named by the document's CELEX number, or by its id."""
        same = [_value(term).rsplit("/", 1)[-1] for term in self._things[self._work].get(f"{OWL}sameAs", ())]
        for sources in self._sources:
            for folder_name in (*same, self._id):
                if (path := sources / folder_name / name).is_file():
                    return path
        where = ", ".join(str(path) for path in self._sources)
        raise SourceError(
            f"The file {name} of {self._id} is not in {where}: say with --sources where the source folders are."
        )


def _not_as_stated(file: _File) -> Failure:
    place = Place(file.name, None, 1, file.text.strip().split("\n")[0].strip())
    return Failure("the file is not the one that the release was read from: its SHA-256 differs", place)


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | BlankNode | Literal) else str(term)


def _only(about: Statements, predicate: str) -> str:
    """The only value, or "" where there is none."""
    return next(map(_value, about.get(predicate, ())), "")


def _tag(term: Term) -> str | None:
    return term.language if isinstance(term, Literal) else None


def _squeezed(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())
