"""What changed since a day, of all or of one strategy or sector; and how things are counted."""

from __future__ import annotations

import datetime

from ...viewmodels.briefing import overview
from ...viewmodels.changes import changes
from ...viewmodels.context import PageContext
from ...viewmodels.filter import FacetLabels, read_day
from ...viewmodels.timeliness import WORDS, due_in, quarter_of
from ..page import Page, section_page

SINCE = datetime.timedelta(days=31)
"""How far back the page looks where the address does not say."""

SHOWN = 25
"""Changes that a page shows; the list has as many pages as it needs."""


async def change_list(context: PageContext) -> Page:
    """The page at ``/changes``; HTTPProblem 400 where the day is none."""
    overall = await overview(context)
    since = read_day(context, "since") or (context.today - SINCE).isoformat()
    strategy, sector = context.first("strategy"), context.first("sector")
    by_iri = {one.iri: one for one in overall.actions}
    in_sector = {
        action.iri for action in overall.actions if f"{context.base}id/sector/{sector}" in overall.sectors(action)
    }
    fitting = [
        one
        for one in await changes(context)
        if one.day >= since
        and (not strategy or one.strategy == strategy)
        and (not sector or one.about in in_sector)
    ]
    narrowed = [(name, value) for name, value in (("strategy", strategy), ("sector", sector)) if value]
    label = FacetLabels(context, overall.concepts, overall.strategies)
    values = {
        "overall": overall,
        "since": since,
        "strategy": strategy,
        "sector": sector,
        "part": context.part(fitting, SHOWN),
        "chosen": [
            (name, label(name, value), context.here({name: None, "page": None})) for name, value in narrowed
        ],
        "by_iri": by_iri,
        "sectors": overall.concepts.members("sector"),
        "narrowed": narrowed,
    }
    title, parameters = context.words("changes.heading"), ("since", "strategy", "sector", "page")
    return section_page(context, "changes", values, title=title, parameters=parameters)


async def counting(context: PageContext) -> Page:
    """The page at ``/counting``: the rules, with what they give today."""
    overall = await overview(context)
    quarter = quarter_of(context.today.isoformat())
    values = {
        "overall": overall,
        "quarter": quarter,
        "due": len((await due_in(context, (quarter,)))[quarter]),
        "counts": {word: len(overall.holding(word)) for word in WORDS},
        "flagships": sum(action.flagship for action in overall.actions),
    }
    return section_page(context, "counting", values)
