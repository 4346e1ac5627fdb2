"""When two terms mean the same although a store spells them otherwise.

Stores may keep a number, a day or a language tag by its value. RDF 1.1 allows it: two literals with the same value
in the value space of XML Schema are the same thing said (RDF Semantics, section 7), and language tags have no case
(RDF Concepts, section 3.3). The derived types of xsd:integer have the values of xsd:integer. Everything else that
differs is damage.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, Triple

from ..rdf.iris import XSD

_INTEGERS = (
    "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger long int short byte "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)


def _exact(text: str) -> Hashable:
    return ("number", Decimal(text))


def _double(text: str) -> Hashable:
    return ("double", float(text))


def _moment(text: str) -> Hashable:
    moment = datetime.fromisoformat(text)
    return ("dateTime", moment, moment.tzinfo is None)


def _truth(text: str) -> Hashable:
    return ("boolean", {"true": True, "1": True, "false": False, "0": False}[text])


_VALUES: dict[str, Callable[[str], Hashable]] = {
    **{f"{XSD}{name}": _exact for name in (*_INTEGERS.split(), "decimal")},
    f"{XSD}double": _double,
    f"{XSD}boolean": _truth,
    f"{XSD}dateTime": _moment,
}


def meaning(triple: Triple) -> Hashable:
    """A key that two statements share exactly when they say the same."""
    return (triple.subject, triple.predicate, value(triple.object))


def value(term: Hashable) -> Hashable:
    """A key that two terms share exactly when they mean the same; a term that is no literal is its own."""
    return _value(term) if isinstance(term, Literal) else term


def _value(literal: Literal) -> Hashable:
    if literal.language is not None:
        return ("text", literal.value, literal.language.lower())
    read = _VALUES.get(literal.datatype.value)
    if read is None:
        return literal
    try:
        return read(literal.value)
    except (ValueError, KeyError, InvalidOperation):
        return literal
