"""Signposts for machines: typed links in the Link header (RFC 8288, https://signposting.org)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ...engine.settings import Settings
from ...rdf.media_types import GRAPHS, TURTLE
from ...release import Release
from ...release.catalogue import MEDIA
from ...release.writing import GRAPH_FILES

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
API_CATALOG = "https://www.rfc-editor.org/info/rfc9727"
OPENAPI = "application/vnd.oai.openapi+json"
_UNSAFE = str.maketrans({char: f"%{ord(char):02X}" for char in '<>"\\^`{|} \r\n\t'})


@dataclass(frozen=True, slots=True)
class TypedLink:
    """One link: where to, what it is (``rel``), the media type of its target, and further attributes."""

    href: str
    rel: str
    type: str = ""
    attributes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        attributes = [("rel", self.rel), ("type", self.type), *self.attributes]
        written = "".join(f'; {name}="{_quoted(value)}"' for name, value in attributes if value)
        address = quote(self.href.translate(_UNSAFE), safe="".join(map(chr, range(0x21, 0x7F))))
        return f"<{address}>{written}"


def header(links: Iterable[TypedLink]) -> dict[str, str]:
    """The Link header for some links; nothing for none."""
    value = ", ".join(map(str, links))
    return {"Link": value} if value else {}


def service_desc(address: str) -> TypedLink:
    """To the description of the API of a site at this address."""
    return TypedLink(f"{address}openapi.json", "service-desc", OPENAPI)


def alternates(address: str, media: Mapping[str, str], values: str = "") -> list[TypedLink]:
    """The same content in other formats: ``media`` by extension, ``values`` an encoded query string."""
    query = f"?{values}" if values else ""
    return [TypedLink(f"{address}.{extension}{query}", "alternate", one) for extension, one in media.items()]


def signposts(settings: Settings, release: Release) -> list[TypedLink]:
    """The signposts of the dataset: what to cite, what it is, its files, its descriptions."""
    address = settings.address
    files = [name for name in GRAPH_FILES if name in release.manifest.files]
    return [
        TypedLink(f"{release.base}id/dataset/policygraph", "cite-as"),
        TypedLink("https://schema.org/Dataset", "type"),
        TypedLink(LICENCE, "license"),
        *(TypedLink(f"{address}dumps/{name}", "item", media_type(name)) for name in files),
        TypedLink(f"{address}dumps/manifest.json", "item", "application/json"),
        TypedLink(f"{address}.well-known/void", "describedby", TURTLE.media_type),
        TypedLink(f"{address}.well-known/api-catalog", "api-catalog", "application/linkset+json"),
        *alternates(f"{address}catalogue", {one.extension: one.media_type for one in GRAPHS}),
    ]


def media_type(name: str) -> str:
    """The media type of a file of a release."""
    return MEDIA[Path(name).suffix][0]


def _quoted(value: str) -> str:
    return "".join(char for char in value if char.isprintable() and char.isascii()).replace('"', "'")
