"""What HTML and XML have in common: parsing without entities or network, and the XPath of each text node."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from ...errors import SourceError

DEPTH = 150
"""Elements within elements, at most: published acts have about 30; beyond, a file is made to break its reader."""

DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The names of WordprocessingML, written with the prefix ``w`` in XPaths."""

NAME = re.compile(r"[A-Za-z_][\w.-]*")


class TextNode(NamedTuple):
    """A stretch of characters directly in an element, with its XPath."""

    text: str
    path: str


class Child(NamedTuple):
    """An element in an element, with its XPath."""

    element: etree._Element
    path: str


class Instruction(NamedTuple):
    """A processing instruction in an element."""

    target: str
    text: str


def parse(content: bytes, file: str, parser: etree.HTMLParser | None = None) -> etree._Element:
    """Parse a file as XML, or with the parser of HTML; its root element.

    Raises SourceError where the file declares entities, is nested too deep or cannot be parsed.
    """
    if DOCTYPE.search(content):
        raise SourceError(f"{file} declares entities in its DOCTYPE: take it from the publisher again.")
    try:
        strict = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(content, parser or strict)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{file} cannot be parsed ({error}): take the file from the publisher again.") from error
    if root is None:
        raise SourceError(f"{file} has no element: take the file from the publisher again.")
    return root


def nodes(element: etree._Element, path: str) -> Iterator[TextNode | Child | Instruction]:
    """Yield the text nodes, elements and instructions directly in ``element``, in order; comments are passed over.

    A path counts elements of one name, and text nodes, from 1, as XPath does: ``/html[1]/body[1]/p[3]/text()[2]``.
    """
    texts = 0
    seen: dict[str, int] = {}
    if element.text:
        texts += 1
        yield TextNode(element.text, f"{path}/text()[{texts}]")
    for child in element:
        if isinstance(child.tag, str):
            step = _step(str(child.tag))
            seen[step] = seen.get(step, 0) + 1
            yield Child(child, f"{path}/{step}[{seen[step]}]")
        elif isinstance(child, etree._ProcessingInstruction):
            yield Instruction(str(child.target), child.text or "")
        if child.tail:
            texts += 1
            yield TextNode(child.tail, f"{path}/text()[{texts}]")


def _step(tag: str) -> str:
    """How XPath names these elements without knowing a namespace."""
    if NAME.fullmatch(tag):
        return tag
    if tag.startswith(WORD):
        return f"w:{tag.removeprefix(WORD)}"
    if tag.startswith("{"):
        return f"*[local-name()='{tag.rpartition('}')[2]}']"
    return f"*[name()='{tag.replace(chr(39), '')}']"


def check_depth(file: str, depth: int) -> None:
    """Raise SourceError where elements stand in more than DEPTH others."""
    if depth > DEPTH:
        raise SourceError(f"{file} has elements more than {DEPTH} deep: no published document does.")


def check_no_words(node: TextNode, file: str) -> None:
    """Raise SourceError where this text, which stands in a table but in no cell of it, has words."""
    if words := " ".join(node.text.split()):
        raise SourceError(
            f"{file}: the words “{words[:80]}” stand in a table but in none of its cells ({node.path}): "
            "correct the table in the file, or take it from the publisher."
        )


def union(paths: Sequence[str]) -> str:
    """Return one XPath for several nodes."""
    return " | ".join(paths)


def string(element: etree._Element) -> str:
    """Return all the text in an element, as the XPath function of this name gives it."""
    return "".join(str(text) for text in element.itertext("*"))
