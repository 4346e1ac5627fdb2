"""How answers leave: ETag and 304, Vary, Link, the name of a download, and large answers piece by piece."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ...engine.dataset import Snapshot
from ...engine.engine import CHUNK, EncodedAnswer
from .link_header import TypedLink, header
from .requests import view_of

Content = bytes | Callable[[], Awaitable[bytes]]


async def deliver(
    request: Request,
    content: Content,
    content_type: str,
    *,
    negotiated: bool = False,
    links: Sequence[TypedLink] = (),
    tag: str | None = None,
    name: str | None = None,
    vary: str = "",
) -> Response:
    """The response with this content, or 304; ``content`` may be a function that is only called for a 200.

    ``tag`` is the ETag where it is known beforehand, else it comes from the bytes; ``name`` makes it a download;
    ``vary`` names request headers besides Accept that the content depends on.
    """
    if tag is None:
        content = content if isinstance(content, bytes) else await content()
        tag = etag(content)
    varies = ", ".join(filter(None, ["Accept" if negotiated else "", vary]))
    headers = {"Cache-Control": "no-cache", **header(links), **({"Vary": varies} if varies else {}), "ETag": tag}
    headers["Last-Modified"] = format_datetime(view_of(request).snapshot.modified, usegmt=True)
    if matches(request, tag):
        return Response(status_code=304, headers=headers)
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="policygraph-{name}"'
    whole = content if isinstance(content, bytes) else await content()
    headers |= {"Content-Type": content_type, "Accept-Ranges": "bytes"}
    return _part(request, whole, headers) or send(EncodedAnswer(whole, 0), headers)


_BYTES = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))\s*", re.ASCII)


def _part(request: Request, whole: bytes, headers: dict[str, str]) -> Response | None:
    """The part that a Range header asks for (RFC 9110, section 14); None where the whole is to be sent.

    Several ranges are not served, and one of a state that has changed (If-Range, by ETag alone) neither.
    """
    wanted, tag = _BYTES.fullmatch(request.headers.get("range", "")), headers["ETag"]
    if wanted is None or request.method != "GET" or request.headers.get("if-range", tag) != tag:
        return None
    if wanted[3] is not None:
        first, last = max(0, len(whole) - int(wanted[3])), len(whole) - 1
    else:
        first, last = int(wanted[1]), min(int(wanted[2] or len(whole)), len(whole) - 1)
        if wanted[2] and int(wanted[2]) < first:
            return None  # no range at all: the header counts as absent
    if first > last:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(whole)}"})
    partial = {**headers, "Content-Range": f"bytes {first}-{last}/{len(whole)}"}
    return Response(whole[first : last + 1], 206, partial)


def send(answer: EncodedAnswer, headers: dict[str, str]) -> Response:
    """A whole answer with its length: at once where it is small, else piece by piece."""
    headers = {**headers, "Content-Length": str(answer.size)}
    if answer.size <= CHUNK:
        return Response(answer.whole(), headers=headers)
    return StreamingResponse(answer.chunks(), headers=headers)


def etag(content: bytes) -> str:
    """A strong ETag for these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def data_etag(snapshot: Snapshot, *parts: str) -> str | None:
    """An ETag for what ``parts`` name, made from these data; None where nobody knows when the data change."""
    return etag("\0".join((snapshot.identity, *parts)).encode()) if snapshot.identity else None


def matches(request: Request, tag: str | None) -> bool:
    """Whether the client has the representation of this ETag already (If-None-Match, RFC 9110, section 13.1.2)."""
    tags = request.headers.get("if-none-match", "").split(",")
    return tag is not None and tag in (one.strip().removeprefix("W/") for one in tags)
