"""Target dates as iCalendar (RFC 5545): a period is an entry of whole days, not an instant.

DTEND is the day after the last one. An open-ended action has an entry on the period in which it is to start;
its words say that no end was announced. Nothing depends on the time of asking but the status reports.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...i18n import shortened
from ..viewmodels.actions import ActionView, TargetView
from ..viewmodels.concepts import ConceptIndex
from ..viewmodels.context import PageContext

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//policygraph//target dates//EN"
SUMMARY = 120
REFRESH = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A calendar: the request it is for, the labels of concepts, when the data were made, and its name."""

    context: PageContext
    concepts: ConceptIndex
    stamp: datetime.datetime
    name: str

    def written(self, actions: Iterable[ActionView]) -> bytes:
        """The iCalendar object with an entry for each target with a last day."""
        import icalendar

        calendar = icalendar.Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        for name in ("name", "x-wr-calname"):
            calendar.add(name, icalendar.vText(clean(self.name)))
        for name in ("description", "x-wr-caldesc"):
            calendar.add(name, icalendar.vText(self.context.words("calendar.about")))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "P1D")
        for action in actions:
            for number, target in enumerate(action.targets):
                if target.last_day:
                    entry = icalendar.Event()
                    self._fill(entry, action, target)
                    entry.add("uid", uid(target.iri if number else action.iri, self.context.base))
                    calendar.add_component(entry)
        written: bytes = calendar.to_ical()
        return written

    def _fill(self, entry: Event, action: ActionView, target: TargetView) -> None:
        words, day, label = self.context.words, datetime.date.fromisoformat, self.concepts.label
        text, open_ended = action.description(self.context.language), target.open_ended
        mark = f" ({words('translation.mark')})" if text.origin else ""
        summary = words(
            "calendar.summary_open" if open_ended else "calendar.summary",
            identifier=action.identifier,
            period=words.short_period(target.period),
            text=shortened(text.value, SUMMARY),
        )
        categories = [clean(label(concept).value) for concept in (action.heading, action.kind) if concept]
        entry.add("dtstamp", self.stamp)
        entry.add("dtstart", day(target.earliest or target.last_day))
        entry.add("dtend", day(target.last_day) + datetime.timedelta(days=1))
        entry.add("summary", clean(summary), parameters={"LANGUAGE": text.spoken} if text.spoken else {})
        entry.add("description", "\n".join(map(clean, self._lines(action, target, text.value + mark))))
        entry.add("url", self.context.links.from_elsewhere(action.iri))
        entry.add("categories", categories + ([words("calendar.open_ended")] if open_ended else []))
        entry.add("transp", "TRANSPARENT")
        entry.add("class", "PUBLIC")

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
