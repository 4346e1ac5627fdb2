"""What goes wrong, in one sentence: HTML for a browser, problem+json (RFC 9457) for a program, else plain text.

A module below 60 lines, since all of the web raises it and ``failures``, which answers, needs negotiation.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from ...errors import ServerError


class HTTPProblem(ServerError):
    """A request that is not answered: the HTTP status, the sentence, and further headers.

    ``retry_after`` (seconds) says when the same request may succeed.
    """

    def __init__(
        self, status: int, sentence: str, *, retry_after: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


def as_json(status: int, sentence: str) -> bytes:
    """The problem as application/problem+json."""
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": sentence}
    return json.dumps(problem, ensure_ascii=False).encode()


def as_text(sentence: str) -> bytes:
    """The problem as text/plain."""
    return f"{sentence}\n".encode()


def printable(text: str) -> str:
    """Text of a stranger for a sentence of ours: what could steer a display is replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
