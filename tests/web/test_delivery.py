"""How answers and errors leave: the status of each error, ETags, the forms that Accept chooses."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from policygraph import errors
from policygraph.rdf.media_types import GRAPHS, TURTLE
from policygraph.web.delivery.failures import status_of
from policygraph.web.delivery.negotiation import accept, choose, wants_page
from policygraph.web.delivery.problems import HTTPProblem
from policygraph.web.delivery.responses import etag, matches

STATUSES = {
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
    errors.MappingError: 500,
    errors.ServerError: 500,
}


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_each_family_of_errors_has_its_status(kind: type[errors.PolicygraphError], status: int) -> None:
    assert status_of(kind("What, where, and the cure.")) == status


def test_no_error_of_an_engine_is_left_to_the_default() -> None:
    ours = {kind for kind in errors.EngineError.__subclasses__() if kind.__module__ == errors.__name__}
    assert ours and all(kind in STATUSES and STATUSES[kind] != 500 for kind in ours)


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw})


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("{tag}", True),
        ("W/{tag}", True),
        ('"x", {tag}', True),
        ('"x",W/{tag}', True),
        ('"x"', False),
        ("", False),
    ],
)
def test_an_etag_is_compared_weakly_with_each_that_is_sent(header: str, known: bool) -> None:
    tag = etag(b"content")
    assert matches(request(if_none_match=header.format(tag=tag)), tag) is known
    assert not matches(request(if_none_match=header.format(tag=tag)), None)


def test_several_accept_headers_are_read_as_one() -> None:
    raw = [(b"accept", b"text/html;q=0.5"), (b"accept", b"text/turtle")]
    assert accept(Request({"type": "http", "headers": raw})) == "text/html;q=0.5,text/turtle"
    assert accept(request()) is None


@pytest.mark.parametrize(
    ("header", "page"),
    [
        (None, False),
        ("*/*", False),
        ("text/*", False),
        ("text/html", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html;q=0.5, text/turtle", False),
        ("text/html, text/turtle", True),
        ("application/xhtml+xml", False),
    ],
)
def test_a_page_is_for_those_who_name_html_and_prefer_nothing(header: str | None, page: bool) -> None:
    assert wants_page(header) is page


def test_a_refused_format_is_told_what_there_is() -> None:
    assert choose("text/turtle;q=0.1, image/png", GRAPHS) is TURTLE
    with pytest.raises(HTTPProblem, match="text/turtle, application/n-triples") as caught:
        choose("image/png, text/turtle;q=0", [TURTLE, *GRAPHS[1:2]])
    assert caught.value.status == 406
