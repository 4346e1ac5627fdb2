"""Headers that every response carries, and requests that no route should see."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
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

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                tag = headers.get("etag", "")
                if tag and "content-encoding" in headers and not tag.startswith("W/"):
                    headers["etag"] = f"W/{tag}"
            await send(message)

        path = scope["path"]
        control = any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in path)
        if control or not path.startswith("/") or "\\" in path or ".." in path.split("/"):
            words = "The path holds a control character, a backslash or a step upwards: write it plainly."
            await PlainTextResponse(as_text(words), 400)(scope, receive, complete)
            return
        _drop_refused_gzip(scope)
        await self.app(scope, receive, complete)


def _drop_refused_gzip(scope: Scope) -> None:
    """Starlette compresses wherever it reads "gzip"; ``gzip;q=0`` says that it must not."""
    for part in Headers(scope=scope).get("accept-encoding", "").split(","):
        coding, _, quality = part.replace(" ", "").casefold().partition(";")
        if coding == "gzip" and quality.endswith(("q=0", "q=0.0", "q=0.00", "q=0.000")):
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
