"""What the list of actions is narrowed by in the browser: facets, days and words of each action, as JSON.

The rules are those of ``web.pages.selection``: values, words and orders come from there, none is repeated here.
"""

from __future__ import annotations

import json
from typing import Any

from ..i18n import DEFAULT, entries, locale_of
from ..web.pages.views.actionlist import DOWNLOADS, selected
from ..web.viewmodels.actions import ActionView
from ..web.viewmodels.context import PageContext
from ..web.viewmodels.filter import DAYS, FACETS, ORDERS, SIZE, Filter, folded
from .addresses import SiteAddress

WORDS = ("actions.found", "actions.of", "actions.none", "actions.clear", "actions.chosen", "actions.remove")
NAMED = ("static.all_only", "source.pages", "source.previous", "source.next", "actions.part")


def file(language: str) -> str:
    """The name of the index in a language, below the site's folder."""
    return "actions-index.json" if language == DEFAULT else f"{language}/actions-index.json"


async def index(visit: PageContext) -> bytes:
    """The index in the language of the visit: two engine calls."""
    selection, found, _ = await selected(visit)
    page = SiteAddress("/actions", visit.language)
    words = entries(visit.language)
    content: dict[str, Any] = {
        "size": SIZE,
        "facets": FACETS,
        "days": DAYS,
        "locale": str(locale_of(visit.language)).replace("_", "-"),
        "words": {name.rpartition(".")[2]: words[name] for name in (*WORDS, *NAMED)} | _labels(words),
        "plain": [extension for extension, _ in DOWNLOADS if extension in ("csv", "json")],
        "orders": {name: _ranks(name, selection, found) for name in ORDERS},
        "actions": [_action(one, selection, page) for one in found],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _labels(words: Any) -> dict[str, str]:
    """The names of facets and days."""
    return {f"facet.{name}": words[f"facet.{name}"] for name in (*FACETS, *DAYS, "q")}


def _ranks(name: str, selection: Filter, found: list[ActionView]) -> list[int]:
    """The place of each action in an order; those that are equal there share one, as a stable sort leaves them."""
    keys = [ORDERS[name](one, selection) for one in found]
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]


def _action(action: ActionView, selection: Filter, page: SiteAddress) -> dict[str, Any]:
    known = selection.concepts.known
    labels = known[action.heading].labels if action.heading in known else set()
    texts = [text.value for text in (*action.descriptions, *action.wordings, *labels)]
    return {
        "href": page.way_to(_file(action, selection, page.language)),
        "id": action.identifier,
        "iri": action.iri,
        "due": action.due,
        "start": action.start_due,
        "words": folded(" ".join([action.identifier, *texts])),
        **{name: selection.values(name, action) for name in FACETS},
    }


def _file(action: ActionView, selection: Filter, language: str) -> str:
    path = "/" + action.iri.removeprefix(selection.visit.base) + ".html"
    return SiteAddress(path, language).file
