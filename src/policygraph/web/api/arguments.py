"""Parameters of an address: what each may be, said once for the check of a request and for OpenAPI."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ...queries.parameters import CONTROL, LANGUAGE_TAG, LONGEST, PERIOD, TYPES, Parameter
from ...rdf.iris import BASE
from ..delivery.problems import HTTPProblem
from ..sparql.protocol import pairs_of

CHOICE, COUNT, JSON = "choice", "count", "json"
"""Kinds of our own beside those of ``parameters.TYPES``: one of some words, a number from 0 on, a JSON value."""
_PART = r"(?:[A-Za-z0-9._~/?=&+,;:@!$'()*-]|%[0-9A-Fa-f]{2})*"
THING = rf"(?:id:|https?://[A-Za-z0-9.-]+/){_PART}(?:#{_PART})?"
WORDS = r"[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*"
_MOST = 999_999_999

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "xsd:date": {"type": "string", "format": "date"},
    "xsd:string": {"type": "string", "maxLength": LONGEST, "pattern": f"^{WORDS}$"},
    "xsd:language": {"type": "string", "pattern": f"^{LANGUAGE_TAG}$"},
    "xsd:integer": {"type": "integer", "minimum": -_MOST, "maximum": _MOST},
    "xsd:anyURI": {"type": "string", "maxLength": LONGEST, "pattern": f"^{THING}$"},
    "period": {"type": "string", "pattern": f"^{PERIOD}$"},
    COUNT: {"type": "integer", "minimum": 0, "maximum": _MOST},
    JSON: {"type": "object"},
}
"""JSON Schema of each kind but ``CHOICE``; a value that fits the one fits the other."""

Given = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter; ``kind`` is a key of ``SCHEMAS`` or ``CHOICE``, ``example`` a value that is right.

    ``many`` lets it be given several times, ``default`` is what counts where it is not given (None: nothing),
    ``pattern`` narrows words.
    """

    name: str
    kind: str
    description: str
    example: str
    choices: tuple[str, ...] = ()
    many: bool = False
    default: str | None = None
    pattern: str = ""
    required: bool = False

    @classmethod
    def of(cls, parameter: Parameter) -> Argument:
        """The parameter of a canned query; the day of reference has no default but today."""
        default = None if parameter.is_today else parameter.default
        return cls(parameter.name, parameter.datatype, parameter.description, parameter.default, default=default)

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of one value."""
        if self.kind == CHOICE:
            return {"type": "string", "enum": list(self.choices)}
        narrowed = {"pattern": f"^{self.pattern}$"} if self.pattern else {}
        return {**SCHEMAS[self.kind], **narrowed}

    @property
    def value(self) -> Any:
        """The example as JSON has it."""
        if self.kind == JSON:
            return json.loads(self.example)
        return int(self.example) if self.kind in (COUNT, "xsd:integer") else self.example

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        if self.kind == CHOICE:
            return f"one of {', '.join(self.choices)}"
        if self.pattern:
            return f"something like {self.example}"
        return "a whole number from 0 on" if self.kind == COUNT else TYPES[self.kind][0]

    def fits(self, value: str) -> bool:
        """Whether a value is one that the schema lets through."""
        if self.kind in TYPES:
            pattern = str(self.schema.get("pattern", ".*"))
            fits = len(value) <= LONGEST and not re.search(CONTROL, value) and re.fullmatch(pattern, value)
            return bool(fits) and _is_term(self.kind, value)
        if self.kind == COUNT:
            return re.fullmatch("[0-9]{1,9}", value) is not None
        return self.kind == JSON or value in self.choices


def read(request: Request, arguments: Sequence[Argument]) -> Given:
    """The parameters of an address, by name; HTTPProblem 400 names the wrong one and those that there are."""
    return check(pairs_of(request.scope["query_string"]), arguments)


def check(pairs: Iterable[tuple[str, str]], arguments: Sequence[Argument]) -> Given:
    """The pairs by name; raises HTTPProblem 400 for an unknown name, a wrong value, or one given too often.

    >>> check([("lang", "nl")], [Argument("lang", "xsd:language", "", "en")])
    {'lang': ('nl',)}
    """
    known, given = {one.name: one for one in arguments}, dict[str, tuple[str, ...]]()
    for name, value in pairs:
        argument = known.get(name)
        if argument is None:
            raise HTTPProblem(400, f"There is no parameter “{_shown(name)}” at this address: {_known(arguments)}.")
        if name in given and not argument.many:
            raise HTTPProblem(
                400, f"The parameter “{name}” is given more than once: give it once; {_known(arguments)}."
            )
        if not argument.fits(value):
            raise HTTPProblem(
                400,
                f"The value “{_shown(value)}” of the parameter “{name}” is not understood: give "
                f"{argument.expected}; {_known(arguments)}.",
            )
        given[name] = (*given.get(name, ()), value)
    _check_required(given, arguments)
    return given


def _check_required(given: Given, arguments: Sequence[Argument]) -> None:
    for one in arguments:
        if one.required and one.name not in given:
            raise HTTPProblem(
                400, f"The parameter “{one.name}” is missing: give {one.expected}; {_known(arguments)}."
            )


def _is_term(kind: str, value: str) -> bool:
    try:
        TYPES[kind][1](value, BASE)
    except ValueError:
        return False
    return True


def _known(arguments: Sequence[Argument]) -> str:
    names = ", ".join(one.name for one in arguments)
    return f"the known ones are {names}" if names else "there are none"


def _shown(text: str) -> str:
    return re.sub(CONTROL, "\N{REPLACEMENT CHARACTER}", text[:60])
