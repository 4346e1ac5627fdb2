"""The pages that show much at once: the first page, sectors, dialogues, initiatives, periods, concepts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from ....sources.periods import in_time
from ...viewmodels.actions import ActionView, actions, due_next, due_without_report, should_have_started
from ...viewmodels.charts import heat_map, paired_bars, timeline
from ...viewmodels.concepts import Concept, ConceptIndex, concepts
from ...viewmodels.context import PageContext, node
from ...viewmodels.dialogues import Dialogues, meetings
from ...viewmodels.labels import labels
from ..page import Page, section_page

SHOWN = 5
"""Actions in each of the lists of the first page."""


async def home(context: PageContext) -> Page:
    """The page at ``/``, what is due, what should have started, where the work sits: three engine calls."""
    every, index, held = await actions(context), await concepts(context), await meetings(context)
    headings, day = [heading.iri for heading in index.headings()], context.today.isoformat()
    words, absolute = context.words, context.links.absolute
    description = words("home.description")
    values = {
        "strategies": held.strategies,
        "of_strategy": Counter(document_of(action.iri) for action in every),
        "actions": every,
        "concepts": index,
        "meetings": held,
        "next": due_next(every, day),
        "started": should_have_started(every, day),
        "silent": due_without_report(every, day),
        "heat": heat_map(every, headings),
        "bars": paired_bars(every, held, index, headings),
        "timeline": timeline(every, headings, context.today),
        "shown": SHOWN,
    }
    data = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": words("site.name"),
        "description": description,
        "url": absolute("/"),
        "inLanguage": context.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": absolute("/actions?q={search}"),
            "query-input": "required name=search",
        },
    }
    return section_page(context, "home", values, description=description, crumbs=(), data=(data,))


def document_of(iri: str) -> str:
    """The document's part of the IRI of a row or a heading: ``…/id/action/COM-2025-723/A3-001``."""
    return iri.rsplit("/", 2)[-2]


async def sectors(context: PageContext) -> Page:
    """The page at ``/sectors``: three engine calls."""
    every, index, held = await actions(context), await concepts(context), await meetings(context)
    values = {
        "sectors": [_sector(sector, index, every, held) for sector in index.members("sector")],
        "themes": [heading for heading in index.headings() if not heading.sectors],
        "strategies": held.strategies,
        "document_of": document_of,
        "counts": Counter(action.heading for action in every),
        "flagships": Counter(action.heading for action in every if action.flagship),
        "concepts": index,
    }
    return section_page(context, "sectors", values)


def _sector(
    sector: Concept, index: ConceptIndex, every: Sequence[ActionView], meetings: Dialogues
) -> dict[str, Any]:
    """A harmonised sector: the headings and labels that mean it, and what sits behind it."""
    meaning = list(index.meaning(sector.iri))
    headings = {concept.iri: concept for concept in meaning if "/id/heading/" in concept.iri}
    under, held = [action for action in every if action.heading in headings], meetings.on({sector.iri}, index)
    return {
        "concept": sector,
        "headings": list(headings.values()),
        "labels": [concept for concept in meaning if "/id/sector-label/" in concept.iri],
        "actions": len(under),
        "flagships": sum(action.flagship for action in under),
        "dialogues": len(held),
        "attendees": sum(dialogue.attendees or 0 for dialogue in held),
    }


async def dialogues(context: PageContext) -> Page:
    """The page at ``/dialogues``: two engine calls."""
    held, index = await meetings(context), await concepts(context)
    days = sorted(one.date for one in held.dialogues if one.date)
    return section_page(context, "dialogues", {"meetings": held, "concepts": index, "days": days})


async def initiatives(context: PageContext) -> Page:
    """The page at ``/initiatives``: two engine calls."""
    values = {"meetings": await meetings(context), "concepts": await concepts(context)}
    return section_page(context, "initiatives", values)


async def periods(context: PageContext) -> Page:
    """The page at ``/periods``, with bars in percent of the longest: one engine call."""
    rows = {row.text("notation"): row for row in await context.select("periods")}
    most = max((int(row.text("actions")) for row in rows.values()), default=1) or 1
    shown = [
        {
            **{name: rows[notation].text(name) for name in ("period", "notation", "start", "end")},
            **{name: int(rows[notation].text(name)) for name in ("actions", "open_ended", "flagships")},
        }
        for notation in sorted(rows, key=in_time)
    ]
    return section_page(context, "periods", {"periods": shown, "most": most})


async def concept_lists(context: PageContext) -> Page:
    """The page at ``/concepts``: two engine calls."""
    index = await concepts(context)
    members: dict[str, list[Concept]] = defaultdict(list)
    for concept in sorted(index.by_iri.values(), key=lambda one: (one.order, one.notation, one.iri)):
        for scheme in concept.schemes:
            members[scheme].append(concept)
    values = {
        "concepts": index,
        "schemes": index.schemes(),
        "members": members,
        "labels": await labels(context, map(node, members)),
    }
    return section_page(context, "concepts", values)
