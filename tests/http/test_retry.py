"""The one retry policy: what is tried again, how often, and after what wait."""

from __future__ import annotations

import asyncio

import pytest
from tenacity import RetryCallState, Retrying

from policygraph.http.client import RetryPolicy
from policygraph.http.errors import RequestError, TransientError, refused

QUICK = RetryPolicy(attempts=4, first=0.001, longest=0.002)


class Failing:
    """A request that fails so often, with this error, before it succeeds."""

    def __init__(self, times: int, error: Exception) -> None:
        self.times, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.times:
            raise self.error
        return "answer"

    async def later(self) -> str:
        return self()


@pytest.mark.parametrize("times", [0, 1, 3])
def test_what_may_pass_is_tried_again(times: int) -> None:
    assert QUICK.call(Failing(times, TransientError("busy"))) == "answer"
    assert asyncio.run(QUICK.call_async(Failing(times, TransientError("busy")).later)) == "answer"


def test_after_the_last_attempt_its_error_is_raised() -> None:
    request = Failing(4, TransientError("busy"))
    with pytest.raises(TransientError, match="busy"):
        QUICK.call(request)
    assert request.calls == 4


def test_a_refusal_is_not_tried_again() -> None:
    request = Failing(1, RequestError("no"))
    with pytest.raises(RequestError, match="no"):
        QUICK.call(request)
    assert request.calls == 1


def test_no_attempt_begins_when_the_time_is_over() -> None:
    request = Failing(4, TransientError("busy"))
    with pytest.raises(TransientError):
        RetryPolicy(attempts=4, first=0.001, total=0.0).call(request)
    assert request.calls == 1


@pytest.mark.parametrize(("after", "seconds"), [(3600.0, 7.0), (2.0, 2.0), (0.0, 0.0)])
def test_the_wait_that_a_server_asks_for_is_kept_within_bounds(after: float, seconds: float) -> None:
    state = RetryCallState(Retrying(), None, (), {})
    state.set_exception((TransientError, TransientError("busy", after=after), None))  # type: ignore[arg-type]
    assert RetryPolicy(longest=7.0).wait(state) == seconds


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_statuses_that_may_pass(status: int) -> None:
    error = refused("http://a", "a query", status, {"retry-after": "12"}, b"")
    assert isinstance(error, TransientError)
    assert (error.status, error.after) == (status, 12.0)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 413, 501])
def test_statuses_that_stay(status: int) -> None:
    assert not isinstance(refused("http://a", "a query", status, {}, b""), TransientError)


def test_a_server_s_own_words_come_without_markup_and_on_one_line() -> None:
    page = b"<html><head><title>no</title></head><body>out\n of <b>luck</b></body></html>"
    error = refused("http://a", "a query", 400, {"content-type": "text/html"}, page)
    assert (
        str(error)
        == "http://a refused a query with status 400 (“out of luck”): it does not understand the request."
    )
    assert len(refused("http://a", "a query", 400, {}, b"x" * 5000).words) == 200
