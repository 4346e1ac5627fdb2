"""Literals and terms of statements: numbers, dates, and the terms of standards by their prefixed names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from . import iris as ns

Value = NamedNode | Literal
T = TypeVar("T", bound=Hashable)

INTEGER = NamedNode(f"{ns.XSD}integer")
DATE = NamedNode(f"{ns.XSD}date")
TYPE = NamedNode(f"{ns.RDF}type")
PREFIXES = ns.prefixes()


def number(value: int) -> Literal:
    """An ``xsd:integer``."""
    return Literal(str(value), datatype=INTEGER)


@cache
def date(value: datetime.date) -> Literal:
    """An ``xsd:date``."""
    return Literal(value.isoformat(), datatype=DATE)


@cache
def standard(name: str) -> NamedNode:
    """A term of a standard by its prefixed name, e.g. ``dct:title``."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def describe(
    names: ns.Names, graph: str, subject: NamedNode, properties: Mapping[str, Value | Iterable[Value]]
) -> list[Quad]:
    """The statements about a subject in one of our named graphs.

    ``properties``: prefixed name (``pg:`` is our ontology) → a value, or several.

    >>> day = date(datetime.date(2026, 11, 26))
    >>> [quad] = describe(ns.Names(), "catalogue", ns.Names().id("x"), {"dct:issued": day, "dct:source": []})
    >>> quad.predicate.value, quad.object.value
    ('http://purl.org/dc/terms/issued', '2026-11-26')
    """
    return [
        Quad(
            subject, names.term(name[3:]) if name.startswith("pg:") else standard(name), value, names.graph(graph)
        )
        for name, values in properties.items()
        for value in ([values] if isinstance(values, NamedNode | Literal) else values)
    ]


def reachable(starts: Iterable[T], above: Callable[[T], Iterable[T]]) -> set[T]:
    """The starts and everything above them, however far; circles do no harm.

    >>> sorted(reachable([12], lambda number: [number // 2]))
    [0, 1, 3, 6, 12]
    """
    reached: set[T] = set()
    waiting = list(starts)
    while waiting:
        if (node := waiting.pop()) not in reached:
            reached.add(node)
            waiting += above(node)
    return reached
