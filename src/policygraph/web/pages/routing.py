"""The routes of the pages: each makes the context of a request, asks a view, and answers with HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..delivery.failures import SENTENCES
from ..delivery.link_header import header, signposts
from ..delivery.responses import etag, matches
from ..sparql import endpoint
from ..viewmodels.context import PageContext, page_context
from ..viewmodels.labels import LocalizedText
from .listing import PAGES, ListedPage
from .page import MEDIA, Page
from .rendering import render
from .views.actions import DOWNLOADS, action_file
from .views.editor import FORMATS

REVALIDATED = "no-cache"
"""Pages name the day, and a release may be swapped: they are asked for again, by ETag."""


def routes() -> list[BaseRoute]:
    """Every route of a page but that of a thing (``things``); data at the same addresses come before them."""
    return [
        *(Route(page.path, endpoint_of(page), methods=["GET"], name=f"{page.view.__name__}") for page in PAGES),
        *(Route(f"/actions.{extension}", _action_file, methods=["GET"]) for extension in DOWNLOADS),
        *(Route(f"/editor.{extension}", _answer_file, name=f"editor.{extension}") for extension in FORMATS),
    ]


def endpoint_of(listed: ListedPage) -> Callable[[Request], Awaitable[Response]]:
    """What answers a request for a listed page."""

    async def respond(request: Request) -> Response:
        context = page_context(request)
        response = answer(await listed.view(context, **request.path_params), context, request)
        if listed.dataset and context.release:
            response.headers.update(header(signposts(context.settings, context.release)))
        return response

    return respond


def answer(page: Page, context: PageContext, request: Request) -> Response:
    """The page as HTML, with what caches must know; 304 where the reader has it already."""
    body = render(page, context).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": context.language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": REVALIDATED,
        "ETag": etag(body),
    }
    if page.status == 200 and matches(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, page.status, headers)


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
