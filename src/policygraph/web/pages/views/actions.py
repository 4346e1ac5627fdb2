"""The list of actions (search, facets, order) as a table or a timeline, and downloads of exactly what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from ....queries.results import Answer, Row
from ....rdf.iris import XSD
from ....rdf.media_types import CSV, PLAIN_JSON, TURTLE, XLSX, file_types
from ...api.xlsx import workbook
from ...viewmodels.actions import ActionView, TargetView
from ...viewmodels.briefing import overview
from ...viewmodels.context import PageContext, node
from ...viewmodels.dialogues import meetings
from ...viewmodels.filter import FACETS, PARAMETERS, FacetLabels, Filter, selected
from ...viewmodels.labels import LocalizedText, labels
from ...viewmodels.timeline import ZOOMS, timeline
from ...viewmodels.timeliness import quarter_of
from ..page import MEDIA, Page, alternates, section_page

DOWNLOADS = dict(file_types(CSV, XLSX, PLAIN_JSON, TURTLE))
"""The media type of each extension of ``/actions``; the calendar stands with the feeds."""

COLUMNS = (
    "action",
    "number",
    "identifier",
    "heading",
    "heading_iri",
    "kind",
    "description",
    "wording",
    "period",
    "modality",
    "earliest",
    "completion_due_by",
    "start_due_by",
    "status",
    "text_status",
    "original",
)


SHOWING = ("sort", "order", "group", "zoom")
"""Parameters that say how a list is shown, not what of it."""

GROUPS = ("strategy", "sector", "heading", "body")
"""What a timeline can be grouped by; the first is what it is grouped by where the address does not say."""


async def action_list(context: PageContext) -> Page:
    """The page at ``/actions``: a table."""
    return await _list(context, "actions", {})


async def action_timeline(context: PageContext) -> Page:
    """The page at ``/timeline``: the same list along the quarters."""
    overall = await overview(context)
    group, zoom = context.first("group") or GROUPS[0], context.first("zoom") or "all"
    for value, choices in ((group, GROUPS), (zoom, ZOOMS)):
        if value not in choices:
            raise context.refusal(400, "choice", value=value[:40], choices=", ".join(choices))
    selection, _, shown = await selected(context)
    part = selection.part(shown).entries
    bodies = sorted({name for action in part for name in action.names}) if group == "body" else []
    called = await labels(context, map(NamedNode, bodies))
    label = FacetLabels(context, selection.concepts, overall.strategies)

    def groups_of(action: ActionView) -> Iterable[str]:
        return sorted(action.names) or ("",) if group == "body" else selection.values(group, action) or ("",)

    values = {
        "line": timeline(part, groups_of, context.today, ZOOMS[zoom]),
        "group": group,
        "groups": GROUPS,
        "zoom": zoom,
        "zooms": ZOOMS,
        "group_label": lambda key: called.label(key) if group == "body" else label(group, key),
        "passed": overall.passed,
        "by_quarter": _by_quarter(part),
    }
    return await _list(context, "timeline", values)


async def _list(context: PageContext, name: str, more: dict[str, Any]) -> Page:
    """The page of a list with its facets; what is shown of it comes in ``more``."""
    selection, every, shown = await selected(context)
    label = FacetLabels(context, selection.concepts, (await meetings(context)).strategies)
    pairs = [(name, value) for name, value in context.pairs if name in PARAMETERS and value]
    if context.links.language:
        pairs.append(("lang", context.links.language))
    values = {
        "selection": selection,
        "concepts": selection.concepts,
        "actions": shown,
        "part": selection.part(shown),
        "all": every,
        "facets": {name: selection.facet(name, every) for name in FACETS},
        "facet_label": label,
        "chosen": _chosen(context, selection, label),
        "sorting": {name: _sorting(context, selection, name) for name in ("number", "description", "due")},
        "narrowing": [(key, value) for key, value in context.pairs if key in PARAMETERS],
        "kept": [(key, value) for key, value in context.pairs if key in SHOWING and value],
        "strategies": label.strategies,
        **more,
    }
    return section_page(
        context,
        name,
        values,
        description=context.words(f"{name}.description"),
        alternates=alternates(context, "/actions", (*DOWNLOADS, "ics", "atom"), pairs, MEDIA | DOWNLOADS),
        parameters=(*PARAMETERS, "page", "group", "zoom"),
    )


def _by_quarter(actions: Sequence[ActionView]) -> dict[str, list[ActionView]]:
    """The actions by the quarter of their last day, in time; those that name no day under ""."""
    quarters: dict[str, list[ActionView]] = {}
    for action in sorted(actions, key=lambda one: (one.last_day or "9", one.iri)):
        quarters.setdefault(quarter_of(action.last_day), []).append(action)
    return quarters


def _chosen(context: PageContext, selection: Filter, label: FacetLabels) -> list[tuple[str, LocalizedText, str]]:
    """Each choice that is made: what it narrows, its words, and the address without it."""
    words = context.words
    choices = [(name, value, label(name, value)) for name in FACETS for value in selection.chosen[name]]
    for name, day in selection.days.items():
        if day:
            choices.append((name, day, LocalizedText(words.day(day), context.language)))
    if selection.words:
        choices.append(("q", context.first("q"), LocalizedText(context.first("q"))))
    return [(name, text, _without(context, name, value)) for name, value, text in choices]


def _without(context: PageContext, name: str, value: str) -> str:
    """The address of the page without one choice; a facet keeps its other values."""
    kept = [
        (key, other)
        for key, other in context.pairs
        if key != "page" and (key != name or (name in FACETS and other.strip() != value))
    ]
    return context.links.to(context.path, kept)


def _sorting(context: PageContext, selection: Filter, name: str) -> tuple[str, str]:
    """The address that sorts by a column, and the column's ``aria-sort``."""
    state = "none"
    if selection.sort == name:
        state = "descending" if selection.descending else "ascending"
    order = "desc" if state == "ascending" else None
    return context.here({"sort": name, "order": order, "page": None}), state


async def action_file(context: PageContext, extension: str) -> bytes:
    """What ``/actions.<extension>`` holds: the actions that the page of the same address shows, in its order."""
    selection, _, shown = await selected(context)
    if extension == "ttl":
        return await context.construct("actions-data", actions=[node(action.iri) for action in shown])
    rows, links = table(selection, shown), context.links
    if extension == "csv":
        return rows.serialize("csv", spreadsheet=True)
    if extension == "xlsx":
        address = links.absolute(links.rooted("/actions", context.pairs))
        return workbook(rows, [(context.words("actions.title"), address)], links.from_elsewhere)
    actions = [{**row, "number": int(row["number"] or 0)} for row in rows.dicts()]
    content = {"language": context.language, "as_of": context.today.isoformat(), "actions": actions}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def table(selection: Filter, shown: Sequence[ActionView]) -> Answer:
    """The actions as rows of terms, one for each target, with labels in the language of the page."""
    rows = (_row(one, target, selection) for one in shown for target in one.targets or (TargetView(),))
    return Answer(COLUMNS, tuple(rows), base=selection.context.base)


def _row(action: ActionView, target: TargetView, selection: Filter) -> Row:
    language, label = selection.context.language, selection.concepts.label
    status = action.status(selection.context.today.isoformat())
    description, original = action.description(language), action.original(language)

    def literal(value: str, datatype: str = "string") -> Literal | None:
        return Literal(value, datatype=NamedNode(XSD + datatype)) if value else None

    return (
        NamedNode(action.iri),
        literal(str(action.number), "integer"),
        literal(action.identifier),
        literal(label(action.heading).value if action.heading else ""),
        NamedNode(action.heading) if action.heading else None,
        literal(label(action.kind).value if action.kind else ""),
        literal(description.value),
        literal(target.wording(language).value),
        literal(target.period),
        literal(label(target.modality).value if target.modality else ""),
        literal(target.earliest, "date"),
        literal(target.due, "date"),
        literal(target.start_due, "date"),
        literal(label(status.status).value if status else ""),
        literal(_text_status(description, language)),
        literal(original.value if original else ""),
    )


def _text_status(text: LocalizedText, language: str) -> str:
    """How a text comes to a reader of a language, in the words of the canned queries."""
    if text.language == language:
        return "official"
    return "unofficial" if text.origin else "original"
