"""What every extraction must keep, checked without the code that makes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from policygraph.sources.extract import Block, Extraction

SHAPELESS = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\\s]")


def squeezed(text: str) -> str:
    """The characters that have a shape, in NFC."""
    return unicodedata.normalize("NFC", SHAPELESS.sub("", text))


def leaves(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        if block.children:
            yield from leaves(block.children)
        else:
            yield block


def each_character_has_one_leaf_and_one_address(extraction: Extraction) -> None:
    for stretches in (list(leaves(extraction.blocks)), extraction.anchors):
        owners = [0] * (len(extraction.text) + 1)
        for stretch in stretches:
            owners[stretch.start] += 1
            owners[stretch.end] -= 1
        count = 0
        for at, character in enumerate(extraction.text):
            count += owners[at]
            assert count <= 1 and (count == 1 or character.isspace()), extraction.text[at - 20 : at + 20]


def children_lie_in_their_parents(blocks: tuple[Block, ...]) -> None:
    at = 0
    for block in blocks:
        assert at <= block.start <= block.end
        at = block.end
        if block.children:
            assert (block.children[0].start, block.children[-1].end) == (block.start, block.end)
        children_lie_in_their_parents(block.children)


def xpaths_lead_to_the_words(extraction: Extraction, root: etree._Element) -> None:
    for anchor in extraction.anchors:
        parts = []
        for node in root.xpath(anchor.value):
            if isinstance(node, etree._Element):
                parts.append(str(node.xpath("string()")))
            elif node.is_attribute:
                parts.append(chr(int(str(node), 16)))
            else:
                parts.append(str(node))
        assert squeezed("".join(parts)) == squeezed(extraction.text[anchor.start : anchor.end]), anchor


def rows(extraction: Extraction) -> list[list[str]]:
    """The words of each cell of each innermost table, row by row."""
    out = []

    def walk(blocks: tuple[Block, ...]) -> None:
        for block in blocks:
            if block.kind == "row":
                out.append([" ".join(extraction.text[c.start : c.end].split()) for c in block.children])
            walk(block.children)

    walk(extraction.blocks)
    return out


def tree(path: Path) -> etree._Element:
    """The markup as verify parses it: HTML or, for Formex, XML."""
    content = path.read_bytes()
    if path.suffix == ".xml":
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    return etree.fromstring(content, etree.HTMLParser(encoding="utf-8"))
