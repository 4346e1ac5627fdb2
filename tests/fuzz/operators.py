"""What each operator does to the seed, and which of three is right then; settled before any of them was run.

*refused*: something of the structure is lost, doubled or out of its place while source.toml counts it.
*as the original*: a person reads the copy as the original without doubt (furniture, white space, lines).
*as it stands*: words inside a cell are other words now, and those are what the copy says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Literal, NamedTuple

from fuzz.model import Draft, Gold, Model, Stretch

Must = Literal["refused", "as the original", "as it stands"]
Damaged = Draft | str | tuple[str, Gold]
"""A draft, a text whose records stay, or a text with what it says."""


class Copy(NamedTuple):
    """A damaged text, and the readings of it that are right (none: it must be refused)."""

    text: str
    right: tuple[Gold, ...]


@dataclass(frozen=True)
class Operator:
    """A kind of damage, what must become of it, and what does it."""

    name: str
    must: Must
    damage: Callable[[Model, Random], Damaged]

    def copy(self, model: Model, chance: Random) -> Copy:
        """Damage the seed in one of its ways."""
        damaged = self.damage(model, chance)
        text = damaged[0] if isinstance(damaged, tuple) else damaged if isinstance(damaged, str) else damaged.text
        if self.must == "refused":
            return Copy(text, ())
        if self.must == "as the original":
            return Copy(text, (model.gold(),))
        assert not isinstance(damaged, str), self.name
        gold = damaged.gold if isinstance(damaged, Draft) else damaged[1]
        return Copy(text, (gold, _roles_unsettled(gold, model.gold())))


def _roles_unsettled(gold: Gold, original: Gold) -> Gold:
    """The reading in which headings whose words have changed have no role: nobody settled one for these words."""
    known = {heading.words for heading in original.headings}
    return replace(gold, headings=tuple(h if h.words in known else h._replace(role="") for h in gold.headings))


OPERATORS: list[Operator] = []


def operator(
    name: str, must: Must
) -> Callable[[Callable[[Model, Random], Damaged]], Callable[[Model, Random], Damaged]]:
    """Add a function to the operators."""

    def add(damage: Callable[[Model, Random], Damaged]) -> Callable[[Model, Random], Damaged]:
        assert name not in {other.name for other in OPERATORS}, name
        OPERATORS.append(Operator(name, must, damage))
        return damage

    return add


def cell(model: Model, chance: Random, *roles: str, lines: int = 1) -> tuple[Stretch, ...]:
    """Some cell of these roles that has so many lines at least, on one page."""
    return chance.choice([part for part in model.cells() if part[0].role in roles and len(part) >= lines])


def row(model: Model, number: int) -> list[Stretch]:
    """The words and the date of an action."""
    return sorted(model.of("description", number) + model.of("deadline", number))


def whole_rows(model: Model) -> list[int]:
    """The actions that no page break cuts, so that all their lines follow each other."""
    cells = model.cells()
    return [
        number
        for number in model.records("description")
        if sum(part[0].role == "description" and number in part[0].records for part in cells) == 1
        and not any(top.records == (number,) and top.role == "deadline" for top in model.page_tops)
    ]


def neighbours(model: Model) -> list[int]:
    """The actions n for which n and n + 1 are whole and stand below one label, on one page."""
    whole = set(whole_rows(model))
    roles = [stretch.role for stretch in model.stretches]
    places = {stretch: index for index, stretch in enumerate(model.stretches)}
    return [
        n
        for n in sorted(whole)
        if n + 1 in whole
        and set(roles[places[row(model, n)[0]] : places[row(model, n + 1)[-1]] + 1]) == {"description", "deadline"}
        and not any(top.records == (n + 1,) for top in model.page_tops)
    ]
