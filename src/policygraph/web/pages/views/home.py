"""The first page: what is due, what has passed, what is coming, what changed, and how far each strategy is.

It is of the same size whatever the number of strategies: each list shows its first entries and leads to all.
"""

from __future__ import annotations

from ...viewmodels.briefing import overview
from ...viewmodels.changes import changes
from ...viewmodels.context import PageContext
from ...viewmodels.timeliness import WORDS, due_in, next_quarter, quarter_of
from ..page import Page, section_page

SHOWN = 5
"""Entries of each list."""

STRATEGIES = 8
"""Strategies that have a line; a page of their own lists them all."""


async def home(context: PageContext) -> Page:
    """The page at ``/``."""
    overall, words = await overview(context), context.words
    quarter = quarter_of(context.today.isoformat())
    due = await due_in(context, (quarter, next_quarter(quarter)))
    in_time = sorted(overall.actions, key=lambda one: (not one.flagship, one.due, one.iri))
    latest = list(overall.strategies.values())[::-1]
    values = {
        "overall": overall,
        "quarter": quarter,
        "following": next_quarter(quarter),
        "due": {period: [one for one in in_time if one.iri in iris] for period, iris in due.items()},
        "passed": {word: overall.holding(word) for word in WORDS},
        "lines": overall.lines(latest[:STRATEGIES]),
        "changes": (await changes(context))[:SHOWN],
        "by_iri": {one.iri: one for one in overall.actions},
        "shown": SHOWN,
    }
    description, absolute = words("home.description"), context.links.absolute
    data = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": words("site.name"),
        "description": description,
        "url": absolute("/"),
        "inLanguage": context.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute("/search") + "?q={search}",
            "query-input": "required name=search",
        },
    }
    return section_page(context, "home", values, description=description, crumbs=(), data=(data,))
