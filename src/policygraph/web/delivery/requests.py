"""What a request brings: the data that it is about, its parameters and body, each checked.

What a parameter may be is said once, for the check of a request and for OpenAPI.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from ...engine.dataset import DatasetView
from ...engine.settings import Settings
from ...queries.parameters import CONTROL, LONGEST, TYPES, Parameter
from ...rdf.iris import BASE
from .problems import HTTPProblem, printable

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 250
CHOICE, COUNT, JSON, ORDINAL = "choice", "count", "json", "ordinal"
"""Kinds of our own beside those of ``parameters.TYPES``: one of some words, a number from 0 on, a JSON value."""
_PART = r"(?:[A-Za-z0-9._~/?=&+,;:@!$'()*-]|%[0-9A-Fa-f]{2})*"
THING = rf"(?:id:|https?://[A-Za-z0-9.-]+/){_PART}(?:#{_PART})?"
WORDS = r"[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*"
_MOST = 999_999_999

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "xsd:date": {"type": "string", "format": "date"},
    "xsd:string": {"type": "string", "maxLength": LONGEST, "pattern": f"^{WORDS}$"},
    "xsd:language": {"type": "string", "pattern": f"^{TYPES['xsd:language'].pattern}$"},
    "xsd:integer": {"type": "integer", "minimum": -_MOST, "maximum": _MOST},
    "xsd:boolean": {"type": "boolean"},
    "xsd:anyURI": {"type": "string", "maxLength": LONGEST, "pattern": f"^{THING}$"},
    "period": {"type": "string", "pattern": f"^{TYPES['period'].pattern}$"},
    COUNT: {"type": "integer", "minimum": 0, "maximum": _MOST},
    ORDINAL: {"type": "integer", "minimum": 1, "maximum": _MOST},
    JSON: {"type": "object"},
}
"""JSON Schema of each kind but ``CHOICE``; a value that fits the one fits the other."""

Values = dict[str, tuple[str, ...]]


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
        if self.kind in (JSON, "xsd:boolean"):
            return json.loads(self.example)
        return int(self.example) if self.kind in (COUNT, ORDINAL, "xsd:integer") else self.example

    @property
    def expected(self) -> str:
        """What a value has to be, in words."""
        if self.kind == CHOICE:
            return f"one of {', '.join(self.choices)}"
        if self.pattern:
            return f"something like {self.example}"
        first = self.schema.get("minimum")
        return f"a whole number from {first} on" if self.kind in (COUNT, ORDINAL) else TYPES[self.kind].expected

    def fits(self, value: str) -> bool:
        """Whether a value is one that the schema lets through."""
        if self.kind in TYPES:
            pattern = str(self.schema.get("pattern", ".*"))
            if len(value) > LONGEST or re.search(CONTROL, value) or not re.fullmatch(pattern, value):
                return False
            try:
                TYPES[self.kind].term(value, BASE)
            except ValueError:
                return False
            return True
        if self.kind in (COUNT, ORDINAL):
            return re.fullmatch("[0-9]{1,9}", value) is not None and int(value) >= self.schema["minimum"]
        return self.kind == JSON or value in self.choices


def view_of(request: Request) -> DatasetView:
    """The data as this request sees them, from its first to its last byte."""
    view: DatasetView = request.state.view
    return view


def settings_of(request: Request) -> Settings:
    """What the server was started with."""
    settings: Settings = request.app.state.settings
    return settings


def parse_pairs(encoded: bytes) -> list[tuple[str, str]]:
    """The parameters of a query string or a form; raises HTTPProblem 400 for what is not UTF-8, or too many."""
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise HTTPProblem(400, "The parameters are not percent-encoded UTF-8: encode them so.") from error
    except ValueError as error:
        raise HTTPProblem(400, f"There are more than {MOST_PARAMETERS} parameters: send fewer.") from error


def media_type(request: Request, allowed: Sequence[str]) -> tuple[str, list[str]]:
    """The media type of a body and its parameters, in small letters; HTTPProblem 415 for one not ``allowed``."""
    kind, *parameters = (part.strip().casefold() for part in request.headers.get("content-type", "").split(";"))
    if kind not in allowed:
        raise HTTPProblem(415, f"The body is “{kind[:80] or 'of no type'}”: send {' or '.join(allowed)}.")
    return kind, parameters


async def read_body(request: Request) -> bytes:
    """The body of a request; HTTPProblem 400, 408 or 413 for one that breaks off, is too slow or too long."""
    limits = settings_of(request).limits
    too_long = HTTPProblem(413, f"The body has more than {limits.head_bytes:,} bytes: ask in several queries.")
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limits.head_bytes:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(limits.request_seconds):
            async for part in request.stream():
                body += part
                if len(body) > limits.head_bytes:
                    raise too_long
    except TimeoutError:
        raise HTTPProblem(
            408,
            f"The request did not arrive within {limits.request_seconds:g} s: send it again.",
            headers={"Connection": "close"},
        ) from None
    except ClientDisconnect:
        raise HTTPProblem(400, "The request broke off.") from None
    return bytes(body)


def read(request: Request, arguments: Sequence[Argument]) -> Values:
    """The parameters of an address, by name; HTTPProblem 400 names the wrong one and those that there are."""
    return check(parse_pairs(request.scope["query_string"]), arguments)


def check(pairs: Iterable[tuple[str, str]], arguments: Sequence[Argument]) -> Values:
    """The pairs by name; raises HTTPProblem 400 for an unknown name, a wrong value, or one given too often.

    >>> check([("lang", "nl")], [Argument("lang", "xsd:language", "", "en")])
    {'lang': ('nl',)}
    """
    by_name, values = {argument.name: argument for argument in arguments}, dict[str, tuple[str, ...]]()
    names = f"the known ones are {', '.join(by_name)}" if by_name else "there are none"
    for name, value in pairs:
        argument = by_name.get(name)
        if argument is None:
            raise HTTPProblem(400, f"There is no parameter “{printable(name[:60])}” at this address: {names}.")
        if name in values and not argument.many:
            raise HTTPProblem(400, f"The parameter “{name}” is given more than once: give it once; {names}.")
        if not argument.fits(value):
            raise HTTPProblem(
                400,
                f"The value “{printable(value[:60])}” of the parameter “{name}” is not understood: give "
                f"{argument.expected}; {names}.",
            )
        values[name] = (*values.get(name, ()), value)
    for argument in arguments:
        if argument.required and argument.name not in values:
            raise HTTPProblem(
                400, f"The parameter “{argument.name}” is missing: give {argument.expected}; {names}."
            )
    return values
