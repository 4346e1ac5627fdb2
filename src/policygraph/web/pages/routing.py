"""The routes of the pages: each makes the context of a request, asks a view, and answers with HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..delivery.failures import SENTENCES
from ..delivery.link_header import header, signposts
from ..delivery.requests import settings_of, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import etag, matches
from ..sparql import endpoint
from ..viewmodels.context import PageContext, page_context
from ..viewmodels.labels import LocalizedText
from .listing import PAGES, ListedPage
from .page import MEDIA, Page
from .rendering import render
from .views.actions import DOWNLOADS, action_file
from .views.canned_queries import chart_page
from .views.editor import FORMATS

SVG = "image/svg+xml; charset=utf-8"
REVALIDATED = "no-cache"
"""Pages name the day, and a release may be swapped: they are asked for again, by ETag."""


def routes() -> list[BaseRoute]:
    """Every route of a page but that of a thing (``things``); data at the same addresses come before them."""
    return [
        *(Route(page.path, endpoint_of(page), methods=["GET"], name=f"{page.view.__name__}") for page in PAGES),
        Route("/charts/{name}.svg", _chart, methods=["GET"]),
        *(Route(f"/actions.{extension}", _action_file, methods=["GET"]) for extension in DOWNLOADS),
        *(Route(f"/editor.{extension}", _answer_file, name=f"editor.{extension}") for extension in FORMATS),
    ]


def endpoint_of(listed: ListedPage) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request for a listed page."""

    async def respond(request: Request) -> Response:
        response = await send(request, partial(listed.view, **request.path_params), kept=listed.kept)
        release = view_of(request).snapshot.release
        if listed.dataset and release:
            response.headers.update(header(signposts(settings_of(request), release)))
        return response

    return respond


async def send(request: Request, view: Callable[[PageContext], Awaitable[Page]], *, kept: bool = True) -> Response:
    """The page that a view makes, as HTML with what caches must know; 304 where the reader has it already.

    A page is made once for a release, an address, a language and a day, unless it is not to be ``kept``.
    """
    context, status = page_context(request), 200

    async def write() -> bytes:
        """The HTML, or nothing where the page tells of a fault: such a page is made for each request."""
        page = await view(context)
        return render(page, context).encode() if page.status == 200 else b""

    key = ("page", f"{request.url.path}?{request.url.query}", context.language, context.today.isoformat())
    body = await cached(request, key, write) if kept and not context.static else b""
    if not body:
        page = await view(context)
        body, status = render(page, context).encode(), page.status
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": context.language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": REVALIDATED,
        "ETag": etag(body),
    }
    if status == 200 and matches(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers)


def problem(request: Request, status: int, sentence: str) -> bytes:
    """The HTML of what went wrong, for the handlers of errors; no engine is asked."""
    general = sentence == SENTENCES.get(status, "").format(method=request.method[:20])
    context = page_context(request)
    return render(problem_page(context, status, sentence, general=general), context).encode()


def problem_page(context: PageContext, status: int, sentence: str, *, general: bool = False) -> Page:
    """The page for a problem; ``sentence`` says what and the cure, in English where it comes from deeper down.

    Where it is ``general``, it says no more than the status, and the page says it in its own words.
    """
    words = context.words
    title = words.maybe(f"error.{status}") or words("error.other")
    ours = words.maybe(f"error.sentence_{status}") if general else None
    language = context.language if ours else getattr(sentence, "language", "en")
    return Page(
        "problem.html", title, {"text": LocalizedText(ours or sentence, language), "status": status}, status
    )


async def _chart(request: Request) -> Response:
    """The chart of a canned query as a picture."""
    response = await send(request, partial(chart_page, **request.path_params))
    response.headers["Content-Type"] = SVG
    return response


async def _action_file(request: Request) -> Response:
    context = page_context(request)
    extension = request.url.path.rpartition(".")[2]
    content = await action_file(context, extension)
    headers = {
        "Content-Type": DOWNLOADS[extension],
        "Content-Disposition": f'attachment; filename="policygraph-actions.{extension}"',
        "Content-Language": context.language,
        "Cache-Control": REVALIDATED,
    }
    return Response(content, headers=headers)


async def _answer_file(request: Request) -> Response:
    """The endpoint's own answer to the editor's query in the format of the address, to be saved."""
    extension = request.url.path.rpartition(".")[2]
    MutableHeaders(scope=request.scope)["accept"] = MEDIA[extension]
    response = await endpoint.sparql(Request(request.scope, request.receive))
    response.headers["Content-Disposition"] = f'attachment; filename="policygraph.{extension}"'
    return response
