"""What the server answers → what stands in a file: links between files, and nothing that needs a server."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from ..rdf.iris import SCHEMA, prefixes
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from ..web.delivery.headers import SECURITY
from ..web.pages.rendering import jsonld
from .addresses import SENTINEL, SiteAddress, absolute, relative

LINK = re.compile(r'\b(href|src|action)="([^"]*)"')
OURS = re.compile(re.escape(SENTINEL) + r"[^\s\"'<>\\]*")
TARGET = ox.NamedNode(SCHEMA + "target")
PAGE_HEAD = re.compile(r'<header class="page-head">.*?</header>\n', re.DOTALL)
CHARSET = '<meta charset="utf-8">'
NEEDS_SERVER = (
    r'/(?:sparql|openapi\.json|api(?:\?[^"]*)?|reconcile[^"]*|id/[^"]*\.(?:nt|rdf|trig)'
    r'|queries/[^"]*\.xlsx(?:\?[^"]*)?)'
)
DROPPED = (
    re.compile(rf'[ \t]*<li>\s*<a [^>]*href="{NEEDS_SERVER}"[^>]*>[^<]*</a>[^<]*</li>\n?'),
    re.compile(rf'<link rel="(?:alternate|service-desc)"[^>]*href="{NEEDS_SERVER}"[^>]*>\n?'),
    re.compile(r'<input type="hidden" name="lang" value="[^"]*">'),
)
"""What a site of files has not: the API and its document, formats that every dump has, the language in a form."""

API_IN_SITEMAP = re.compile(rf"<url><loc>{re.escape(SENTINEL)}api(?:\?[^<]*)?</loc>.*?</url>", re.DOTALL)
SETTINGS = re.compile(r'(<script type="application/json" id="editor-settings">)(.*?)(</script>)', re.DOTALL)


def policy(*, engine: bool) -> str:
    """The server's Content-Security-Policy as far as a page can state it; ``engine`` allows WebAssembly."""
    stated = [part for part in SECURITY["Content-Security-Policy"].split("; ") if "frame-ancestors" not in part]
    if engine:
        stated.insert(1, "script-src 'self' 'wasm-unsafe-eval'")
    return "; ".join(stated)


@dataclass(frozen=True, slots=True)
class PageAdditions:
    """What a page has besides what the server gave: styles and scripts, a note, data at its end."""

    files: tuple[str, ...] = ()
    note: str = ""
    data: str = ""


NOTHING = PageAdditions()


class PageRewriter:
    """Turns the pages of a site that will stand at ``site``; every address that is met is handed to ``met``."""

    def __init__(self, site: str, base: str, met: Callable[[SiteAddress], None]) -> None:
        self.site, self.base, self.met = site, base, met

    def page(self, text: str, address: SiteAddress, added: PageAdditions = NOTHING) -> str:
        """A page, with what the browser needs to do the work of the server."""
        for dropped in DROPPED:
            text = dropped.sub("", text)
        text = LINK.sub(lambda link: f'{link[1]}="{self._link(html.unescape(link[2]), address)}"', text)
        text = OURS.sub(lambda found: html.escape(absolute(html.unescape(found[0]), self.site)), text)
        text = SETTINGS.sub(lambda block: block[1] + self._settings(block[2], address) + block[3], text)
        head = [f'<meta http-equiv="Content-Security-Policy" content="{policy(engine=_asks(address))}">']
        head += [_element(address.way_to(name)) for name in added.files]
        text = text.replace(CHARSET, "\n".join([CHARSET, *head]), 1)
        text = PAGE_HEAD.sub(lambda found: found[0] + added.note, text, count=1)
        return text.replace("</main>", added.data + "</main>", 1)

    def text(self, content: str) -> str:
        """Any other text in which only whole addresses of the site stand: XML, JSON."""
        content = API_IN_SITEMAP.sub("", content)
        return OURS.sub(lambda found: html.escape(absolute(html.unescape(found[0]), self.site)), content)

    def queries(self, content: bytes) -> bytes:
        """The canned queries as RDF, without the endpoint that would answer them."""
        quads = [quad for quad in ox.parse(content, format=ox.RdfFormat.TURTLE) if quad.predicate != TARGET]
        return serialise(quads, TURTLE, prefixes(self.base))

    def rooted(self, text: str, base_path: str) -> str:
        """A page whose links begin at the root of the host: for an address that nobody knows beforehand."""
        start = SiteAddress("/404.html")
        text = self.page(text, start)
        return LINK.sub(lambda link: f'{link[1]}="{_rooted(link[2], base_path)}"', text)

    def _link(self, value: str, page: SiteAddress) -> str:
        if value.startswith(SENTINEL):
            return html.escape(absolute(value, self.site))
        if not value.startswith("/") or value.startswith("//"):
            return html.escape(value)
        target, way = _resolved(value, posixpath.dirname(page.file))
        self.met(target)
        return way

    def _settings(self, text: str, page: SiteAddress) -> str:
        settings: dict[str, Any] = json.loads(text)
        settings |= {"dump": page.way_to(settings["dump"].lstrip("/")), "root": page.root}
        return str(jsonld(settings))


@lru_cache(100_000)
def _resolved(value: str, folder: str) -> tuple[SiteAddress, str]:
    """What a link of a page in a folder of the site leads to, and the way there, escaped."""
    return SiteAddress.of(value)[0], html.escape(relative(value, folder))


def _element(way: str) -> str:
    """What brings in a style sheet or a script."""
    if way.endswith(".css"):
        return f'<link rel="stylesheet" href="{way}">'
    return f'<script src="{way}" type="module"></script>'


def _asks(page: SiteAddress) -> bool:
    """Whether the engine is loaded on a page."""
    return page.path == "/editor" or page.path.startswith("/queries/")


def _rooted(value: str, base_path: str) -> str:
    if re.match(r"[a-z]+:|#|/", value):
        return value
    return base_path + posixpath.normpath(value) if value != "." else base_path
