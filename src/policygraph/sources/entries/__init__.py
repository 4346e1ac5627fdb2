"""Blocks of an extraction → entries: what a layout says of tables, cells, boxes and lists, applied to a document.

Nothing is guessed: a row without the cell that its layout promises, texts and dates that do not match in number,
and a table of dates that no layout names are refused with their place. What stands outside the parts stays unread.
"""

from __future__ import annotations

from ...errors import NotUnderstood
from ..extract import Extraction
from ..language import Language
from ..layout import DocumentLayout
from .annexes import divide
from .lists import read_boxes, read_cells, read_initiatives, read_milestones
from .model import DialogueRow, Division, Entry, EntryDate, FurtherCell, ListedItem, Reading, Refuse, Section
from .tables import read_matrices, read_tables, read_transposed, refuse_dated_tables
from .view import BlockView

__all__ = [
    "DialogueRow",
    "Division",
    "Entry",
    "EntryDate",
    "FurtherCell",
    "ListedItem",
    "Reading",
    "Section",
    "read_blocks",
]

READERS = {
    "table": read_tables,
    "dialogues": read_tables,
    "initiatives": read_initiatives,
    "transposed": read_transposed,
    "matrix": read_matrices,
    "boxes": read_boxes,
    "milestones": read_milestones,
    "cells": read_cells,
}


def read_blocks(
    extraction: Extraction,
    layout: DocumentLayout,
    language: Language,
    refuse: Refuse,
    problems: list[NotUnderstood] | None = None,
) -> Reading:
    """Return the entries of a document. Raises what ``refuse`` makes for words that no rule of the layout covers.

    With ``problems``, wordings of dates that no rule covers are appended there and do not stop the reading.
    """
    view = BlockView(extraction, language, refuse, layout, problems)
    for division, blocks in divide(view):
        view.division = division
        for index, part in enumerate(layout.part):
            READERS[part.kind](view, index, part, view.between(part, blocks))
    refuse_dated_tables(view, layout.ignore)
    return view.reading
