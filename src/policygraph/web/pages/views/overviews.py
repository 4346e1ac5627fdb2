"""The pages that list all things of a kind: dialogues, initiatives, periods, concepts."""

from __future__ import annotations

from collections import defaultdict

from ....sources.periods import in_time
from ...viewmodels.concepts import Concept, concepts
from ...viewmodels.context import PageContext, node
from ...viewmodels.dialogues import meetings
from ...viewmodels.labels import labels
from ...viewmodels.links import BROWSED
from ..page import Page, section_page


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
        "browsed": BROWSED,
    }
    return section_page(context, "concepts", values)
