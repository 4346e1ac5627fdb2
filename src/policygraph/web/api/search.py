"""``/search.json``: the search of the site for programs, and for what the site proposes while somebody types."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ...i18n import languages
from ..delivery.operations import JSON_TYPE, Operation, OperationRoute, parameter
from ..delivery.requests import CHOICE, ORDINAL, Argument, read
from ..delivery.responses import deliver
from ..viewmodels.context import PageContext, page_context
from ..viewmodels.search import KINDS, SearchHit, search

ARGUMENTS = (
    Argument("q", "xsd:string", "Words to look for, in any language", "AI factories", required=True),
    Argument("kind", CHOICE, "Only things of this kind", "action", KINDS),
    Argument("page", ORDINAL, "Which page of the things of one kind, from 1", "1"),
    Argument("lang", CHOICE, "Language of names; without it Accept-Language chooses", "en", languages()),
)


async def search_json(request: Request) -> Response:
    """What a search finds: the numbers by kind, and the best of each kind or a page of one."""
    read(request, ARGUMENTS)
    context = page_context(request)
    result = await search(context)
    content = {
        "query": result.query,
        "total": result.total,
        "counts": result.counts,
        "kinds": {kind: context.words(f"search.kind.{kind}") for kind in result.counts},
        "page": result.page,
        "pages": result.last,
        "instead": result.instead,
        "results": [described(hit, context) for hits in result.shown.values() for hit in hits],
    }
    encoded = json.dumps(content, ensure_ascii=False).encode()
    return await deliver(request, encoded, JSON_TYPE, vary="Accept-Language")


def described(hit: SearchHit, context: PageContext) -> dict[str, Any]:
    """A hit as JSON; ``title`` and ``excerpt`` come in pieces, each with whether a sought word stands there."""
    return {
        "iri": hit.iri or None,
        "kind": hit.kind,
        "address": hit.href if "://" in hit.href else context.links.absolute(hit.href),
        "title": hit.name,
        "language": hit.title.language,
        "unofficial": bool(hit.title.origin),
        "excerpt": hit.excerpt,
        "excerpt_language": hit.language.language if hit.excerpt else None,
        "note": hit.note,
        "by": hit.by.value if hit.by else None,
    }


ROUTES = [
    OperationRoute(
        "/search.json",
        search_json,
        Operation(
            "search",
            "Everything that has some words, in any language",
            "data",
            {JSON_TYPE: {"schema": {"type": "object"}}},
            ("400",),
            tuple(map(parameter, ARGUMENTS)),
            description="Finds a thing by its own words, and by the name of a concept that it is about.",
            answer="What was found",
        ),
    )
]
