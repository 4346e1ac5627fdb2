"""A plan typeset → a source folder, read by its layout into records, and what came of each row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from fidelity.plans import Plan
from fidelity.typeset import Form
from policygraph.errors import SourceError
from policygraph.sources import Annexes, open_source, read_source

SOURCE = """
id = "PLAN-1"
identifier = "PLAN(2099) 1"
date = 2025-10-08
type = "COMMUNIC"
author = "COM"
address = "http://example.invalid/plan"
licence = "COM_REUSE"
rights = "© European Union"
title = {{ en = "A plan" }}

[[file]]
name = "{name}"
language = "{language}"
sha256 = "{sha256}"

[rows]
A1 = {rows}

[labels]
A1 = {labels}
"""
"""With the counts that a person who looked at the document accepts."""
LAYOUT = """
ignore = ["Sector(en)", "Sector(s)", "Sektor(en)", "Secteur(s)"]

[[part]]
kind = "table"
like = "action-table"
sections = "above"
labels = "action-kind"
may_lack = ["number", "responsible"]

[labels.de.action-kind]
flagship = ["Leitinitiativen"]
other = ["Weitere einschlägige Maßnahmen"]

[labels.fr.action-kind]
flagship = ["Initiatives phares"]
other = ["Autres actions pertinentes"]
"""
"""The layout of every plan: two columns under headings and labels, and further columns where there are."""

NUMBERS = "Nr"
"""The header of the column of numbers, in the forms that have one; each row must have its own there."""

PERIODS = {
    "nl": {"eerste": "Q1", "tweede": "Q2", "derde": "Q3", "vierde": "Q4"},
    "en": {"first": "Q1", "second": "Q2", "third": "Q3", "fourth": "Q4"},
    "de": {"erst": "Q1", "zweit": "Q2", "dritt": "Q3", "viert": "Q4"},
    "fr": {"premier": "Q1", "deuxième": "Q2", "troisième": "Q3", "quatrième": "Q4"},
}
FROM = ("vanaf", "from", "ab ", "à partir", "dès")


@dataclass
class Outcome:
    """Rows right and wrong of one file, or why it was refused."""

    right: int = 0
    wrong: int = 0
    refusal: str = ""
    complaints: list[str] = field(default_factory=list)


def squeezed(words: str) -> str:
    return "".join(words.split())


def date_of(words: str, language: str) -> str:
    """Modality and period of the words of a plan's date, by looking for four ordinals and a year: no grammar."""
    folded = words.casefold()
    quarter = next((code for word, code in PERIODS[language].items() if word in folded), "")
    year = next(word for word in folded.replace(".", " ").split() if word.isdecimal() and len(word) == 4)
    modality = "from" if any(word in folded for word in FROM) else "within"
    return f"{modality} {year}{'-' * bool(quarter)}{quarter}"


def gold(plan: Plan) -> list[tuple[str, ...]]:
    """Heading, kind, words, date and further columns of each action."""
    return [
        (
            squeezed(heading),
            "flagship" if label in FLAGSHIPS else "other",
            squeezed(text),
            date_of(date, plan.language),
            "",
        )
        for heading, label, text, date in plan.actions
    ]


FLAGSHIPS = (
    "Vlaggenschipinitiatief",
    "Vlaggenschipinitiatieven",
    "Flagship initiatives",
    "Leitinitiativen",
    "Initiatives phares",
)


def read(form: Form, plan: Plan, folder: Path) -> Annexes:
    """What the records of the plan say, typeset in this form."""
    name, content = form(plan)
    (folder / name).write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    labels = sum(len(sections) for _, sections in plan.sections)
    settings = {"name": name, "language": plan.language, "sha256": sha256, "labels": labels}
    (folder / "source.toml").write_text(SOURCE.format(**settings, rows=len(plan.actions)), "utf-8")
    (folder / "layout.toml").write_text(LAYOUT, "utf-8")
    (annexes,) = read_source(open_source(folder))
    return annexes


def outcome(form: Form, plan: Plan, folder: Path) -> Outcome:
    """Read the plan in this form and compare each row with the plan."""
    try:
        annexes = read(form, plan, folder)
    except SourceError as error:
        return Outcome(refusal=str(error))
    headings = {heading.number: heading.words.quote for heading in annexes.headings}
    rows = [
        (
            squeezed(headings.get(action.heading, "")),
            action.kind or "",
            squeezed(action.words.quote),
            "; ".join(
                f"{d.reading.modality} {d.reading.period.code if d.reading.period else ''}"
                for d in action.deadlines
            ),
            "|".join(
                squeezed(column.words.quote)
                for column in action.columns
                if (column.header, column.words.quote) != (NUMBERS, str(number))
            ),
        )
        for number, action in enumerate(annexes.actions, 1)
    ]
    expected = gold(plan)
    result = Outcome(right=sum(ours == theirs for ours, theirs in zip(rows, expected, strict=False)))
    result.wrong = max(len(rows), len(expected)) - result.right
    result.complaints = [
        f"{ours}, not {theirs}" for ours, theirs in zip(rows, expected, strict=False) if ours != theirs
    ]
    return result
