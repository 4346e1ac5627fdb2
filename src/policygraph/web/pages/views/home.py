"""The first page: what is due, what should have started, where the work sits."""

from __future__ import annotations

from ...viewmodels.actions import actions, due_next, due_without_report, should_have_started
from ...viewmodels.concepts import concepts
from ...viewmodels.context import PageContext
from ...viewmodels.dialogues import meetings
from ..page import Page
from .charts import against, heat_map, timeline

SHOWN = 5
"""Actions in each of the lists beside the charts."""


async def home(visit: PageContext) -> Page:
    """The page at ``/``: three engine calls."""
    found, known, met = await actions(visit), await concepts(visit), await meetings(visit)
    headings, day = [one.iri for one in known.headings()], visit.today.isoformat()
    return Page(
        "home.html",
        visit.words("home.title"),
        {
            "actions": found,
            "concepts": known,
            "meetings": met,
            "next": due_next(found, day),
            "started": should_have_started(found, day),
            "silent": due_without_report(found, day),
            "heat": heat_map(found, headings),
            "bars": against(found, met, known, headings),
            "timeline": timeline(found, headings, visit.today),
            "shown": SHOWN,
        },
        description=visit.words("home.description"),
        section="home",
        data=(_data(visit),),
    )


def _data(visit: PageContext) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": visit.words("site.name"),
        "description": visit.words("home.description"),
        "url": visit.address,
        "inLanguage": visit.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{visit.address}actions?q={{search}}",
            "query-input": "required name=search",
        },
    }
