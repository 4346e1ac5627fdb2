"""Signposts for machines: typed links in the Link header (RFC 8288, https://signposting.org)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
API_CATALOG = "https://www.rfc-editor.org/info/rfc9727"
_UNSAFE = str.maketrans({char: f"%{ord(char):02X}" for char in '<>"\\^`{|} \r\n\t'})


@dataclass(frozen=True, slots=True)
class TypedLink:
    """One link: where to, what it is (``rel``), the media type of its target, and further attributes."""

    href: str
    rel: str
    type: str = ""
    attributes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        given = [("rel", self.rel), ("type", self.type), *self.attributes]
        written = "".join(f'; {name}="{_quoted(value)}"' for name, value in given if value)
        return f"<{_ascii(self.href)}>{written}"


def header(links: Iterable[TypedLink]) -> dict[str, str]:
    """The Link header for some links; nothing for none."""
    value = ", ".join(map(str, links))
    return {"Link": value} if value else {}


def alternates(address: str, media: Mapping[str, str], values: str = "") -> list[TypedLink]:
    """The same content in other formats: ``media`` by extension, ``values`` an encoded query string."""
    query = f"?{values}" if values else ""
    return [TypedLink(f"{address}.{extension}{query}", "alternate", one) for extension, one in media.items()]


def _ascii(address: str) -> str:
    from urllib.parse import quote

    return quote(address.translate(_UNSAFE), safe="".join(map(chr, range(0x21, 0x7F))))


def _quoted(value: str) -> str:
    return "".join(char for char in value if char.isprintable() and char.isascii()).replace('"', "'")
