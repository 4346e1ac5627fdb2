"""The actions that a page shows, to take away: the same selection as CSV, JSON, XLSX or Turtle."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from ....queries.results import Answer, Row
from ....rdf.iris import XSD
from ...viewmodels.actions import ActionView
from ...viewmodels.context import PageContext
from ...viewmodels.filter import Filter
from ...viewmodels.page_queries import node, question
from ..page import DownloadFile
from .actionlist import DOWNLOADS, selected

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
)
DAY, NUMBER = NamedNode(XSD + "date"), NamedNode(XSD + "integer")


async def action_file(visit: PageContext, extension: str) -> DownloadFile:
    """What ``/actions.<extension>`` holds: the actions that the page of the same address shows, in its order."""
    selection, _, shown = await selected(visit)
    content = await _WRITERS[extension](visit, selection, shown)
    return DownloadFile(content, dict(DOWNLOADS)[extension], f"actions.{extension}")


def table(selection: Filter, shown: Sequence[ActionView]) -> Answer:
    """The actions as rows of terms, with labels in the language of the visit."""
    return Answer(COLUMNS, tuple(_row(one, selection) for one in shown), base=selection.visit.base)


def _row(one: ActionView, asked: Filter) -> Row:
    language, label = asked.visit.language, asked.concepts.label
    status = one.status(asked.visit.today.isoformat())
    return (
        NamedNode(one.iri),
        Literal(str(one.number), datatype=NUMBER),
        _text(one.identifier),
        _text(label(one.heading).value),
        NamedNode(one.heading),
        _text(label(one.kind).value if one.kind else ""),
        _text(one.description(language).value),
        _text(one.wording(language).value),
        _text(one.period),
        _text(label(one.modality).value),
        _day(one.earliest),
        _day(one.due),
        _day(one.start_due),
        _text(label(status.status).value if status else ""),
    )


def _text(value: str) -> Literal | None:
    return Literal(value) if value else None


def _day(value: str) -> Literal | None:
    return Literal(value, datatype=DAY) if value else None


async def _csv(_: PageContext, selection: Filter, shown: Sequence[ActionView]) -> bytes:
    return table(selection, shown).serialize("csv", spreadsheet=True)


async def _json(visit: PageContext, selection: Filter, shown: Sequence[ActionView]) -> bytes:
    rows: list[Mapping[str, str | int | None]] = [
        {**row, "number": int(row["number"] or 0)} for row in table(selection, shown).dicts()
    ]
    content = {"language": visit.language, "as_of": visit.today.isoformat(), "actions": rows}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


async def _xlsx(visit: PageContext, selection: Filter, shown: Sequence[ActionView]) -> bytes:
    from ...api.xlsx import workbook

    address = visit.address.rstrip("/") + visit.links.to("/actions", visit.pairs)
    about = [(visit.words("actions.title"), address)]
    return workbook(table(selection, shown), about, _reached(visit))


def _reached(visit: PageContext) -> Callable[[str], str | None]:
    """Where an IRI leads from a file that has left the site."""
    from ...viewmodels.links import is_web

    def link(iri: str) -> str | None:
        if iri.startswith(visit.base):
            return visit.address + iri.removeprefix(visit.base)
        return iri if is_web(iri) else None

    return link


async def _turtle(visit: PageContext, _: Filter, shown: Sequence[ActionView]) -> bytes:
    wanted = [node(one.iri) for one in shown]
    return await visit.view.construct(question("actions-data", visit.base, actions=wanted))


Writer = Callable[[PageContext, Filter, Sequence[ActionView]], Awaitable[bytes]]
_WRITERS: Mapping[str, Writer] = {"csv": _csv, "json": _json, "xlsx": _xlsx, "ttl": _turtle}
