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
class Manifest:
    """The content of ``manifest.json``; ``graphs`` counts the statements of each named graph.

    ``extractors`` tells what made each stream, with its version; without streams the file does not mention it.
    """

    base: str
    versions: dict[str, str]
    canonical: str
    inputs: tuple[Input, ...]
    graphs: dict[str, int]
    tables: dict[str, int]
    files: dict[str, FileDigest] = field(default_factory=dict)
    extractors: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """The manifest as indented JSON with sorted keys."""
        content = asdict(self)
        content["files"] = {
            name: {"bytes": file.bytes, "sha256": file.sha256} for name, file in self.files.items()
        }
        if not self.extractors:
            del content["extractors"]
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
