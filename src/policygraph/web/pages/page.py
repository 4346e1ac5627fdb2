"""A page before it is written out: its status, the template that draws it, and what the template is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ...rdf.media_types import ATOM, GRAPHS, ICALENDAR, RESULTS, XLSX, file_types
from ..delivery.problems import HTTPProblem
from ..viewmodels.context import PageContext
from ..viewmodels.links import Pairs

MEDIA = dict(file_types(*GRAPHS, *RESULTS, XLSX, ICALENDAR, ATOM))
"""The media type of what a page can be taken away as, by extension."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to a page; ``path`` is from the root of the server, None for the page itself."""

    words: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in another format: media type, address, and the words of a link to it."""

    media_type: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a view returns and ``rendering`` turns into HTML.

    ``values`` are for the template. ``parameters`` are the names of those parameters that change what the page
    says: they stand in its canonical address. ``iri`` is what the page is about, where that has one. ``data`` is
    schema.org JSON-LD. ``engine`` says that the browser answers queries on it in a static site.
    """

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    description: str = ""
    crumbs: tuple[Crumb, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    parameters: tuple[str, ...] = ()
    data: tuple[Mapping[str, Any], ...] = ()
    section: str = ""
    iri: str = ""
    engine: bool = False


def section_page(context: PageContext, name: str, values: Mapping[str, Any], **more: Any) -> Page:
    """The page of a section: template, title and crumb go by its name; ``more`` are other fields of ``Page``."""
    words = context.words
    usual: dict[str, Any] = {
        "description": more.get("description") or words(f"{name}.lede"),
        "crumbs": more.get("crumbs") or (Crumb(words(f"nav.{more.get('section', name)}")),),
        "section": name,
    }
    title = more.pop("title", "") or words(f"{name}.title")
    return Page(f"{name}.html", title, values, **usual | more)


def moved(context: PageContext, key: str) -> HTTPProblem:
    """The redirect to the page whose path ends in another key, with the same parameters."""
    address = context.links.rooted(f"{context.path.rpartition('/')[0]}/{quote(key, safe='')}", context.pairs)
    return context.refusal(301, "moved", headers={"Location": address}, address=address)


def alternates(
    context: PageContext, path: str, extensions: Sequence[str], pairs: Pairs = (), media: Mapping[str, str] = MEDIA
) -> tuple[Alternate, ...]:
    """What stands at a path with these extensions added, as far as the host has it."""
    links = context.links
    return tuple(
        Alternate(media[extension], links.file(f"{path}.{extension}", pairs), context.words(f"format.{extension}"))
        for extension in extensions
        if links.answers(f"{path}.{extension}")
    )
