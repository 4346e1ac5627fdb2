"""Harmonised sectors: the table of them all, a briefing on each across strategies, and some side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ...viewmodels.actions import ActionView
from ...viewmodels.briefing import eurovoc_links, overview, strategy_of
from ...viewmodels.concepts import Concept, ConceptIndex
from ...viewmodels.context import PageContext
from ...viewmodels.dialogues import Dialogues
from ..page import Crumb, Page, moved, section_page
from .strategies import briefing_values

COMPARED = 3
"""Sectors that stand side by side at most."""


async def sectors(context: PageContext) -> Page:
    """The page at ``/sectors``."""
    overall = await overview(context)
    every, index, held = overall.actions, overall.concepts, overall.meetings
    values = {
        "sectors": [_sector(sector, index, every, held) for sector in index.members("sector")],
        "themes": [heading for heading in index.headings() if not heading.sectors],
        "strategies": held.strategies,
        "document_of": strategy_of,
        "counts": Counter(action.heading for action in every),
        "flagships": Counter(action.heading for action in every if action.flagship),
        "concepts": index,
    }
    return section_page(context, "sectors", values)


def _sector(sector: Concept, index: ConceptIndex, every: Sequence[ActionView], held: Dialogues) -> dict[str, Any]:
    """What sits behind one harmonised sector."""
    meaning = list(index.meaning(sector.iri))
    headings = {concept.iri: concept for concept in meaning if "/id/heading/" in concept.iri}
    under = [action for action in every if action.heading in headings]
    dialogues = held.on({sector.iri}, index)
    return {
        "concept": sector,
        "headings": list(headings.values()),
        "labels": [concept for concept in meaning if "/id/sector-label/" in concept.iri],
        "actions": len(under),
        "flagships": sum(action.flagship for action in under),
        "dialogues": len(dialogues),
        "attendees": sum(dialogue.attendees or 0 for dialogue in dialogues),
    }


async def sector_page(context: PageContext, key: str) -> Page:
    """The briefing on one sector; HTTPProblem 404 where there is none with this key."""
    overall = await overview(context)
    sector = _find(context, overall.concepts, key)
    if sector.key != key:
        raise moved(context, sector.key)
    briefing, title = overall.of_sector(sector), overall.concepts.label(sector.iri)
    about = {action.iri for action in briefing.actions}
    values = {
        **await briefing_values(context, overall, briefing, ("sector", key), lambda one: one.about in about),
        "sector": sector,
        "eurovoc": await eurovoc_links(context, sector.iri),
        "others": [one for one in overall.concepts.members("sector") if one is not sector],
    }
    return section_page(
        context,
        "sector",
        values,
        title=title.value,
        description=context.words("sector.description", title=title.value),
        crumbs=(Crumb(context.words("nav.sectors"), "/sectors"), Crumb(title.value)),
        section="sectors",
    )


async def compare(context: PageContext) -> Page:
    """The page at ``/compare``: the sectors that the address names, else all of them, side by side."""
    overall = await overview(context)
    every = overall.concepts.members("sector")
    chosen = [_find(context, overall.concepts, key) for key in dict.fromkeys(context.all("sector"))][:COMPARED]
    values = {
        "overall": overall,
        "every": every,
        "keys": [sector.key for sector in chosen],
        "most": COMPARED,
        "briefings": [(sector, overall.of_sector(sector)) for sector in chosen or every],
    }
    return section_page(context, "compare", values, parameters=("sector",), section="sectors")


def _find(context: PageContext, index: ConceptIndex, key: str) -> Concept:
    """The sector with this key, case aside; HTTPProblem 404 where there is none."""
    members = index.members("sector")
    sector = next((one for one in members if one.key.casefold() == key.casefold()), None)
    if sector is None:
        choices = ", ".join(one.key for one in members)
        raise context.refusal(404, "sector", name=key[:80], choices=choices)
    return sector
