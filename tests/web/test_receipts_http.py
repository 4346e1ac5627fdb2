"""Receipts over HTTP: of canned queries and of a query of one's own, each proved again from the release."""

from __future__ import annotations

from pathlib import Path

import pytest

from places import SEED
from policygraph.receipts.canned import ReceiptCheck
from policygraph.release import Release
from publishing import Server

PREFIXES = "PREFIX pg: <https://w3id.org/policygraph/def#> PREFIX dct: <http://purl.org/dc/terms/>\n"
OWN = PREFIXES + "SELECT ?action WHERE { ?action a pg:PolicyAction ; pg:number 44 ; dct:description ?text }"


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/queries/actions-due-in-period", {"period": "2026-Q4", "receipts": "1"}),
        ("/queries/totals.json", {"receipts": "1"}),
        ("/sparql", {"query": OWN, "receipts": "1"}),
        ("/sparql", {"query": OWN, "receipts": "1", "format": "json"}),
    ],
)
def test_receipts_hold_against_the_release_and_the_source(
    path: str, values: dict[str, str], site: Server, release: Path
) -> None:
    response = site.client.get(path, params=values)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("application/json")
    content = response.json()
    assert content["rows"]
    assert any(quote["file"] == "nl.txt" for quote in content["quotes"])
    assert ReceiptCheck(Release.open(release), [SEED.parent]).faults(content) == []


def test_receipts_of_a_posted_query_are_the_same(site: Server) -> None:
    posted = site.client.post("/sparql", data={"query": OWN, "receipts": "1"})
    direct = site.client.post(
        "/sparql", params={"receipts": "1"}, content=OWN, headers={"Content-Type": "application/sparql-query"}
    )
    asked = site.client.get("/sparql", params={"query": OWN, "receipts": "1"})
    assert posted.json() == direct.json() == asked.json()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"query": "ASK { ?s ?p ?o }", "receipts": "1"}, "no receipts"),
        ({"query": "SELECT * { ?s <a:b>* ?o }", "receipts": "1"}, "no receipts"),
        ({"query": OWN, "receipts": "yes"}, "The parameter receipts is 1 or is not there"),
        ({"query": OWN, "receipts": ["1", "1"]}, "The parameter receipts is 1 or is not there"),
        ({"query": OWN, "receipts": "1", "format": "csv"}, "Receipts are JSON"),
        (
            {"query": OWN, "receipts": "1", "default-graph-uri": "https://w3id.org/policygraph/graph/actions"},
            "over all graphs",
        ),
        ({"query": "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "receipts": "1"}, "SERVICE"),
    ],
)
def test_what_has_no_receipts_is_refused(values: dict[str, str], words: str, site: Server) -> None:
    response = site.client.get("/sparql", params=values)
    assert response.status_code == 400
    assert words in response.text


def test_plain_files_have_no_receipts(server: Server) -> None:
    response = server.client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 1", "receipts": "1"})
    assert response.status_code == 400
    assert "made from a release" in response.text
