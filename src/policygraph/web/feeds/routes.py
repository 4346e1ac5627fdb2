"""``/calendar.ics``, ``/actions.ics`` and ``/feed.atom``: what is due when, and what is new."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from ...i18n import languages
from ...sources.periods import CODE
from ...vocabulary.codelists import codes
from ..delivery.link_header import LICENCE, TypedLink, service_desc
from ..delivery.operations import Operation, OperationRoute, parameter, text
from ..delivery.problems import HTTPProblem
from ..delivery.requests import CHOICE, Argument, read, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import deliver
from ..viewmodels.actions import ActionView, actions
from ..viewmodels.changes import changes as changes_of
from ..viewmodels.concepts import concepts
from ..viewmodels.context import PageContext, page_context
from ..viewmodels.dialogues import meetings
from ..viewmodels.filter import FACETS, NO_STATUS, ORDERS, REPORT, FacetLabels, Filter, selected
from ..viewmodels.links import root_address
from ..viewmodels.timeliness import WORDS, timeliness
from . import changes
from .atom import AtomLink, write_feed
from .calendar import CalendarFeed
from .news import published, release_entry, report_entries, report_entry

CALENDAR, ATOM = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"
DOCUMENT = r"[A-Za-z0-9._-]{1,80}"
QUARTER = r"\d{4}-Q[1-4]"
HEADING = r"[A-Za-z0-9._-]{1,80}(?:/[A-Za-z0-9._-]{1,80})?"
MOST_ENTRIES = 500
"""Entries of the feed of a list, the latest."""

ORDERING = (
    Argument("sort", CHOICE, "Order of the list; a calendar has its own", "due", tuple(ORDERS)),
    Argument("order", CHOICE, "Direction of the list; a calendar has its own", "asc", ("asc", "desc")),
)
"""What the list of actions has besides: an order, which a calendar takes from its days."""
LANGUAGE = Argument("lang", CHOICE, "Language of the words; without it Accept-Language chooses", "en", languages())


@cache
def narrowing() -> tuple[Argument, ...]:
    """What narrows a calendar: the facets of the list of actions, and the language of the words."""
    days = {
        "due_before": "Only actions that are to be completed before this day",
        "due_from": "Only actions that are to be completed on this day or later",
        "start_before": "Only open-ended actions that are to start before this day",
    }
    return (
        Argument("q", "xsd:string", "Words that stand in the action or its heading", "skills"),
        Argument("strategy", "xsd:string", "Strategy", "COM-2025-723", many=True, pattern=DOCUMENT),
        Argument("theme", CHOICE, "Theme", codes("theme")[0], codes("theme"), many=True),
        Argument("status", CHOICE, "Latest status", "started", (*codes("status"), NO_STATUS), many=True),
        Argument("timeliness", CHOICE, "What has passed by today", WORDS[0], WORDS, many=True),
        Argument("due", "xsd:string", "Quarter that holds the last day", "2026-Q4", many=True, pattern=QUARTER),
        Argument("sector", CHOICE, "Harmonised sector", "HEALTH", codes("sector"), many=True),
        Argument(
            "heading", "xsd:string", "Heading, as document/number or number", "01", many=True, pattern=HEADING
        ),
        Argument("kind", CHOICE, "Kind of action", "flagship", codes("action-kind"), many=True),
        Argument("period", "xsd:string", "Period that the target names", "2026-Q4", many=True, pattern=CODE),
        Argument(
            "modality",
            CHOICE,
            "Ends within the period, or begins from it on",
            "from",
            codes("modality"),
            many=True,
        ),
        Argument("report", CHOICE, "Whether a status has been reported", "none", REPORT, many=True),
        *(Argument(name, "xsd:date", words, "2027-01-01") for name, words in days.items()),
        LANGUAGE,
    )


async def calendar(request: Request) -> Response:
    """The target dates that the parameters leave, as iCalendar; of a list with those of the page ``/actions``."""
    name = request.url.path.lstrip("/")
    read(request, (*narrowing(), *(ORDERING if name == "actions.ics" else ())))
    return await _calendar(request, page_context(request), name)


async def facet_calendar(request: Request) -> Response:
    """The target dates of one value of a facet, which stands in the path."""
    facet, value = request.path_params["facet"], request.path_params["value"]
    facets = {one.name: one for one in narrowing() if one.name in FACETS}
    if facet not in facets:
        choices = ", ".join(f"/calendar/{name}/…" for name in facets)
        raise HTTPProblem(404, f"There is no calendar at this address: give one of {choices}.")
    if not facets[facet].fits(value):
        raise HTTPProblem(404, f"There is no calendar at this address: give {facets[facet].expected}.")
    read(request, (LANGUAGE,))
    context = page_context(request)
    narrowed = replace(context, pairs=(*context.pairs, (facet, value)))
    return await _calendar(request, narrowed, f"{facet}-{value.replace('/', '-')}.ics")


async def _calendar(request: Request, context: PageContext, name: str) -> Response:
    key = (f"{request.url.path}?{request.url.query}", context.language, context.today.isoformat())
    links = [
        TypedLink(LICENCE, "license"),
        TypedLink(f"{context.address}actions", "alternate", "text/html"),
        service_desc(context.address),
    ]
    content = await cached(request, key, lambda: _write_calendar(request, context))
    return await deliver(request, content, CALENDAR, links=links, vary="Accept-Language", name=name)


async def _write_calendar(request: Request, context: PageContext) -> bytes:
    """Three engine calls: concepts, actions, and the day of the release."""
    index = await concepts(context)
    headings = [concept.iri.removeprefix(f"{context.base}id/heading/") for concept in index.headings()]
    context = _with_documents(context, headings)
    selection = Filter.of(context, index, await timeliness(context))
    shown = selection.actions(await actions(context))
    stamp = datetime.datetime.fromisoformat(f"{(await published(view_of(request))).day[:10]}T00:00:00+00:00")
    return CalendarFeed(context, index, stamp, await _title(context, selection)).written(
        sorted(shown, key=_by_days)
    )


def _by_days(action: ActionView) -> tuple[str, str, str]:
    """What sorts actions by the days of the first target that has any."""
    days = ((target.earliest or target.last_day, target.last_day) for target in action.targets if target.last_day)
    return (*next(days, ("", "")), action.iri)


def _with_documents(context: PageContext, headings: Sequence[str]) -> PageContext:
    """The context with each heading named in full; raises HTTPProblem 404 for one that the data do not have."""
    pairs: list[tuple[str, str]] = []
    for name, value in context.pairs:
        full = (
            [one for one in headings if value in (one, one.rsplit("/", 1)[-1])] if name == "heading" else [value]
        )
        if not full:
            there = ", ".join(headings[:40])
            raise HTTPProblem(404, f"The data have no heading “{value[:80]}”: take one of {there}.")
        pairs += [(name, one) for one in full]
    return replace(context, pairs=tuple(pairs))


async def _title(context: PageContext, selection: Filter) -> str:
    label = FacetLabels(context, selection.concepts, (await meetings(context)).strategies)
    chosen = [label(name, value).value for name in FACETS for value in selection.chosen[name]]
    chosen += [
        f"{context.words(f'facet.{name}')} {context.words.day(day)}" for name, day in selection.days.items() if day
    ]
    chosen += [f"“{context.first('q')}”"] if context.first("q") else []
    return (
        context.words("calendar.narrowed", chosen=", ".join(chosen)) if chosen else context.words("calendar.name")
    )


async def feed(request: Request) -> Response:
    """The release and its status reports as Atom."""
    read(request, (LANGUAGE,))
    context = page_context(request)
    content = await cached(request, ("feed", context.language), lambda: _write_feed(request, context))
    return await deliver(request, content, ATOM, links=[TypedLink(LICENCE, "license")], vary="Accept-Language")


async def _write_feed(request: Request, context: PageContext) -> bytes:
    """Three engine calls: the release, the reports, the concepts."""
    release = await published(view_of(request))
    reports = await report_entries(context, await concepts(context))
    self_path = f"/feed.atom?lang={context.language}"
    return write_feed(
        (release_entry(context, release), *reports),
        (
            AtomLink(context.links.absolute(self_path), "self", "application/atom+xml", context.language),
            AtomLink(context.links.absolute("/"), "alternate", "text/html"),
        ),
        id=f"{context.base}feed.atom",
        title=context.words("feed.title"),
        subtitle=context.words("feed.subtitle"),
        language=context.language,
        author=release.author,
        updated=release.day,
    )


async def list_feed(request: Request) -> Response:
    """What changed of the actions that the parameters leave, and what was reported on them, as Atom."""
    read(request, (*narrowing(), *ORDERING))
    context = page_context(request)
    key = (f"{request.url.path}?{request.url.query}", context.language, context.today.isoformat())
    content = await cached(request, key, lambda: _write_list_feed(request, context))
    return await deliver(request, content, ATOM, links=[TypedLink(LICENCE, "license")], vary="Accept-Language")


async def _write_list_feed(request: Request, context: PageContext) -> bytes:
    selection, _, shown = await selected(context)
    about = {action.iri for action in shown}
    entries = [one for one in await changes_of(context) if one.about in about][:MOST_ENTRIES]
    links, released = context.links, await published(view_of(request))
    own, listed = (root_address(path, context.pairs) for path in ("/actions.atom", "/actions"))
    return write_feed(
        (
            report_entry(context, one.row, selection.concepts) if one.row else changes.change_entry(context, one)
            for one in entries
        ),
        (
            AtomLink(links.absolute(own), "self", "application/atom+xml", context.language),
            AtomLink(links.absolute(listed), "alternate", "text/html"),
        ),
        id=links.absolute(own),
        title=await _title(context, selection),
        subtitle=context.words("feed.list_subtitle"),
        language=context.language,
        author=released.author,
        updated=released.day,
    )


def _operation(id: str, summary: str, media_type: str, *arguments: Argument, facet: bool = False) -> Operation:
    described = [parameter(argument, "query") for argument in arguments]
    if facet:
        names = Argument("facet", CHOICE, "What narrows the calendar", "kind", FACETS)
        value = Argument("value", "xsd:string", "Its value", "flagship", pattern="[A-Za-z0-9.-]+")
        described = [parameter(names, "path"), parameter(value, "path"), *described]
    return Operation(id, summary, "feeds", text(media_type), ("400", "404"), tuple(described))


DATES = "Target dates as iCalendar: a period is an entry of whole days"
ICALENDAR = "text/calendar"
ROUTES = [
    OperationRoute("/calendar.ics", calendar, lambda _: [_operation("calendar", DATES, ICALENDAR, *narrowing())]),
    OperationRoute(
        "/calendar/{facet}/{value:path}.ics",
        facet_calendar,
        lambda _: [_operation("calendar.facet", DATES, ICALENDAR, LANGUAGE, facet=True)],
    ),
    OperationRoute(
        "/actions.ics",
        calendar,
        lambda _: [
            _operation("actions.ics", "The same for a list of actions", ICALENDAR, *narrowing(), *ORDERING)
        ],
    ),
    OperationRoute(
        "/actions.atom",
        list_feed,
        lambda _: [
            _operation(
                "actions.atom",
                "What changed of a list of actions, and was reported on them",
                "application/atom+xml",
                *narrowing(),
                *ORDERING,
            )
        ],
    ),
    OperationRoute(
        "/feed.atom",
        feed,
        lambda _: [_operation("feed", "Releases and status reports as Atom", "application/atom+xml", LANGUAGE)],
    ),
    *changes.ROUTES,
]
