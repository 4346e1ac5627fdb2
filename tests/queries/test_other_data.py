"""Questions whose answer on the first document is empty or short, asked of data where it is not."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store

from places import TABLES
from policygraph.queries import ask
from policygraph.rdf.iris import BASE

PREFIXES = """
PREFIX pg: <https://w3id.org/policygraph/def#> PREFIX dct: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX id: <https://w3id.org/policygraph/id/>
PREFIX action: <https://w3id.org/policygraph/id/action/COM-2025-723/>
PREFIX report: <https://w3id.org/policygraph/id/status-report/COM-2025-723/>
PREFIX status: <https://w3id.org/policygraph/id/status/>
"""


def with_more(quads: list[Quad], statements: str) -> Store:
    store = Store()
    store.extend(quads)
    store.update(
        f"{PREFIXES} INSERT DATA {{ GRAPH <https://w3id.org/policygraph/graph/more> {{ {statements} }} }}"
    )
    return store


REPORTS = """
report:1 a pg:StatusReport ; pg:about action:A3-001 ; pg:status status:announced ;
  pg:asOf "2026-01-01"^^xsd:date ; pg:recordedOn "2026-01-02"^^xsd:date .
report:2 a pg:StatusReport ; pg:about action:A3-001 ; pg:status status:started ;
  pg:asOf "2026-03-01"^^xsd:date ; pg:recordedOn "2026-06-01"^^xsd:date .
report:3 a pg:StatusReport ; pg:about action:A3-001 ; pg:status status:started ; prov:wasRevisionOf report:2 ;
  pg:asOf "2026-02-01"^^xsd:date ; pg:recordedOn "2026-07-01"^^xsd:date .
report:4 a pg:StatusReport ; pg:about action:A3-001 ; pg:status status:delivered ;
  pg:asOf "2027-01-01"^^xsd:date ; pg:recordedOn "2026-07-02"^^xsd:date .
"""


@pytest.mark.parametrize(
    "day, known",
    [
        ("2026-01-01", None),
        ("2026-01-02", ("announced", "2026-01-01")),
        ("2026-05-31", ("announced", "2026-01-01")),
        ("2026-06-01", ("started", "2026-03-01")),
        ("2026-07-01", ("started", "2026-02-01")),
        ("2026-12-31", ("started", "2026-02-01")),
        ("2027-01-01", ("delivered", "2027-01-01")),
    ],
)
def test_status_is_what_was_known_on_the_day(quads: list[Quad], day: str, known: tuple[str, str] | None) -> None:
    """What is recorded later is not known yet; a revision replaces, also to an earlier day; no future is shown.

    What the ledger itself reports of the action is left out: it grows, and would be known on these days too.
    """
    unreported = [quad for quad in quads if quad.graph_name != NamedNode(f"{BASE}graph/status")]
    rows = ask("status-as-known", with_more(unreported, REPORTS), as_of=day).dicts()
    assert [(row["status"], row["since"]) for row in rows] == ([known] if known else [])


def test_a_report_takes_an_action_off_the_lists_from_the_day_it_is_recorded(quads: list[Quad]) -> None:
    store = with_more(quads, REPORTS)
    for name in ("actions-without-report", "actions-due-without-report"):
        before = {row["number"] for row in ask(name, store, as_of="2026-01-01").dicts()}
        after = {row["number"] for row in ask(name, store, as_of="2028-01-01").dicts()}
        assert "1" not in after and (name == "actions-due-without-report" or "1" in before)
    due = {row["number"] for row in ask("actions-due-before", store, as_of="2028-01-01").dicts()}
    unreported = {row["number"] for row in ask("actions-without-report", store, as_of="2028-01-01").dicts()}
    both = {row["number"] for row in ask("actions-due-without-report", store, as_of="2028-01-01").dicts()}
    assert both == due & unreported


def test_a_dialogue_after_the_plan_is_found(quads: list[Quad]) -> None:
    store = with_more(
        quads,
        """id:late a pg:Dialogue ; pg:number 20 ; dct:date "2025-10-09"^^xsd:date ;
           pg:sector <https://w3id.org/policygraph/id/sector-label/COM-2025-723/01> .""",
    )
    [row] = ask("dialogues-after-adoption", store).dicts()
    assert (row["number"], row["date"], row["adopted"]) == ("20", "2025-10-09", "2025-10-08")
    assert row["sector"] == "Mobiliteit, vervoer en autosector"


HIERARCHY = """
<http://eurovoc.europa.eu/{concept}> skos:inScheme <http://eurovoc.europa.eu/mt> .
<http://eurovoc.europa.eu/mt> dct:subject <http://eurovoc.europa.eu/domain> .
<http://eurovoc.europa.eu/domain> skos:prefLabel "64 PRODUCTION"@en , "64 PRODUCTIE"@nl .
"""


def test_actions_lie_in_the_domains_of_what_their_heading_is_linked_to(quads: list[Quad]) -> None:
    """Robotics is linked to EuroVoc 3740; its four actions lie in that concept's domain."""
    store = with_more(quads, HIERARCHY.format(concept=3740))
    [row] = ask("actions-by-eurovoc", store, lang="nl").dicts()
    assert row == {
        "domain": "http://eurovoc.europa.eu/domain",
        "domain_label": "64 PRODUCTIE",
        "actions": "4",
        "text_status": "official",
    }


@pytest.mark.slow
def test_an_annex_without_dialogues_or_links_has_no_rows_that_were_never_said() -> None:
    """Groups over nothing: some engines make a row of zeros there."""
    import rdflib

    from policygraph.queries.canned import catalogue

    empty, graph = Store(), rdflib.Graph()
    for query in catalogue():
        ours = len(list(empty.query(query.text)))
        assert ours == len(list(graph.query(query.text))) == (query.name == "totals"), query.name


def test_target_tables_give_labels_and_domains(quads: list[Quad]) -> None:
    """With the concepts that we point to: every target has a label, every sector lies in some domain."""
    from policygraph.enrich.authority_tables import read_tables
    from policygraph.enrich.mappings import target_quads
    from policygraph.rdf.iris import Names

    store = Store()
    store.extend([*quads, *target_quads(read_tables(TABLES), Names())])
    links = ask("links", store).dicts()
    assert [row["target"] for row in links if row["target_label"] is None] == []
    assert len(links) == len(ask("links", store_of(quads)).rows)
    domains = ask("actions-by-eurovoc", store).dicts()
    assert all(str(row["domain_label"])[:2].isdigit() for row in domains) and len(domains) > 5
    assert max(int(str(row["actions"])) for row in domains) <= 70


def store_of(quads: list[Quad]) -> Store:
    store = Store()
    store.extend(quads)
    return store
