"""Plain text: the stream is the file as it stands, each line a block; a form feed begins a page.

Texts without form feeds have no pages here: where they begin is told by what is printed in them, which depends on
the language (``sources.pagination``). A module below 60 lines: one a format.
"""

from __future__ import annotations

import re

from ..plain_files import decode_utf8
from .model import Anchor, Block, Extraction, PageStart

EXTRACTOR = "text 1"
LINE = re.compile(r"[^\n]+")


def extract(content: bytes, file: str) -> Extraction:
    """Return the text with a block and an anchor a line; SourceError where it is not UTF-8."""
    text = decode_utf8(content, file)
    blocks, anchors, pages = [], [], []
    number, at = 1, 0
    for match in LINE.finditer(text):
        number += text.count("\n", at, match.start())
        at = match.start()
        if words := match.group().strip():
            start = match.start() + match.group().index(words)
            blocks.append(Block("paragraph", start, start + len(words)))
            anchors.append(Anchor(start, start + len(words), "line", f"{number},{number}"))
    if "\f" in text:
        starts = [0, *(match.end() for match in re.finditer("\f", text))]
        if not text[: starts[1]].strip():
            del starts[0]
        pages = [PageStart(start, index, "counted") for index, start in enumerate(starts, 1)]
    return Extraction(text, tuple(blocks), tuple(anchors), tuple(pages), "text", EXTRACTOR)
