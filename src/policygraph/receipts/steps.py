"""The triple patterns of a query, with paths taken apart, and what matches them."""

from __future__ import annotations

from itertools import chain
from typing import Any

from pyoxigraph import NamedNode, Triple
from rdflib.paths import AlternativePath, InvPath, SequencePath
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Variable

from ..errors import NoReceipt
from .sparql import HIDDEN, engine_term, hidden_variable, path_text

Step = tuple[Any, Any, Any]
"""A triple pattern: variables are names, constants terms; the predicate may be a tuple of (inverse?, IRI)."""


def required_steps(node: CompValue) -> list[Step]:
    """The triple patterns that a solution needs: without a match the query, or its OPTIONAL part, has none."""
    if node.name == "BGP":
        return [step for place, triple in enumerate(node.triples) for step in steps(triple, str(place))]
    if node.name == "Join":
        return [*required_steps(node.p1), *required_steps(node.p2)]
    if node.name == "LeftJoin":
        return [*required_steps(node.p1), *required_steps(node.p2)]
    if node.name == "Minus":
        return required_steps(node.p1)
    if node.name in ("Filter", "Extend", "Project", "Distinct", "Reduced", "OrderBy", "Slice", "ToMultiSet"):
        return required_steps(node.p)
    return required_steps(node.p.p) if node.name == "AggregateJoin" and node.p.expr else []


def matches(step: Step, triple: Triple) -> bool:
    """Whether a triple has the constants of a triple pattern."""
    subject, predicate, target = step
    for inverse, iri in predicate if isinstance(predicate, tuple) else ((False, predicate),):
        ends = (target, iri, subject) if inverse else (subject, iri, target)
        if all(isinstance(part, str) or part == value for part, value in zip(ends, triple, strict=True)):
            return True
    return False


def steps(triple: tuple[Any, Any, Any], place: str) -> list[Step]:
    """A triple pattern whose path is taken apart: sequences into steps with variables of their own between."""
    subject, path, target = triple
    if isinstance(path, InvPath) and isinstance(path.arg, SequencePath | InvPath):
        return steps((target, path.arg, subject), f"{place}i")
    if isinstance(path, SequencePath):
        between = [Variable(f"{HIDDEN}{place}_{number}") for number in range(1, len(path.args))]
        nodes = [subject, *between, target]
        return [
            step
            for number, part in enumerate(path.args)
            for step in steps((nodes[number], part, nodes[number + 1]), f"{place}_{number}")
        ]
    return [(_end(subject), _predicate(path), _end(target))]


def _predicate(path: Any) -> Any:
    if isinstance(path, AlternativePath):
        return tuple(chain.from_iterable(_alternative(part) for part in path.args))
    if isinstance(path, InvPath):
        return _alternative(path)
    path_text(path)
    return _end(path)


def _alternative(part: Any) -> tuple[tuple[bool, NamedNode], ...]:
    if isinstance(part, AlternativePath):
        return tuple(chain.from_iterable(map(_alternative, part.args)))
    inverse = isinstance(part, InvPath)
    predicate = _end(part.arg if inverse else part) if not isinstance(part, SequencePath) else None
    if not isinstance(predicate, NamedNode):
        raise NoReceipt("There are no receipts for paths with sequences among their alternatives.")
    return ((inverse, predicate),)


def _end(part: Any) -> Any:
    if isinstance(part, Variable):
        return str(part)
    return hidden_variable(part) if isinstance(part, BNode) else engine_term(part)


def selectivity(step: Step, bound: set[str]) -> tuple[int, int]:
    """How much of a pattern is fixed already; properties of few statements are not known, so the order decides."""
    fixed = [not isinstance(part, str) or part in bound for part in step]
    connected = any(isinstance(part, str) and part in bound for part in step)
    return (fixed[0] * 2 + fixed[2] * 2 + connected, fixed[1])
