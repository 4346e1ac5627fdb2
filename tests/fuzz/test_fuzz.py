"""Damaged copies of the seed are read right or refused; what is still read wrong is listed here alone."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from fuzz.judge import Judge, read
from fuzz.model import seed_model
from fuzz.operators import OPERATORS
from fuzz.run import run
from places import SEED

WRONG = {
    "target date in the midst of its description": "lines below it that begin with a capital may be another row",
}
"""Operators of which some copies are read wrong without a word, each with the reason: only ever fewer."""

READ = (
    "each cell on one line",
    "blank lines doubled",
    "blank lines lost",
    "blanks at the ends of lines lost",
    "blanks doubled between words",
    "cell of a dialogue over more lines",
    "descriptions wrapped anew",
    "dialogues with each cell on a line of its own",
    "dialogues with each row on one line",
    "everything wrapped anew",
    "form feeds for pages",
    "header of the table on each page",
    "label over two lines",
    "line ends of Windows",
    "no-break spaces",
    "page break between rows",
    "page break in a row, the date after",
    "page break in a row, the date before it",
    "page numbers printed alone",
    "running footer on each page",
    "running header on each page",
    "running header with the page's number",
    "some descriptions wrapped anew",
    "tabs for blanks",
    "target date over two lines",
)
"""Operators of which every copy is read: a person reads them without doubt."""


def test_each_character_of_the_seed_belongs_to_one_stretch() -> None:
    model = seed_model()
    claims = [at for stretch in model.stretches for at in range(stretch.start, stretch.end)]
    assert len(claims) == len(set(claims))
    assert {at for at, letter in enumerate(model.text) if not letter.isspace()} <= set(claims)


def test_the_seed_is_read_as_by_hand() -> None:
    assert read(SEED) == seed_model().gold()


def test_no_operator_leaves_the_seed_as_it_is() -> None:
    """The draft of each operator is another text, so that what is judged is damage."""
    model = seed_model()
    same = [o.name for o in OPERATORS if all(o.copy(model, Random(n)).text == model.text for n in range(20))]
    assert same == []


def test_one_copy_of_each_operator(tmp_path: Path) -> None:
    model, judge = seed_model(), Judge(tmp_path)
    assert len(OPERATORS) >= 100
    for operator in OPERATORS:
        verdict = judge.verdict(*operator.copy(model, Random(operator.name)))
        assert verdict.outcome != "wrong" or operator.name in WRONG, (operator.name, verdict)


@pytest.mark.slow
def test_damage_is_read_right_or_refused(tmp_path: Path) -> None:
    """Three copies of each operator from three seeds; ``python tests/fuzz --copies 200`` draws more."""
    tallies = {tally.operator.name: tally for tally in run(tmp_path, seeds=(1, 2, 3), copies=3)}
    wrong = {name: t.complaints.most_common(2) for name, t in tallies.items() if t.outcomes["wrong"]}
    assert {name: found for name, found in wrong.items() if name not in WRONG} == {}
    assert [name for name in READ if tallies[name].outcomes["refused"]] == []
