"""A table of actions → headings, groupings and actions with their target dates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..vocabulary.codelists import curated
from .deadlines import parse_deadline
from .furniture import CleanText
from .records import Action, Deadline, Heading
from .tables import Pieces, Table, TableRow, TableSection


@dataclass(frozen=True, slots=True)
class ActionTable:
    """What a table of actions holds, in the order of the text."""

    groupings: tuple[Heading, ...] = ()
    headings: tuple[Heading, ...] = ()
    actions: tuple[Action, ...] = ()


def read(view: CleanText, table: Table) -> ActionTable:
    """The actions of a table; NotUnderstood for a target date that no rule covers."""
    found = ActionTable()
    for part in table.parts:
        found = _with_headings(view, part, found)
        label = view.document.fragment(part.label)
        if not found.headings:
            raise _refuse(view, "Actions without a heading above them", part.label)
        last = found.headings[-1]
        headings = (*found.headings[:-1], replace(last, section=(*last.section, label)))
        found = replace(found, headings=headings)
        found = replace(found, actions=found.actions + _actions(view, table, part, found))
    return found


def _with_headings(view: CleanText, part: TableSection, found: ActionTable) -> ActionTable:
    """Add the heading above a part, and the grouping above that where there is one."""
    if len(part.headings) == 2:
        words = view.document.fragment(part.headings[0])
        grouping = Heading(None, words, None, (), "grouping")
        found = replace(found, groupings=(*found.groupings, grouping))
    if part.headings:
        found = replace(found, headings=(*found.headings, _heading(view, part.headings[-1], found)))
    return found


def _heading(view: CleanText, pieces: Pieces, found: ActionTable) -> Heading:
    """A heading; its role (sector or theme) is curated, since the table does not print where sectors end."""
    source, number = view.document.source, len(found.headings) + 1
    rows = curated("headings", source.id, source.folder)
    role = next((row["role"] for row in rows if int(row["number"]) == number), None)
    grouping = len(found.groupings) - 1 if found.groupings and role == "sector" else None
    return Heading(number, view.document.fragment(pieces), grouping, (), role)


def _actions(view: CleanText, table: Table, part: TableSection, found: ActionTable) -> tuple[Action, ...]:
    label = view.document.fragment(part.label).quote
    kind = view.document.language.concept(table.layout.sections, label)
    first = len(found.actions) + 1
    heading = len(found.headings)
    return tuple(_action(view, row, n, kind, heading) for n, row in enumerate(part.rows, first))


def _action(view: CleanText, row: TableRow, number: int, kind: str, heading: int) -> Action:
    words = view.document.fragment(row.cells["description"])
    return Action(number, kind, heading, words, (_deadline(view, row.cells["deadline"]),))


def _deadline(view: CleanText, pieces: Pieces) -> Deadline:
    words = view.document.fragment(pieces)
    reading = parse_deadline(words.quote, view.document.language)
    if not reading:
        raise _refuse(view, "A target date that no rule covers", pieces)
    return Deadline(reading, words)


def _refuse(view: CleanText, what: str, pieces: Pieces) -> Exception:
    cure = "compare it with the publisher's document; if it is right, add the wording to sources/grammar/*.toml."
    return view.document.refuse(what, pieces[0].start, pieces[-1].end, cure)
