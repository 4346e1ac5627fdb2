"""Words for IRIs: what names a thing finds it, what names several or none is refused with what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from policygraph.errors import QueryError
from policygraph.queries import ask, check_things, get
from policygraph.rdf.iris import BASE, DCT, SKOS

SECTOR, ACTION = f"{BASE}id/sector/", f"{BASE}id/action/"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("health", "HEALTH"),  # its code, in another case
        ("Health and Pharmaceuticals", "HEALTH"),  # a label
        ("geneesmiddelen", "HEALTH"),  # a word of its Dutch label
        ("pharma", "HEALTH"),  # the beginning of a word
        ("cultural creative", "CULTURE"),  # two words of a label
        ("sector/ENERGY", "ENERGY"),  # the end of its IRI
        ("id:sector/ENERGY", "ENERGY"),
        (f"{SECTOR}ENERGY", "ENERGY"),
    ],
)
def test_a_sector_is_found_by_its_words(words: str, code: str, store: Store) -> None:
    assert ask("behind-sector", store, sector=words) == ask("behind-sector", store, sector=SECTOR + code)


@pytest.mark.parametrize(
    "words",
    ["A3-044", "44", "COM-2025-723/A3-044", "Apply AI 44", "com(2025) 723 a3 044", "an AI strategy cultural"],
)
def test_an_action_is_found_by_number_and_words(words: str, store: Store) -> None:
    (row,) = ask("source-of", store, action=words).dicts()
    assert row["action"] == f"{ACTION}COM-2025-723/A3-044"


@pytest.mark.parametrize("words", ["apply ai", "COM(2025) 723", "AI-toepassingsstrategie", "723"])
def test_a_document_is_found_in_every_language(words: str, store: Store) -> None:
    assert len(ask("actions", store, document=words)) == 70


def test_a_heading_is_found_by_its_unofficial_translation(store: Store) -> None:
    answer = ask("actions-of-heading", store, heading="Defence, security and space")
    assert answer == ask("actions-of-heading", store, heading=f"{BASE}id/heading/COM-2025-723/04") and answer.rows


def test_a_query_about_anything_takes_the_name_of_anything(store: Store) -> None:
    assert ask("about", store, iri="sector/ROBOTICS") == ask("about", store, iri=f"{SECTOR}ROBOTICS")
    assert ask("about", store, iri="A3-013") == ask("about", store, iri=f"{ACTION}COM-2025-723/A3-013")


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("behind-sector", {"sector": "defense"}, "did you mean defence, security and space (id:sector/DEFENCE)?"),
        ("behind-sector", {"sector": "en"}, "names 7 things: climate and environment"),
        (
            "behind-sector",
            {"sector": "fish"},
            "which --sector asks for: there are agri-food (id:sector/AGRIFOOD),",
        ),
        ("actions", {"document": "Ã"}, "Nothing is called “Ã”"),  # one letter begins no name
        ("source-of", {"action": "zzz"}, "“policygraph query names” lists what there is."),
        ("actions", {"document": "  "}, "which --document asks for"),
        ("actions", {"document": "...", "lang": "no language"}, "The value “no language” of --lang"),
    ],
)
def test_what_names_none_or_several_is_refused(
    name: str, values: dict[str, str], sentence: str, store: Store
) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(name, store, **values)
    assert sentence in str(refusal.value)


def test_one_number_in_two_strategies_is_asked_back() -> None:
    store = Store()
    for document in ("COM-2025-723", "COM-2030-1"):
        action = NamedNode(f"{ACTION}{document}/A3-044")
        store.add(
            Quad(action, NamedNode(f"{DCT}identifier"), Literal("A3-044"), NamedNode(f"{BASE}graph/actions"))
        )
    with pytest.raises(QueryError) as refusal:
        ask("source-of", store, action="A3-044")
    assert "names 2 things" in str(refusal.value) and "(id:action/COM-2030-1/A3-044)" in str(refusal.value)


def test_a_release_below_another_base_is_asked_by_words_too() -> None:
    base, store = "https://example.org/data/", Store()
    sector = NamedNode(f"{base}id/sector/FISH")
    store.add(Quad(sector, NamedNode(f"{SKOS}prefLabel"), Literal("fish", language="en")))
    assert ask("about", store, base=base, iri="fish").rows[0][0] == sector


def test_words_are_looked_up_in_a_release(release: Path, store: Store) -> None:
    assert ask("behind-sector", release, sector="health") == ask("behind-sector", store, sector="id:sector/HEALTH")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("sector", "id:sector/HELATH", "did you mean health and pharmaceuticals (id:sector/HEALTH)?"),
        ("document", f"{BASE}id/doc/COM-2025-732", "did you mean Apply AI Strategy (id:doc/COM-2025-723)?"),
    ],
)
def test_an_iri_that_is_nothing_here_is_told(name: str, value: str, sentence: str, store: Store) -> None:
    with pytest.raises(QueryError) as refusal:
        check_things(get("behind-sector"), store, {name: value})
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("value", ["id:doc", f"{BASE}id/doc", "id:doc/COM-2025-723"])
def test_an_iri_that_is_something_is_not(value: str, store: Store) -> None:
    check_things(get("actions"), store, {"document": value, "lang": "nl"})
