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

from ..viewmodels.actions import ActionView
from ..viewmodels.concepts import ConceptIndex
from ..viewmodels.context import PageContext
from ..viewmodels.localized_text import LocalizedText, shortened

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//policygraph//target dates//EN"
SUMMARY = 120
REFRESH = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """What is to be written: for whom, in which words, when the data were made, and what the whole is called."""

    visit: PageContext
    concepts: ConceptIndex
    stamp: datetime.datetime
    name: str

    def written(self, actions: Iterable[ActionView]) -> bytes:
        """The iCalendar object with an entry for each action that has a target."""
        import icalendar

        whole = icalendar.Calendar()
        whole.add("prodid", PRODUCT)
        whole.add("version", "2.0")
        whole.add("calscale", "GREGORIAN")
        for name in ("name", "x-wr-calname"):
            whole.add(name, icalendar.vText(clean(self.name)))
        for name in ("description", "x-wr-caldesc"):
            whole.add(name, icalendar.vText(self.visit.words("calendar.about")))
        whole.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        whole.add("x-published-ttl", "P1D")
        for action in actions:
            if action.last_day:
                whole.add_component(self._entry(action))
        written: bytes = whole.to_ical()
        return written

    def _entry(self, action: ActionView) -> Event:
        import icalendar

        entry, text = icalendar.Event(), action.description(self.visit.language)
        entry.add("uid", uid(action.iri, self.visit.base))
        entry.add("dtstamp", self.stamp)
        entry.add("dtstart", _day(action.earliest))
        entry.add("dtend", _day(action.last_day) + datetime.timedelta(days=1))
        entry.add("summary", self._summary(action, text), parameters=_language(text))
        entry.add("description", "\n".join(map(clean, self._lines(action, text))))
        entry.add("url", self.visit.address + action.iri.removeprefix(self.visit.base))
        entry.add("categories", list(self._categories(action)))
        entry.add("transp", "TRANSPARENT")
        entry.add("class", "PUBLIC")
        return entry

    def _summary(self, action: ActionView, text: LocalizedText) -> str:
        key = "calendar.summary_open" if action.open_ended else "calendar.summary"
        words, short = self.visit.words, shortened(text.value, SUMMARY)
        period = words.short_period(action.period)
        return clean(words(key, identifier=action.identifier, period=period, text=short))

    def _lines(self, action: ActionView, text: LocalizedText) -> Iterator[str]:
        words, language = self.visit.words, self.visit.language
        yield words("calendar.action", identifier=action.identifier, text=text.value)
        last = self.visit.words.day(action.last_day)
        yield words("calendar.from" if action.open_ended else "calendar.within", day=last)
        yield words("calendar.wording", wording=action.wording(language).value)
        yield words("calendar.heading", heading=self.concepts.label(action.heading).value)
        if action.kind:
            yield words("calendar.kind", kind=self.concepts.label(action.kind).value)
        yield self._report(action)

    def _report(self, action: ActionView) -> str:
        known = action.status(self.visit.today.isoformat())
        if known is None:
            return self.visit.words("calendar.no_report")
        status = self.concepts.label(known.status).value
        return self.visit.words("calendar.reported", status=status, day=self.visit.words.day(known.as_of))

    def _categories(self, action: ActionView) -> Iterator[str]:
        for concept in filter(None, (action.heading, action.kind)):
            yield clean(self.concepts.label(concept).value)
        if action.open_ended:
            yield self.visit.words("calendar.open_ended")


def uid(iri: str, base: str) -> str:
    """An identifier that stays the same in every release and on every host.

    >>> uid("https://w3id.org/policygraph/id/action/D/A3-001", "https://w3id.org/policygraph/")
    'action-D-A3-001@w3id.org'
    """
    from urllib.parse import urlsplit

    return f"{iri.removeprefix(f'{base}id/').replace('/', '-')}@{urlsplit(base).hostname}"


def clean(text: str) -> str:
    """Text without the characters that steer a display or that a line of iCalendar or XML cannot hold."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C")


def _language(text: LocalizedText) -> dict[str, str]:
    return {"LANGUAGE": text.language} if text.language else {}


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
