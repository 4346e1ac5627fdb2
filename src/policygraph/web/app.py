"""The application: routes, middleware, start and stop.

A module with routes has them in ``ROUTES`` (``OperationRoute`` for programs: it describes itself for OpenAPI) and
stands in ``routes`` below. Its handlers find the data and the settings with ``delivery.requests.view_of`` and
``settings_of``; they raise ``HTTPProblem`` or an error of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ..assistant import MCP_PATH
from ..assistant.on_demand import HttpAssistant
from ..engine.dataset import Dataset
from ..engine.settings import Settings
from ..extras import missing
from . import monitoring
from .api import canned, openapi, reconcile, search
from .delivery.failures import ErrorResponses
from .delivery.headers import SafeHeaders
from .delivery.response_cache import ResponseCache
from .feeds import routes as feeds
from .monitoring import Metrics
from .pages import routing as pages
from .pages import sitemap
from .pages.warming import keep_warm
from .request_log import RequestLog
from .sparql import endpoint
from .things import discovery, negotiate

STATIC = Path(__file__).with_name("static")
EXPOSED = [
    *("Accept-Ranges", "Allow", "Content-Disposition", "Content-Range", "ETag", "Link", "Retry-After"),
    "Server-Timing",
]


class Application(Starlette):
    """Starlette with the outermost layers around its own, so that a fault of ours is logged and safe as well."""

    def build_middleware_stack(self) -> ASGIApp:
        stack = SafeHeaders(super().build_middleware_stack())
        return RequestLog(stack, self.state.dataset, self.state.metrics)


def create(settings: Settings, dataset: Dataset | None = None) -> Application:
    """The application for some settings; it opens the dataset when it starts, unless that is open already."""
    dataset = dataset or Dataset(settings)
    application = Application(
        routes=routes(),
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=EXPOSED,
                max_age=86_400,
            ),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5),
        ],
        exception_handlers=ErrorResponses(pages.problem).handlers(),
        lifespan=_lifespan,
    )
    application.router.redirect_slashes = False  # such a redirect would lead to whatever Host says
    application.state.settings = settings
    application.state.cache = ResponseCache()
    application.state.dataset = dataset
    application.state.metrics = Metrics(dataset)
    application.state.assistant = None
    if not missing("assistant"):
        application.state.assistant = HttpAssistant(dataset, settings)
        application.router.routes.insert(0, Route(MCP_PATH, application.state.assistant, methods=["POST"]))
    return application


@asynccontextmanager
async def _lifespan(application: Starlette) -> AsyncIterator[None]:
    dataset: Dataset = application.state.dataset
    assistant: HttpAssistant | None = application.state.assistant
    async with dataset.watched(), assistant.run() if assistant else nullcontext():
        warming = asyncio.create_task(keep_warm(dataset, application.state.settings))
        yield
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming


def routes() -> list[BaseRoute]:
    """Every route; the first that fits answers, so data come before the pages at the same addresses."""
    rooms = (endpoint, monitoring, canned, openapi, feeds, discovery, sitemap, reconcile, search, negotiate)
    static = [Mount("/static", StaticFiles(directory=STATIC), name="static")] if STATIC.is_dir() else []
    return [*(route for room in rooms for route in room.ROUTES), *pages.routes(), *static]
