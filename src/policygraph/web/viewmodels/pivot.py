"""Actions counted by two of their properties: the SPARQL for it, and its answer as rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from ...vocabulary.codelists import rebased
from .context import PageContext
from .labels import LocalizedText, labels
from .statements import Value, value

MATCHES = "(skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch)"
SECTORS = "<https://w3id.org/policygraph/id/sector>"
DIMENSIONS: Mapping[str, str] = {
    "document": "?action dct:isPartOf ?{} .",
    "sector": f"?action pg:heading/{MATCHES} ?{{}} . ?{{}} skos:inScheme {SECTORS} .",
    "heading": "?action pg:heading ?{} .",
    "kind": "?action dct:type ?{} . ?{} skos:inScheme <https://w3id.org/policygraph/id/action-kind> .",
    "period": "?action pg:deadline/pg:period ?{} .",
    "modality": "?action pg:deadline/pg:modality ?{} .",
    "instrument": "?action pg:instrument ?{} .",
    "mentions": "?action pg:mentions ?{} .",
    "topic": "?action pg:topic ?{} .",
}
"""What actions can be counted by: the pattern that binds its value; an action with several counts for each."""

MEASURES: Mapping[str, str] = {
    "actions": "",
    "flagships": "?action dct:type <https://w3id.org/policygraph/id/action-kind/flagship> .",
    "open_ended": "?action pg:deadline/pg:startDueBy ?start .",
}
"""What is counted: the pattern that narrows the actions."""

FACET_OF = {"sector": "sector", "heading": "heading", "kind": "kind", "period": "period", "modality": "modality"}
"""The dimensions that the list of actions can be narrowed by."""

QUERY = """PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pg: <https://w3id.org/policygraph/def#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT {variables} (COUNT(DISTINCT ?action) AS ?{measure})
WHERE {{
  ?action a pg:PolicyAction .
  {patterns}
}}
GROUP BY {variables}
ORDER BY {variables}
"""


@dataclass(frozen=True)
class Pivot:
    """A table of counts: rows and columns as they are shown, and the number and link of each cell that has one."""

    query: str
    rows: tuple[Value, ...]
    columns: tuple[Value, ...]
    cells: Mapping[tuple[str, str], tuple[int, str]]

    @property
    def most(self) -> int:
        return max((number for number, _ in self.cells.values()), default=0)


def pivot_query(rows: str, columns: str, measure: str, base: str) -> str:
    """The SPARQL of a table; ``columns`` may be "" for a single column."""
    patterns = [
        DIMENSIONS[rows].replace("{}", "row"),
        DIMENSIONS[columns].replace("{}", "column") if columns else "",
    ]
    return rebased(
        QUERY.format(
            variables="?row ?column" if columns else "?row",
            measure=measure,
            patterns="\n  ".join(filter(None, (*patterns, MEASURES[measure]))),
        ),
        base,
    )


async def pivot(context: PageContext, rows: str, columns: str, measure: str) -> Pivot:
    """Ask for the table: two engine calls."""
    query = pivot_query(rows, columns, measure, context.base)
    answer = await context.view.select(query)
    terms = {term for row in answer for name in ("row", "column") if isinstance(term := row[name], NamedNode)}
    names = await labels(context, terms)

    def shown(name: str, dimension: str) -> tuple[Value, ...]:
        values = {row.text(name): value(row[name], names) for row in answer if row[name] is not None}
        if dimension == "period":
            words = context.words
            texts = {iri: words.short_period(iri.rsplit("/", 1)[-1]) for iri in values}
            values = {
                iri: replace(one, text=LocalizedText(texts[iri], words.language)) for iri, one in values.items()
            }
        in_order = (
            sorted if dimension == "period" else (lambda one: sorted(one, key=lambda iri: _words(values[iri])))
        )
        return tuple(values[iri] for iri in in_order(values))

    cells = {}
    for row in answer:
        steps = [(rows, row.text("row")), *([(columns, row.text("column"))] if columns else [])]
        pairs = [(FACET_OF.get(dimension, ""), _facet_value(dimension, iri, context)) for dimension, iri in steps]
        pairs += [("kind", "flagship")] if measure == "flagships" and "kind" not in (rows, columns) else []
        linked = all(name for name, _ in pairs) and measure != "open_ended"
        cells[row.text("row"), row.text("column")] = (
            int(row.text(measure)),
            context.links.to("/actions", pairs) if linked else "",
        )
    return Pivot(query, shown("row", rows), shown("column", columns) if columns else (), cells)


def _words(shown: Value) -> str:
    return shown.text.value.casefold()


def _facet_value(dimension: str, iri: str, context: PageContext) -> str:
    """A value as it stands in the address of the list of actions."""
    if dimension == "heading":
        return iri.removeprefix(f"{context.base}id/heading/")
    return iri.rsplit("/", 1)[-1]
