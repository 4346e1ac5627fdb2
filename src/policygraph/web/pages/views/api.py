"""``/api``: a page to try the API, made from the OpenAPI document: a form a query, with a button a format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ....queries.canned import get
from ...api.openapi import document
from ...viewmodels.context import PageContext
from ..page import Alternate, Crumb, Page, section_page
from .canned_queries import asks

INPUTS = {"date": "date", "integer": "number"}


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


def _forms(described: Mapping[str, Any], context: PageContext) -> Iterator[dict[str, Any]]:
    """A form for each canned query of the document: its path, inputs, and extensions of the answer."""
    for path, item in described["paths"].items():
        if not path.startswith("/queries/") or "{" in path:
            continue
        operation, beside = item["get"], described["paths"][f"{path}.{{extension}}"]["get"]
        parameters = (_resolved(one, described) for one in operation.get("parameters", ()))
        yield {
            "path": path,
            "question": asks(get(path.removeprefix("/queries/")), context),
            "fields": [_field(parameter, context.today.isoformat()) for parameter in parameters],
            "extensions": beside["parameters"][0]["schema"]["enum"],
        }


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


def _field(parameter: Mapping[str, Any], today: str) -> dict[str, str]:
    """An input; a pattern that says which characters are barred is left out."""
    schema, pattern = parameter["schema"], parameter["schema"].get("pattern", "")
    return {
        "name": parameter["name"],
        "kind": INPUTS.get(schema.get("format") or schema["type"], "text"),
        "value": today if parameter["name"] == "as_of" else str(parameter["example"]),
        "pattern": "" if pattern.startswith("^[^") else pattern.removeprefix("^").removesuffix("$"),
        "description": parameter["description"],
    }
