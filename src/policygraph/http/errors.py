"""What a store answered instead of what was asked, as one sentence: what, where, and the cure."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from ..errors import StoreError

if TYPE_CHECKING:
    import httpx

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may pass by themselves: worth another try."""

_CURES = {
    400: "the store does not understand the request",
    401: "check POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD, or the store's entry in the keyring",
    403: "the user may read but not write, or the store was started read-only",
    404: "the path is not one of this store: check --into and --store",
    405: "the store takes no writing there: was it started read-only? Check --store too",
    406: "the store cannot answer in a format that we read",
    413: "the store or a proxy before it takes smaller requests only: lower --statements",
    415: "the store does not read N-Triples there: check --store",
    429: "the store is busy: try again later",
    503: "the store is not ready: try again later",
    507: "the store's disk is full: make room and run the load again",
}
_TAGS = re.compile(r"<(script|style|head).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class TransientStoreError(StoreError):
    """A refusal that may pass by itself; ``after`` is how many seconds the store asks us to wait, if it does."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after


def refused(response: httpx.Response, what: str) -> StoreError:
    """The error for an answer that is not a success; ``what`` says what we wanted, as in “a query”."""
    status, door = response.status_code, response.url.copy_with(query=None)
    if response.is_redirect:
        to = response.headers.get("location", "elsewhere")
        return StoreError(f"{door} sends {what} on to {to} (status {status}): give that address instead.")
    cure = _CURES.get(status, "see the store's own log")
    words = said(response)
    sentence = f"{door} refused {what} with status {status}{f' (“{words}”)' if words else ''}: {cure}."
    return TransientStoreError(sentence, _seconds(response)) if status in PASSING else StoreError(sentence)


def unreachable(error: httpx.TransportError, door: str, seconds: float) -> TransientStoreError:
    """The error for a store that cannot be reached, went away in the middle, or takes too long."""
    import httpx

    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        return TransientStoreError(
            f"Nothing answers at {door} ({_reason(error)}): does the store run, and is the port right?"
        )
    if isinstance(error, httpx.TimeoutException):
        return TransientStoreError(
            f"{door} did not answer within {seconds:g} seconds: give it more with --timeout."
        )
    return TransientStoreError(
        f"{door} broke the connection off in the middle ({_reason(error)}): "
        "see whether the store still runs, and whether a proxy cuts requests."
    )


def said(response: httpx.Response) -> str:
    """The first words of the store's own message, without markup and on one line, at most 200 characters."""
    text = html.unescape(_TAGS.sub(" ", response.text[:20_000])) if _is_markup(response) else response.text[:2_000]
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"


def _is_markup(response: httpx.Response) -> bool:
    return "html" in response.headers.get("content-type", "") or response.text.lstrip().startswith("<!")


def _seconds(response: httpx.Response) -> float | None:
    after = response.headers.get("retry-after", "")
    return float(after) if after.isdigit() else None


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
