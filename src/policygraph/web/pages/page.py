"""A page before it is written out: its status, the template that draws it, and what the template is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page; ``href`` is None for the page itself."""

    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another format: media type, address, and the words of a link to it."""

    media_type: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a page maker returns and ``rendering`` turns into HTML.

    ``parameters`` are the names of those parameters that change what the page says: they stand in its
    canonical address. ``data`` is schema.org JSON-LD.
    """

    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    description: str = ""
    crumbs: tuple[Crumb, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    parameters: tuple[str, ...] = ()
    data: tuple[Mapping[str, Any], ...] = ()
    section: str = ""


@dataclass(frozen=True, slots=True)
class DownloadFile:
    """A download: its bytes, media type, and the name that a browser saves it under."""

    content: bytes
    media_type: str
    name: str
