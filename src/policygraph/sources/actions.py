"""A table of actions → headings, groupings and actions with their target dates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..vocabulary.codelists import curated
from .deadlines import parse_deadline
from .furniture import CleanText
from .records import Action, Deadline, Heading
from .spans import Pieces
from .tables import Table, TableRow, TableSection

CURE = "compare it with the publisher's document; if it is right, add the wording to sources/grammar/*.toml."


@dataclass(frozen=True, slots=True)
class ActionTable:
    """What a table of actions holds, in the order of the text."""

    groupings: tuple[Heading, ...] = ()
    headings: tuple[Heading, ...] = ()
    actions: tuple[Action, ...] = ()


def read(view: CleanText, table: Table, part: str) -> ActionTable:
    """Return the actions of a table in this part ("A3"); NotUnderstood for a target date that no rule covers."""
    result = ActionTable()
    for section in table.parts:
        result = _with_headings(view, section, result, part)
        label = view.document.fragment(section.label)
        if not result.headings:
            raise view.refuse("Actions without a heading above them", section.label, CURE)
        last = result.headings[-1]
        headings = (*result.headings[:-1], replace(last, section=(*last.section, label)))
        result = replace(result, headings=headings)
        result = replace(result, actions=result.actions + _actions(view, table, section, result))
    return result


def _with_headings(view: CleanText, section: TableSection, result: ActionTable, part: str) -> ActionTable:
    """Add the heading above a part, and the grouping above that where there is one."""
    if len(section.headings) == 2:
        words = view.document.fragment(section.headings[0])
        grouping = Heading(part, None, words, None, (), "grouping")
        result = replace(result, groupings=(*result.groupings, grouping))
    if section.headings:
        result = replace(result, headings=(*result.headings, _heading(view, section.headings[-1], result, part)))
    return result


def _heading(view: CleanText, pieces: Pieces, result: ActionTable, part: str) -> Heading:
    """A heading; its role (sector or theme) is curated, since the table does not print where sectors end."""
    source, number = view.document.source, len(result.headings) + 1
    rows = curated("headings", source.id, source.folder)
    role = next((row["role"] for row in rows if int(row["number"]) == number), None)
    grouping = len(result.groupings) - 1 if result.groupings and role == "sector" else None
    return Heading(part, number, view.document.fragment(pieces), grouping, (), role)


def _actions(view: CleanText, table: Table, section: TableSection, result: ActionTable) -> tuple[Action, ...]:
    label = view.document.fragment(section.label).quote
    kind = view.document.language.concept(table.layout.sections, label)
    heading, first = result.headings[-1], len(result.actions) + 1
    return tuple(_action(view, row, n, kind, heading) for n, row in enumerate(section.rows, first))


def _action(view: CleanText, row: TableRow, number: int, kind: str, heading: Heading) -> Action:
    words = view.document.fragment(row.cells["description"])
    deadline = _deadline(view, row.cells["deadline"])
    return Action(heading.part, number, kind, heading.number, words, (deadline,))


def _deadline(view: CleanText, pieces: Pieces) -> Deadline:
    words = view.document.fragment(pieces)
    reading = parse_deadline(words.quote, view.document.language)
    if not reading:
        raise view.refuse("A target date that no rule covers", pieces, CURE)
    return Deadline(reading, words)
