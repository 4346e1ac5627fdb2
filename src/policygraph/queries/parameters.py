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

LANGUAGE_TAG = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}"
PERIOD = r"[0-9]{4}(-Q[1-4])?"
WHOLE_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
WHOLE_NUMBER = r"-?[0-9]{1,9}"
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
        """``value`` as SPARQL writes the term; QueryError where it does not have the parameter's type."""
        return _unambiguous(self.term(value, base))

    def term(self, value: object, base: str = BASE) -> Term:
        """``value`` as a term of the parameter's type; QueryError says what was expected."""
        text = value.isoformat() if isinstance(value, date) else str(value)
        if len(text) > LONGEST or re.search(CONTROL, text):
            raise self._refusal(text, f"at most {LONGEST} characters, none of them a control character")
        expected, make = TYPES[self.datatype]
        try:
            return make(text, base)
        except ValueError as error:
            raise self._refusal(text, expected) from error

    def _refusal(self, text: str, expected: str) -> QueryError:
        shown = re.sub(CONTROL, "\N{REPLACEMENT CHARACTER}", text[:60])
        return QueryError(f"The value “{shown}” of {self.option} is not understood: give {expected}.")


def _matching(pattern: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(text)
    return text


def _date(text: str, _base: str) -> Term:
    day = date.fromisoformat(_matching(WHOLE_DATE, text))
    return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))


def _text(text: str, _base: str) -> Term:
    return Literal(text)


def _language(text: str, _base: str) -> Term:
    return Literal(_matching(LANGUAGE_TAG, text).lower())


def _period(text: str, _base: str) -> Term:
    return Literal(_matching(PERIOD, text))


def _number(text: str, _base: str) -> Term:
    return Literal(int(_matching(WHOLE_NUMBER, text)))


def _thing(text: str, base: str) -> Term:
    """An IRI, in full or as tables print the things of a release: ``id:action/COM-2025-723/A3-001``."""
    return NamedNode(base + "id/" + text[3:] if text.startswith("id:") else text)


TYPES: dict[str, tuple[str, Callable[[str, str], Term]]] = {
    "xsd:date": ("a day of the calendar as YYYY-MM-DD", _date),
    "xsd:string": ("words", _text),
    "xsd:language": ("a language tag such as en, nl or pt-br", _language),
    "xsd:integer": ("a whole number", _number),
    "xsd:anyURI": ("an IRI, or the short form that tables print, such as id:sector/HEALTH", _thing),
    "period": ("a year or a quarter, such as 2026 or 2026-Q4", _period),
}


def _unambiguous(term: Term) -> str:
    """``term`` as SPARQL text in which no engine can read a ``\\u`` that the value's own letters make.

    SPARQL 1.1 (19.2) lets an engine replace ``\\uXXXX`` before it parses, and some do so without
    counting backslashes; so the letter after a value's own backslash is written as a code point, in eight
    digits since some take the four of ``\\u`` together with four more that happen to follow.
    """
    return re.sub(r"\\\\([uU])", lambda found: rf"\\\U{ord(found[1]):08X}", str(term))
