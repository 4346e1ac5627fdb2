"""``/calendar.ics``, ``/actions.ics`` and ``/feed.atom``: what is due when, and what is new."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ...i18n import languages
from ...version import VERSION
from ...vocabulary.codelists import labels
from ..api.arguments import CHOICE, Argument, read
from ..delivery.link_header import LICENCE, TypedLink
from ..delivery.problems import HTTPProblem
from ..delivery.response_cache import address_of, kept
from ..delivery.static import deliver
from ..viewmodels.actions import actions
from ..viewmodels.concepts import concepts
from ..viewmodels.context import PageContext, page_context
from ..viewmodels.filter import FACETS, ORDERS, REPORT, FacetLabels, Filter
from .atom import AtomFeed, AtomLink
from .calendar import CalendarFeed
from .news import ReleaseActivity, published, release_entry, report_entries, reports

CALENDAR, ATOM = "text/calendar; charset=utf-8", "application/atom+xml; charset=utf-8"
HEADING = r"[A-Za-z0-9._-]{1,80}(?:/[A-Za-z0-9._-]{1,80})?"


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/calendar.ics", calendar, name="calendar"),
        Route("/calendar/{facet}/{value:path}.ics", calendar_of, name="calendar.facet"),
        Route("/actions.ics", listed, name="actions.ics"),
        Route("/feed.atom", feed, name="feed"),
    ]


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
        Argument("sector", CHOICE, "Harmonised sector", "HEALTH", _codes("sector"), many=True),
        Argument(
            "heading", "xsd:string", "Heading, as document/number or number", "01", many=True, pattern=HEADING
        ),
        Argument("kind", CHOICE, "Kind of action", "flagship", _codes("action-kind"), many=True),
        Argument("period", "period", "Quarter or year that the target names", "2026-Q4", many=True),
        Argument(
            "modality",
            CHOICE,
            "Ends within the period, or begins from it on",
            "from",
            _codes("modality"),
            many=True,
        ),
        Argument("report", CHOICE, "Whether a status has been reported", "none", REPORT, many=True),
        *(Argument(name, "xsd:date", words, "2027-01-01") for name, words in days.items()),
        language(),
    )


def _codes(scheme: str) -> tuple[str, ...]:
    """The notations of a code list, sorted."""
    return tuple(sorted({code for codes in labels(scheme, "en").values() for code in codes}))


@cache
def ordering() -> tuple[Argument, ...]:
    """What the list of actions has besides: an order, which a calendar takes from its days."""
    return (
        Argument("sort", CHOICE, "Order of the list; a calendar has its own", "due", tuple(ORDERS)),
        Argument("order", CHOICE, "Direction of the list; a calendar has its own", "asc", ("asc", "desc")),
    )


@cache
def language() -> Argument:
    """The language of the interface's words; without it Accept-Language chooses."""
    return Argument("lang", CHOICE, "Language of the words; without it Accept-Language chooses", "en", languages())


async def calendar(request: Request) -> Response:
    """The target dates that the parameters leave, as iCalendar."""
    read(request, narrowing())
    return await _calendar(request, page_context(request), "calendar.ics")


async def listed(request: Request) -> Response:
    """The target dates of a list of actions: the same parameters as the page at ``/actions``."""
    read(request, (*narrowing(), *ordering()))
    return await _calendar(request, page_context(request), "actions.ics")


async def calendar_of(request: Request) -> Response:
    """The target dates of one value of a facet, which stands in the path."""
    facet, value = request.path_params["facet"], request.path_params["value"]
    known = {one.name: one for one in narrowing() if one.name in FACETS}
    if facet not in known or not known[facet].fits(value):
        choices = (
            known[facet].expected
            if facet in known
            else f"one of {', '.join(f'/calendar/{name}/…' for name in known)}"
        )
        raise HTTPProblem(404, f"There is no calendar at this address: give {choices}.")
    read(request, (language(),))
    asked = page_context(request)
    name = f"{facet}-{value.replace('/', '-')}.ics"
    return await _calendar(request, replace(asked, pairs=(*asked.pairs, (facet, value))), name)


async def _calendar(request: Request, asked: PageContext, name: str) -> Response:
    key = (address_of(request), asked.language, asked.today.isoformat())
    written = await kept(request, key, lambda: _written(request, asked))
    links = [
        TypedLink(LICENCE, "license"),
        TypedLink(f"{asked.address}actions", "alternate", "text/html"),
        TypedLink(f"{asked.address}openapi.json", "service-desc", "application/vnd.oai.openapi+json"),
    ]
    return await deliver(request, written, CALENDAR, links=links, vary="Accept-Language", name=name)


async def _written(request: Request, asked: PageContext) -> bytes:
    """Three engine calls: concepts, actions, and the day of the release."""
    known = await concepts(asked)
    asked = _with_documents(asked, [one.iri.removeprefix(f"{asked.base}id/heading/") for one in known.headings()])
    selection = Filter.of(asked, known)
    shown = selection.actions(await actions(asked))
    made = await published(request.state.view)
    return CalendarFeed(asked, known, _moment(made), _title(asked, selection)).written(
        sorted(shown, key=lambda action: (action.earliest, action.last_day, action.iri))
    )


def _with_documents(asked: PageContext, headings: Sequence[str]) -> PageContext:
    """The visit with each heading named in full; raises HTTPProblem 404 for one that the data do not have."""
    pairs: list[tuple[str, str]] = []
    for name, value in asked.pairs:
        if name != "heading":
            pairs.append((name, value))
            continue
        found = [one for one in headings if value in (one, one.rsplit("/", 1)[-1])]
        if not found:
            there = ", ".join(headings[:40])
            raise HTTPProblem(404, f"The data have no heading “{value[:80]}”: take one of {there}.")
        pairs += [(name, one) for one in found]
    return replace(asked, pairs=tuple(pairs))


def _title(asked: PageContext, selection: Filter) -> str:
    label = FacetLabels(asked, selection.concepts)
    chosen = [label(name, value).value for name in FACETS for value in selection.chosen[name]]
    chosen += [
        f"{asked.words(f'facet.{name}')} {asked.words.day(day)}" for name, day in selection.days.items() if day
    ]
    chosen += [f"“{asked.first('q')}”"] if asked.first("q") else []
    return asked.words("calendar.narrowed", chosen=", ".join(chosen)) if chosen else asked.words("calendar.name")


def _moment(made: ReleaseActivity) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{made.day[:10]}T00:00:00+00:00")


async def feed(request: Request) -> Response:
    """The release and its status reports as Atom."""
    read(request, (language(),))
    asked = page_context(request)
    written = await kept(request, ("feed", asked.language), lambda: _feed(request, asked))
    return await deliver(request, written, ATOM, links=[TypedLink(LICENCE, "license")], vary="Accept-Language")


async def _feed(request: Request, asked: PageContext) -> bytes:
    """Three engine calls: the release, the reports, the concepts."""
    view = request.state.view
    made, found, known = await published(view), await reports(view), await concepts(asked)
    address = f"{asked.address}feed.atom"
    return AtomFeed(
        f"{asked.base}feed.atom",
        asked.words("feed.title"),
        asked.words("feed.subtitle"),
        asked.language,
        made.author,
        made.day,
        (
            AtomLink(f"{address}?lang={asked.language}", "self", "application/atom+xml", asked.language),
            AtomLink(asked.address, "alternate", "text/html"),
        ),
        (release_entry(asked, made), *report_entries(asked, found, known)),
    ).written(VERSION)
