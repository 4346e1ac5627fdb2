"""Headers that every response carries, and requests that no route should see."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import as_text

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


class SafeHeaders:
    """Adds the headers above, and makes the ETag of a compressed response a weak one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message))
            await send(message)

        _drop_refused_gzip(scope)
        if _malformed(scope):
            await _refuse(safely)
        else:
            await self.app(scope, receive, safely)


def _complete(headers: MutableHeaders) -> None:
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
    tag = headers.get("etag")
    if tag and "content-encoding" in headers and not tag.startswith("W/"):
        headers["etag"] = f"W/{tag}"


def _drop_refused_gzip(scope: Scope) -> None:
    """Starlette compresses wherever it reads "gzip"; ``gzip;q=0`` says that it must not."""
    accepted = Headers(scope=scope).get("accept-encoding", "")
    refused = [
        part.partition(";")[0].strip()
        for part in accepted.split(",")
        if part.replace(" ", "").casefold().endswith((";q=0", ";q=0.0", ";q=0.00", ";q=0.000"))
    ]
    if "gzip" in refused:
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]


def _malformed(scope: Scope) -> bool:
    """A path with control characters, backslashes or steps upwards: no address of ours has them."""
    path = scope["path"]
    return (
        not path.startswith("/")
        or "\\" in path
        or any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in path)
        or ".." in path.split("/")
    )


async def _refuse(send: Send) -> None:
    body = as_text("The path holds a control character, a backslash or a step upwards: write it plainly.")
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": body})
