"""The reconciliation service: the rules of the API's schemas in our own words, and that it finds what is meant."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest
from pyoxigraph import Store

from places import SEED
from policygraph.enrich.derivation import derive
from policygraph.enrich.mappings import mapping_quads
from policygraph.errors import QueryError
from policygraph.graph import convert
from policygraph.rdf.iris import BASE, Names
from policygraph.reconciliation import BATCH, Reconciliation
from policygraph.reconciliation.requests import IDS, LONGEST
from policygraph.search.entity_index import PATHS
from policygraph.vocabulary.codelists import static_quads

SERVICE = "https://policygraph.test/reconcile"
Json = dict[str, Any]


@cache
def store() -> Store:
    names, quads = Names(), convert(SEED)
    filled = Store()
    filled.extend([*quads, *derive(quads, names), *mapping_quads(names), *static_quads(names)])
    return filled


@cache
def service(language: str = "en") -> Reconciliation:
    return Reconciliation(store(), Names(), language)


def ask(**query: Any) -> list[Json]:
    return service().queries({"q0": query})["q0"]["result"]


def ids(result: list[Json]) -> list[str]:
    return [candidate["id"] for candidate in result]


# --- What the schemas of 0.2 ask of each answer ---


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def is_type(value: Json) -> bool:
    """type.json: identifier and name, and wider types of the same form."""
    return (
        set(value) <= {"id", "name", "broader"}
        and is_text(value["id"])
        and is_text(value["name"])
        and all(is_type(wider) for wider in value.get("broader", []))
    )


def check_candidate(candidate: Json) -> None:
    """reconciliation-result-batch.json: identifier, name, score; features are numbers or booleans."""
    assert is_text(candidate["id"]) and is_text(candidate["name"]) and isinstance(candidate["description"], str)
    assert isinstance(candidate["score"], float) and 0 <= candidate["score"] <= 100
    assert isinstance(candidate["match"], bool)
    assert candidate["type"] and all(is_type(kind) for kind in candidate["type"])
    for feature in candidate["features"]:
        assert is_text(feature["id"]) and isinstance(feature["value"], float)


def check_cell(cell: Json) -> None:
    """data-extension-response.json: exactly one of the forms, with nothing beside it."""
    forms = {
        frozenset({"id", "name"}): lambda: is_text(cell["id"]) and is_text(cell["name"]),
        frozenset({"str"}): lambda: isinstance(cell["str"], str),
        frozenset({"int"}): lambda: isinstance(cell["int"], int) and not isinstance(cell["int"], bool),
        frozenset({"date"}): lambda: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", cell["date"]),
    }
    assert forms[frozenset(cell)](), cell


def test_the_manifest_has_what_the_schema_asks_for() -> None:
    manifest = service().manifest(SERVICE, "0.1.0")
    assert "0.2" in manifest["versions"]
    for needed in ("name", "identifierSpace", "schemaSpace"):
        assert is_text(manifest[needed])
    assert manifest["identifierSpace"] == f"{BASE}id/"
    assert "{{id}}" in manifest["view"]["url"] and "{{id}}" in manifest["preview"]["url"]
    assert isinstance(manifest["preview"]["width"], int) and isinstance(manifest["preview"]["height"], int)
    assert all(is_type(kind) for kind in manifest["defaultTypes"])
    identifiers = [kind["id"] for kind in manifest["defaultTypes"]]
    assert len(identifiers) == len(set(identifiers))
    assert {"PolicyAction", "Dialogue", "InternalInitiative", "sector", "heading", "sector-label"} <= set(
        identifiers
    )
    assert set(manifest["suggest"]) == {"entity", "type", "property"}
    for place in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        assert place["service_url"] == SERVICE and place["service_path"].startswith("/")
    assert manifest["extend"]["property_settings"] == []
    assert manifest["batchSize"] == BATCH
    assert json.loads(json.dumps(manifest)) == manifest


def test_every_answer_has_the_form_of_the_schema() -> None:
    batch = {
        "q0": {"query": "robotica"},
        "q1": {"query": "Horizon Europa", "type": "PolicyAction", "limit": 3},
        "q2": {"query": "energie", "type": ["heading", "sector"], "type_strict": "any"},
        "q3": {"properties": [{"pid": "heading", "v": "Overheid"}]},
        "q4": {"query": "zzzz"},
    }
    answer = service().queries(batch)
    assert list(answer) == list(batch)
    for result in answer.values():
        assert set(result) == {"result"}
        for candidate in result["result"]:
            check_candidate(candidate)
    assert answer["q4"]["result"] == []
    assert len(answer["q1"]["result"]) <= 3
    assert json.loads(json.dumps(answer)) == answer


# --- Finding what is meant ---


@pytest.mark.parametrize(
    ("words", "kind", "meant"),
    [
        ("Robotica", "heading", "heading/COM-2025-723/02"),
        ("robotica ", "sector-label", "sector-label/COM-2025-723/07"),
        ("ROBOTICS", "sector", "sector/ROBOTICS"),
        ("cultuur en creatieve beroepen", "sector-label", "sector-label/COM-2025-723/06"),
        ("A3-020", "PolicyAction", "action/COM-2025-723/A3-020"),
        ("COM(2025) 723, A1-18", None, "dialogue/COM-2025-723/A1-18"),
        ("telecom", "sector", "sector/TELECOM"),
        ("flagship", None, "action-kind/flagship"),
    ],
)
def test_a_name_is_matched_for_certain(words: str, kind: str | None, meant: str) -> None:
    best, *others = ask(query=words, **({"type": kind} if kind else {}))
    assert best["id"] == meant and best["match"] and best["score"] == 100
    assert not any(other["match"] for other in others)


def test_a_name_that_several_things_bear_is_never_a_certain_match() -> None:
    """Also not when only one candidate is asked for."""
    many = ask(query="robotica")
    assert set(ids(many)[:3]) == {"heading/COM-2025-723/02", "sector-label/COM-2025-723/07", "sector/ROBOTICS"}
    assert not any(candidate["match"] for candidate in many)
    (one,) = ask(query="robotica", limit=1)
    assert not one["match"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("AI-toolbox voor overheidsdiensten", "action/COM-2025-723/A3-050"),
        ("Europees interoperabiliteitskader actualiseren", "action/COM-2025-723/A3-051"),
        ("grensverleggend AI-initiatief lanceren", "action/COM-2025-723/A3-065"),
        ("taalhulpmiddelen zoals eTranslation", "initiative/COM-2025-723/A2-06"),
        ("robottica", "heading/COM-2025-723/02"),
    ],
)
def test_words_of_a_text_and_slips_of_the_pen_lead_to_the_thing(words: str, meant: str) -> None:
    best = ask(query=words)[0]
    assert best["id"] == meant and not best["match"] and 80 <= best["score"] < 100


def test_properties_refine_and_may_stand_alone() -> None:
    of_robotics = ask(properties=[{"pid": "heading", "v": "Robotica"}], type="PolicyAction", limit=50)
    full = [candidate["id"] for candidate in of_robotics if candidate["score"] == 100]
    assert full == [f"action/COM-2025-723/A3-{number:03}" for number in range(13, 17)]
    by_id = ask(properties=[{"pid": "heading", "v": {"id": "heading/COM-2025-723/02"}}], limit=50)
    assert ids(by_id) == full
    due = ask(query="A3-013", properties=[{"pid": "startDueBy", "v": "2025-12-31"}])
    assert due[0]["match"] and {feature["id"] for feature in due[0]["features"]} == {"name", "startDueBy"}
    other = ask(query="A3-013", properties=[{"pid": "startDueBy", "v": ["1999-01-01", "1998-01-01"]}])
    assert other[0]["id"] == due[0]["id"] and not other[0]["match"] and other[0]["score"] < due[0]["score"]


def test_numbers_and_period_names_are_values_too() -> None:
    (best,) = ask(query="A3-020", type="PolicyAction", limit=1, properties=[{"pid": "number", "v": 20}])
    assert best["match"]
    period = ask(properties=[{"pid": "period", "v": "2027-Q2"}], type="PolicyAction", limit=100)
    assert "action/COM-2025-723/A3-001" in [c["id"] for c in period if c["score"] == 100]


def test_how_strict_types_are() -> None:
    assert {c["type"][0]["id"] for c in ask(query="energie", type="Concept", limit=50)} >= {"sector", "heading"}
    assert ask(query="energie", type=["heading", "sector"], type_strict="all") == []
    should = ask(query="energie", type="heading", type_strict="should")
    assert should[0]["id"] == "heading/COM-2025-723/07" and {"sector/ENERGY"} <= set(ids(should))
    assert ask(query="energie", type="unheard-of") == []


def test_every_action_dialogue_initiative_and_sector_can_be_found_by_its_name() -> None:
    things = service().entities.things
    counts = {kind: sum(thing.kind.id == kind for thing in things.values()) for kind in service().entities.kinds}
    assert (counts["PolicyAction"], counts["Dialogue"], counts["InternalInitiative"]) == (70, 19, 6)
    assert (counts["sector"], counts["sector-label"], counts["heading"]) == (11, 12, 17)
    for thing in things.values():
        found = ask(query=thing.names[0], type=thing.kind.id, limit=1)
        assert found and found[0]["id"] == thing.id, thing


def test_names_come_in_the_language_asked_for() -> None:
    dutch = service("nl").queries({"q": {"query": "HEALTH", "type": "sector"}})["q"]["result"][0]
    english = ask(query="HEALTH", type="sector")[0]
    assert dutch["id"] == english["id"] and dutch["name"] != english["name"]


# --- Refusals ---


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        ([], "A batch of queries is a JSON object"),
        ({"q0": {}}, "Query q0 has neither"),
        ({"q0": "robotica"}, "Query q0 has neither"),
        ({"q0": {"query": 3}}, "A query is a text"),
        ({"q0": {"query": "x" * (LONGEST + 1)}}, "at most 1000 characters"),
        ({"q0": {"query": "x", "limit": 0}}, "“limit” is a number from 1 on"),
        ({"q0": {"query": "x", "limit": float("nan")}}, "“limit” is a number from 1 on"),
        ({"q0": {"query": "x", "limit": True}}, "“limit” is a number from 1 on"),
        ({"q0": {"query": "x", "type": 3}}, "“type” is a category or a list"),
        ({"q0": {"query": "x", "type_strict": "maybe"}}, "“type_strict” is any, should or all"),
        ({"q0": {"query": "x", "properties": {}}}, "“properties” is a list"),
        ({"q0": {"query": "x", "properties": [{"pid": "heading"}]}}, "each property has “pid” and “v”"),
        (
            {"q0": {"query": "x", "properties": [{"pid": "colour", "v": "red"}]}},
            "“colour” is no property: use one of",
        ),
        ({"q0": {"query": "x", "properties": [{"pid": "heading", "v": []}]}}, "or a list of 1 to 100"),
        ({"q0": {"query": "x", "properties": [{"pid": "heading", "v": {"name": "a"}}]}}, "“v” is a text, number"),
        ({f"q{n}": {"query": "x"} for n in range(BATCH + 1)}, f"send at most {BATCH} at a time"),
    ],
)
def test_a_query_against_the_rules_is_refused_in_words(batch: object, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        service().queries(batch)
    assert words in str(caught.value)


def test_a_limit_may_be_a_fraction_and_is_capped() -> None:
    assert len(ask(query="COM(2025) 723", limit=2.5)) == 2
    assert len(ask(query="COM(2025) 723", limit=10**9)) <= 100


# --- Suggest ---


def test_suggestions_begin_with_the_letters_and_have_the_form_of_the_schema() -> None:
    answer = service().suggest_entity("gezondh")
    assert set(answer) == {"result"}
    for entity in answer["result"]:
        assert is_text(entity["id"]) and is_text(entity["name"]) and all(is_type(k) for k in entity["notable"])
    assert {"sector-label/COM-2025-723/10", "heading/COM-2025-723/01"} <= set(ids(answer["result"][:4]))


def test_suggestions_come_in_pages() -> None:
    first, second = service().suggest_entity("A3-"), service().suggest_entity("A3-", cursor=20)
    assert len(first["result"]) == len(second["result"]) == 20
    assert not set(ids(first["result"])) & set(ids(second["result"]))


def test_types_and_properties_are_suggested() -> None:
    assert ids(service().suggest_type("sector")["result"]) == ["sector", "sector-label"]
    assert ids(service().suggest_property("due")["result"]) == ["completionDueBy", "startDueBy"]
    assert len(service().suggest_property("")["result"]) == 20
    assert ids(service().suggest_property("", cursor=20)["result"]) == list(PATHS)[20:]
    with pytest.raises(QueryError):
        service().suggest_type("x" * (LONGEST + 1))


# --- Extend, preview, view ---


def test_properties_are_proposed_for_a_category() -> None:
    answer = service().propose_properties("Dialogue")
    assert answer["type"] == "Dialogue"
    assert {"date", "sector", "audience", "approximateAttendees"} <= set(ids(answer["properties"]))
    assert not {"heading", "period", "notation"} & set(ids(answer["properties"]))
    assert all(is_text(p["name"]) for p in answer["properties"])
    assert len(service().propose_properties("Dialogue", 2)["properties"]) == 2
    assert ids(service().propose_properties()["properties"]) == list(PATHS)


def test_things_are_extended_with_values_of_every_form() -> None:
    action = "action/COM-2025-723/A3-020"
    wanted = ["heading", "completionDueBy", "number", "mentions", "period", "startDueBy", "kind"]
    answer = service().extend({"ids": [action, "nothing/here"], "properties": [{"id": name} for name in wanted]})
    assert ids(answer["meta"]) == wanted and all(is_text(entry["name"]) for entry in answer["meta"])
    row = answer["rows"][action]
    for cells in row.values():
        for cell in cells:
            check_cell(cell)
    assert row["heading"] == [{"id": "heading/COM-2025-723/04", "name": "Defensie, veiligheid en ruimtevaart"}]
    assert row["completionDueBy"] == [{"date": "2026-12-31T00:00:00"}]
    assert row["number"] == [{"int": 20}] and row["period"] == [{"str": "2026-Q4"}] and row["startDueBy"] == []
    assert {"str": "http://publications.europa.eu/resource/authority/eu-programme/EDF"} in row["mentions"]
    assert row["kind"] == [{"id": "action-kind/flagship", "name": "flagship"}]
    assert answer["rows"]["nothing/here"] == {name: [] for name in wanted}


@pytest.mark.parametrize(
    "query",
    [
        [],
        {"ids": "x", "properties": []},
        {"ids": [3], "properties": []},
        {"ids": ["x"] * (IDS + 1), "properties": []},
        {"ids": [], "properties": ["heading"]},
        {"ids": [], "properties": [{"id": "colour"}]},
        {"ids": [], "properties": [{}]},
    ],
)
def test_an_extension_against_the_rules_is_refused(query: object) -> None:
    with pytest.raises(QueryError):
        service().extend(query)


def test_a_preview_shows_the_thing_and_escapes_it() -> None:
    page = service().preview("action/COM-2025-723/A3-020")
    assert page.startswith("<!DOCTYPE html>") and "Europese Defensiefonds" in page
    assert "&amp;" in page and "(“Command &amp; Control”)" in page
    with pytest.raises(QueryError, match="is no thing of this release"):
        service().preview("<script>")


def test_an_identifier_leads_to_the_iri_of_its_thing() -> None:
    assert service().view("sector/HEALTH") == f"{BASE}id/sector/HEALTH"
    for hostile in ("../../etc/passwd", "a b", "", "sector/HEALTH#x"):
        with pytest.raises(QueryError):
            service().view(hostile)


def test_the_base_moves_the_identifier_space_and_not_the_identifiers() -> None:
    names = Names("https://data.policygraph.test/")
    moved_store = Store()
    moved_store.extend(convert(SEED, names))
    moved = Reconciliation(moved_store, names)
    assert moved.manifest(SERVICE)["identifierSpace"] == "https://data.policygraph.test/id/"
    assert (
        moved.view("action/COM-2025-723/A3-020") == "https://data.policygraph.test/id/action/COM-2025-723/A3-020"
    )
