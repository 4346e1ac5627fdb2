"""Layouts: those of the package are whole, and what is no layout is refused with file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.errors import SourceError
from policygraph.sources.layout import layout_names, layout_of, shipped

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


@pytest.mark.parametrize("name", layout_names())
def test_every_layout_of_the_package_can_be_read(name: str) -> None:
    assert shipped(name).part


def test_a_footnote_behind_a_header_is_no_part_of_it() -> None:
    [part] = shipped("action-table").part
    assert part.role_of("Indicative Timetable 1", "en") == "deadline"
    assert part.role_of("Budget", "en") is None
