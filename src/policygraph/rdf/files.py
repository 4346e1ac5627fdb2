"""RDF files → quads, whatever the syntax, for input that may come from a stranger.

A module below 60 lines, since nothing else in this room opens files.
"""

from __future__ import annotations

import re
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from ..errors import SourceError, readable
from .media_types import SYNTAXES

DECLARATION = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read(path: Path) -> list[Quad]:
    """The quads of a file, by its extension; blank nodes get new names, nothing else is opened.

    Raises SourceError where the extension is unknown, the file cannot be read or is not in its syntax,
    or an XML file declares a document type or entities.
    """
    form = SYNTAXES.get(path.suffix.lower().removeprefix("."))
    if form is None:
        endings = ", ".join(f".{extension}" for extension in SYNTAXES)
        raise SourceError(f"“{readable(path)}” has no extension of an RDF syntax: name it {endings}.")
    syntax = form.rdf
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
