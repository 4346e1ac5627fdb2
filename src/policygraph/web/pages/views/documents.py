"""``/docs``: the documents of the repository, for who uses the data."""

from __future__ import annotations

from ...delivery.problems import HTTPProblem
from ...viewmodels.context import PageContext
from ..documents import INDEX, document, paths
from ..page import Crumb, Page, section_page


async def documents(context: PageContext, name: str = INDEX) -> Page:
    """The page of one document, the list of all where no name is given: no engine call."""
    if name not in paths():
        raise HTTPProblem(404, "There is no such document: /docs lists them all.")
    words = context.words
    shown = document(name, context.links, words("nav.wide"))
    if name == INDEX:
        return section_page(context, "documents", {"document": shown})
    return Page(
        "documents.html",
        shown.title,
        {"document": shown},
        description=shown.title,
        crumbs=(Crumb(words("nav.documents"), "/docs"), Crumb(shown.title)),
        section="documents",
    )
