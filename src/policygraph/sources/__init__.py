"""Reading a source, in the order of the modules that do it.

::

    folder      a folder of data/sources: source.toml, and each file checked against its sha256
    extract/    a file as published → stream, blocks, native addresses
    layout, layouts/     what a family of documents looks like, as data
    pagination, furniture, running, flattened     a flattened text → blocks, without what is print and not content
    entries/    blocks and a layout → entries       dialogues, annexes    entries → records
    spans       spans of a text, and fragments: spans with the words that they quote
    records     the values: Action, Dialogue, Initiative, Deadline …
    deadlines, periods   words → periods and days     language, grammar/    each language, as data
    versions, alignment      several languages of one document → one set of identifiers, and where they disagree
    cellar, intake, check    a document comes in, and what was understood of it
"""

from __future__ import annotations

from .annexes import accounted, read
from .folder import Source, SourceText, belonging, documents, open_source
from .formats import of_one_format
from .records import Annexes
from .versions import merge_versions

__all__ = [
    "Annexes",
    "Source",
    "SourceText",
    "accounted",
    "belonging",
    "documents",
    "open_source",
    "read",
    "read_source",
]


def read_source(source: Source) -> list[Annexes]:
    """Return everything that the files of a source say, by its layout.

    Records of several languages have the identifiers of the first. Raises SourceError, NotUnderstood and TextLost
    with the place.
    """
    return merge_versions(of_one_format([read(document) for document in documents(source)]))
