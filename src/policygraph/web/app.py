"""The application: routes, middleware, start and stop.

A module of pages has a function ``routes() -> list[BaseRoute]`` and stands in ``MODULES``. Its handlers find
``request.state.view`` (a ``dataset.View``: the data, one release for the whole request), ``request.app.state``
with ``settings``, ``dataset`` and ``metrics``. They raise ``Refusal`` or an error of ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from ..engine.dataset import Dataset
from ..engine.settings import Settings
from .delivery.failures import ErrorResponses
from .delivery.headers import SafeHeaders
from .metrics import Metrics
from .pages.routing import problem
from .request_log import RequestLog

MODULES = (
    *("sparql.endpoint", "health", "api.canned", "feeds.routes", "things.dumps", "things.discovery"),
    *("feeds.sitemap", "api.reconcile", "pages.views.api_page", "things.negotiate", "editor", "pages"),
)
"""The modules of this package that have routes; the first whose route fits answers."""

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
        routes=_routes(),
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
        exception_handlers=ErrorResponses(problem).handlers(),
        lifespan=_lifespan,
    )
    application.router.redirect_slashes = False  # such a redirect would lead to whatever Host says
    application.state.settings = settings
    application.state.editor = "/editor"
    application.state.dataset = dataset
    application.state.metrics = Metrics(dataset)
    return application


@asynccontextmanager
async def _lifespan(application: Starlette) -> AsyncIterator[None]:
    dataset: Dataset = application.state.dataset
    if not dataset.is_open:
        await dataset.open()
    watching = asyncio.create_task(dataset.watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await dataset.close()


def _routes() -> list[BaseRoute]:
    found: list[BaseRoute] = []
    for name in MODULES:
        found += import_module(f".{name}", __package__).routes()
    if STATIC.is_dir():
        found.append(Mount("/static", StaticFiles(directory=STATIC), name="static"))
    return found
