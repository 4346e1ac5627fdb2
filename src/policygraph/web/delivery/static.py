"""How data leave: ETag and 304, Vary, Link, the name of a download, and large answers piece by piece."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ...engine.engine import CHUNK, EncodedAnswer
from ..sparql.endpoint import known
from .link_header import TypedLink, header

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
    varies = ", ".join([*(["Accept"] if negotiated else []), *([vary] if vary else [])])
    headers = {"Cache-Control": "no-cache", **header(links), **({"Vary": varies} if varies else {})}
    if tag is None:
        content = content if isinstance(content, bytes) else await content()
        tag = tag_of(content)
    headers["ETag"] = tag
    headers["Last-Modified"] = format_datetime(request.state.view.snapshot.modified, usegmt=True)
    if known(request, headers):
        return Response(status_code=304, headers=headers)
    whole = content if isinstance(content, bytes) else await content()
    headers |= {"Content-Type": content_type, "Content-Length": str(len(whole))}
    if name is not None:
        headers["Content-Disposition"] = f'attachment; filename="policygraph-{name}"'
    if len(whole) <= CHUNK:
        return Response(whole, headers=headers)
    return StreamingResponse(EncodedAnswer(whole, 0).chunks(), headers=headers)


def tag_of(content: bytes) -> str:
    """An ETag for these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
