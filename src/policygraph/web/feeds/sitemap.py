"""``sitemap.xml`` and ``robots.txt``: every page in every language, and what crawlers should leave alone."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route

from ...engine.dataset import DatasetView
from ...engine.settings import Settings
from ...i18n import languages
from ...queries.canned import names
from ...vocabulary.codelists import rebased
from ..delivery.problems import HTTPProblem
from ..delivery.response_cache import kept
from ..delivery.static import deliver
from ..viewmodels.filter import PARAMETERS
from ..viewmodels.links import Links
from .news import published

SITEMAP, XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
MEDIA_TYPE = "application/xml; charset=utf-8"
MOST = 20_000
"""Addresses of one file: the protocol allows 50,000 and 50 MB, and each has its alternates."""

SECTIONS = (
    *("/", "/actions", "/sectors", "/dialogues", "/initiatives", "/periods", "/concepts"),
    *("/queries", "/editor", "/about", "/def", "/shapes", "/api"),
)
"""Pages that may be there; those that no route answers are left out."""

THINGS = """SELECT DISTINCT ?thing WHERE {
  ?thing a ?type . FILTER(STRSTARTS(STR(?thing), "https://w3id.org/policygraph/id/"))
} ORDER BY ?thing"""
COUNT = f"SELECT (COUNT(?thing) AS ?n) WHERE {{ {{ {THINGS.partition(' ORDER')[0]} }} }}"

CLOSED = ("/sparql", "/reconcile", "/metrics", "/healthz", "/editor?", "/editor.")


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/sitemap.xml", sitemap, name="sitemap"),
        Route("/sitemap-{number:int}.xml", part, name="sitemap.part"),
        Route("/robots.txt", robots, name="robots"),
    ]


async def sitemap(request: Request) -> Response:
    """The sitemap, or where it would be too long the index of its parts."""

    async def made() -> bytes:
        parts, address = await _parts(request), request.app.state.settings.address
        if parts > 1:
            return _index(address, parts, (await published(request.state.view)).day)
        return await _part(request, 1)

    return await deliver(request, await kept(request, ("sitemap",), made), MEDIA_TYPE)


async def part(request: Request) -> Response:
    """One part of the sitemap, counted from 1."""
    number = request.path_params["number"]
    if not 1 <= number <= await _parts(request):
        raise HTTPProblem(404, f"There is no part {number} of the sitemap: /sitemap.xml lists them.")
    written = await kept(request, ("sitemap", str(number)), lambda: _part(request, number))
    return await deliver(request, written, MEDIA_TYPE)


async def robots(request: Request) -> Response:
    """Pages and data are open; endpoint, services and the many states of the list of actions are not crawled."""
    settings: Settings = request.app.state.settings
    facets = [f"/actions?*{name}=" for name in PARAMETERS]
    closed = [f"Disallow: {path}" for path in (*CLOSED, *facets)]
    lines = ["User-agent: *", *closed, "Allow: /", "Crawl-delay: 1"]
    lines += ["", f"Sitemap: {settings.address}sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "public, max-age=3600"})


async def _parts(request: Request) -> int:
    view: DatasetView = request.state.view
    count = int((await view.select(rebased(COUNT, view.snapshot.base)))[0].text("n"))
    return max(1, -(-count // _step(request)))


def _step(request: Request) -> int:
    """Things of one part: so many that neither the protocol's limit nor that of an answer is passed."""
    settings: Settings = request.app.state.settings
    return min(MOST // len(languages()), settings.limits.rows)


async def _part(request: Request, number: int) -> bytes:
    view, step = request.state.view, _step(request)
    query = f"{rebased(THINGS, view.snapshot.base)} LIMIT {step} OFFSET {(number - 1) * step}"
    things = [row.text("thing") for row in await view.select(query)]
    address = request.app.state.settings.address.rstrip("/")
    in_languages = [(language, Links(view.snapshot.base, language)) for language in languages()]
    paths = [path for path in _sections() if number == 1 and _is_routed(request, path)]
    pages = [
        *([(language, address + links.to(path)) for language, links in in_languages] for path in paths),
        *([(language, f"{address}{links.thing(iri)}") for language, links in in_languages] for iri in things),
    ]
    return _written(pages, (await published(view)).day)


def _sections() -> Iterable[str]:
    return (*SECTIONS, *(f"/queries/{name}" for name in names()))


def _is_routed(request: Request, path: str) -> bool:
    """Whether a browser finds something at a path."""
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept", b"text/html")]}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _written(pages: Sequence[Sequence[tuple[str, str]]], day: str) -> bytes:
    root = xml.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML})
    for page in pages:
        for _, address in page:
            node = xml.SubElement(root, "url")
            xml.SubElement(node, "loc").text = address
            xml.SubElement(node, "lastmod").text = day
            for language, other in page:
                xml.SubElement(node, "xhtml:link", rel="alternate", hreflang=language, href=other)
    return _bytes(root)


def _index(address: str, parts: int, day: str) -> bytes:
    root = xml.Element("sitemapindex", {"xmlns": SITEMAP})
    for number in range(1, parts + 1):
        node = xml.SubElement(root, "sitemap")
        xml.SubElement(node, "loc").text = f"{address}sitemap-{number}.xml"
        xml.SubElement(node, "lastmod").text = day
    return _bytes(root)


def _bytes(root: xml.Element) -> bytes:
    written: bytes = xml.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written
