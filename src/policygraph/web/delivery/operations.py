"""HTTP operations: each is described beside its route, in one value that Starlette and OpenAPI share."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from ...engine.dataset import Snapshot
from ...rdf.media_types import GRAPHS, PLAIN_JSON, Format
from .negotiation import accept, wants_page
from .requests import CHOICE, JSON, Argument

Json = dict[str, Any]
Handler = Callable[[Request], Awaitable[Response]]
TEXT: Json = {"type": "string"}
JSON_TYPE = PLAIN_JSON.media_type
HEADERS: Mapping[str, Json] = {
    "ETag": {"description": "Names this representation; send it back in If-None-Match", "schema": TEXT},
    "Link": {"description": "Licence, description and other formats as typed links (RFC 8288)", "schema": TEXT},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What OpenAPI says of an operation (https://spec.openapis.org/oas/v3.1.0#operation-object).

    ``content`` are the media types of a 200 with their schemas, ``answer`` describes it, or is the name of a
    component in ``components`` that does. ``failing`` are the statuses of its problems, ``see_other`` describes a
    303. ``path`` is how the document writes the address, where the route writes it otherwise. ``components`` are
    those that nobody else has.
    """

    id: str
    summary: str
    tag: str
    content: Mapping[str, Json]
    failing: tuple[str, ...] = ("406",)
    parameters: tuple[Json, ...] = ()
    description: str = ""
    answer: str = "It"
    body: Mapping[str, Json] | None = None
    see_other: str = ""
    method: str = "get"
    path: str = ""
    components: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    def to_json(self) -> Json:
        """The Operation Object."""
        named = self.answer in self.components.get("responses", {})
        answer = reference("responses", self.answer) if named else response(self.answer, self.content)
        failing = {status: reference("responses", f"Problem{status}") for status in self.failing}
        see_other = {"303": {"description": self.see_other}} if self.see_other else {}
        described: Json = {
            "operationId": self.id,
            "summary": self.summary,
            "tags": [self.tag],
            "description": self.description,
            "parameters": list(self.parameters),
            "requestBody": {"required": True, "content": self.body} if self.body else None,
            "responses": {"200": answer, **see_other, **failing, "default": reference("responses", "Problem")},
        }
        return {name: value for name, value in described.items() if value}


Described = Operation | Callable[[Snapshot], Iterable[Operation]]


class OperationRoute(Route):
    """A route whose operations are described; a function describes those that depend on the data."""

    def __init__(self, path: str, endpoint: Handler, *described: Described, methods: tuple[str, ...] = ("GET",)):
        super().__init__(path, endpoint, methods=methods)
        self.described = described

    def operations(self, snapshot: Snapshot) -> Iterator[tuple[str, Operation]]:
        """Each operation with its path, as the document writes it."""
        own = re.sub(r":\w+\}", "}", self.path)
        for described in self.described:
            for operation in [described] if isinstance(described, Operation) else described(snapshot):
                yield operation.path or own, operation


class DataRoute(OperationRoute):
    """A route for all but browsers: where Accept prefers HTML to every format for data, the next route answers."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is not Match.NONE and wants_page(accept(HTTPConnection(scope))):
            return Match.NONE, {}
        return match, child


class Segment(Convertor[str]):
    """A part of a path that fits a regular expression, for ``register_url_convertor``."""

    def __init__(self, regex: str) -> None:
        self.regex = regex  # type: ignore[misc]  # a class variable to Starlette

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("syntax", Segment("|".join(one.extension for one in GRAPHS)))


def reference(kind: str, name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def response(words: str, content: Mapping[str, Json]) -> Json:
    """A successful response with the usual headers."""
    headers = {name: reference("headers", name) for name in HEADERS}
    return {"description": words, "headers": headers, "content": dict(content)}


def parameter(argument: Argument, place: str = "query") -> Json:
    """A parameter of an operation."""
    default = f" (without it: {argument.default})" if argument.default is not None else ""
    described: Json = {"name": argument.name, "in": place, "description": argument.description + default}
    if argument.required or place == "path":
        described["required"] = True
    if argument.kind == JSON:
        return {**described, "content": {JSON_TYPE: {"schema": argument.schema, "example": argument.value}}}
    schema = {"type": "array", "items": argument.schema} if argument.many else argument.schema
    return {**described, "schema": schema, "example": [argument.value] if argument.many else argument.value}


def extension(extensions: Iterable[str], words: str = "The format of the answer") -> Json:
    """The parameter for the extension in a path."""
    choices = tuple(extensions)
    return parameter(Argument("extension", CHOICE, words, choices[0], choices), "path")


def data(offers: Iterable[Format]) -> dict[str, Json]:
    """The content of an answer in these formats, of which OpenAPI knows no schema."""
    return {offer.media_type: {} for offer in offers}


def text(*media_types: str) -> dict[str, Json]:
    """The content of an answer in these media types: text where it is no JSON or YAML."""
    structured = ("json", "yaml")
    return {name: {} if any(one in name for one in structured) else {"schema": TEXT} for name in media_types}


RDF_TEXT = text(*(one.media_type for one in GRAPHS))
"""The content of an answer that is a graph, in every syntax."""
