"""A release and the files that it was read from → proof of each quote, or the place where it fails.

A second reading that knows nothing of how a source is read: bytes, hash, code points, spans, words.

- the file's SHA-256 is the one that its manifestation states;
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

from .errors import Place, SourceError
from .files import folder
from .rdf.iris import DCT, OA, OWL, PROV, RDF, SKOS
from .release import Release

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
    """Counts of what was proved, and every failure."""

    files: int = 0
    rows: int = 0
    cells: int = 0
    spans: int = 0
    texts: int = 0
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
    """The text that a manifestation stands for."""

    name: str
    text: str
    is_as_stated: bool

    @cached_property
    def _ends(self) -> list[int]:
        return [at for at, character in enumerate(self.text) if character == "\n"]

    def line(self, offset: int) -> int:
        """The line, from 1, of a code point."""
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
            _Document(release.base, path, sources or [folder("data") / "sources"]).prove(proof)
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

    def __init__(self, base: str, shard: Path, sources: Sequence[Path]) -> None:
        self._pg, self._sources = f"{base}def#", sources
        self._id, self._work = shard.name, f"{base}id/doc/{shard.name}"
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
        proof.files += len(self._files)

    def _source(self, about: Statements, proof: VerificationResult) -> Iterator[Failure]:
        """One failure, with all that is wrong with this row or cell, or none."""
        spans = sorted(map(self._span, about.get(f"{self._pg}span", ())))
        proof.spans += len(spans)
        if wrong := "; ".join(self._wrong(about, spans)):
            yield Failure(wrong, self._place(about))

    def _wrong(self, about: Statements, spans: list[_StatedSpan]) -> Iterator[str]:
        quote = _one(about, f"{self._pg}quote")
        file = self._file(_one(about, f"{OA}hasSource"))
        if [span.order for span in spans] != list(range(1, len(spans) + 1)):
            yield "its spans are not numbered from 1"
        if _squeezed("".join(file.text[span.start : span.end] for span in spans)) != _squeezed(quote):
            yield "the spans do not hold these words"
        if quote not in map(self._exact, about.get(f"{OA}hasSelector", ())):
            yield "no quote selector has these words"
        if {span.page for span in spans} != {int(_value(page)) for page in about.get(f"{self._pg}page", ())}:
            yield "its pages are not those of its spans"
        for span in spans:
            if (line := file.line(span.start)) != span.line:
                yield f"the span from character {span.start} stands on line {line}, not {span.line}"

    def _span(self, node: Term) -> _StatedSpan:
        about = self._things[_value(node)]
        names = (f"{self._pg}order", f"{OA}start", f"{OA}end", f"{self._pg}page", f"{self._pg}line")
        return _StatedSpan(*(int(_one(about, name) or 0) for name in names))

    def _exact(self, node: Term) -> str:
        return _one(self._things[_value(node)], f"{OA}exact")

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
        quotes = [one for one in sources if _language(one, f"{self._pg}quote") == _tag(text)]
        if not quotes:
            return
        proof.texts += 1
        if _squeezed(_value(text)) not in (_squeezed(_one(one, f"{self._pg}quote")) for one in quotes):
            other = f"the release has other words: “{_value(text)[:80]}”"
            yield Failure(other, self._place(quotes[0]))

    def _place(self, about: Statements) -> Place:
        spans = sorted(map(self._span, about.get(f"{self._pg}span", ())))
        file = self._file(_one(about, f"{OA}hasSource"))
        first = spans[0] if spans else _StatedSpan(0, 0, 0, 0, 0)
        return Place(file.name, first.page or None, first.line, _one(about, f"{self._pg}quote"))

    def _file(self, manifestation: str) -> _File:
        if manifestation not in self._files:
            about = self._things[manifestation]
            name, stated = _one(about, f"{self._pg}fileName"), _one(about, f"{self._pg}sha256")
            path = self._find(name)
            content = path.read_bytes()
            right = hashlib.sha256(content).hexdigest() == stated
            text = content.decode("utf-8", errors="replace")
            self._files[manifestation] = _File(f"{path.parent.name}/{name}", text, right)
        return self._files[manifestation]

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


def _one(about: Statements, predicate: str) -> str:
    """The only value, or "" where there is none."""
    return next(map(_value, about.get(predicate, ())), "")


def _language(about: Statements, predicate: str) -> str | None:
    return next(map(_tag, about.get(predicate, ())), None)


def _tag(term: Term) -> str | None:
    return term.language if isinstance(term, Literal) else None


def _squeezed(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())
