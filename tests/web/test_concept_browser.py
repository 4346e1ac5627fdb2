"""From a sector to the concepts of other vocabularies, and back, with the same numbers as the canned query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from publishing import Server


def shown(site: Server, path: str) -> str:
    response = site.client.get(f"{path}{'&' if '?' in path else '?'}lang=en", headers={"Accept": "text/html"})
    assert response.status_code == 200, path
    return response.text


def test_a_sector_leads_to_its_concepts_and_each_of_them_back(site: Server) -> None:
    leads = set(re.findall(r'href="(/concepts/[^"?]+)', shown(site, "/id/sector/HEALTH.html")))
    assert {"/concepts/eurovoc/5899", "/concepts/nace21/21", "/concepts/data_theme/HEAL"} <= leads
    for path in leads:
        page = shown(site, path)
        assert 'href="/id/sector/HEALTH.html?lang=en"' in page, path
    assert 'href="/actions?sector=HEALTH&amp;lang=en"' in shown(site, "/concepts/eurovoc/5899")


def test_domains_count_the_actions_that_the_canned_query_counts_and_those_that_name_a_concept(
    site: Server,
) -> None:
    domains = site.client.get("/queries/actions-by-eurovoc.json").json()["results"]["bindings"]
    assert len(domains) > 5
    for row in domains:
        key = row["domain"]["value"].rpartition("/")[2]
        page = shown(site, f"/concepts/eurovoc/{key}")
        (behind,) = re.findall(r'<p class="lede">([\d,]+) actions?', page)
        assert int(behind) >= int(row["actions"]["value"]), key


def test_the_tree_goes_from_broad_to_narrow_and_names_each_concept_below_a_parent_once(site: Server) -> None:
    page = shown(site, "/concepts/eurovoc")
    health = page[page.index("2841 health") : page.index("32 EDUCATION")]
    assert (
        health.index("health policy") < health.index("organisation of health care") < health.index("health care<")
    )
    assert len(re.findall(r">organisation of health care<", health)) == 1


@pytest.mark.parametrize("path", ["/concepts/nothing", "/concepts/eurovoc/0", "/concepts/nothing/1"])
def test_what_is_not_here_is_not_found(site: Server, path: str) -> None:
    assert site.client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("behind-sector?sector=energy", 200, '<option value="id:sector/ENERGY" selected>energy</option>'),
        ("behind-sector?sector=id:sector/NOTHING", 400, "Nothing is called “NOTHING”"),
        ("behind-sector?sector=helth", 400, "did you mean health and pharmaceuticals"),
        ("source-of?action=A3-044", 200, 'value="id:action/COM-2025-723/A3-044"'),
        ("actions?document=Apply+AI", 200, "70 rows"),
    ],
)
def test_forms_take_names_and_say_what_names_nothing(site: Server, query: str, status: int, words: str) -> None:
    response = site.client.get(f"/queries/{query}&lang=en", headers={"Accept": "text/html"})
    assert response.status_code == status and words in response.text
    assert "--" not in re.sub(r"<!--.*?-->", "", "".join(re.findall(r'<p class="problem".*?</p>', response.text)))
