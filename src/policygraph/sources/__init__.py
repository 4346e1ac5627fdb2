"""Reading a source, in the order of the modules that do it.

::

    sources     a folder of data/sources → Document: text checked against its sha256
    pages       where pages begin, and how each number was found
    spans       spans of a text, and fragments: spans with the words that they quote
    furniture   page numbers and footnotes, taken out of view
    tables      parts, rows and cells; no meaning
    records     the values: Action, Dialogue, Initiative, Deadline …
    deadlines   words → periods and days        language, languages/   the grammar of each language, as data
    actions, dialogues, initiatives             what the rows of each kind of annex mean
    annexes     all of it: Document → Annexes, every character accounted for
"""

from __future__ import annotations

from .annexes import accounted, read
from .folder import Source, SourceText, belonging, documents, open_source
from .records import Annexes

__all__ = ["Annexes", "Source", "SourceText", "accounted", "belonging", "documents", "open_source", "read"]
