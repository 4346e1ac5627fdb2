"""Draws copies by seed, has them judged, and counts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz import letters, printing, structure  # noqa: F401 - each module adds its operators
from fuzz.judge import Judge
from fuzz.model import seed_model
from fuzz.operators import OPERATORS, Operator


@dataclass
class Tally:
    """What became of the copies of one operator."""

    operator: Operator
    outcomes: Counter[str] = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)
    structural: int = 0
    complaints: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)


def run(folder: Path, seeds: Sequence[int], copies: int, of: str = "") -> Iterator[Tally]:
    """Judge so many copies for each operator and seed."""
    model, judge = seed_model(), Judge(folder)
    for operator in OPERATORS:
        if of not in operator.name:
            continue
        tally = Tally(operator)
        for seed in seeds:
            chance = Random(f"{seed} {operator.name}")
            for _ in range(copies):
                copy = operator.copy(model, chance)
                verdict = judge.verdict(*copy)
                tally.outcomes[verdict.outcome] += 1
                tally.structural += verdict.structural
                tally.texts.add(hashlib.sha256(copy.text.encode()).hexdigest())
                if verdict.outcome != "right":
                    (tally.complaints if verdict.outcome == "wrong" else tally.refusals)[verdict.words] += 1
        yield tally


def table(tallies: Sequence[Tally]) -> str:
    """The counts as a table in Markdown, by what is right, then in the order of the operators."""
    lines = [
        "| operator | must be | copies | texts | right | refused | wrong | structural |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    order = ("as the original", "as it stands", "refused")
    for tally in sorted(tallies, key=lambda tally: order.index(tally.operator.must)):
        outcomes = tally.outcomes
        lines.append(_row(tally.operator.name, tally.operator.must, len(tally.texts), outcomes, tally.structural))
    whole = sum((tally.outcomes for tally in tallies), Counter[str]())
    texts = len({text for tally in tallies for text in tally.texts})
    lines.append(_row(f"**{len(tallies)} operators**", "", texts, whole, sum(t.structural for t in tallies)))
    return "\n".join(lines)


def _row(name: str, must: str, texts: int, outcomes: Counter[str], structural: int) -> str:
    counts = (sum(outcomes.values()), texts, outcomes["right"], outcomes["refused"], outcomes["wrong"], structural)
    return f"| {name} | {must} | {' | '.join(map(str, counts))} |"
