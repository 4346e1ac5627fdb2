"""``/editor``: the page, the answer to a query where there is no JavaScript, and that answer as a file."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..engine.dataset import DatasetView
from ..engine.engine import QueryDataset
from ..engine.guard import screen
from ..engine.results import rows_of
from ..engine.settings import Settings
from ..errors import EngineError
from ..i18n import Words
from ..rdf.media_types import JSON, TURTLE
from .delivery.failures import status_of
from .delivery.problems import HTTPProblem
from .pages.routing import answer
from .pages.views.editor import FORMATS, QueryOutcome, QueryTarget, editor, text, to_run
from .sparql import endpoint
from .viewmodels.context import page_context


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    files = [Route(f"/editor.{extension}", _download, name=f"editor.{extension}") for extension in FORMATS]
    return [Route("/editor", _page, methods=["GET"], name="editor"), *files]


async def _page(request: Request) -> Response:
    settings: Settings = request.app.state.settings
    asked = page_context(request)
    place = _place(request, asked.words)
    outcome = None
    if to_run(asked) and not place.dump:
        request.state.note["query"] = text(asked)[:200]
        outcome = await _outcome(text(asked), settings, request.state.view)
    response = answer(await editor(asked, place, outcome), asked, request)
    if outcome is not None:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _place(request: Request, words: Words) -> QueryTarget:
    """The endpoint, or where the site is written down (``app.state.dump``) the file that the browser loads."""
    dump, size = getattr(request.app.state, "dump", ("", 0))
    return QueryTarget(request.app.state.settings.limits, dump, words.size(size))


async def _outcome(query: str, settings: Settings, view: DatasetView) -> QueryOutcome:
    """A stranger's query, through the same gate as at the endpoint; a refusal becomes its sentence."""
    try:
        screened = screen(query, settings.limits)
        endpoint.check_graphs(screened, QueryDataset(), view.snapshot)
        format = TURTLE if screened.makes_graph else JSON
        content = (await view.answer(screened, format, ours=False)).whole()
    except (HTTPProblem, EngineError) as refusal:
        return QueryOutcome(problem=str(refusal), status=status_of(refusal))
    if screened.makes_graph:
        return QueryOutcome(graph=content.decode())
    if screened.form == "ASK":
        return QueryOutcome(truth=b'"boolean":true' in content)
    return QueryOutcome(rows=rows_of(content))


async def _download(request: Request) -> Response:
    """The endpoint's own answer in the format of the address, to be saved."""
    extension = request.url.path.rpartition(".")[2]
    MutableHeaders(scope=request.scope)["accept"] = FORMATS[extension]
    response = await endpoint.sparql(Request(request.scope, request.receive))
    response.headers["Content-Disposition"] = f'attachment; filename="policygraph.{extension}"'
    return response
