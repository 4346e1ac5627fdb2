"""The page of actions: search, facets, order, and downloads of exactly what is shown."""

from __future__ import annotations

from ....rdf.media_types import CSV, ICALENDAR, PLAIN_JSON, TURTLE, XLSX, file_types
from ...viewmodels.actions import ActionView, actions
from ...viewmodels.concepts import concepts
from ...viewmodels.context import PageContext
from ...viewmodels.filter import FACETS, PARAMETERS, FacetLabels, Filter
from ...viewmodels.localized_text import LocalizedText
from ..page import Alternate, Crumb, Page

DOWNLOADS = file_types(CSV, XLSX, PLAIN_JSON, TURTLE)
(CALENDAR,) = file_types(ICALENDAR)


async def selected(visit: PageContext) -> tuple[Filter, list[ActionView], list[ActionView]]:
    """What was asked for, all actions, and those that fit: two engine calls."""
    found, known = await actions(visit), await concepts(visit)
    selection = Filter.of(visit, known)
    return selection, found, selection.actions(found)


async def action_list(visit: PageContext) -> Page:
    """The page at ``/actions``."""
    selection, found, shown = await selected(visit)
    return Page(
        "actions.html",
        visit.words("actions.title"),
        {
            "selection": selection,
            "concepts": selection.concepts,
            "actions": shown,
            "part": selection.part(shown),
            "all": found,
            "facets": {name: selection.facet(name, found) for name in FACETS},
            "facet_label": FacetLabels(visit, selection.concepts),
            "chosen": _chosen(visit, selection),
            "sorting": {name: _sorting(visit, selection, name) for name in ("number", "description", "due")},
        },
        description=visit.words("actions.description"),
        crumbs=(Crumb(visit.words("nav.actions")),),
        alternates=downloads(visit),
        parameters=(*PARAMETERS, "page"),
        section="actions",
    )


def downloads(visit: PageContext) -> tuple[Alternate, ...]:
    """What is shown, in every format that it can be taken away in."""
    pairs = [(name, value) for name, value in visit.pairs if name in PARAMETERS]
    return tuple(
        Alternate(media, visit.links.to(f"/actions.{extension}", pairs), visit.words(f"format.{extension}"))
        for extension, media in (*DOWNLOADS, CALENDAR)
    )


def _chosen(visit: PageContext, selection: Filter) -> list[tuple[str, LocalizedText, str]]:
    """Each choice that is made: what it narrows, its words, and the address without it."""
    label = FacetLabels(visit, selection.concepts)
    made = [(name, value, label(name, value)) for name in FACETS for value in selection.chosen[name]]
    made += [
        (name, day, LocalizedText(visit.words.day(day), visit.language))
        for name, day in selection.days.items()
        if day
    ]
    if selection.words:
        made.append(("q", visit.first("q"), LocalizedText(visit.first("q"))))
    return [(name, text, _without(visit, name, value)) for name, value, text in made]


def _without(visit: PageContext, name: str, value: str) -> str:
    kept = [pair for pair in visit.pairs if pair[0] != "page" and _stays(pair, name, value)]
    return visit.links.to(visit.path, kept)


def _stays(pair: tuple[str, str], name: str, value: str) -> bool:
    return pair[0] != name or (name in FACETS and pair[1].strip() != value)


def _sorting(visit: PageContext, selection: Filter, name: str) -> tuple[str, str]:
    """The address that sorts by a column, and the column's ``aria-sort``."""
    if selection.sort != name:
        return visit.here({"sort": name, "order": None, "page": None}), "none"
    if selection.descending:
        return visit.here({"sort": name, "order": None, "page": None}), "descending"
    return visit.here({"sort": name, "order": "desc", "page": None}), "ascending"
