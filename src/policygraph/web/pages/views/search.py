"""The search over everything, in every language that the data have."""

from __future__ import annotations

from ....rdf.media_types import PLAIN_JSON
from ...viewmodels.context import PageContext
from ...viewmodels.search import search
from ..page import Alternate, Page, section_page


async def search_page(context: PageContext) -> Page:
    """The page at ``/search``: two engine calls for the first search of a release, then none."""
    result = await search(context)
    context.note["query"] = result.query[:200]
    alternates = []
    if result.query and context.static is None:
        pairs = [(name, value) for name, value in (("q", result.query), ("kind", result.kind)) if value]
        alternates.append(Alternate(PLAIN_JSON.media_type, context.links.file("/search.json", pairs), "JSON"))
    return section_page(
        context,
        "search",
        {"result": result},
        parameters=("q", "kind", "page"),
        alternates=tuple(alternates),
    )
