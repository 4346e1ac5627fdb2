"""Target dates as iCalendar (RFC 5545): a period is an entry of whole days, not an instant.

DTEND is the day after the last one. An open-ended action has an entry on the period in which it is to start;
its words say that no end was announced. Nothing depends on the time of asking but the status reports.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from ...i18n import shortened
from ..viewmodels.actions import ActionView, TargetView
from ..viewmodels.concepts import ConceptIndex
from ..viewmodels.context import PageContext

PRODUCT = "-//policygraph//target dates//EN"
SUMMARY = 120
REFRESH = datetime.timedelta(days=1)


class CalendarEntry(NamedTuple):
    """One entry of whole days, from the ``first`` to the ``last``; ``language``, "" for none, is the summary's."""

    uid: str
    first: datetime.date
    last: datetime.date
    summary: str
    description: str
    url: str | None = None
    categories: tuple[str, ...] = ()
    language: str = ""


def write_calendar(entries: Iterable[CalendarEntry], stamp: datetime.datetime, name: str, about: str) -> bytes:
    """The iCalendar object of these entries, made at ``stamp``, with its name and a sentence about it."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, icalendar.vText(clean(name)))
    for key in ("description", "x-wr-caldesc"):
        calendar.add(key, icalendar.vText(about))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", stamp)
        event.add("dtstart", entry.first)
        event.add("dtend", entry.last + datetime.timedelta(days=1))
        event.add(
            "summary", clean(entry.summary), parameters={"LANGUAGE": entry.language} if entry.language else {}
        )
        event.add("description", "\n".join(map(clean, entry.description.split("\n"))))
        if entry.url:
            event.add("url", entry.url)
        if entry.categories:
            event.add("categories", list(map(clean, entry.categories)))
        event.add("transp", "TRANSPARENT")
        event.add("class", "PUBLIC")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A calendar: the request it is for, the labels of concepts, when the data were made, and its name."""

    context: PageContext
    concepts: ConceptIndex
    stamp: datetime.datetime
    name: str

    def written(self, actions: Iterable[ActionView]) -> bytes:
        """The iCalendar object with an entry for each target with a last day."""
        entries = (
            self._entry(action, target, target.iri if number else action.iri)
            for action in actions
            for number, target in enumerate(action.targets)
            if target.last_day
        )
        return write_calendar(entries, self.stamp, self.name, self.context.words("calendar.about"))

    def _entry(self, action: ActionView, target: TargetView, iri: str) -> CalendarEntry:
        words, label = self.context.words, self.concepts.label
        text, open_ended = action.description(self.context.language), target.open_ended
        mark = f" ({words('translation.mark')})" if text.origin else ""
        summary = words(
            "calendar.summary_open" if open_ended else "calendar.summary",
            identifier=action.identifier,
            period=words.short_period(target.period),
            text=shortened(text.value, SUMMARY),
        )
        categories = [label(concept).value for concept in (action.heading, action.kind) if concept]
        return CalendarEntry(
            uid(iri, self.context.base),
            datetime.date.fromisoformat(target.earliest or target.last_day),
            datetime.date.fromisoformat(target.last_day),
            summary,
            "\n".join(self._lines(action, target, text.value + mark)),
            self.context.links.from_elsewhere(action.iri),
            (*categories, *([words("calendar.open_ended")] if open_ended else [])),
            text.spoken or "",
        )

    def _lines(self, action: ActionView, target: TargetView, text: str) -> Iterator[str]:
        words, label = self.context.words, self.concepts.label
        yield words("calendar.action", identifier=action.identifier, text=text)
        kind = "from" if target.open_ended else "within" if target.earliest else "by"
        yield words(f"calendar.{kind}", day=words.day(target.last_day))
        if purpose := target.purpose(self.context.language):
            yield words("calendar.purpose", purpose=purpose.value)
        wording = target.wording(self.context.language)
        yield words("calendar.wording", wording=(wording.original(target.wordings) or wording).value)
        if action.heading:
            yield words("calendar.heading", heading=label(action.heading).value)
        if action.kind:
            yield words("calendar.kind", kind=label(action.kind).value)
        report = action.status(self.context.today.isoformat())
        if report is None:
            yield words("calendar.no_report")
        else:
            yield words("calendar.reported", status=label(report.status).value, day=words.day(report.as_of))


def uid(iri: str, base: str) -> str:
    """An identifier that stays the same in every release and on every host.

    >>> uid("https://w3id.org/policygraph/id/action/D/A3-001", "https://w3id.org/policygraph/")
    'action-D-A3-001@w3id.org'
    """
    return f"{iri.removeprefix(f'{base}id/').replace('/', '-')}@{urlsplit(base).hostname}"


def clean(text: str) -> str:
    """Text without the characters that steer a display or that a line of iCalendar or XML cannot hold."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")
