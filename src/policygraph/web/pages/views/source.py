"""The source itself, page by page, with everything marked that was read from it."""

from __future__ import annotations

from pyoxigraph import Literal

from ...viewmodels.context import PageContext, node
from ...viewmodels.evidence import SpanView, document, sheets
from ...viewmodels.labels import labels
from ..page import Crumb, Page


async def source_page(context: PageContext, document_id: str, language: str, number: int | None = None) -> Page:
    """One page of a text, the first where none is named: three engine calls.

    Raises HTTPProblem 404 for a text or page that is not at hand.
    """
    file = f"{context.base}id/doc/{document_id}/{language}/txt"
    documents = await context.select("documents")
    sha256 = next((row.text("sha256") for row in documents if row.text("file") == file), "")
    text = document(sha256)
    numbers = [page.number for page in text.pages] if text else []
    number = numbers[0] if number is None and numbers else number or 0
    if text is None or number not in numbers:
        raise context.refusal(404, "page", page=number, document=document_id[:60])
    rows = await context.select("sources", file=[node(file)], page=[Literal(number)])
    spans = [SpanView.of(row) for row in rows]
    things = list(dict.fromkeys(span.owner for span in spans))
    place = numbers.index(number)
    path = f"/source/{document_id}/{language}"
    words = context.words
    return Page(
        "source.html",
        words("source.page_of", number=number, document=document_id),
        {
            "sheet": sheets(text, spans, [number], fold=False)[0],
            "labels": await labels(context, map(node, things)),
            "things": things,
            "text_language": text.file.language,
            "previous": f"{path}/{numbers[place - 1]}" if place else None,
            "next": f"{path}/{numbers[place + 1]}" if place + 1 < len(numbers) else None,
            "path": path,
            "numbers": numbers,
            "number": number,
            "file": file,
            "sha256": sha256,
        },
        description=words("source.lede"),
        crumbs=(
            Crumb(words("nav.about"), "/about"),
            Crumb(document_id, context.links.path_of(f"{context.base}id/doc/{document_id}") + ".html"),
            Crumb(words("source.page", number=number)),
        ),
        section="about",
    )
