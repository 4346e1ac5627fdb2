"""Flattened text in several languages and of other tables: read whole, or refused where a row lacks a cell."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from places import ROOT, needs_shared
from policygraph.errors import NotUnderstood
from policygraph.sources import Annexes, documents, open_source, read

TITLES = {
    "en": "Annex 3: Overview of the actions of the Commission",
    "de": "Anhang 3: Überblick über die Maßnahmen der Kommission",
    "fr": "Annexe 3: Aperçu des actions de la Commission",
}
FOOD = r"""
[[part]]
kind = "table"
cells = { number = '\d+ subsidie-?overeenkomst(?:en)?|\d+', amount = '\d{1,3}(?:\s\d{3})+' }
[part.columns.nl]
description = ["Acties (begroting 2014 — 17 04 03)", "Acties (begroting 2015 — 17 04 03)"]
number = ["Geraamd aantal acties"]
begin = ["Indicatieve begindatum", "Indicatieve datum"]
amount = ["Indicatief bedrag (EUR)"]

[[part]]
kind = "table"
[part.cells]
instrument = 'Openbare aanbesteding|Specifiek/ ?diensten met \w+ raamcontract|Diensten/ Procedure van \w+ via \w+'
number = '\d+'
amount = '\d{1,3}(?:\s\d{3})+'
[part.columns.nl]
description = [
  "Acties (begroting 2014 — 17 04 01)",
  "Acties (begroting 2014 — 17 04 03)",
  "Acties (begroting 2015 — 17 04 03)",
]
instrument = ["Soort contracten"]
number = ["Geraamd aantal contracten"]
begin = ["Indicatieve datum"]
amount = ["Bedrag (EUR)"]
"""
RUNNING = """
[[part]]
kind = "table"
cells = { responsible = 'DG [A-Z]+' }
columns.nl = { description = ["Maatregel"], responsible = ["Dienst"], deadline = ["Datum"] }
"""
PLAN = (
    "1. Inleiding Dit plan telt twee maatregelen. Maatregel Dienst Datum Havens verbinden met het net DG MOVE "
    "Vierde kwartaal 2026 Een kaart van vangstgebieden maken DG MARE 2027 2. Slot Meer volgt."
)


def flat(language: str, width: int) -> str:
    """The translated actions as lines with a blank line after each, as the first document has them."""
    path = ROOT / "tests" / "fidelity" / "translations.toml"
    plan = tomllib.loads(path.read_text("utf-8"))[language]
    lines, heading, label = [TITLES[language], " ".join(plan["header"])], "", ""
    for action in plan["actions"]:
        if heading != action[0]:
            lines += textwrap.wrap(action[0], width)
        if (heading, label) != tuple(action[:2]):
            lines.append(action[1])
        heading, label = action[:2]
        lines += [*textwrap.wrap(action[2], width, break_on_hyphens=False), action[3]]
    return " " + " \n\n".join(lines) + "\n"


@pytest.fixture
def read_flat(source_of: Callable[..., Path]) -> Callable[..., Annexes]:
    """A function: text, language, layout and further settings → what is read of it."""

    def make(text: str, language: str = "nl", layout: str = "", more: str = "") -> Annexes:
        folder = source_of(text, more, id="COM-2099-1")
        settings = folder / "source.toml"
        settings.write_text(
            settings.read_text("utf-8").replace('language = "nl"', f'language = "{language}"'), "utf-8"
        )
        if layout:
            (folder / "layout.toml").write_text(layout, "utf-8")
        return read(documents(open_source(folder))[0])

    return make


@pytest.mark.parametrize("width", [50, 75])
@pytest.mark.parametrize("language", TITLES)
def test_a_table_in_another_language_is_read(language: str, width: int, read_flat: Callable[..., Annexes]) -> None:
    plan = tomllib.loads((ROOT / "tests" / "fidelity" / "translations.toml").read_text("utf-8"))[language]
    annexes = read_flat(flat(language, width), language)
    headings = {heading.number: heading.words.quote for heading in annexes.headings}
    rows = [
        [headings[action.heading], action.words.quote, action.deadlines[0].words.quote]
        for action in annexes.actions
    ]
    assert rows == [[action[0], action[2], action[3]] for action in plan["actions"]]
    first = plan["actions"][0][1]
    kinds = ["flagship" if action[1] == first else "other" for action in plan["actions"]]
    assert [action.kind for action in annexes.actions] == kinds
    assert {action.part for action in annexes.actions} == {"A3"}


def test_the_food_programme_has_its_twelve_rows(read_flat: Callable[..., Annexes]) -> None:
    text = needs_shared("documents", "nl-food-feed-programme-2014-2015", "text.txt").read_text("utf-8")
    annexes = read_flat(text, layout=FOOD, more="[rows]\nA1 = 6\nA2 = 6")
    amounts = [
        (action.deadlines[0].reading.period.code[:4], int(re.sub(r"\D", "", column.words.quote)))
        for action in annexes.actions
        for column in action.columns
        if column.role == "amount" and action.deadlines[0].reading.period
    ]
    assert len(amounts) == 12
    assert {year: sum(n for y, n in amounts if y == year) for year in ("2014", "2015")} == {
        "2014": 4_820_000,
        "2015": 3_930_000,
    }
    assert annexes.actions[8].words.quote.endswith("het gebied van de Middellandse Zee (EPPO)")
    assert annexes.actions[5].deadlines[0].words.quote == "Het hele jaar 2015"


def test_a_table_in_running_words_is_read(read_flat: Callable[..., Annexes]) -> None:
    annexes = read_flat(PLAN, layout=RUNNING)
    assert [(a.words.quote, a.deadlines[0].words.quote, a.columns[0].words.quote) for a in annexes.actions] == [
        ("Havens verbinden met het net", "Vierde kwartaal 2026", "DG MOVE"),
        ("Een kaart van vangstgebieden maken", "2027", "DG MARE"),
    ]


@pytest.mark.parametrize("lost", ["DG MOVE ", "Vierde kwartaal 2026 ", "DG MARE "])
def test_a_row_in_running_words_that_lacks_a_cell_is_refused(lost: str, read_flat: Callable[..., Annexes]) -> None:
    with pytest.raises(NotUnderstood):
        read_flat(PLAN.replace(lost, ""), layout=RUNNING, more="[rows]\nA1 = 2")


def test_a_column_without_a_pattern_is_asked_for(read_flat: Callable[..., Annexes]) -> None:
    layout = RUNNING.replace('responsible = ["Dienst"]', 'responsible = ["Dienst"], amount = ["Bedrag"]')
    with pytest.raises(NotUnderstood, match="The layout has no pattern of the amount"):
        read_flat(PLAN.replace("Dienst Datum", "Dienst Bedrag Datum"), layout=layout)


PAGED = """ Bijlage 3: Overzicht van de acties van de Commissie

Acties van de Commissie Streefdatum
Energie
Vlaggenschipinitiatieven
Een kaart van de netten van de lidstaten maken.
Vierde kwartaal 2026
\fEen proef met de opslag van warmte doen in vijf regio's.
Vierde kwartaal 2026
\fEen platform voor de gegevens van de netbeheerders oprichten.
Vierde kwartaal 2026
"""


def test_a_date_at_the_same_place_on_each_page_is_a_cell(read_flat: Callable[..., Annexes]) -> None:
    """It says what running lines say, but without it no row would have a date."""
    annexes = read_flat(PAGED)
    assert [action.deadlines[0].words.quote for action in annexes.actions] == ["Vierde kwartaal 2026"] * 3
    assert [name for name, _ in annexes.furniture if name == "running line"] == []


def test_a_date_that_is_printed_on_each_page_is_none(read_flat: Callable[..., Annexes]) -> None:
    annexes = read_flat(PAGED.replace("\f", "8 oktober 2025\n\f") + "8 oktober 2025\n")
    assert [action.deadlines[0].words.quote for action in annexes.actions] == ["Vierde kwartaal 2026"] * 3
    assert [words.quote for name, words in annexes.furniture if name == "running line"] == ["8 oktober 2025"] * 3


LISTED = """ Bijlage 2: Initiatieven van de Commissie
De Commissie gaat zelf voor:
1. Opleiding: er zijn cursussen voor alle medewerkers van de instellingen.
\f2. Gebruik: de diensten delen hun toepassingen.
"""


def test_a_line_at_the_top_of_a_page_below_a_closed_item_is_refused(read_flat: Callable[..., Annexes]) -> None:
    assert len(read_flat(LISTED).initiatives) == 2
    with pytest.raises(NotUnderstood, match="top of a page that may belong to no item") as refused:
        read_flat(LISTED.replace("\f", "\fEUROPESE COMMISSIE\n"))
    assert refused.value.place.words == "EUROPESE COMMISSIE"


TITLE = "Bijlage 3: Overzicht van de acties op het gebied van de"
WRAPPED_TITLE = PAGED.replace("\f", "").replace(PAGED.splitlines()[0], f" {TITLE}\n\nCommissie")


def test_a_title_goes_on_over_lines_down_to_the_header_of_its_table(read_flat: Callable[..., Annexes]) -> None:
    annexes = read_flat(WRAPPED_TITLE)
    assert annexes.annexes[0].title.quote == f"{TITLE} Commissie"
    assert len(annexes.actions) == 3


@pytest.mark.parametrize("above", [TITLE[:20], f"{TITLE} netten en van de opslag"], ids=["short", "wide"])
def test_a_line_above_the_header_that_a_title_would_have_held_is_refused(
    above: str, read_flat: Callable[..., Annexes]
) -> None:
    with pytest.raises(NotUnderstood, match="A row without deadline") as refused:
        read_flat(WRAPPED_TITLE.replace(TITLE, above))
    assert refused.value.place.words == "Commissie"


def test_a_label_above_the_header_is_no_part_of_the_title(read_flat: Callable[..., Annexes]) -> None:
    """It stands where a wrapped title would go on, and no line of the table would have held its first word."""
    header = "Sector(en)\nDatum\nType belanghebbende\nAantal deelnemers\n"
    table = f"{header}Mobiliteit, vervoer en autosector\n20.9.2024\nOpenbaar toegankelijk\nOngeveer 280\n"
    text = f" Bijlage 1: Overzicht dialogen\nSectorale gestructureerde dialogen\n{table}"
    annexes = read_flat(text)
    assert annexes.annexes[0].title.quote == "Bijlage 1: Overzicht dialogen"
    assert [dialogue.attendance.value for dialogue in annexes.dialogues] == [280]
