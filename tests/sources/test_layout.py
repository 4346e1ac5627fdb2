"""Layouts: those of the package are whole, and what is no layout is refused with file, line and key."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from mutated_toml import mutated
from policygraph.errors import NotUnderstood, Place, SourceError
from policygraph.sources.entries import read_blocks
from policygraph.sources.extract import extract_bytes
from policygraph.sources.language import language
from policygraph.sources.layout import FOLDER, layout_names, layout_of, part_keys, shipped

FAULTS = {
    "an unknown key": ('[[part]]\nkind = "boxes"\nentry = "x"\nheader = 1\n', "part.1..header” is unknown"),
    "no part": ("ignore = []\npart = []\n", r"there is no \[\[part\]\]"),
    "a missing kind": ('[[part]]\nentry = "x"\n', "part.1..kind” is missing"),
    "a kind that there is not": ('[[part]]\nkind = "list"\n', "must be one of “table”, “cells”"),
    "a role that there is not": (
        '[[part]]\nkind = "table"\n[part.columns.en]\ntext = ["Action"]\n',
        "“text” is no role of a column",
    ),
    "a pattern that is none": (
        '[[part]]\nkind = "boxes"\nentry = "("\n',
        "line 3: “entry” is no regular expression",
    ),
    "milestones without a number": (
        '[[part]]\nkind = "milestones"\nentry = "MILESTONE"\n',
        "lacks the group",
    ),
    "boxes without a beginning": ('[[part]]\nkind = "boxes"\n', "needs “entry”"),
    "a table without columns": ('[[part]]\nkind = "table"\n', "needs “columns”"),
    "listed headings that are not": (
        '[[part]]\nkind = "table"\nsections = "listed"\ncolumns.en = { description = ["A"], deadline = ["B"] }\n',
        "there are no “headings”",
    ),
    "no TOML": ("[[part", "is not TOML"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_layout_is_refused(name: str, tmp_path: Path) -> None:
    text, message = FAULTS[name]
    (tmp_path / "layout.toml").write_text(text, "utf-8")
    with pytest.raises(SourceError, match=message) as error:
        layout_of(tmp_path, "")
    assert "layout.toml" in str(error.value)


def test_a_name_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No layout is called “tables”: use one of action-table"):
        layout_of(tmp_path, "tables")


def test_a_link_is_no_layout(tmp_path: Path) -> None:
    (tmp_path / "layout.toml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="is a symbolic link"):
        layout_of(tmp_path, "action-table")


LAYOUTS = {name: (FOLDER / f"{name}.toml").read_text("utf-8") for name in layout_names()} | {
    "cells": """[[part]]
kind = "cells"
begins = "^Actions"
ends = '^\\(1\\)$'
sections = "listed"
headings = ["Energy"]
may_lack = ["deadline"]
columns.en = { description = ["Actions"], deadline = ["Timetable"] }
[[part]]
kind = "matrix"
prefix = "M"
type = "milestone"
"""
}
PAGE = b"""<html lang=en><body><p>Actions<p>Timetable<p>Energy<p>Do it<p>2026<p>(1)<table>
<tr><td>Action<td>Timetable
<tr><td>Open a call<td>2027</table><table><tr><td>The Commission will:<ul><li>try</ul></table><p>MILESTONE 1<p>x"""


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_mutation_of_a_layout_ends_in_a_traceback(name: str, tmp_path: Path) -> None:
    """Where a layout is refused the message names the file; where it is read, reading by it ends well."""
    random_ = random.Random(len(name))
    refused = 0
    for _ in range(317):
        (tmp_path / "layout.toml").write_text(mutated(LAYOUTS[name], random_), "utf-8")
        try:
            layout = layout_of(tmp_path, "")
        except SourceError as error:
            assert "layout.toml" in str(error)
            refused += 1
            continue
        with suppress(SourceError):
            part_keys(layout)
            read_blocks(extract_bytes(PAGE, "page.html"), layout, language("en"), refuse)
    assert 30 < refused < 317


def refuse(what: str, start: int, end: int, cure: str) -> NotUnderstood:
    return NotUnderstood(what, Place("page.html", None, 1, str((start, end))), cure)


@pytest.mark.parametrize("name", layout_names())
def test_every_layout_of_the_package_can_be_read(name: str) -> None:
    assert shipped(name).part


def test_a_footnote_behind_a_header_is_no_part_of_it() -> None:
    [part] = shipped("action-table").part
    assert part.role_of("Indicative Timetable 1", "en") == "deadline"
    assert part.role_of("Budget", "en") is None
