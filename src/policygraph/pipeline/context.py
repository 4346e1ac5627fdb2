"""What every document is held against: code lists, ontology, mappings and curated rows, and their one hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256

from pyoxigraph import NamedNode, Quad

from ..enrich.mappings import mapping_quads
from ..files import folder
from ..rdf.iris import OWL, Names
from ..release import digest
from ..release.checksum_file import FileDigest
from ..version import VERSION
from ..vocabulary.codelists import deprecated_quads, static_quads
from ..vocabulary.status_reports import status_quads

OF_DOCUMENT = ("doc", "heading", "sector-label")
"""Kinds of things whose IRI may end in the document's id; elsewhere something comes after it."""

KNOWLEDGE = (
    "ontology/*.ttl",
    "ontology/mappings/*.tsv",
    "ontology/mappings/*.csv",
    "ontology/derivation/*.tsv",
    "shapes/*.ttl",
    "queries/tables/*.rq",
    "data/*.ttl",
)
CURATED = ("data/curated/*.csv",)


@dataclass
class BuildContext:
    """What all documents share: ``quads`` for looking up, and curated quads by the document they are about."""

    quads: list[Quad]
    curated: dict[str, list[Quad]] = field(default_factory=dict)


@cache
def build_context(base: str) -> BuildContext:
    """Read once a process."""
    names, shared = Names(base), BuildContext([])
    of_documents = {names.graph(name) for name in ("mappings", "status", "curated")}
    about = partial(_document_of, f"{base}id/")
    sources = (static_quads, mapping_quads, status_quads, deprecated_quads)
    for quad in dict.fromkeys(quad for read in sources for quad in read(names)):
        document = (about(quad.subject) or about(quad.object)) if quad.graph_name in of_documents else None
        if document is None:
            shared.quads.append(quad)
        else:
            shared.curated.setdefault(document, []).append(quad)
    return shared


def _document_of(things: str, term: object) -> str | None:
    """The document that a thing belongs to: ``…/id/heading/COM-2025-723/01`` → ``COM-2025-723``."""
    if not isinstance(term, NamedNode) or not term.value.startswith(things):
        return None
    segments = term.value[len(things) :].split("/")
    return segments[1] if len(segments) > 2 or (len(segments) == 2 and segments[0] in OF_DOCUMENT) else None


@cache
def knowledge_files() -> tuple[FileDigest, ...]:
    """The files that every document is held against."""
    root = folder("ontology").parent
    paths = sorted(path for pattern in KNOWLEDGE + CURATED for path in root.glob(pattern))
    return tuple(digest(path, path.relative_to(root).as_posix()) for path in paths)


def knowledge_hash() -> str:
    lines = [VERSION, *(f"{file.name} {file.sha256}" for file in knowledge_files())]
    return sha256("\n".join(lines).encode()).hexdigest()


def ontology_version(names: Names) -> str:
    """The version in the ontology's ``owl:versionIRI``: its last path segment."""
    for quad in build_context(names.base).quads:
        if quad.predicate.value == f"{OWL}versionIRI" and isinstance(quad.object, NamedNode):
            return quad.object.value.rstrip("/").rsplit("/", 1)[-1]
    return VERSION
