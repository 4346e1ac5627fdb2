"""``/api``: a page to try the API, made from the OpenAPI document: a form a query, with a button a format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ....queries.canned import get
from ...api.openapi import document
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText
from ..page import Alternate, Crumb, Page, section_page
from .canned_queries import asks

INPUTS = {"date": "date", "integer": "number"}


@dataclass(frozen=True, slots=True)
class OperationField:
    """An input: its name, type, value, pattern, and what it means."""

    name: str
    kind: str
    value: str
    pattern: str
    description: str


@dataclass(frozen=True, slots=True)
class OperationForm:
    """A form: where it leads, what it asks, its inputs, and the extensions that it can be answered in."""

    path: str
    question: LocalizedText
    fields: tuple[OperationField, ...]
    extensions: tuple[str, ...]


async def api(context: PageContext) -> Page:
    """The page at ``/api``: no engine call."""
    view: Any = context.view
    described = document(context.routes, context.settings, view.snapshot)
    return section_page(
        context,
        "api",
        {"forms": list(_forms(described, context)), "others": list(_others(described))},
        crumbs=(Crumb(context.words("api.title")),),
        alternates=(Alternate("application/vnd.oai.openapi+json", "/openapi.json", "OpenAPI"),),
    )


def _forms(described: Mapping[str, Any], context: PageContext) -> Iterator[OperationForm]:
    """A form for each canned query of the document."""
    for path, item in described["paths"].items():
        if not path.startswith("/queries/") or "{" in path:
            continue
        operation, beside = item["get"], described["paths"][f"{path}.{{extension}}"]["get"]
        parameters = (_resolved(one, described) for one in operation.get("parameters", ()))
        yield OperationForm(
            path,
            asks(get(path.removeprefix("/queries/")), context),
            tuple(_field(one, context.today.isoformat()) for one in parameters),
            tuple(beside["parameters"][0]["schema"]["enum"]),
        )


def _others(described: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method, path and summary of everything else."""
    for path, item in described["paths"].items():
        if not path.startswith("/queries/"):
            yield from ((method.upper(), path, operation["summary"]) for method, operation in item.items())


def _resolved(parameter: Mapping[str, Any], described: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in parameter:
        return parameter
    shared: Mapping[str, Mapping[str, Any]] = described["components"]["parameters"]
    return shared[parameter["$ref"].rsplit("/", 1)[-1]]


def _field(parameter: Mapping[str, Any], today: str) -> OperationField:
    schema, name = parameter["schema"], parameter["name"]
    kind = INPUTS.get(schema.get("format") or schema["type"], "text")
    value = today if name == "as_of" else str(parameter["example"])
    return OperationField(name, kind, value, _unanchored(schema.get("pattern", "")), parameter["description"])


def _unanchored(pattern: str) -> str:
    """A pattern as the attribute of an input wants it; those that say which characters are barred are left out."""
    return "" if pattern.startswith("^[^") else pattern.removeprefix("^").removesuffix("$")
