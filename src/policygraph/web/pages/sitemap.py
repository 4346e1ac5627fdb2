"""``sitemap.xml`` and ``robots.txt``: every page in every language, and what crawlers should leave alone."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ...i18n import languages
from ...vocabulary.codelists import rebased
from ..delivery.operations import Operation, OperationRoute, text
from ..delivery.problems import HTTPProblem
from ..delivery.requests import settings_of, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import deliver
from ..feeds.atom import document
from ..feeds.news import published
from ..viewmodels.context import page_context
from ..viewmodels.filter import PARAMETERS
from ..viewmodels.links import SHOWN_IN_ABOUT, SHOWN_WITH_OTHERS
from .listing import PAGES

SITEMAP, XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
MEDIA_TYPE = "application/xml; charset=utf-8"
MOST = 20_000
"""Addresses of one file: the protocol allows 50,000 and 50 MB, and each has its alternates."""

THINGS = f"""SELECT DISTINCT ?thing WHERE {{
  ?thing a ?type . FILTER(STRSTARTS(STR(?thing), "https://w3id.org/policygraph/id/"))
  FILTER(!REGEX(STR(?thing), "/id/({"|".join((*SHOWN_WITH_OTHERS, *SHOWN_IN_ABOUT))})/"))
}} ORDER BY ?thing"""
COUNT = f"SELECT (COUNT(?thing) AS ?n) WHERE {{ {{ {THINGS.partition(' ORDER')[0]} }} }}"

CLOSED = ("/search?", "/search.json", "/sparql", "/reconcile", "/metrics", "/healthz", "/editor?", "/editor.")


async def sitemap(request: Request) -> Response:
    """The sitemap, or where it would be too long the index of its parts."""

    async def write() -> bytes:
        parts, links = await _parts(request), page_context(request).links
        if parts == 1:
            return await _write_part(request, 1)
        root, day = xml.Element("sitemapindex", {"xmlns": SITEMAP}), (await published(view_of(request))).day
        for number in range(1, parts + 1):
            node = xml.SubElement(root, "sitemap")
            xml.SubElement(node, "loc").text = links.absolute(f"/sitemap-{number}.xml")
            xml.SubElement(node, "lastmod").text = day
        return document(root)

    return await deliver(request, await cached(request, ("sitemap",), write), MEDIA_TYPE)


async def part(request: Request) -> Response:
    """One part of the sitemap, counted from 1."""
    number = request.path_params["number"]
    if not 1 <= number <= await _parts(request):
        raise HTTPProblem(404, f"There is no part {number} of the sitemap: /sitemap.xml lists them.")
    content = await cached(request, ("sitemap", str(number)), lambda: _write_part(request, number))
    return await deliver(request, content, MEDIA_TYPE)


async def robots(request: Request) -> Response:
    """Pages and data are open; endpoint, services and the many states of the list of actions are not crawled."""
    facets = [f"/actions?*{name}=" for name in PARAMETERS]
    closed = [f"Disallow: {path}" for path in (*CLOSED, *facets)]
    lines = ["User-agent: *", *closed, "Allow: /", "Crawl-delay: 1"]
    lines += ["", f"Sitemap: {settings_of(request).address}sitemap.xml", ""]
    return PlainTextResponse("\n".join(lines), headers={"Cache-Control": "public, max-age=3600"})


async def _parts(request: Request) -> int:
    view = view_of(request)
    count = int((await view.select(rebased(COUNT, view.snapshot.base)))[0].text("n"))
    return max(1, -(-count // _step(request)))


def _step(request: Request) -> int:
    """Things of one part: so many that neither the protocol's limit nor that of an answer is passed."""
    return min(MOST // len(languages()), settings_of(request).limits.rows)


async def _write_part(request: Request, number: int) -> bytes:
    """The listed pages stand in the first part, the things in all of them."""
    context, step = page_context(request), _step(request)
    query = f"{rebased(THINGS, context.base)} LIMIT {step} OFFSET {(number - 1) * step}"
    things = [row.text("thing") for row in await context.view.select(query)]
    documents = await context.select("documents") if number == 1 else ()
    keys = tuple(dict.fromkeys(row.text("document").rpartition("/")[2] for row in documents))
    listed = [path for page in PAGES for path in page.crawled(keys)] if number == 1 else []
    paths = [path for path in listed if context.links.answers(path)]
    paths += [f"{context.links.path_of(iri)}.html" for iri in things]
    root, day = (
        xml.Element("urlset", {"xmlns": SITEMAP, "xmlns:xhtml": XHTML}),
        (await published(view_of(request))).day,
    )
    in_languages = [(language, replace(context.links, language=language)) for language in languages()]
    for path in paths:
        locations = [(language, links.absolute(links.rooted(path))) for language, links in in_languages]
        for _, location in locations:
            node = xml.SubElement(root, "url")
            xml.SubElement(node, "loc").text = location
            xml.SubElement(node, "lastmod").text = day
            for language, other in locations:
                xml.SubElement(node, "xhtml:link", rel="alternate", hreflang=language, href=other)
    return document(root)


ROUTES = [
    OperationRoute(
        "/sitemap.xml",
        sitemap,
        Operation("sitemap", "Every page in every language", "operation", text("application/xml")),
    ),
    Route("/sitemap-{number:int}.xml", part),
    OperationRoute(
        "/robots.txt",
        robots,
        Operation("robots", "What crawlers should leave alone", "operation", text("text/plain")),
    ),
]
