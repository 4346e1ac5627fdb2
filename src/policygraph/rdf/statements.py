"""Literals and terms of statements: numbers, dates, and the terms of standards by their prefixed names."""

from __future__ import annotations

import datetime
from functools import cache

from pyoxigraph import Literal, NamedNode

from . import iris as ns

Value = NamedNode | Literal

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
