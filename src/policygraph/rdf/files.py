"""RDF files → quads, whatever the syntax, for input that may come from a stranger; and back to text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from pyoxigraph import Quad, RdfFormat, Triple, parse, serialize

from ..errors import SourceError, readable

SYNTAXES = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".trig": RdfFormat.TRIG,
    ".n3": RdfFormat.N3,
    ".rdf": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read(path: Path) -> list[Quad]:
    """The quads of a file, by its extension; blank nodes get new names, nothing else is opened.

    Raises SourceError where the extension is unknown, the file cannot be read or is not in its syntax,
    or an XML file declares a document type or entities.
    """
    syntax = SYNTAXES.get(path.suffix.lower())
    if syntax is None:
        raise SourceError(f"“{readable(path)}” has no extension of an RDF syntax: name it {', '.join(SYNTAXES)}.")
    content = _content(path, syntax)
    try:
        return list(parse(content, format=syntax, base_iri="urn:policygraph:file", rename_blank_nodes=True))
    except (SyntaxError, ValueError, OSError) as error:
        raise SourceError(f"“{readable(path)}” is not {syntax.name}: {error}.") from error


def _content(path: Path, syntax: RdfFormat) -> bytes:
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"“{readable(path)}” cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"“{readable(path)}” is not UTF-8 at byte {error.start}: save it as UTF-8.") from error
    if syntax == RdfFormat.RDF_XML and DECLARATION.search(text):
        raise SourceError(
            f"“{readable(path)}” declares a document type or entities, which can reach other files: remove them."
        )
    return text.encode()


def text(
    triples: Iterable[Triple],
    syntax: RdfFormat = RdfFormat.N_TRIPLES,
    prefixes: Mapping[str, str] | None = None,
) -> str:
    """The statements, in this order, in one of the syntaxes."""
    named = None if prefixes is None else dict(prefixes)
    return cast(bytes, serialize(triples, format=syntax, prefixes=named)).decode()
