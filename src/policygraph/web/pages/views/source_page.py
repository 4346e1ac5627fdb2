"""The source itself, page by page, with everything marked that was read from it."""

from __future__ import annotations

from pyoxigraph import Literal

from ....engine.results import Solutions
from ...viewmodels.context import PageContext
from ...viewmodels.evidence import SpanView, document, sheets
from ...viewmodels.labels import names
from ...viewmodels.page_queries import node, question
from ..page import Crumb, Page


async def source_page(visit: PageContext, document_id: str, language: str, number: int | None = None) -> Page:
    """One page of a text, the first where none is named: three engine calls. Refusal 404 where there is none."""
    file = f"{visit.base}id/doc/{document_id}/{language}/txt"
    about = await visit.view.select(question("documents", visit.base))
    sha256 = next((row.text("sha256") for row in about if row.text("file") == file), "")
    text = document(sha256)
    numbers = [page.number for page in text.pages] if text else []
    number = numbers[0] if number is None and numbers else number or 0
    if text is None or number not in numbers:
        raise visit.refusal(404, "page", page=number, document=document_id[:60])
    asked = question("sources", visit.base, file=[node(file)], page=[Literal(number)])
    spans = _spans(await visit.view.select(asked))
    things = list(dict.fromkeys(span.owner for span in spans))
    place = numbers.index(number)
    path = f"/source/{document_id}/{language}"
    return Page(
        "source.html",
        visit.words("source.page_of", number=number, document=document_id),
        {
            "sheet": sheets(text, spans, [number], fold=False)[0],
            "names": await names(visit, map(node, things)),
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
        description=visit.words("source.lede"),
        crumbs=(
            Crumb(visit.words("nav.about"), visit.links.to("/about")),
            Crumb(document_id, visit.links.thing(f"{visit.base}id/doc/{document_id}")),
            Crumb(visit.words("source.page", number=number)),
        ),
        section="about",
    )


def _spans(rows: Solutions) -> list[SpanView]:
    return [
        SpanView(
            int(row.text("start")),
            int(row.text("end")),
            int(row.text("page")),
            int(row.text("line")),
            row.text("basis"),
            row.text("thing"),
        )
        for row in rows
    ]
