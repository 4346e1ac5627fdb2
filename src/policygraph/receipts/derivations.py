"""What a solution rests on: statements, absences, members of aggregates; and how solutions are joined.

A solution exists because of its ``base``. What OPTIONAL adds belongs to the variables that it binds (``why``) and
is needed only where a column, a filter or a join needs the variable: of five labels in five languages the one that
is shown. A variable that OPTIONAL left unbound has the absence for its reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from .sparql import values_text

Value = NamedNode | Literal | BlankNode


class Members(NamedTuple):
    """What an aggregate was made of: each member's value with the statements that give it.

    Of MIN and MAX ``sets`` has the member that decides, and ``of`` says how many there were.
    """

    variable: str
    function: str
    sets: tuple[tuple[Value, tuple[Triple, ...]], ...]
    of: int


class Reason(NamedTuple):
    """Why something is so: statements that are there, patterns that match nothing, members of aggregates."""

    statements: tuple[Triple, ...] = ()
    absences: tuple[str, ...] = ()
    members: tuple[Members, ...] = ()

    def __add__(self, other: Any) -> Reason:
        if not any(self) or not any(other):
            return other if not any(self) else self
        return Reason(*(tuple(dict.fromkeys((*mine, *more))) for mine, more in zip(self, other, strict=True)))

    def beyond(self, other: Reason) -> Reason:
        """What is in this reason and not in the other."""
        return Reason(
            tuple(item for item in self.statements if item not in set(other.statements)),
            tuple(item for item in self.absences if item not in set(other.absences)),
            tuple(item for item in self.members if item not in set(other.members)),
        )


NOTHING = Reason()


@dataclass(slots=True)
class Derivation:
    """One solution: its bindings, why it exists, and why some variables have their value or none."""

    values: dict[str, Value] = field(default_factory=dict)
    base: Reason = NOTHING
    why: dict[str, Reason] = field(default_factory=dict)

    def reason(self, names: Iterable[str]) -> Reason:
        """Why the solution exists with these variables as they are."""
        total = self.base
        for name in names:
            if name in self.why:
                total = total + self.why[name]
        return total

    def merged(self, other: Derivation) -> Derivation:
        """Both together; a variable of both has the reasons of both, which the solution then needs."""
        shared = [name for name in other.values if name in self.values or name in self.why]
        base = self.reason(shared) + other.reason(shared)
        return Derivation({**self.values, **other.values}, base, {**other.why, **self.why})


Derivations = list[Derivation]


def uniform(derivations: Derivations) -> bool:
    """Whether all solutions bind the same variables, so that a pattern may be matched from them."""
    return len({frozenset(solution.values) for solution in derivations}) <= 1


def joined(left: Derivations, right: Derivations) -> Iterable[tuple[Derivation, Derivations]]:
    """Each solution on the left with the compatible ones on the right."""
    always = [frozenset(solution.values) for solution in (*left, *right)]
    keys = sorted(frozenset.intersection(*always)) if always else []
    index: dict[tuple[Value, ...], Derivations] = defaultdict(list)
    for solution in right:
        index[tuple(solution.values[key] for key in keys)].append(solution)
    for solution in left:
        candidates = index[tuple(solution.values[key] for key in keys)] if index else []
        yield solution, [other for other in candidates if _compatible(solution, other)]


def _compatible(solution: Derivation, other: Derivation) -> bool:
    return all(other.values.get(name, value) == value for name, value in solution.values.items())


def absence(derivation: Derivation, looked: set[str], pattern: str) -> str:
    """The pattern that matches nothing, with the values that it was looked for with: ``ASK { … }`` says no."""
    names = sorted(looked & set(derivation.values))
    if not names:
        return pattern
    return f"{values_text(names, [[derivation.values[name] for name in names]])} {pattern}"


def cost(derivation: Derivation, names: Iterable[str] | None = None) -> int:
    return len(derivation.reason(derivation.values if names is None else names).statements)
