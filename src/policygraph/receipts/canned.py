"""Receipts for a canned query of a release: asked, written as a file, and checked again.

A file of receipts is proved in two ways that know nothing of each other: its quotes against the bytes of the
source files, and all that it says against receipts that are made anew from the release.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import PolicygraphError, QueryError, SourceError, readable
from ..files import folder
from ..queries import open_release
from ..queries.canned import CannedQuery, get
from ..release import Release
from .answers import FORM, Receipts, receipts

LARGEST = 256 * 2**20
"""Bytes of a file of receipts that are read."""


def of_store(
    query: CannedQuery, store: Any, base: str, parameters: Mapping[str, object], most: int | None = None
) -> Receipts:
    """The receipts of a canned query for its first rows, asked of a store with all graphs of a release."""
    graphs = [f"{base}graph/{name}" for name in query.graphs]
    many = [column.name for column in query.columns if column.many]
    return receipts(store, query.bind(base, **parameters), base, graphs, many, most=most)


def of_release(query: CannedQuery, path: Path, **parameters: object) -> tuple[Receipts, Release]:
    """The receipts of a canned query, and the release that it was asked of."""
    query.bind(**parameters)
    release = Release.open(path)
    store, base = open_release(path)
    return of_store(query, store, base, parameters), release


def about(query: CannedQuery, base: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """What a file of receipts says of its query: name, question, and the values that it was asked with."""
    values = {name: value for name, value in parameters.items() if value is not None}
    return {
        "name": query.name,
        "question": query.question["en"],
        "parameters": {
            parameter.name: str(values.get(parameter.name, parameter.lexical(base)))
            for parameter in query.parameters
        },
    }


def document(
    result: Receipts,
    query: CannedQuery,
    release: Release,
    parameters: Mapping[str, object],
    most: int | None = None,
) -> bytes:
    """The file of receipts: JSON that names the release by its hash; ``most`` are the rows that were asked for."""
    return result.serialize(release=release.manifest.canonical, most=most, **about(query, result.base, parameters))


class ReceiptCheck:
    """Checks files of receipts against a release and the source files. Raises ReleaseError where it is not whole.

    ``sources`` are folders with source folders; without any the packaged ones.
    """

    def __init__(self, release: Release, sources: Sequence[Path] = ()) -> None:
        release.check()
        self._release, self._sources = release, sources or [folder("data") / "sources"]
        self._store, self._base = open_release(release.folder)
        self._texts: dict[tuple[str, str], str] = {}
        self._made: dict[str, Any] = {}

    def faults(self, content: dict[str, Any]) -> list[str]:
        """Everything that is wrong with the content of a file of receipts; nothing where it holds."""
        if content.get("release") != self._release.manifest.canonical:
            return [f"it is for another release: {str(content.get('release'))[:80]}"]
        faults = list(self._quotes(content))
        try:
            return [*faults, *_differences(content, self._again(content), "")]
        except PolicygraphError as error:
            return [*faults, str(error)]

    def _again(self, content: dict[str, Any]) -> Any:
        """The receipts that the release gives for the query of a file."""
        identity = [content.get(name) for name in ("name", "parameters", "query", "most")]
        key = json.dumps(identity)
        if key not in self._made:
            name, values, text, most = identity
            if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 0):
                raise QueryError("The number of rows (most) is none: leave it null for all.")
            if name is None:
                graphs = [f"{self._base}graph/{graph}" for graph in self._release.manifest.graphs]
                result = receipts(self._store, str(text), self._base, graphs, most=most)
                self._made[key] = result.document(release=self._release.manifest.canonical, most=most)
            else:
                query, values = get(str(name)), values if isinstance(values, dict) else {}
                result = of_store(query, self._store, self._base, values, most)
                self._made[key] = json.loads(document(result, query, self._release, values, most))
        return self._made[key]

    def _quotes(self, content: dict[str, Any]) -> Iterator[str]:
        """What is wrong with the quotes, by the bytes of the source files."""
        quotes = content.get("quotes")
        for number, quote in enumerate(quotes if isinstance(quotes, list) else []):
            try:
                text = self._text(quote["file"], quote["sha256"])
                held = _squeezed("".join(text[span["start"] : span["end"]] for span in quote["spans"]))
                words = _squeezed(quote["words"])
                if not words or (words not in held if quote.get("part") else words != held):
                    yield f"quotes/{number}: the words do not stand in {quote['file']}: “{quote['words'][:80]}”"
            except (KeyError, TypeError, AttributeError):
                yield f"quotes/{number}: no words with a file, its SHA-256 and spans"
            except SourceError as error:
                yield f"quotes/{number}: {error}"

    def _text(self, name: str, sha256: str) -> str:
        """The text of the file with this hash; what the release extracted from it where it is no text."""
        if (name, sha256) not in self._texts:
            content = self._file(Path(name).name, sha256)
            stream = self._release.manifest.streams.get(sha256)
            extracted = stream and (self._release.folder / stream.file).read_bytes()
            self._texts[name, sha256] = (extracted or content).decode("utf-8")
        return self._texts[name, sha256]

    def _file(self, name: str, sha256: str) -> bytes:
        for path in (path for place in self._sources for path in sorted(place.glob("*/*")) if path.name == name):
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() == sha256:
                return content
        where = ", ".join(map(readable, self._sources))
        raise SourceError(f"no file {name[:80]} with this SHA-256 is in {where}: say with --sources where it is")


def read(file: Path) -> dict[str, Any]:
    """The content of a file of receipts; raises QueryError where it is none."""
    try:
        if file.stat().st_size > LARGEST:
            raise QueryError(f"{readable(file)} is larger than {LARGEST >> 20} MiB: give it in parts.")
        content: Any = json.loads(file.read_bytes())
    except OSError as error:
        raise QueryError(f"{readable(file)} cannot be read ({error.strerror}): check the path.") from error
    except (ValueError, RecursionError) as error:
        raise QueryError(f"{readable(file)} is no JSON ({error}): give a file of receipts.") from error
    if not isinstance(content, dict) or content.get("form") != FORM:
        raise QueryError(f"{readable(file)} holds no receipts ({FORM}): policygraph query --receipts writes some.")
    return content


def counted(content: dict[str, Any]) -> str:
    """What a file of receipts holds, in words."""
    names = ("rows", "statements", "quotes")
    return "{} rows, {} statements and {} quotes".format(*(len(content.get(name) or ()) for name in names))


def _differences(stated: Any, again: Any, place: str) -> Iterator[str]:
    """Where a file of receipts differs from one that is made anew."""
    if isinstance(stated, dict) and isinstance(again, dict):
        for name in sorted({*stated, *again}, key=str):
            if name not in stated or name not in again:
                yield f"{place}/{name}: {'missing' if name in again else 'not of a receipt'}"
            else:
                yield from _differences(stated[name], again[name], f"{place}/{name}")
    elif isinstance(stated, list) and isinstance(again, list) and len(stated) == len(again):
        for number, pair in enumerate(zip(stated, again, strict=True)):
            yield from _differences(*pair, f"{place}/{number}")
    elif stated != again or type(stated) is not type(again):
        yield f"{place}: {json.dumps(stated, ensure_ascii=False)[:80]} is not what the release gives"


def _squeezed(text: str) -> str:
    return "".join(text.split())
