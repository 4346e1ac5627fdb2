"""What a server answered instead of what was asked, as one sentence: what, where, and the cure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from ..errors import StoreError

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed (RFC 9110, section 15)."""

OTHERWISE = 0
"""The key of the cure for every status that has none of its own."""

CURES: Mapping[int, str] = {
    OTHERWISE: "see the server's own log",
    400: "it does not understand the request",
    401: "check POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD, or the store's entry in the keyring",
    403: "the user may not do this",
    404: "check the address",
    406: "it cannot answer in a format that we read",
    408: "give it more with --timeout",
    429: "it is busy: try again later",
    503: "it is not ready: try again later",
}
"""By HTTP status, what a user can do; 408 stands for a request that took too long, too."""

_TAGS = re.compile(r"<(script|style|head).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class RequestError(StoreError):
    """A request without the answer that it should have.

    ``status`` is HTTP's, None where no answer came; ``words`` are the first of what the server said.
    """

    def __init__(self, sentence: str, status: int | None = None, words: str = "") -> None:
        super().__init__(sentence)
        self.status, self.words = status, words


class TransientError(RequestError):
    """A failure that may pass by itself; ``after`` is how many seconds the server asks to wait, if it does."""

    def __init__(
        self, sentence: str, status: int | None = None, words: str = "", after: float | None = None
    ) -> None:
        super().__init__(sentence, status, words)
        self.after = after


def refused(
    address: str, what: str, status: int, headers: Mapping[str, str], body: bytes, cures: Mapping[int, str] = CURES
) -> RequestError:
    """The error for an answer that is not a success; ``what`` is what was sent, as in “a query”."""
    if 300 <= status < 400 and "location" in headers:
        to = headers["location"]
        return RequestError(
            f"{address} sends {what} on to {to} (status {status}): give that address instead.", status
        )
    words = _first_words(headers, body)
    cure = cures.get(status, cures[OTHERWISE])
    sentence = f"{address} refused {what} with status {status}{f' (“{words}”)' if words else ''}: {cure}."
    if status not in TRANSIENT:
        return RequestError(sentence, status, words)
    after = headers.get("retry-after", "")
    return TransientError(sentence, status, words, float(after) if after.isdigit() else None)


def no_answer(address: str, error: object) -> TransientError:
    """The error for an address where nobody listens."""
    return TransientError(
        f"Nothing answers at {address} ({_reason(error)}): does the server run, and is the port right?"
    )


def too_slow(address: str, seconds: float, cures: Mapping[int, str] = CURES) -> TransientError:
    """The error for an answer that did not come in time."""
    return TransientError(f"{address} did not answer within {seconds:g} seconds: {cures[408]}.")


def broken_off(address: str, error: object) -> TransientError:
    """The error for a connection that ended before the answer did, or brought something damaged."""
    return TransientError(
        f"{address} broke the connection off in the middle ({_reason(error)}): "
        "see whether the server still runs, and whether a proxy cuts requests."
    )


def _first_words(headers: Mapping[str, str], body: bytes) -> str:
    """The first words of the server's own message, without markup and on one line, at most 200 characters."""
    text = body[:20_000].decode("utf-8", "replace")
    if "html" in headers.get("content-type", "") or text.lstrip().startswith("<!"):
        text = html.unescape(_TAGS.sub(" ", text))
    line = " ".join(text[:2_000].split())
    return line if len(line) <= 200 else line[:199] + "…"


def _reason(error: object) -> str:
    words = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return words if len(words) <= 160 else words[:159] + "…"
