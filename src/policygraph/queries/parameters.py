"""What a canned query can be asked with: typed values that become RDF terms, never pasted text.

A value arrives as text (command line, web) or as a Python value; it leaves as the serialisation of a
pyoxigraph term, after a check of its type. Whatever it holds stays inside that one term.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ..errors import QueryError
from ..rdf.iris import BASE, XSD

CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
LONGEST = 1000

Term = Literal | NamedNode


class Parameter(NamedTuple):
    """One parameter as its query declares it; ``default`` is lexical, as it stands in the file."""

    name: str
    datatype: str
    description: str
    default: str

    @property
    def option(self) -> str:
        """Its name on the command line, e.g. ``--as-of``."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_today(self) -> bool:
        """Whether the tool fills in the day of asking: the default in the file only makes the file run."""
        return self.name == "as_of"

    def lexical(self, base: str = BASE) -> str:
        """The value that stands where none is given: today's date, or the file's default below ``base``."""
        return date.today().isoformat() if self.is_today else self.default.replace(BASE, base)

    def written(self, value: object, base: str = BASE) -> str:
        """``value`` as SPARQL writes the term; QueryError where it does not have the parameter's type.

        No engine can read a ``\\u`` in it that the value's own letters make. SPARQL 1.1 (19.2) lets an engine
        replace ``\\uXXXX`` before it parses, and some do so without counting backslashes; so the letter after a
        value's own backslash is written as a code point, in eight digits since some take the four of ``\\u``
        together with four more that happen to follow.
        """
        return re.sub(r"\\\\([uU])", lambda match: rf"\\\U{ord(match[1]):08X}", str(self.term(value, base)))

    def term(self, value: object, base: str = BASE) -> Term:
        """``value`` as a term of the parameter's type; QueryError says what was expected."""
        text = value.isoformat() if isinstance(value, date) else str(value)
        if len(text) > LONGEST or re.search(CONTROL, text):
            raise self._refusal(text, f"at most {LONGEST} characters, none of them a control character")
        datatype = TYPES[self.datatype]
        try:
            return datatype.term(text, base)
        except ValueError as error:
            raise self._refusal(text, datatype.expected) from error

    def accepts(self, value: object) -> bool:
        """Whether ``value`` has the parameter's type; so has None, which stands for the default."""
        try:
            return value is None or bool(self.term(value))
        except QueryError:
            return False

    def _refusal(self, text: str, expected: str) -> QueryError:
        shown = re.sub(CONTROL, "\N{REPLACEMENT CHARACTER}", text[:60])
        return QueryError(f"The value “{shown}” of {self.option} is not understood: give {expected}.")


class ParameterType(NamedTuple):
    """A type of values: what is expected, in words; its regular expression; what makes a term of text and base."""

    expected: str
    pattern: str
    make: Callable[[str, str], Term]

    def term(self, text: str, base: str) -> Term:
        """The term that a text stands for, IRIs below ``base``. Raises ValueError where it is not of this type."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        return self.make(text, base)


TYPES = {
    "xsd:date": ParameterType(
        "a day of the calendar as YYYY-MM-DD",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
        lambda text, _: Literal(date.fromisoformat(text).isoformat(), datatype=NamedNode(f"{XSD}date")),
    ),
    "xsd:string": ParameterType("words", ".*", lambda text, _: Literal(text)),
    "xsd:language": ParameterType(
        "a language tag such as en, nl or pt-br",
        r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}",
        lambda text, _: Literal(text.lower()),
    ),
    "xsd:integer": ParameterType("a whole number", r"-?[0-9]{1,9}", lambda text, _: Literal(int(text))),
    "xsd:boolean": ParameterType(
        "true or false",
        "(?i:true|false)",
        lambda text, _: Literal(text.lower(), datatype=NamedNode(f"{XSD}boolean")),
    ),
    "xsd:anyURI": ParameterType(
        "an IRI, or the short form that tables print, such as id:sector/HEALTH",
        ".*",
        lambda text, base: NamedNode(f"{base}id/{text[3:]}" if text.startswith("id:") else text),
    ),
    "period": ParameterType(
        "a year or a quarter, such as 2026 or 2026-Q4", r"[0-9]{4}(-Q[1-4])?", lambda text, _: Literal(text)
    ),
}
