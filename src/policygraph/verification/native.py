"""The words at a native address of a file as published, read without the extractors that wrote the address.

An XPath is evaluated by lxml on the markup (for DOCX on a part of the package); a page and box are cut out of the
PDF by pdfplumber. What comes back is what stands there: an address may cover more than the words that it is for.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter

from lxml import etree

from ..extras import require

FRAGMENT = re.compile(r"page=(\d+)&viewrect=(-?[\d.]+),(-?[\d.]+),([\d.]+),([\d.]+)")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHAPELESS = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\\s]")
MARGIN = 1.0
"""Points that a character may stand outside of a box that is rounded."""


class NativeFile:
    """A file as published; ``file_format`` is html, formex, docx or pdf."""

    def __init__(self, content: bytes, file_format: str) -> None:
        self._content, self._format = content, file_format
        self._roots: dict[str, etree._Element] = {}
        self._characters: dict[int, list[tuple[float, float, str]]] = {}

    def holds(self, quote: str, addresses: list[tuple[str, str]]) -> bool:
        """Return whether the words stand at these addresses (package part or "", value), white space aside.

        In markup the words stand there in order, marks between them; in boxes of a PDF, where lines of columns may
        mix, stands each of their characters. Raises ValueError for an address that leads nowhere.
        """
        if self._format == "pdf":
            held = Counter(shaped("".join(self._in_box(value) for _, value in addresses)))
            return not Counter(shaped(quote)) - held
        held_text = shaped("".join(self._at_path(part, value) for part, value in addresses))
        at = 0
        for word in map(shaped, quote.split()):
            at = held_text.find(word, at) + len(word)
            if at < len(word):
                return False
        return True

    def _at_path(self, part: str, path: str) -> str:
        try:
            nodes = self._root(part).xpath(path, namespaces={"w": WORD})
        except (etree.XPathError, KeyError, zipfile.BadZipFile) as error:
            raise ValueError(f"the address {path} cannot be followed ({error})") from error
        if not isinstance(nodes, list) or not nodes:
            raise ValueError(f"nothing stands at {path}")
        return "".join(_words(node) for node in nodes)

    def _root(self, part: str) -> etree._Element:
        if part not in self._roots:
            content = self._content
            if part:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = archive.read(part)
            if self._format == "html":
                parser: etree.HTMLParser | etree.XMLParser = etree.HTMLParser(
                    no_network=True, encoding=_encoding(content)
                )
            else:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            self._roots[part] = etree.fromstring(content, parser)
        return self._roots[part]

    def _in_box(self, fragment: str) -> str:
        match = FRAGMENT.fullmatch(fragment)
        if not match:
            raise ValueError(f"{fragment} is no page and box")
        left, top, width, height = map(float, match.groups()[1:])
        return "".join(
            text
            for x, y, text in self._page(int(match[1]))
            if left - MARGIN <= x <= left + width + MARGIN and top - MARGIN <= y <= top + height + MARGIN
        )

    def _page(self, number: int) -> list[tuple[float, float, str]]:
        """The middle of each character of a page, and the character."""
        if number not in self._characters:
            require("documents", "Verifying quotes of a PDF")
            import pdfplumber

            with pdfplumber.open(io.BytesIO(self._content), pages=[number]) as document:
                if not document.pages:
                    raise ValueError(f"there is no page {number}")
                self._characters[number] = [
                    ((char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2, str(char["text"]))
                    for char in document.pages[0].chars
                ]
        return self._characters[number]


def _words(node: object) -> str:
    """What a node says: an element's text, a text node, the character whose code an attribute gives."""
    if isinstance(node, etree._Element):
        return "-" if node.tag == f"{{{WORD}}}noBreakHyphen" else str(node.xpath("string()"))
    if getattr(node, "is_attribute", False):
        return chr(int(str(node), 16))
    return str(node)


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", content[:4096], re.IGNORECASE)
        name = declared[1].decode("ascii").lower() if declared else ""
        try:
            etree.HTMLParser(encoding=name)
        except LookupError:
            name = ""
        return "windows-1252" if name in ("", "utf-8", "utf8", "iso-8859-1", "latin1", "us-ascii") else name
    return "utf-8"


def shaped(text: str) -> str:
    """Keep the characters that have a shape; ligatures as letters, the non-breaking hyphen as a hyphen."""
    return unicodedata.normalize("NFC", SHAPELESS.sub("", text).translate(LIGATURES))


LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u2011": "-"}
)
