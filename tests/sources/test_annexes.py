"""The annexes of a communication in other formats than flattened text: the same records and identifiers."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from docx import Document

from places import SEED
from policygraph.errors import NotUnderstood
from policygraph.sources import Annexes, documents, open_source, read
from policygraph.sources.check import check_source
from policygraph.sources.entries.annexes import annex_number
from policygraph.sources.language import language

HEADER = ("Acties van de Commissie", "Streefdatum")
DIALOGUES = ("Sector(en)", "Datum", "Type belanghebbende", "Aantal deelnemers")
LABELS = {"sectoral": "Sectorale gestructureerde dialogen", "high-level": "Politieke dialogen op hoog niveau"}
EXAMPLES = "Voorbeelden van hoe de Commissie het voortouw neemt zijn:"
Rows = list[tuple[str, ...]]


def rows_of_actions(seed: Annexes) -> Rows:
    """Each heading, label and action, in the order of the table."""
    rows: Rows = [(seed.groupings[0].words.quote,)]
    for heading in seed.headings:
        rows.append((heading.words.quote,))
        below = [action for action in seed.actions if action.heading == heading.number]
        for label, kind in zip(heading.section, dict.fromkeys(action.kind for action in below), strict=True):
            rows.append((label.quote,))
            rows += [(a.words.quote, a.deadlines[0].words.quote) for a in below if a.kind == kind]
    return rows


def rows_of_dialogues(seed: Annexes) -> Rows:
    """Each label and dialogue; one whose sector spans rows has none of its own in those below."""
    rows: Rows = []
    above: tuple[object, ...] = ()
    for dialogue in seed.dialogues:
        if (LABELS[dialogue.kind],) not in rows:
            rows.append((LABELS[dialogue.kind],))
        sector = "" if dialogue.sector_words.spans == above else dialogue.sector_words.quote
        above = dialogue.sector_words.spans
        cells = (dialogue.date_words, dialogue.audience_words, dialogue.attendance.words)
        rows.append((sector, *(cell.quote for cell in cells)))
    return rows


def html_table(header: tuple[str, ...], rows: Rows) -> str:
    out = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    for row in rows:
        wide = f" colspan={len(header)}" if len(row) == 1 else ""
        out += "<tr>" + "".join(f"<td{wide}>{escape(cell)}</td>" for cell in row)
    return f"<table><tr>{out}</table>"


def as_html(seed: Annexes) -> tuple[str, bytes]:
    one, two, three = (f"<h1>{escape(annex.title.quote)}</h1>" for annex in seed.annexes)
    items = [(item.kind, escape(item.words.quote)) for item in seed.initiatives]
    listed = "<ol>" + "".join(f"<li>{words}" for kind, words in items if kind == "objective") + "</ol>"
    listed += f"<p>{EXAMPLES}</p><ul>" + "".join(f"<li>{words}" for kind, words in items if kind == "example")
    tables = html_table(DIALOGUES, rows_of_dialogues(seed)), html_table(HEADER, rows_of_actions(seed))
    page = (
        f"<html><body>{one}{tables[0]}{two}<p>De doelstellingen:</p>{listed}</ul>{three}{tables[1]}</body></html>"
    )
    return "a.html", page.encode()


def as_html_above(seed: Annexes) -> tuple[str, bytes]:
    """Headings and labels above tables of their own."""
    name, content = as_html(seed)
    head = "".join(f"<th>{cell}</th>" for cell in HEADER)
    labels = {label.quote for heading in seed.headings for label in heading.section}

    def above(match: re.Match[str]) -> str:
        level = 2 if match[1] == seed.groupings[0].words.quote else 4 if match[1] in labels else 3
        return f"</table><h{level}>{match[1]}</h{level}><table><tr>{head}"

    page = re.sub(r"<tr><td colspan=2>(.*?)</td>(?=<tr>|</table>)", above, content.decode())
    return name, page.replace(f"<table><tr>{head}</table>", "").encode()


def as_docx(seed: Annexes) -> tuple[str, bytes]:
    document = Document()

    def table(header: tuple[str, ...], rows: Rows) -> None:
        grid = document.add_table(rows=0, cols=len(header))
        for row in [header, *rows]:
            for cell, text in zip(grid.add_row().cells, row, strict=False):
                cell.text = text  # a heading has empty cells beside it: nothing is merged

    document.add_heading(seed.annexes[0].title.quote, 1)
    table(DIALOGUES, rows_of_dialogues(seed))
    document.add_heading(seed.annexes[1].title.quote, 1)
    for number, item in enumerate(seed.initiatives, 1):
        mark = f"{number}. " if item.kind == "objective" else "– "
        if number == 5:
            document.add_paragraph(EXAMPLES)
        document.add_paragraph(mark + item.words.quote)
    document.add_heading(seed.annexes[2].title.quote, 1)
    table(HEADER, rows_of_actions(seed))
    stream = io.BytesIO()
    document.save(stream)
    return "a.docx", stream.getvalue()


def folder_of(place: Path, name: str, content: bytes) -> Path:
    """The source of the seed with this file instead of its text."""
    place.mkdir()
    (place / name).write_bytes(content)
    settings = (SEED / "source.toml").read_text("utf-8").replace('"nl.txt"', f'"{name}"')
    sha256 = hashlib.sha256(content).hexdigest()
    (place / "source.toml").write_text(re.sub('sha256 = ".*"', f'sha256 = "{sha256}"', settings), "utf-8")
    return place


def told(annexes: Annexes) -> list[tuple[object, ...]]:
    """What is said, without where it stands."""
    headings = {
        heading.number: (heading.words.quote, heading.role, heading.grouping) for heading in annexes.headings
    }
    rows: list[tuple[object, ...]] = [(annex.part, annex.kind, annex.title.quote) for annex in annexes.annexes]
    for action in annexes.actions:
        [deadline] = action.deadlines
        rows.append(
            (action.identifier, headings[action.heading], action.kind, action.words.quote, deadline.reading)
        )
    for talk in annexes.dialogues:
        who = talk.access, talk.audiences, talk.attendance.value, talk.attendance.qualifier
        rows.append((talk.part, talk.number, talk.kind, talk.sectors, talk.sector_words.quote, talk.date, *who))
    for item in annexes.initiatives:
        planned = item.deadline.reading if item.deadline else None
        rows.append((item.part, item.number, item.kind, item.objective, item.words.quote, planned))
    return [*rows, [words.words.quote for words in annexes.groupings]]  # type: ignore[list-item]


@pytest.mark.parametrize("form", [as_html, as_html_above, as_docx], ids=lambda form: form.__name__)
def test_the_first_document_says_the_same_in_other_formats(
    form: Callable[[Annexes], tuple[str, bytes]], seed: Annexes, tmp_path: Path
) -> None:
    source = open_source(folder_of(tmp_path / "52025DC0723", *form(seed)))
    [document] = documents(source)
    assert told(read(document)) == told(seed)
    checked = check_source(source)
    assert checked.counts() == {"A1": 19, "A2": 6, "A3": 70}
    assert not checked.differences
    assert not checked.files[0].unread_tables


DAMAGES = {
    "a heading that is lost": ("<tr><td colspan=2>Robotica</td>", "", "The same label twice below one heading"),
    "a label in unknown words": (
        "Vlaggenschipinitiatief</td>",
        "Kernactie</td>",
        "A row stands before the first section label",
    ),
    "an audience in unknown words": ("Alleen deskundigen", "Op uitnodiging", "Words that are no known access"),
    "a dialogue without a date": ("<td>12.6.2025</td>", "<td></td>", "A row without date"),
}


def edited(page: str, old: str, new: str) -> str:
    assert old in page
    return page.replace(old, new, 1)


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_in_a_table_is_refused(name: str, seed: Annexes, tmp_path: Path) -> None:
    old, new, message = DAMAGES[name]
    page = edited(as_html(seed)[1].decode(), old, new)
    source = open_source(folder_of(tmp_path / "52025DC0723", "a.html", page.encode()))
    with pytest.raises(NotUnderstood, match=message):
        read(documents(source)[0])


def test_an_objective_without_its_number_is_refused(seed: Annexes, tmp_path: Path) -> None:
    name, content = as_html(seed)
    page = content.decode().replace("<ol>", "<ol start=2>")
    with pytest.raises(NotUnderstood, match="Objective 1 is missing before this one"):
        read(documents(open_source(folder_of(tmp_path / "52025DC0723", name, page.encode())))[0])


@pytest.mark.parametrize(
    ("code", "words", "number"),
    [
        ("nl", "Bijlage 3: Overzicht", "3"),
        ("en", "ANNEX II – Actions", "II"),
        ("en", "Annex", None),
        ("de", "Anhang 1", "1"),
        ("fr", "ANNEXE III: Actions", "III"),
        ("hu", "2. melléklet – Intézkedések", "2"),
        ("lt", "IV priedas", "IV"),
        ("en", "Annex 3 lists the actions", "none"),
        ("en", "ANNEX to the communication", "none"),
    ],
)
def test_the_title_of_an_annex(code: str, words: str, number: str | None) -> None:
    match = language(code).annex_title(words)
    assert (match["number"] if match else "none") == number


@pytest.mark.parametrize(("printed", "number"), [("IV", 4), ("xii", 12), ("7", 7), ("", None), ("B", None)])
def test_the_number_of_an_annex(printed: str, number: int | None) -> None:
    assert annex_number(printed) == number


NOTED = """<!doctype html><html lang="nl"><head><title>Plan</title></head><body>
<p>Bijlage 2: Initiatieven van de Commissie</p>
<p>De Commissie gaat zelf voor:</p>
<p>1. Opleiding: cursussen voor medewerkers<a href="#n1" id="r1"><sup>1</sup></a> van de instellingen.</p>
<p>2. Gebruik: de diensten delen hun toepassingen (<a href="#n2" id="r2"><sup>2</sup></a>).</p>
<p class="footnote" id="n1"><a href="#r1">1</a> Zie https://example.eu/cursus.</p>
<p class="footnote" id="n2"><a href="#r2">2</a> Een lijst volgt.</p>
</body></html>
"""


@pytest.fixture
def read_html(source_of: Callable[..., Path]) -> Callable[..., Annexes]:
    """A function: HTML and a layout → what is read of it."""

    def make(text: str, layout: str = "") -> Annexes:
        folder = source_of(text, id="COM-2099-1")
        (folder / "nl.txt").rename(folder / "nl.html")
        settings = folder / "source.toml"
        settings.write_text(settings.read_text("utf-8").replace("nl.txt", "nl.html"), "utf-8")
        if layout:
            (folder / "layout.toml").write_text(layout, "utf-8")
        return read(documents(open_source(folder))[0])

    return make


def test_notes_of_initiatives_are_read_in_a_file_with_structure(read_html: Callable[..., Annexes]) -> None:
    annexes = read_html(NOTED)
    notes = [[(n.number, n.words.quote, n.address) for n in item.notes] for item in annexes.initiatives]
    assert notes == [
        [(1, "Zie https://example.eu/cursus.", "https://example.eu/cursus")],
        [(2, "Een lijst volgt.", None)],
    ]
    assert [words.quote for name, words in annexes.furniture if "Zie" in words.quote] == []


MATRIX = """<!doctype html><html lang="nl"><head><title>Plan</title></head><body><table>
<tr><td>Spoor</td><td colspan="2">2026</td><td>2027</td></tr>
<tr><td></td><td>Derde kwartaal</td><td>Vierde kwartaal</td><td>Eerste kwartaal</td></tr>
<tr><td>Water</td><td colspan="2">Een oproep doen</td><td>De keuze maken</td></tr>
<tr><td>Lucht</td><td></td><td colspan="2">Metingen doen</td></tr>
</table></body></html>
"""


def test_a_cell_below_several_heads_is_one_action_from_the_first_to_the_last(
    read_html: Callable[..., Annexes],
) -> None:
    annexes = read_html(MATRIX, '[[part]]\nkind = "matrix"\n')
    dated = [
        (action.words.quote, d.reading.modality, d.reading.period and d.reading.period.code, d.words.quote)
        for action in annexes.actions
        for d in action.deadlines
    ]
    assert dated == [
        ("Een oproep doen", "between", "2026-Q3--2026-Q4", "Derde kwartaal Vierde kwartaal 2026"),
        ("De keuze maken", "within", "2027-Q1", "Eerste kwartaal 2027"),
        ("Metingen doen", "between", "2026-Q4--2027-Q1", "Vierde kwartaal 2026 Eerste kwartaal 2027"),
    ]
