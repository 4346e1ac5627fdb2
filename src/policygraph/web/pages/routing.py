"""The routes of the pages: each makes a visit of a request, asks a page maker, and answers with HTML."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .actionlist import action_list
from .home import home
from .i18n import choose
from .page import Page
from .rendering import render
from .thing import thing
from .visit import Visit

Maker = Callable[[Visit], Awaitable[Page]]
KEPT = "public, max-age=60"
"""A page names the day, and a release may be swapped: browsers ask again soon, by ETag."""


def routes() -> list[BaseRoute]:
    """Every route of a page."""
    return [
        _page("/", home),
        _page("/actions", action_list),
        Route("/id/{rest:path}.html", _thing, methods=["GET"], name="thing"),
    ]


def visit(request: Request) -> Visit:
    """The request as page makers see it; addresses come from the settings, never from the request's host."""
    view, settings = request.state.view, request.app.state.settings
    pairs = tuple(request.query_params.multi_items())
    explicit = next((value for name, value in pairs if name == "lang"), None)
    return Visit(
        view,
        unquote(request.url.path),
        pairs,
        choose(explicit, request.headers.get("accept-language")),
        base=view.snapshot.base,
        release=view.snapshot.release,
        address=settings.address,
    )


def answer(page: Page, asked: Visit, request: Request) -> Response:
    """The page as HTML, with what caches must know."""
    body = render(page, asked).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": asked.language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": KEPT,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if headers["ETag"] in _known(request):
        return Response(status_code=304, headers={**headers})
    return Response(body, page.status, headers)


def _known(request: Request) -> list[str]:
    known = request.headers.get("if-none-match", "").split(",")
    return [tag.strip().removeprefix("W/") for tag in known]


def _page(path: str, maker: Maker) -> Route:
    async def endpoint(request: Request) -> Response:
        asked = visit(request)
        return answer(await maker(asked), asked, request)

    return Route(path, endpoint, methods=["GET"], name=maker.__name__)


async def _thing(request: Request) -> Response:
    asked = visit(request)
    return answer(await thing(asked, f"{asked.base}id/{request.path_params['rest']}"), asked, request)
