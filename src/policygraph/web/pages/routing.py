"""The routes of the pages: each makes a visit of a request, asks a page maker, and answers with HTML."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..delivery.failures import SENTENCES
from ..delivery.link_header import LANDING, landing
from ..delivery.responses import etag, matches
from ..viewmodels.context import PageContext, page_context
from .page import Page
from .rendering import render
from .views.about import about
from .views.actionlist import DOWNLOADS, action_list
from .views.definitions import definitions
from .views.downloads import action_file
from .views.error import trouble
from .views.home import home
from .views.lists import concept_lists, dialogues, initiatives, periods, sectors
from .views.queries import query_list, query_page
from .views.shapes import shapes
from .views.source_page import source_page

Maker = Callable[[PageContext], Awaitable[Page]]
KEPT = "no-cache"
"""Pages name the day, and a release may be swapped: they are asked for again, by ETag."""

PAGES: dict[str, Maker] = {
    "/": home,
    "/actions": action_list,
    "/sectors": sectors,
    "/dialogues": dialogues,
    "/initiatives": initiatives,
    "/periods": periods,
    "/concepts": concept_lists,
    "/queries": query_list,
    "/def": definitions,
    "/shapes": shapes,
    "/about": about,
}
"""The pages whose address has no part that changes."""


def routes() -> list[BaseRoute]:
    """Every route of a page but that of a thing (``things``); data at the same addresses come before them."""
    extensions = "|".join(extension for extension, _ in DOWNLOADS)
    return [
        *(_page(path, maker) for path, maker in PAGES.items()),
        *(Route(f"/actions.{one}", _download, methods=["GET"]) for one in extensions.split("|")),
        Route("/queries/{name}", _query, methods=["GET"], name="query.page"),
        Route("/source/{document}/{language}", _source, methods=["GET"]),
        Route("/source/{document}/{language}/{number:int}", _source, methods=["GET"], name="source"),
    ]


def answer(page: Page, asked: PageContext, request: Request) -> Response:
    """The page as HTML, with what caches must know; 304 where the visitor has it already."""
    body = render(page, asked).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": asked.language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": KEPT,
        "ETag": etag(body),
    }
    if page.status == 200 and matches(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, page.status, headers)


def problem(request: Request, status: int, sentence: str) -> bytes:
    """The HTML of what went wrong, for the handlers of errors; no engine is asked."""
    asked = page_context(request)
    general = sentence == SENTENCES.get(status, "").format(method=request.method[:20])
    return render(trouble(asked, status, sentence, general=general), asked).encode()


def _page(path: str, maker: Maker) -> Route:
    async def endpoint(request: Request) -> Response:
        asked = page_context(request)
        response = answer(await maker(asked), asked, request)
        if path in LANDING:
            response.headers.update(landing(request))
        return response

    return Route(path, endpoint, methods=["GET"], name=f"{maker.__name__}.page")


async def _query(request: Request) -> Response:
    asked = page_context(request)
    return answer(await query_page(asked, request.path_params["name"]), asked, request)


async def _source(request: Request) -> Response:
    asked, named = page_context(request), request.path_params
    page = await source_page(asked, named["document"], named["language"], named.get("number"))
    return answer(page, asked, request)


async def _download(request: Request) -> Response:
    asked = page_context(request)
    file = await action_file(asked, request.url.path.rpartition(".")[2])
    headers = {
        "Content-Type": file.media_type,
        "Content-Disposition": f'attachment; filename="policygraph-{file.name}"',
        "Content-Language": asked.language,
        "Cache-Control": KEPT,
    }
    return Response(file.content, headers=headers)
