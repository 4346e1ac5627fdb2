"""What every format gives: one stream of text, a tree of blocks over it, and where each part stood in the file.

The law: each character of the stream that is not white space belongs to exactly one leaf block (a block without
children), and each character of the file that a person sees is in the stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

BlockKind = Literal["heading", "paragraph", "item", "table", "row", "cell", "note", "furniture", "text", "mark"]
SelectorKind = Literal["xpath", "viewrect", "part", "line"]


class Anchor(NamedTuple):
    """The native address of a stretch of the stream.

    ``start`` and ``end`` (exclusive) are code points of the stream; ``selector`` says how ``value`` is read: an
    XPath (HTML, Formex: the nodes' strings, joined, are the stretch, white space aside), a page and box in points
    ("page=3&viewrect=72,90,410,12", PDF), an XPath in a part of the package ("word/document.xml#/w:document[1]/…",
    DOCX), or lines from 1 ("12,14", text); ``page`` is None without pages.
    """

    start: int
    end: int
    selector: SelectorKind
    value: str
    page: int | None = None


class PageStart(NamedTuple):
    """A page that begins at code point ``start``; ``basis``: its number is ``printed`` there, or ``counted``."""

    start: int
    number: int
    basis: Literal["printed", "counted"]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the document: code points ``start`` to ``end`` (exclusive) of the stream, and its parts in order.

    A table has rows as children, a row its cells (one that spans rows stands in the first of them), a cell its
    paragraphs, items and nested tables. A heading, paragraph, item or note without children is a leaf; where marks
    that are no words of it stand in it (the reference to a note, the printed number of an item), its children are
    ``text`` and ``mark`` in turn, and its words are those of its ``text``. ``label`` is the mark of an item, the
    number of a note, or the note that a mark refers to, also where a reader's program makes it and the stream has
    no character of it; ``level`` is that of a heading (1 outermost, 0 unknown); ``style`` is the class or style
    name in the file; ``column`` counts grid columns from 0; ``header`` is true where the markup says so.
    """

    kind: BlockKind
    start: int
    end: int
    children: tuple[Block, ...] = ()
    label: str = ""
    level: int = 0
    style: str = ""
    column: int = 0
    rowspan: int = 1
    colspan: int = 1
    header: bool = False

    def leaves(self) -> Iterator[Block]:
        """Yield the blocks without children that lie in this one, or itself, in order."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            if block.children:
                waiting.extend(reversed(block.children))
            else:
                yield block


@dataclass(frozen=True, slots=True)
class Extraction:
    """One file, extracted: the stream is Unicode NFC with ``\\n`` between lines; ``blocks`` are in its order.

    ``extractor`` names the module with its version, so that a stream can be made again ("html 1"); ``metadata``
    is what the file says of itself (title, celex, identifier, language, date), by name.
    """

    text: str
    blocks: tuple[Block, ...]
    anchors: tuple[Anchor, ...]
    pages: tuple[PageStart, ...]
    format: str
    extractor: str
    metadata: dict[str, str] = field(default_factory=dict)
