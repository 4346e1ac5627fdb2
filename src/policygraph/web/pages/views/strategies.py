"""Strategies: the list of them all, and the page of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyoxigraph import NamedNode

from ...viewmodels.briefing import Briefing, Overview, overview, strategy_of
from ...viewmodels.changes import ChangeView, changes
from ...viewmodels.charts import heat_map, paired_bars
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText, labels
from ..page import Crumb, Page, moved, section_page

SHOWN = 25
"""Strategies on one page of their list."""

CHANGES = 10
"""Changes that the page of a strategy shows."""


async def strategy_list(context: PageContext) -> Page:
    """The page at ``/strategies``: a line for each, the latest adopted first."""
    overall = await overview(context)
    part = context.part([*overall.strategies.values()][::-1], SHOWN)
    values = {"overall": overall, "part": part, "lines": overall.lines(part.entries)}
    return section_page(context, "strategies", values, parameters=("page",))


async def strategy_page(context: PageContext, key: str) -> Page:
    """The page of one strategy; HTTPProblem 404 where there is none with this key."""
    overall = await overview(context)
    if key not in overall.strategies:
        for other in overall.strategies:
            if other.casefold() == key.casefold():
                raise moved(context, other)
        raise context.refusal(404, "strategy", name=key[:80], choices=", ".join([*overall.strategies][-12:]))
    strategy, briefing = overall.strategies[key], overall.of_strategy(key)
    headings = [one.iri for one in overall.concepts.headings() if strategy_of(one.iri) == key]
    title = strategy.title(context.language)
    values = {
        **await briefing_values(context, overall, briefing, ("strategy", key), lambda one: one.strategy == key),
        "strategy": strategy,
        "heat": heat_map(briefing.actions, headings),
        "bars": paired_bars(briefing.actions, overall.meetings, overall.concepts, headings),
        "relations": await _relations(context, strategy.iri),
    }
    return section_page(
        context,
        "strategy",
        values,
        title=title.value,
        description=context.words("strategy.description", title=title.value, number=strategy.number),
        crumbs=(Crumb(context.words("nav.strategies"), "/strategies"), Crumb(strategy.number)),
        section="strategies",
    )


async def _relations(context: PageContext, document: str) -> list[dict[str, Any]]:
    """What a document says about others, with its words: one engine call."""
    return [
        {
            "kind": row.text("relation"),
            "iri": row.text("target_document") or row.text("target"),
            "label": LocalizedText(row.text("target_label"), "en"),
            "quote": LocalizedText.of(row["quote"]),
        }
        for row in await context.canned("document-relations", document=document)
    ]


async def briefing_values(
    context: PageContext,
    overall: Overview,
    briefing: Briefing,
    narrowed: tuple[str, str],
    fits: Callable[[ChangeView], bool],
) -> dict[str, Any]:
    """What the templates of a strategy and of a sector are given alike: two engine calls.

    ``names`` says what bodies and programmes are called, by IRI. ``narrowed`` is the parameter that leaves of a
    list what the briefing is on; ``fits`` says it of a change.
    """
    called = await labels(context, [NamedNode(iri) for iri, _ in briefing.names])
    return {
        "overall": overall,
        "briefing": briefing,
        "names": {iri: called.label(iri) for iri, _ in briefing.names},
        "by_iri": {one.iri: one for one in briefing.actions},
        "changes": [one for one in await changes(context) if fits(one)][:CHANGES],
        "narrowed": [narrowed],
    }
