"""Entries of tables, cells, boxes and lists: real documents against gold read by hand, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from places import ROOT, needs_shared
from policygraph.errors import NotUnderstood, Place
from policygraph.sources.entries import Entry, Reading, read_blocks
from policygraph.sources.extract import Extraction, extract, extract_bytes
from policygraph.sources.language import language
from policygraph.sources.layout import FOLDER, layout_of

GREEN_DEAL = (ROOT / "data" / "sources" / "52019DC0640" / "layout.toml").read_text("utf-8")
BOXES = (FOLDER / "boxes.toml").read_text("utf-8")
WATER = """
[[part]]
kind = "cells"
sections = "listed"
begins = "^Annex I – Full List of Actions"
ends = "^Annex II"
headings = [
  "Restoring and protecting the water cycle",
  "Building a water-smart economy that leaves no one behind, supports EU competitiveness and attracts investors",
  "Securing clean and affordable water for all, empowering consumers and other users",
  "Governance and implementation to boost change",
  "Finance, investments and infrastructure to achieve a stable supply",
  "Digitalisation and Artificial Intelligence to accelerate and simplify sound water management",
  "Research and innovation, water industry and skills to strengthen competitiveness",
  "Security and preparedness to boost collective resilience",
  "Acting Globally – leading by example, commitment and initiatives",
]
columns.en = { description = ["ACTIONS"], deadline = ["Timeline"] }
"""
DIRECTIVE = """
[[part]]
kind = "table"
begins = "^(ANNEX|ANNEXE) II$"

[part.columns]
en = { description = ["Directive"], deadline = ["Time-limit for transposition", "Deadline for transposition"] }
fr = { description = ["Directive"], deadline = ["Date limite de transposition"] }
"""


def read(extraction: Extraction, layout: str, folder: Path, code: str = "en") -> Reading:
    (folder / "layout.toml").write_text(layout, "utf-8")

    def refuse(what: str, start: int, end: int, cure: str) -> NotUnderstood:
        words = " ".join(extraction.text[start:end].split())
        return NotUnderstood(what, Place("file", None, extraction.text.count("\n", 0, start) + 1, words), cure)

    return read_blocks(extraction, layout_of(folder, ""), language(code), refuse)


def words(extraction: Extraction, pieces: Any) -> str:
    return " ".join(" ".join(extraction.text[piece.start : piece.end].split()) for piece in pieces)


def bare(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)


def rows(extraction: Extraction, reading: Reading) -> list[tuple[str, str, list[str]]]:
    """Section, text and dates of each entry, white space aside."""
    return [
        (
            "" if entry.section is None else bare(words(extraction, reading.sections[entry.section].pieces)),
            bare(words(extraction, entry.pieces)),
            [bare(words(extraction, date.pieces)) for date in entry.dates],
        )
        for entry in reading.entries
    ]


def gold(folder: str, key: str) -> list[tuple[str, str, list[str]]]:
    items = json.loads(needs_shared("documents", folder, "gold.json").read_text("utf-8"))[key]
    expected = []
    for item in items:
        dates = item.get("date_as_printed", item.get("date"))
        listed = dates if isinstance(dates, list) else [dates]
        expected.append((bare(item["section"]), bare(item["text"]), [bare(date) for date in listed]))
    return expected


def test_the_green_deal_roadmap_has_its_48_rows(tmp_path: Path) -> None:
    folder = "eu-green-deal-roadmap-2019"
    extraction = extract(needs_shared("documents", folder, "COM_2019_640_final_green_deal.txt"))
    assert rows(extraction, read(extraction, GREEN_DEAL, tmp_path)) == gold(folder, "items")


def test_water_resilience_has_its_49_rows(tmp_path: Path) -> None:
    folder = "eu-water-resilience-annex-2025"
    extraction = extract(needs_shared("documents", folder, "annex.txt"))
    reading = read(extraction, WATER, tmp_path)
    assert rows(extraction, reading) == gold(folder, "rows")
    pollution = reading.entries[3]
    assert [words(extraction, date.about)[:16] for date in pollution.dates] == [
        "·Public-private ",
        "·Launch an Assis",
    ]


def test_the_forest_strategy_has_28_boxed_actions_and_7_milestones(tmp_path: Path) -> None:
    extraction = extract(needs_shared("documents", "en-forest-strategy-2030", "CELEX_52021DC0572.html"))
    reading = read(extraction, BOXES, tmp_path)
    boxes = [entry for entry in reading.entries if entry.part == 0]
    numbers = [(reading.sections[entry.section or 0].label, entry.number) for entry in boxes]
    counts = {"2.4": 7, "3.4": 12, "4": 4, "5": 5}
    assert numbers == [(label, str(n)) for label, count in counts.items() for n in range(1, count + 1)]
    milestones = [entry for entry in reading.entries if entry.part == 1]
    assert [entry.number for entry in milestones] == [str(n) for n in range(1, 8)]
    dated = {entry.number: [words(extraction, date.pieces) for date in entry.dates] for entry in boxes[7:19]}
    assert dated["4"] == ["by Q1 2022"]
    assert dated["1"] == ["by the end of 2021"]
    assert dated["3"] == ["by the Q1 2023"]
    assert dated["8"] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{form}-{code}{ending}", code)
        for form, ending in (("consolidated", ".fmx4.xml"), ("consolidated", ".html"), ("oj", ".xhtml"))
        for code in ("en", "fr")
    ],
)
def test_a_directive_has_the_same_five_rows_in_six_files(name: str, code: str, tmp_path: Path) -> None:
    extraction = extract(needs_shared("documents", "dir-2012-30-annex-ii", name))
    reading = read(extraction, DIRECTIVE, tmp_path, code)
    acts = ["77/91", "92/101", "2006/68", "2006/99", "2009/109"]
    assert [words(extraction, entry.pieces).rsplit("/", 1)[0] for entry in reading.entries] == acts
    years = [words(extraction, entry.dates[0].pieces)[-4:] for entry in reading.entries]
    assert years == ["1978", "1993", "2008", "2007", "2011"]
    further = [words(extraction, entry.further[0].pieces)[-4:] for entry in reading.entries]
    assert further == ["—", "1995", "—", "—", "—"]


@pytest.mark.parametrize("name", ["action-table", "boxes"])
def test_a_proposal_without_actions_gives_none(name: str) -> None:
    path = needs_shared("documents", "decoy-eurlex-52021PC0558", "CELEX_52021PC0558.html")
    extraction = extract(path)

    def refuse(what: str, start: int, end: int, cure: str) -> NotUnderstood:
        raise AssertionError(f"{what}: {extraction.text[start:end][:80]} ({cure})")

    reading = read_blocks(extraction, layout_of(path.parent, name), language("en"), refuse)
    assert reading.entries == []


def page(body: str) -> Extraction:
    return extract_bytes(f"<html><body>{body}</body></html>".encode(), "page.html", "html")


def table(*lines: str) -> str:
    cells = (
        "".join(f"<td{attributes}>{text}</td>" for attributes, text in map(_cell, line.split(" | ")))
        for line in lines
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def _cell(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(?:\{(.*?)\})?(.*)", text, re.DOTALL)
    assert match
    return f" {match[1]}" if match[1] else "", match[2]


COLUMNS = 'columns.en = { description = ["Action"], deadline = ["Date"] }\n'
TABLE = f'[[part]]\nkind = "table"\nsections = "spanning"\n{COLUMNS}'
HEADER = "Action | Date"


def entries_of(body: str, layout: str, folder: Path) -> tuple[Extraction, list[Entry], Reading]:
    extraction = page(body)
    reading = read(extraction, layout, folder)
    return extraction, reading.entries, reading


def test_rows_that_span_the_table_head_the_rows_below(tmp_path: Path) -> None:
    body = table(HEADER, "{colspan=2}Energy", "{colspan=2}Grids", "Do this | 2026", HEADER, "And that | Q1 2027")
    extraction, entries, reading = entries_of(body, TABLE, tmp_path)
    assert rows(extraction, reading) == [("Grids", "Dothis", ["2026"]), ("Grids", "Andthat", ["Q12027"])]
    assert reading.sections[1].parent == 0
    assert len(entries) == 2


def test_a_date_that_spans_rows_is_that_of_each(tmp_path: Path) -> None:
    body = table(HEADER, "Do this | {rowspan=2}2026", "And that")
    extraction, _, reading = entries_of(body, TABLE, tmp_path)
    assert [row[2] for row in rows(extraction, reading)] == [["2026"], ["2026"]]


def test_further_columns_keep_their_header(tmp_path: Path) -> None:
    body = table("Action | Who | Date", "Do this | DG CONNECT | 2026")
    extraction, [entry], _ = entries_of(body, TABLE, tmp_path)
    assert [
        (cell.role, words(extraction, cell.header), words(extraction, cell.pieces)) for cell in entry.further
    ] == [("other", "Who", "DG CONNECT")]


def test_as_many_texts_as_dates_in_one_row_are_as_many_entries(tmp_path: Path) -> None:
    body = table(HEADER, "<p>Do this</p><p>And that</p> | <p>Q1 2026</p><p>Q2 2026</p>")
    extraction, _, reading = entries_of(body, TABLE, tmp_path)
    assert rows(extraction, reading) == [("", "Dothis", ["Q12026"]), ("", "Andthat", ["Q22026"])]


def test_several_paragraphs_with_one_date_are_one_entry(tmp_path: Path) -> None:
    body = table(HEADER, "<p>Do this</p><p>And so on</p> | 2026")
    extraction, _, reading = entries_of(body, TABLE, tmp_path)
    assert rows(extraction, reading) == [("", "DothisAndsoon", ["2026"])]


def test_a_table_whose_first_column_names_the_fields_is_an_entry(tmp_path: Path) -> None:
    layout = TABLE.replace('kind = "table"', 'kind = "transposed"')
    body = table("Action | Do this", "Date | 2026", "Budget | none")
    extraction, [entry], _ = entries_of(body, layout, tmp_path)
    assert words(extraction, entry.pieces) == "Do this"
    assert [words(extraction, date.pieces) for date in entry.dates] == ["2026"]
    assert words(extraction, entry.further[0].header) == "Budget"


def test_a_matrix_of_years_and_quarters_dates_what_stands_in_it(tmp_path: Path) -> None:
    body = table(
        "Strand | {colspan=2}2026 | 2027",
        "{} | Q1 | Q2 | Q1",
        "Skills | Do this |  | <p>And that</p><p>And more</p>",
    )
    extraction, entries, reading = entries_of(body, '[[part]]\nkind = "matrix"\n', tmp_path)
    assert rows(extraction, reading) == [
        ("Skills", "Dothis", ["Q12026"]),
        ("Skills", "Andthat", ["Q12027"]),
        ("Skills", "Andmore", ["Q12027"]),
    ]
    assert entries


REFUSALS = {
    "a row without its date": (table(HEADER, "Do this | ", "And that | 2026"), TABLE, "A row without deadline"),
    "a row without its text": (table(HEADER, " | 2026"), TABLE, "A row without description"),
    "a wording that is no date": (table(HEADER, "Do this | soonish"), TABLE, "A target date that no rule covers"),
    "a row of one cell in a table without sections": (
        table(HEADER, "{colspan=2}Energy", "Do this | 2026"),
        TABLE.replace('sections = "spanning"\n', ""),
        "A row that has one cell only",
    ),
    "a table of dates that nobody names": (
        table("What | When", "Do this | Q1 2026", "And that | Q2 2026"),
        TABLE,
        "A table of dates that no layout reads",
    ),
    "a part that does not begin": (
        "<p>Words</p>",
        TABLE.replace("sections", 'begins = "^Annex"\nsections'),
        "No words fit “.Annex”, with which this part begins",
    ),
    "a cell below heads in no order of time": (
        table("Strand | Q2 2026 | Q1 2026", "Skills | {colspan=2}Do this", "Jobs | And that | "),
        '[[part]]\nkind = "matrix"\n',
        "heads that follow no order in time",
    ),
    "a sentence where a date should stand": (
        table(HEADER, "Do this | The agencies will then publish what they have done"),
        TABLE,
        "these are no words of a date",
    ),
    "a milestone without words": (
        "<p>MILESTONE 1</p><p>MILESTONE 2</p><p>Do this</p>",
        BOXES.split("\n\n")[2],
        "Milestone 1 has no words",
    ),
}
CELLS = f'[[part]]\nkind = "cells"\nsections = "listed"\nheadings = ["Energy"]\n{COLUMNS}'
CELL_REFUSALS = {
    "no header": ("Energy\n\nDo this\n\n2026\n", "The header of the layout stands nowhere"),
    "two texts before one date": (
        "Action\n\nDate\n\nEnergy\n\nDo this\n\nAnd that\n\n2026\n",
        "2 texts stand before 1 date",
    ),
    "a text without a date": ("Action\n\nDate\n\nEnergy\n\nDo this\n", "A text that no date follows"),
    "a heading that is not there": ("Action\n\nDate\n\nDo this\n\n2026\n", "The heading “Energy” of the layout"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_layout_does_not_cover_is_refused(name: str, tmp_path: Path) -> None:
    body, layout, message = REFUSALS[name]
    with pytest.raises(NotUnderstood, match=message):
        read(page(body), layout, tmp_path)


@pytest.mark.parametrize("name", CELL_REFUSALS)
def test_cells_that_do_not_match_are_refused(name: str, tmp_path: Path) -> None:
    text, message = CELL_REFUSALS[name]
    with pytest.raises(NotUnderstood, match=message):
        read(extract_bytes(text.encode(), "cells.txt", "text"), CELLS, tmp_path)


def test_a_table_may_be_left_out_by_a_word_of_its_header(tmp_path: Path) -> None:
    body = table("What | When", "Do this | Q1 2026", "And that | Q2 2026")
    assert read(page(body), f'ignore = ["When"]\n{TABLE}', tmp_path).entries == []


LABELLED = """
[[part]]
kind = "table"
sections = "above"
labels = "action-kind"
columns.en = { description = ["Action"], deadline = ["Date"] }

[labels.en.action-kind]
flagship = ["Flagship actions"]
other = ["Other actions"]
"""


@pytest.mark.parametrize("lost", ["furniture", "row"])
def test_a_label_lost_among_the_words_of_a_page_is_refused(lost: str, tmp_path: Path) -> None:
    spans = ["<tr><td colspan=2>Energy</td></tr>", "<tr><td colspan=2>Flagship actions</td></tr>"]
    rows = table("Action | Date", "Do this<br>Other actions | 2026" if lost == "row" else "Do this | 2026")
    body = f"<p>Other actions</p>{rows}" if lost == "furniture" else rows
    extraction = page(body.replace("</tr>", f"</tr>{''.join(spans)}", 1))
    first = replace(extraction.blocks[0], kind="furniture" if lost == "furniture" else "table")
    of_pdf = replace(extraction, format="pdf", blocks=(first, *extraction.blocks[1:]))
    message = "where running headers do" if lost == "furniture" else "within the words of a row"
    with pytest.raises(NotUnderstood, match=message):
        read(of_pdf, LABELLED, tmp_path)
    if lost == "row":  # in a format without lines of print it is read
        assert [entry.kind for entry in read(extraction, LABELLED, tmp_path).entries] == ["flagship"]


def test_rows_that_have_run_together_are_refused(tmp_path: Path) -> None:
    extraction = page(table("Action<br>Do this<br>Do that | Date<br>2026<br>2027"))
    with pytest.raises(NotUnderstood, match="nothing parts one row from the next"):
        read(replace(extraction, format="pdf"), LABELLED, tmp_path)
