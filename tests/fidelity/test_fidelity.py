"""Typeset in many forms and read again: rows right, wrong and refused of each.

A row is right when heading, section label, text (white space aside) and date words are those typeset; it is
refused when the document is, or where its date cell holds no date of the plan (no grammar would read it); anything
else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from fidelity.plans import Plan, plan
from fidelity.typeset import Form, forms
from policygraph.errors import SourceError
from policygraph.sources.extract import Block, Extraction, extract_bytes

FORMS = dict(forms())
READ = 0.99


class Score(NamedTuple):
    """Rows of a plan (actions and dialogues) by what came of them; ``complaints`` says of what."""

    right: int
    wrong: int
    refused: int
    complaints: tuple[str, ...]


def squeezed(text: str) -> str:
    return "".join(text.split())


def words(extraction: Extraction, block: Block) -> str:
    """What a block says: marks and notes left out."""
    if block.kind in ("mark", "note"):
        return ""
    if block.children:
        return " ".join(words(extraction, child) for child in block.children)
    return extraction.text[block.start : block.end]


def rows(extraction: Extraction, blocks: tuple[Block, ...]) -> Iterator[list[str]]:
    """Each row of each table as its cells' words; what stands between tables as one cell."""
    for block in blocks:
        if block.kind == "row":
            yield [words(extraction, cell) for cell in block.children]
        elif block.kind == "table":
            yield from rows(extraction, block.children)
        elif block.kind not in ("furniture", "note"):
            yield [words(extraction, block)]


def measure(form: Form, of: Plan) -> Score:
    name, content = form(of)
    gold = [(*map(squeezed, action[:2]), squeezed(action[2]), squeezed(action[3])) for action in of.actions]
    talks = [tuple(map(squeezed, row)) for row in of.dialogues]
    try:
        extraction = extract_bytes(content, name)
    except SourceError as error:
        return Score(0, 0, len(gold) + len(talks), (str(error),))
    headings, labels = {a[0] for a in gold}, {a[1] for a in gold}
    dates = {a[3] for a in gold}
    skipped = {squeezed("".join(of.header)), squeezed("Nr" + "".join(of.header))}
    heading = label = ""
    read: list[tuple[str, ...]] = []
    read_talks: list[tuple[str, ...]] = []
    refused, complaints = 0, []
    for row in rows(extraction, extraction.blocks):
        cells = [squeezed(cell) for cell in row]
        filled = [cell for cell in cells if cell]
        if len(filled) == 1 and filled[0] in headings:
            heading = filled[0]
        elif len(filled) == 1 and filled[0] in labels:
            label = filled[0]
        elif len(cells) == 4 and cells[1] in {talk[1] for talk in talks}:
            read_talks.append(tuple(cells))
        elif len(filled) >= 2 and "".join(filled) not in skipped:
            if cells[-1] in dates:
                read.append((heading, label, cells[-2], cells[-1]))
            elif not any("".join(filled) == squeezed("".join(h)) for h in (of.dialogue_header,)):
                refused += 1
                complaints.append(" | ".join(row)[:100])
    right = sum(row in gold for row in read) + sum(row in talks for row in read_talks)
    in_order = [row for row in read if row in gold] == gold and read_talks == talks
    wrong = [row for row in read if row not in gold] + [row for row in read_talks if row not in talks]
    complaints += [f"wrong: {' | '.join(row)[:140]}" for row in wrong]
    missing = len(gold) + len(talks) - right - len(wrong)
    if not in_order and not refused and not wrong:
        complaints += [f"missing or out of order: {row[2][:80]}" for row in gold if row not in read]
        return Score(right, len(wrong) + missing, 0, tuple(complaints))
    return Score(right, len(wrong), missing, tuple(complaints))


REFUSED = {"pdf weasyprint bare, tight": 0.0}
"""Forms in which nothing on the page parts one row from the next, and the part that is read at least."""


def is_read_again(name: str, language: str) -> None:
    """Nothing wrong, and nearly all right."""
    if "weasyprint" in name:
        try:
            import weasyprint  # noqa: F401
        except (ImportError, OSError) as error:
            pytest.skip(f"WeasyPrint or its libraries are not at hand ({error})")
    score = measure(FORMS[name], plan(language))
    assert score.wrong == 0, score
    assert score.right >= REFUSED.get(name, READ) * sum(score[:3]), score


@pytest.mark.parametrize("name", [name for name in FORMS if "weasyprint" not in name])
def test_a_plan_typeset_is_read_again(name: str) -> None:
    is_read_again(name, "en")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["nl", "en", "de", "fr"])
@pytest.mark.parametrize("name", FORMS)
def test_plans_in_four_languages_are_read_again(name: str, language: str) -> None:
    is_read_again(name, language)
