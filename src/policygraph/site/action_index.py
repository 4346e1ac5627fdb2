"""What the list of actions is narrowed by in the browser: facets, days and words of each action, as JSON.

The rules are those of ``web.viewmodels.filter``: values, words and orders come from there, none is repeated here.
"""

from __future__ import annotations

import json
from typing import Any

from ..i18n import DEFAULT, entries, locale_of
from ..web.pages.views.actions import DOWNLOADS
from ..web.viewmodels.actions import ActionView
from ..web.viewmodels.context import PageContext
from ..web.viewmodels.filter import DAYS, FACETS, ORDERS, SIZE, Filter, selected
from .addresses import NARROWING

WORDS = (
    *("actions.found", "actions.of", "actions.none", "actions.none_cure", "actions.clear"),
    *("actions.chosen", "actions.remove"),
)
MORE_WORDS = (
    *("timeline.outside", "timeline.undated", "static.all_only"),
    *("source.pages", "source.previous", "source.next", "actions.part"),
)


def file_name(language: str) -> str:
    """The name of the index in a language, below the site's folder."""
    return "actions-index.json" if language == DEFAULT else f"{language}/actions-index.json"


async def action_index(context: PageContext) -> bytes:
    """The index in the language of the context: two engine calls."""
    selection, every, _ = await selected(context)
    words = entries(context.language)
    content: dict[str, Any] = {
        "size": SIZE,
        "facets": FACETS,
        "days": DAYS,
        "locale": str(locale_of(context.language)).replace("_", "-"),
        "words": {name.rpartition(".")[2]: words[name] for name in (*WORDS, *MORE_WORDS)}
        | {f"facet.{name}": words[f"facet.{name}"] for name in (*FACETS, *DAYS, "q")},
        "narrowed": NARROWING,
        "plain": [extension for extension in DOWNLOADS if extension in ("csv", "json")],
        "orders": {name: _ranks(name, selection, every) for name in ORDERS},
        "actions": [_described(action, selection) for action in every],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _ranks(name: str, selection: Filter, every: list[ActionView]) -> list[int]:
    """The place of each action in an order; those that are equal there share one, as a stable sort leaves them."""
    keys = [ORDERS[name](action, selection) for action in every]
    place = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    return [place[key] for key in keys]


def _described(action: ActionView, selection: Filter) -> dict[str, Any]:
    return {
        "href": selection.context.links.thing(action.iri),
        "id": action.identifier,
        "iri": action.iri,
        "due_days": sorted({target.due for target in action.targets if target.due}),
        "start": action.start_due,
        "words": selection.searched(action),
        **{name: selection.values(name, action) for name in FACETS},
    }
