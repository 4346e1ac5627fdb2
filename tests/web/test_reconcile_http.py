"""The reconciliation service over HTTP, as OpenRefine and other clients ask it."""

from __future__ import annotations

import json

import httpx
import pytest

from policygraph.rdf.iris import BASE
from publishing import NAMES, Server

HEALTH = "Gezondheidszorg, met inbegrip van farmaceutische producten"


def match(server: Server, batch: object) -> httpx.Response:
    return server.client.post("/reconcile", data={"queries": json.dumps(batch)})


def test_the_manifest_leads_to_services_that_answer(site: Server) -> None:
    response = site.client.get("/reconcile", headers={"Origin": "https://refine.test"})
    manifest = response.json()
    assert response.headers["Access-Control-Allow-Origin"] == "*" and manifest["versions"] == ["0.2"]
    assert manifest["identifierSpace"] == f"{BASE}id/"
    for kind, suggest in manifest["suggest"].items():
        found = site.client.get(suggest["service_url"] + suggest["service_path"], params={"prefix": "e"}).json()
        assert found["result"], kind
    for service in ("view", "preview"):
        address = manifest[service]["url"].replace("{{id}}", "sector/HEALTH")
        assert site.client.get(address).status_code in (200, 303)
    proposed = manifest["extend"]["propose_properties"]
    found = site.client.get(proposed["service_url"] + proposed["service_path"], params={"type": "Dialogue"}).json()
    assert {"sector", "date"} <= {one["id"] for one in found["properties"]}


def test_names_are_matched_by_get_and_by_post(site: Server) -> None:
    batch = {"q0": {"query": HEALTH, "type": "heading"}, "q1": {"query": "ENERGY", "type": "sector"}}
    posted, got = match(site, batch), site.client.get("/reconcile", params={"queries": json.dumps(batch)})
    assert posted.json() == got.json() and set(posted.json()) == {"q0", "q1"}
    best = posted.json()["q0"]["result"][0]
    assert best["id"] == "heading/COM-2025-723/01" and best["match"] is True and best["score"] == 100
    assert posted.json()["q1"]["result"][0]["id"] == "sector/ENERGY"


def test_a_column_is_extended_with_values(site: Server) -> None:
    query = {"ids": ["action/COM-2025-723/A3-001"], "properties": [{"id": "period"}, {"id": "heading"}]}
    answer = site.client.post("/reconcile", data={"extend": json.dumps(query)}).json()
    row = answer["rows"]["action/COM-2025-723/A3-001"]
    assert row["period"] == [{"str": "2027-Q2"}] and row["heading"][0]["id"] == "heading/COM-2025-723/01"


def test_a_preview_may_stand_in_a_frame_and_runs_nothing(site: Server) -> None:
    response = site.client.get("/reconcile/preview", params={"id": "sector/HEALTH"})
    assert response.headers["Content-Type"] == "text/html; charset=utf-8" and "health" in response.text
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors *"


def test_a_thing_leads_to_its_page(site: Server) -> None:
    response = site.client.get("/reconcile/view", params={"id": "sector/HEALTH"})
    assert (response.status_code, response.headers["Location"]) == (303, f"{site.address}id/sector/HEALTH")


@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_suggestions_come_in_pages(site: Server, kind: str) -> None:
    def ask(**more: object) -> list[str]:
        response = site.client.get(f"/reconcile/suggest/{kind}", params={"prefix": "e", **more})
        return [one["id"] for one in response.json()["result"]]

    first = ask()
    assert first and ask(cursor=1)[: len(first) - 1] == first[1:]
    assert site.client.get(f"/reconcile/suggest/{kind}?prefix=").json() == {"result": []}


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/reconcile?callback=x", 400, ("callback", "queries, extend")),
        ("/reconcile?queries=nonsense", 400, ("queries", "JSON")),
        ("/reconcile?queries=[]", 400, ("JSON object",)),
        ('/reconcile?queries={"\\ud800":{"query":"a"}}', 400, ("JSON",)),
        ('/reconcile?queries={"q":{"query":"a","limit":0}}', 400, ("limit",)),
        ("/reconcile?queries={}&extend={}", 400, ("send one",)),
        ('/reconcile?extend={"ids":[],"properties":[{"id":"colour"}]}', 400, ("colour",)),
        ("/reconcile/suggest/entity", 400, ("prefix", "missing")),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400, ("cursor",)),
        ("/reconcile/suggest/everything?prefix=a", 404, ()),
        ("/reconcile/preview?id=<script>", 404, ("no thing",)),
        ("/reconcile/view?id=../../etc/passwd", 404, ("no thing",)),
        ("/reconcile/view", 400, ("id", "missing")),
    ],
)
def test_what_breaks_the_rules_is_told_in_a_sentence(
    site: Server, address: str, status: int, words: tuple[str, ...]
) -> None:
    response = site.client.get(address)
    assert response.status_code == status and all(word in response.text for word in words), response.text


def test_bodies_that_are_none_are_refused(site: Server) -> None:
    assert (
        site.client.post("/reconcile", content=b"{}", headers={"Content-Type": "application/json"}).status_code
        == 415
    )
    assert site.client.post("/reconcile", data={}).status_code in (400, 415)
    too_many = match(site, {f"q{number}": {"query": "a"} for number in range(51)})
    assert too_many.status_code == 400 and "50" in too_many.text
    deep = "[" * 100_000
    assert site.client.post("/reconcile", data={"queries": deep}).status_code in (400, 413)
    assert match(site, {"q": {"query": "x" * 2_000}}).status_code == 400


def test_plain_files_are_reconciled_too(server: Server) -> None:
    manifest = server.client.get("/reconcile").json()
    assert manifest["identifierSpace"] == f"{NAMES.base}id/"
    found = match(server, {"q0": {"query": "Actie nummer 7"}}).json()["q0"]["result"]
    assert found[0]["id"] == "action/COM-2025-723/A3-007"
