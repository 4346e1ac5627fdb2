"""``manifest.json``: what a release holds, what it was made from and by, and the hash of each file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ReleaseError, readable
from ..rdf.iris import BASE
from .atomic_publish import MANIFEST
from .checksum_file import FileDigest, digest
from .syntaxes import CANONICAL


@dataclass(frozen=True, slots=True)
class Input:
    """A file that a release was made from: the id of its document (or ""), its name, its SHA-256."""

    document: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Stream:
    """The text that a source file was read as: its file in the release, and where its pages begin.

    A page is its number, the code point that it begins at, and how the number was found; a file may have none.
    """

    file: str
    pages: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of ``manifest.json``; ``graphs`` counts the statements of each named graph.

    ``streams`` are by the SHA-256 of the source file they were read from, ``extractors`` tells what made each,
    with its version; without streams the file does not mention them.
    """

    base: str
    versions: dict[str, str]
    canonical: str
    inputs: tuple[Input, ...]
    graphs: dict[str, int]
    tables: dict[str, int]
    files: dict[str, FileDigest] = field(default_factory=dict)
    extractors: dict[str, str] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)

    def to_json(self) -> str:
        """The manifest as indented JSON with sorted keys."""
        content = asdict(self)
        content["files"] = {
            name: {"bytes": file.bytes, "sha256": file.sha256} for name, file in self.files.items()
        }
        for name in ("extractors", "streams"):
            if not content[name]:
                del content[name]
        content["quads"] = sum(self.graphs.values())
        return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """The manifest out of its JSON; raises ValueError, KeyError or TypeError where it is none."""
        content: dict[str, Any] = json.loads(text)
        return cls(
            base=content["base"],
            versions=content["versions"],
            canonical=content["canonical"],
            inputs=tuple(Input(**entry) for entry in content["inputs"]),
            graphs=content["graphs"],
            tables=content["tables"],
            files={name: FileDigest(name, **file) for name, file in content["files"].items()},
            extractors=content.get("extractors", {}),
            streams={
                sha256: Stream(stream["file"], tuple(tuple(page) for page in stream["pages"]))
                for sha256, stream in content.get("streams", {}).items()
            },
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A folder that holds a release, and its manifest."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path | str) -> Release:
        """Open a release; raises ReleaseError where the folder holds none."""
        folder = Path(folder)
        try:
            text = (folder / MANIFEST).read_text(encoding="utf-8")
            return cls(folder, Manifest.from_json(text))
        except FileNotFoundError as error:
            raise ReleaseError(
                f"{readable(folder)} holds no release (there is no {MANIFEST}): run policygraph build first."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseError(
                f"{readable(folder / MANIFEST)} is no manifest of a release ({error}): build it again."
            ) from error

    @property
    def canonical(self) -> Path:
        """The sorted N-Quads of all named graphs."""
        return self.folder / CANONICAL

    @property
    def base(self) -> str:
        """The base IRI that the things of this release stand below."""
        return self.manifest.base or BASE

    def check(self) -> None:
        """Compare every file with the manifest; raises ReleaseError for the first that differs."""
        for name, stated in self.manifest.files.items():
            path = self.folder / name
            if not path.is_file():
                raise ReleaseError(f"{readable(path)} is missing from the release: build or fetch it again.")
            if digest(path, name) != stated:
                raise ReleaseError(
                    f"{readable(path)} is not what the release's manifest says (its SHA-256 differs): "
                    "build or fetch the release again."
                )
