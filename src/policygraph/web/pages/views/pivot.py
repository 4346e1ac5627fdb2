"""Actions counted by two of their properties, as a table that shows its SPARQL."""

from __future__ import annotations

from ...viewmodels.context import PageContext
from ...viewmodels.pivot import DIMENSIONS, MEASURES, pivot
from ..page import Crumb, Page


async def pivot_page(context: PageContext) -> Page:
    """The page at ``/pivot``: two engine calls; HTTPProblem 400 for what cannot be counted by or counted."""
    words = context.words
    rows, columns = context.first("rows") or "sector", context.first("columns")
    if not context.pairs or not any(name == "columns" for name, _ in context.pairs):
        columns = "period"
    measure = context.first("measure") or "actions"
    for value, choices in ((rows, DIMENSIONS), (columns or rows, DIMENSIONS), (measure, MEASURES)):
        if value not in choices:
            raise context.refusal(400, "pivot", value=value[:40], choices=", ".join(choices))
    columns = "" if columns == rows else columns
    table = await pivot(context, rows, columns, measure)
    title = words(
        "pivot.title_of" if columns else "pivot.title_of_one",
        measure=words(f"pivot.counted.{measure}"),
        rows=words(f"pivot.by.{rows}"),
        columns=words(f"pivot.by.{columns}") if columns else "",
    )
    chosen = {"rows": rows, "columns": columns, "measure": measure}
    return Page(
        "pivot.html",
        title,
        {"table": table, "chosen": chosen, "dimensions": tuple(DIMENSIONS), "measures": tuple(MEASURES)},
        description=words("pivot.lede"),
        crumbs=(Crumb(words("nav.queries"), "/queries"), Crumb(words("pivot.title"))),
        parameters=tuple(chosen),
        section="queries",
    )
