"""``/editor``: the page, the answer to a query where there is no JavaScript, and that answer as a file."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..engine.engine import QueryDataset
from ..engine.guard import screen
from ..engine.results import rows_of
from ..errors import EngineError
from ..rdf.media_types import JSON, TURTLE
from .delivery.failures import status_of
from .delivery.problems import HTTPProblem
from .delivery.requests import settings_of, view_of
from .pages.routing import answer
from .pages.views.editor import FORMATS, QueryOutcome, QueryTarget, editor, text, to_run
from .sparql import endpoint
from .viewmodels.context import page_context


async def page(request: Request) -> Response:
    """The page; where the site is written down (``app.state.dump``) it names the file that the browser loads."""
    visit = page_context(request)
    dump, size = getattr(request.app.state, "dump", ("", 0))
    target = QueryTarget(settings_of(request).limits, dump, visit.words.size(size))
    outcome = None
    if to_run(visit) and not target.dump:
        request.state.note["query"] = text(visit)[:200]
        outcome = await _evaluate(request, text(visit))
    response = answer(await editor(visit, target, outcome), visit, request)
    if outcome is not None:
        response.headers["Cache-Control"] = "no-cache"
    return response


async def _evaluate(request: Request, query: str) -> QueryOutcome:
    """A stranger's query, through the same checks as at the endpoint; a refusal becomes its sentence."""
    view = view_of(request)
    try:
        checked = screen(query, settings_of(request).limits)
        endpoint.check_graphs(checked, QueryDataset(), view.snapshot)
        format = TURTLE if checked.makes_graph else JSON
        content = (await view.answer(checked, format, ours=False)).whole()
    except (HTTPProblem, EngineError) as refusal:
        return QueryOutcome(problem=str(refusal), status=status_of(refusal))
    if checked.makes_graph:
        return QueryOutcome(graph=content.decode())
    if checked.form == "ASK":
        return QueryOutcome(truth=b'"boolean":true' in content)
    return QueryOutcome(rows=rows_of(content))


async def download(request: Request) -> Response:
    """The endpoint's own answer in the format of the address, to be saved."""
    extension = request.url.path.rpartition(".")[2]
    MutableHeaders(scope=request.scope)["accept"] = FORMATS[extension]
    response = await endpoint.sparql(Request(request.scope, request.receive))
    response.headers["Content-Disposition"] = f'attachment; filename="policygraph.{extension}"'
    return response


ROUTES = [
    Route("/editor", page, methods=["GET"]),
    *(Route(f"/editor.{extension}", download) for extension in FORMATS),
]
