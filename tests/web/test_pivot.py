"""Counts by two properties: the numbers of canned queries, cells that lead to their actions, SPARQL that runs."""

from __future__ import annotations

import re
from html import unescape
from itertools import product
from typing import TYPE_CHECKING

import pytest

from policygraph.rdf.iris import BASE
from policygraph.web.viewmodels.pivot import DIMENSIONS, MEASURES, pivot_query

if TYPE_CHECKING:
    from publishing import Server


def shown(site: Server, query: str = "") -> str:
    response = site.client.get(f"/pivot?lang=en{query}", headers={"Accept": "text/html"})
    assert response.status_code == 200
    return response.text


def test_each_cell_leads_to_as_many_actions_as_it_says(site: Server) -> None:
    cells = re.findall(r'<td class="shade-\d"><a href="([^"]+)">(\d+)</a>', shown(site))
    assert len(cells) > 20
    for address, number in cells[::9]:
        page = site.client.get(unescape(address), headers={"Accept": "text/html"}).text
        assert re.search(rf'<h2 id="results">{number} actions?', page), address


def test_numbers_are_those_of_the_canned_query(site: Server) -> None:
    page = shown(site, "&rows=heading&columns=&measure=flagships")
    counts = re.findall(r'<th scope="row">.*?<bdi[^>]*>(.*?)</bdi>.*?shade-\d"><a [^>]*>(\d+)<', page, re.DOTALL)
    rows = site.client.get("/queries/actions-by-heading.json?lang=en").json()["results"]["bindings"]
    expected = {
        row["heading"]["value"]: row["flagships"]["value"] for row in rows if row["flagships"]["value"] != "0"
    }
    assert {unescape(name): number for name, number in counts} == expected


@pytest.mark.parametrize("measure", MEASURES)
def test_every_table_can_be_asked_at_the_endpoint(site: Server, measure: str) -> None:
    for rows, columns in product(DIMENSIONS, ("", *DIMENSIONS)):
        query = pivot_query(rows, columns, measure, BASE)
        if (len(rows) + len(columns)) % 4 == len(measure) % 4:  # a quarter of them for each measure
            assert site.client.get("/sparql", params={"query": query}).status_code == 200, query


def test_the_link_to_the_sparql_runs_itself_and_wrong_choices_are_refused(site: Server) -> None:
    (address,) = re.findall(r'<a class="button" href="(/editor[^"]+)"', shown(site))
    assert "run=1" in address
    assert "rows" in site.client.get(unescape(address), headers={"Accept": "text/html"}).text
    assert site.client.get("/pivot?rows=nothing", headers={"Accept": "text/html"}).status_code == 400
