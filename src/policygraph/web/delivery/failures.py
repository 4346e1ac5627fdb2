"""Errors become answers here and nowhere else: the status of each family, the form that Accept wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from ... import errors
from ...rdf.media_types import HTML, JSON, PLAIN_JSON, Format
from . import problems
from .negotiation import choose
from .problems import HTTPProblem

FORMS = (
    Format("text/plain", "text", charset=True),
    Format("application/problem+json", "json", (PLAIN_JSON.media_type, JSON.media_type)),
    HTML._replace(charset=True),
)

STATUS: Mapping[type[errors.PolicygraphError], int] = {
    errors.QueryRejected: 400,
    errors.QueryTooLong: 413,
    errors.AnswerTooLarge: 413,
    errors.NotRepresentable: 406,
    errors.QueryStopped: 503,
    errors.EngineBusy: 429,
    errors.EngineUnavailable: 503,
    errors.QueryError: 400,
    errors.StoreError: 503,
    errors.ReleaseError: 503,
}
"""The HTTP status of each family of errors; 500 for any other."""

SENTENCES = {
    404: "There is nothing at this address: start at / or look at /sparql.",
    405: "This address does not take {method}: see the Allow header for what it takes.",
}

UNFORESEEN = "Something went wrong here that was not foreseen; it has been written down."


@dataclass(frozen=True)
class ErrorResponses:
    """Answers to requests that failed; ``page`` makes the HTML of a request, a status and a sentence."""

    page: Callable[[Request, int, str], bytes]

    def handlers(self) -> dict[int | type[Exception], ExceptionHandler]:
        """What Starlette is to call for each kind of exception."""
        return {
            HTTPProblem: self.refused,  # type: ignore[dict-item]
            errors.PolicygraphError: self.failed,  # type: ignore[dict-item]
            HTTPException: self.raised,  # type: ignore[dict-item]
            Exception: self.unforeseen,
        }

    async def refused(self, request: Request, problem: HTTPProblem) -> Response:
        """A problem says its own status, sentence and headers."""
        return self.respond(request, problem.status, problem.sentence, problem.headers)

    async def failed(self, request: Request, error: errors.PolicygraphError) -> Response:
        """One of our errors: its sentence, the status of its family, and when to come back."""
        seconds = error.retry_after if isinstance(error, errors.EngineError) else None
        headers = {} if seconds is None else {"Retry-After": str(seconds)}
        return self.respond(request, status_of(error), str(error), headers)

    async def raised(self, request: Request, error: HTTPException) -> Response:
        """Starlette's own: no such address, no such method; OPTIONS gets the list of methods."""
        headers = dict(error.headers or {})
        if error.status_code == 405:
            allowed = sorted({*headers.get("Allow", "GET, HEAD").replace(",", " ").split(), "OPTIONS"})
            headers["Allow"] = ", ".join(allowed)
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=headers)
        sentence = SENTENCES.get(error.status_code, f"{HTTPStatus(error.status_code).phrase}: {error.detail}.")
        return self.respond(request, error.status_code, sentence.format(method=request.method[:20]), headers)

    async def unforeseen(self, request: Request, _: Exception) -> Response:
        """A fault of ours; Starlette raises it again after this answer, so that it is logged."""
        return self.respond(request, 500, UNFORESEEN, {})

    def respond(self, request: Request, status: int, sentence: str, headers: Mapping[str, str]) -> Response:
        """The problem in the form that the request accepts, plain text where it accepts none of ours."""
        try:
            form = choose(",".join(request.headers.getlist("accept")) or None, FORMS)
        except HTTPProblem:
            form = FORMS[0]
        body = {
            "json": lambda: problems.as_json(status, sentence),
            "html": lambda: self.page(request, status, sentence),
            "text": lambda: problems.as_text(sentence),
        }[form.name]()
        fixed = {"Content-Type": form.content_type, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
        return Response(body, status_code=status, headers={**fixed, **headers})


def status_of(error: errors.PolicygraphError) -> int:
    """The HTTP status of one of our errors."""
    if isinstance(error, HTTPProblem):
        return error.status
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
