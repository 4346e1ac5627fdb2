"""What the server answers → what stands in a file: links between files, and nothing that needs a server."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Callable, Iterable
from typing import Any

from ..web.headers import SECURITY
from ..web.pages.rendering import jsonld
from .addresses import SENTINEL, Address, absolute, relative

LINK = re.compile(r'\b(href|src|action)="([^"]*)"')
OURS = re.compile(re.escape(SENTINEL) + r"[^\s\"'<>\\]*")
CHARSET = '<meta charset="utf-8">'
NEEDS_SERVER = r'/(?:openapi\.json|api(?:\?[^"]*)?|id/[^"]*\.(?:nt|rdf|trig)|reconcile[^"]*|queries/[^"]*\.xlsx(?:\?[^"]*)?)'
DROPPED = (
    re.compile(rf'[ \t]*<li>(?:(?!</li>).)*?<a [^>]*href="{NEEDS_SERVER}"(?:(?!</li>).)*</li>\n?', re.DOTALL),
    re.compile(rf'<link rel="(?:alternate|service-desc)"[^>]*href="{NEEDS_SERVER}"[^>]*>\n?'),
    re.compile(r'<input type="hidden" name="lang" value="[^"]*">'),
)
"""What a site of files has not: the API and its document, formats that every dump has, the language in a form."""

SETTINGS = re.compile(r'(<script type="application/json" id="editor-settings">)(.*?)(</script>)', re.DOTALL)


def policy(*, engine: bool) -> str:
    """The server's Content-Security-Policy as far as a page can state it; ``engine`` allows WebAssembly."""
    stated = [part for part in SECURITY["Content-Security-Policy"].split("; ") if "frame-ancestors" not in part]
    if engine:
        stated.insert(1, "script-src 'self' 'wasm-unsafe-eval'")
    return "; ".join(stated)


class Rewriting:
    """Turns the pages of a site that will stand at ``site``; every address that is met is handed to ``met``."""

    def __init__(self, site: str, met: Callable[[Address], None]) -> None:
        self.site, self.met = site, met

    def page(self, text: str, address: Address, scripts: Iterable[str] = (), blocks: Iterable[str] = ()) -> str:
        """A page, with these scripts and blocks of data added for what the browser does instead of the server."""
        for dropped in DROPPED:
            text = dropped.sub("", text)
        text = LINK.sub(lambda link: f'{link[1]}="{self._link(html.unescape(link[2]), address)}"', text)
        text = OURS.sub(lambda found: html.escape(absolute(html.unescape(found[0]), self.site)), text)
        text = SETTINGS.sub(lambda block: block[1] + self._settings(block[2], address) + block[3], text)
        added = [f'<meta http-equiv="Content-Security-Policy" content="{policy(engine=_asks(address))}">']
        added += [f'<script src="{address.way_to(name)}" type="module"></script>' for name in scripts]
        text = text.replace(CHARSET, "\n".join([CHARSET, *added]), 1)
        return text.replace("</main>", "".join(blocks) + "</main>", 1)

    def text(self, content: str) -> str:
        """Any other text in which only whole addresses of the site stand: XML, JSON."""
        return OURS.sub(lambda found: html.escape(absolute(html.unescape(found[0]), self.site)), content)

    def rooted(self, text: str, base_path: str) -> str:
        """A page whose links begin at the root of the host: for an address that nobody knows beforehand."""
        start = Address("/404.html")
        text = self.page(text, start)
        return LINK.sub(lambda link: f'{link[1]}="{_rooted(link[2], base_path)}"', text)

    def _link(self, value: str, page: Address) -> str:
        if value.startswith(SENTINEL):
            return html.escape(absolute(value, self.site))
        if not value.startswith("/") or value.startswith("//"):
            return html.escape(value)
        self.met(Address.of(value)[0])
        return html.escape(relative(value, page))

    def _settings(self, text: str, page: Address) -> str:
        settings: dict[str, Any] = json.loads(text)
        settings |= {"dump": page.way_to(settings["dump"].lstrip("/")), "root": page.root}
        return str(jsonld(settings))


def _asks(page: Address) -> bool:
    """Whether the engine is loaded on a page."""
    return page.path == "/editor" or page.path.startswith("/queries/")


def _rooted(value: str, base_path: str) -> str:
    if re.match(r"[a-z]+:|#|/", value):
        return value
    return base_path + posixpath.normpath(value) if value != "." else base_path
