"""What somebody who deposits or cites a release asks for: RO-Crate metadata and CITATION.cff.

Both say what the catalogue says, in other words: title, description, licence, publisher, days and keywords stand
once, in ``data/catalogue.ttl``. The crate names the catalogue with its hash, so the catalogue has no hash of it.
RO-Crate 1.1: https://w3id.org/ro/crate/1.1 · Citation File Format 1.2.0: https://citation-file-format.github.io
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, Quad, RdfFormat, parse

from ..rdf.iris import DCAT, DCT, FOAF, PROV
from .catalogue import ABOUT, MEDIA
from .manifest import Manifest, Release

CRATE, CITATION = "ro-crate-metadata.json", "CITATION.cff"
PROFILE = "https://w3id.org/ro/crate/1.1"
SPDX_LICENCES = {"CC_BY_4_0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/")}
"""Codes of the EU authority table of licences with their SPDX names and addresses."""

Json = dict[str, Any]


class DatasetDescription:
    """What a catalogue says of its dataset, in English where it has a choice."""

    def __init__(self, quads: Iterable[Quad], base: str) -> None:
        self._about: dict[str, list[Any]] = defaultdict(list)
        for quad in quads:
            self._about[f"{quad.subject} {quad.predicate}"].append(quad.object)
        dataset = f"{base}id/dataset/policygraph"
        self.title, self.description = self._text(dataset, f"{DCT}title"), self._text(dataset, f"{DCT}description")
        self.issued, self.version = self._text(dataset, f"{DCT}issued"), self._text(dataset, f"{DCAT}version")
        self.page = self._text(dataset, f"{DCAT}landingPage")
        self.publisher = self._text(dataset, f"{DCT}publisher")
        self.author = self._text(self.publisher, f"{FOAF}name")
        self.keywords = self._texts(dataset, f"{DCAT}keyword")
        self.sources = self._texts(dataset, f"{PROV}wasDerivedFrom")
        code = self._text(dataset, f"{DCT}license").rsplit("/", 1)[-1]
        self.licence, self.licence_address = SPDX_LICENCES[code]

    def _texts(self, subject: str, predicate: str) -> list[str]:
        values = self._about.get(f"<{subject}> <{predicate}>", [])
        english = [value for value in values if not isinstance(value, Literal) or value.language in (None, "en")]
        return sorted(value.value for value in english)

    def _text(self, subject: str, predicate: str) -> str:
        return next(iter(self._texts(subject, predicate)), "")


def description_of(release: Release) -> DatasetDescription:
    """What the catalogue of a release says of it; raises FileNotFoundError where that is being replaced."""
    content = (release.folder / "catalogue.ttl").read_bytes()
    return DatasetDescription(parse(content, format=RdfFormat.TURTLE), release.base)


def crate(about: DatasetDescription, manifest: Manifest) -> str:
    """``ro-crate-metadata.json``: the dataset, who published it, and every other file with size and SHA-256."""
    files = [
        _file(name, file.bytes, file.sha256) for name, file in sorted(manifest.files.items()) if name != CRATE
    ]
    graph: list[Json] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": PROFILE},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": about.title,
            "description": about.description,
            "datePublished": about.issued,
            "version": about.version,
            "identifier": f"sha256:{manifest.canonical}",
            "url": about.page,
            "keywords": about.keywords,
            "license": {"@id": about.licence_address},
            "publisher": {"@id": about.publisher},
            "author": {"@id": about.publisher},
            "isBasedOn": [{"@id": source} for source in about.sources],
            "hasPart": [{"@id": file["@id"]} for file in files],
        },
        {"@id": about.publisher, "@type": "Organization", "name": about.author, "url": about.publisher},
        {"@id": about.licence_address, "@type": "CreativeWork", "name": about.licence},
        *({"@id": source, "@type": "CreativeWork", "name": source.rsplit("/", 1)[-1]} for source in about.sources),
        *files,
    ]
    return json.dumps({"@context": f"{PROFILE}/context", "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def citation(about: DatasetDescription, manifest: Manifest) -> str:
    """``CITATION.cff``; its strings are those of JSON, which YAML reads."""
    said: Json = {
        "cff-version": "1.2.0",
        "message": "Please cite this dataset with its version and the hash of its canonical form.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        "version": about.version,
        "date-released": about.issued,
        "license": about.licence,
        "url": about.page,
        "keywords": about.keywords,
        "authors": [{"name": about.author}],
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{manifest.canonical}",
                "description": "SHA-256 of the canonical form, policygraph.nq",
            }
        ],
    }
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in said.items())


def _file(name: str, size: int, sha256: str) -> Json:
    """A file of the crate; https://w3id.org/ro/crate/1.1/context has ``sha256`` and ``contentSize``."""
    media_type = MEDIA[Path(name).suffix][0]
    described = {"description": ABOUT[name]} if name in ABOUT else {}
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        **described,
        "encodingFormat": media_type,
        "contentSize": str(size),
        "sha256": sha256,
    }
