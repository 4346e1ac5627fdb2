"""The OpenAPI document: whole, true of the server, and a page made from it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policygraph.queries.canned import names
from policygraph.web.delivery.problems import HTTPProblem
from policygraph.web.delivery.requests import CHOICE, COUNT, SCHEMAS, Argument, check
from publishing import Server

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(site: Server) -> Json:
    response = site.client.get("/openapi.json")
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    found: Json = response.json()
    return found


def nodes(value: Any) -> Iterator[Json]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def resolved(value: Json, document: Json) -> Json:
    while "$ref" in value:
        found: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_the_document_is_whole(document: Json, site: Server) -> None:
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": site.address.rstrip("/")}]
    for node in nodes(document):
        if isinstance(node.get("$ref"), str):
            assert resolved(node, document)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids)) and {tag["name"] for tag in document["tags"]} == {
        operation["tags"][0] for _, _, operation in operations(document)
    }
    assert {name for name in names() if f"/queries/{name}" in document["paths"]} == set(names())


def test_every_operation_says_its_problems_and_every_parameter_its_example(document: Json) -> None:
    for path, _, operation in operations(document):
        problem = resolved(operation["responses"]["default"], document)
        assert "application/problem+json" in problem["content"], path
        for reference in operation.get("parameters", ()):
            parameter = resolved(reference, document)
            assert parameter["description"], (path, parameter["name"])
            content = parameter.get("content", {}).get("application/json", {})
            schema = parameter.get("schema") or content["schema"]
            example = parameter.get("example", content.get("example"))
            if example is not None and "$ref" not in schema:
                Draft202012Validator(schema).validate(example)
        in_path = {
            p["name"]
            for p in (resolved(one, document) for one in operation.get("parameters", ()))
            if p["in"] == "path"
        }
        assert in_path == set(re.findall(r"\{(\w+)\}", path))


def test_every_operation_answers_its_own_examples(document: Json, site: Server) -> None:
    """With its examples each operation gives a documented status and media type."""
    for path, method, operation in operations(document):
        if method != "get" or path == "/metrics":
            continue
        parameters = [resolved(one, document) for one in operation.get("parameters", ())]
        address, query = path, {}
        for parameter in parameters:
            example = parameter.get("example")
            if parameter["in"] == "path":
                address = address.replace(f"{{{parameter['name']}}}", str(example))
            elif example is not None:
                query[parameter["name"]] = example
        response = site.client.get(address, params=query)
        if path in ("/id/{kind}/{name}", "/graph/{name}"):
            assert response.status_code == 303
            continue
        assert response.status_code == 200, (address, response.text[:300])
        told = resolved(operation["responses"]["200"], document)["content"]
        assert response.headers["Content-Type"].partition(";")[0] in told, address


def test_answers_have_the_schema_that_is_documented(document: Json, site: Server) -> None:
    schemas = document["components"]["schemas"]

    def check_with(name: str, value: Any) -> None:
        Draft202012Validator(
            {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        ).validate(value)

    check_with("Result", site.client.get("/queries/actions.json").json())
    check_with("Result", site.ask("ASK { ?s ?p ?o }").json())
    check_with("QueryList", site.client.get("/queries.json").json())
    check_with("Health", site.client.get("/healthz").json())
    refused = site.client.get("/queries/actions?x=1", headers={"Accept": "application/problem+json"})
    check_with("Problem", refused.json())


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (
            "xsd:date",
            ["2026-11-24", "2024-02-29", "0001-01-01"],
            ["2025-02-29", "20261124", "2026-W01-1", "", "2026-1-1"],
        ),
        ("xsd:language", ["en", "nl", "pt-br"], ["", "e", "english", "en_GB", "en\n"]),
        ("xsd:integer", ["0", "-5", "999999999"], ["", "1.5", "1e3", "1234567890", "٣"]),
        ("period", ["2026", "2026-Q4"], ["", "2026-Q5", "26", "2026-q1", "2026-Q4\n"]),
        (
            "xsd:anyURI",
            ["id:sector/HEALTH", "https://a.test/x%20y#z"],
            ["", "x y", "<a>", "urn:x", "javascript:alert(1)", "https://a.test/%zz", "id:a#b#c"],
        ),
        ("xsd:string", ["", "x", "é “”", "a" * 1000], ["a" * 1001, "a\u0000", "a\nb", "\u2028"]),
        (COUNT, ["0", "7"], ["", "-1", "1.0", "x"]),
    ],
)
def test_a_value_fits_the_check_where_it_fits_the_schema(kind: str, right: list[str], wrong: list[str]) -> None:
    argument = Argument("a", kind, "", right[0])
    validator = Draft202012Validator(dict(SCHEMAS[kind]), format_checker=Draft202012Validator.FORMAT_CHECKER)
    numeric = SCHEMAS[kind]["type"] == "integer"
    for value in right:
        assert check([("a", value)], [argument]) == {"a": (value,)}
        validator.validate(int(value) if numeric else value)
    for value in wrong:
        with pytest.raises(HTTPProblem, match="“a”"):
            check([("a", value)], [argument])


def test_choices_many_and_required_are_checked() -> None:
    choice = Argument("a", CHOICE, "", "x", ("x", "y"), many=True)
    assert check([("a", "x"), ("a", "y")], [choice]) == {"a": ("x", "y")}
    with pytest.raises(HTTPProblem, match="one of x, y"):
        check([("a", "z")], [choice])
    with pytest.raises(HTTPProblem, match="“b” is missing"):
        check([], [Argument("b", COUNT, "", "0", required=True)])


class Forms(HTMLParser):
    """The forms of a page with their inputs and the addresses of their buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[str]]] = []
        self.scripts: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action") or "", {}, []))
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1][1][given["name"] or ""] = given.get("value") or ""
        elif tag == "button" and given.get("formaction"):
            self.forms[-1][2].append(given["formaction"] or "")
        elif tag == "script" and "src" not in given and given.get("type") != "application/ld+json":
            self.scripts.append(given.get("type"))


def test_the_page_to_try_it_works_without_script(site: Server) -> None:
    for language, title in (("en", "Try the API"), ("nl", "De API proberen")):
        page = site.client.get(f"/api?lang={language}", headers={"Accept": "text/html"})
        assert page.status_code == 200 and f"<h1>{title}</h1>" in page.text
    read = Forms()
    read.feed(page.text)
    forms = {action: (inputs, buttons) for action, inputs, buttons in read.forms if action.startswith("/queries/")}
    assert set(forms) == {f"/queries/{name}" for name in names()} and read.scripts == []
    for action, (inputs, buttons) in forms.items():
        assert f"{action}.csv" in buttons and f"{action}.xlsx" in buttons
        assert site.client.get(buttons[0], params=inputs).status_code == 200, action


@pytest.mark.slow
def test_a_fuzzer_finds_nothing(site: Server) -> None:
    """schemathesis: examples, every edge of every schema, and chance."""
    schemathesis = shutil.which("schemathesis")
    if schemathesis is None:
        pytest.skip("schemathesis is not installed: pip install policygraph[fuzz]")
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "fuzzing", "PYTHONPATH": str(Path(__file__).parent)}
    command = [
        schemathesis,
        "run",
        f"{site.address}openapi.json",
        "--max-examples=5",
        "--seed=1",
        "--warnings=off",
    ]
    done = subprocess.run(
        [*command, "--continue-on-failure", "--no-color"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6_000:]
