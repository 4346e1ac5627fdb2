"""An answer in any form that a command offers: those of ``queries.results``, and what the API has besides them."""

from __future__ import annotations

import datetime

from ..errors import QueryError
from ..queries.results import FORMATS, Answer

OFFICE = ("xlsx", "ics")
"""Forms for a spreadsheet and for a calendar, which need the extra ``serve``."""
ALL = (*FORMATS, *OFFICE)
DAYS = ("day", "completion_due_by", "start_due_by", "date")
"""Columns whose day an entry of a calendar may have; the first that an answer has is taken."""


def serialised(answer: Answer, syntax: str, title: str, *, spreadsheet: bool = False) -> bytes:
    """The answer in one of ``ALL``, called ``title`` where the form has room for it.

    ``spreadsheet`` makes CSV safe from formulas. Raises QueryError for a calendar of rows without days, and
    MissingExtra where the installation lacks what a form needs.
    """
    if syntax not in OFFICE:
        return answer.serialize(syntax, spreadsheet=spreadsheet)
    from ..extras import require

    require("serve", f"-f {syntax}")
    if syntax == "ics":
        return _calendar(answer, title)
    from ..web.api.xlsx import workbook

    return workbook(answer, [("Question", title)], lambda iri: iri)


def _calendar(answer: Answer, title: str) -> bytes:
    """An entry on the day that a row tells, with the identifier that the site's calendars give the action."""
    from ..web.feeds.calendar import CalendarEntry, uid, write_calendar

    day_column = next((name for name in DAYS if name in answer.columns), None)
    if day_column is None or answer.columns[0] not in ("day", "action", "dialogue"):
        raise QueryError(
            f"A calendar needs rows of actions or dialogues with a day, in a column {', '.join(DAYS)}: "
            "take another format."
        )
    thing = "action" if "action" in answer.columns else answer.columns[0]
    entries = []
    for row in answer.dicts():
        if row[day_column] and row[thing]:
            iri, day = row[thing] or "", datetime.date.fromisoformat(row[day_column] or "")
            text = row.get("description") or row.get("heading") or row.get("wording") or ""
            details = "\n".join(f"{name}: {value}" for name, value in row.items() if value)
            summary = f"{label_of(iri)}: {text}".removesuffix(": ")
            entries.append(CalendarEntry(uid(iri, answer.base), day, day, summary, details, iri))
    stamp = datetime.datetime.now(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return write_calendar(entries, stamp, title, title)


def label_of(iri: str) -> str:
    """What tables call a thing: ``COM-2025-723/A3-044``, which commands take as its name as well.

    >>> label_of("https://w3id.org/policygraph/id/action/COM-2025-723/A3-044")
    'COM-2025-723/A3-044'
    """
    return iri.rpartition("/id/")[2].partition("/")[2] or iri
