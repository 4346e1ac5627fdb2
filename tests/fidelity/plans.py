"""The plans that are typeset: the records of the seed in Dutch, and translations of some of them made by hand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from places import SEED
from policygraph.sources import read
from policygraph.sources.folder import documents, open_source


@dataclass(frozen=True)
class Plan:
    """Actions as (heading, section label, text, date words), dialogues as (sectors, date, audience, number)."""

    language: str
    header: tuple[str, str]
    dialogue_header: tuple[str, str, str, str]
    actions: tuple[tuple[str, str, str, str], ...]
    dialogues: tuple[tuple[str, str, str, str], ...]

    @property
    def sections(self) -> list[tuple[str, list[tuple[str, list[tuple[str, str]]]]]]:
        """Headings in order, each with its section labels and their rows (text, date)."""
        return [
            (
                heading,
                [
                    (label, [(text, date) for _, _, text, date in rows])
                    for label, rows in groupby(list(of_heading), key=lambda action: action[1])
                ],
            )
            for heading, of_heading in groupby(self.actions, key=lambda action: action[0])
        ]


@cache
def plan(language: str) -> Plan:
    """The plan in nl (70 actions, 19 dialogues), en, de or fr (12 and 6)."""
    if language != "nl":
        own = tomllib.loads(Path(__file__).with_name("translations.toml").read_text("utf-8"))[language]
        return Plan(
            language,
            tuple(own["header"]),
            tuple(own["dialogue_header"]),
            tuple(map(tuple, own["actions"])),
            tuple(map(tuple, own["dialogues"])),
        )
    annexes = read(documents(open_source(SEED))[0])
    headings = {heading.number: heading for heading in annexes.headings}
    actions = []
    for action in annexes.actions:
        heading = headings[action.heading]
        label = heading.section[0 if action.kind == "flagship" or len(heading.section) == 1 else 1]
        actions.append((heading.words.quote, label.quote, action.words.quote, action.deadlines[0].words.quote))
    dialogues = tuple(
        (
            d.sector_words.quote,
            d.date_words.quote,
            d.audience_words.quote,
            d.attendance.words.quote if d.attendance else "–",
        )
        for d in annexes.dialogues
    )
    return Plan(
        "nl",
        ("Acties van de Commissie", "Streefdatum"),
        ("Sector(en)", "Datum", "Type belanghebbende", "Aantal deelnemers"),
        tuple(actions),
        dialogues,
    )
