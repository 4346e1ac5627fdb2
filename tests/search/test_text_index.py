"""Things are found by their words in any language, and by the concepts that they are about."""

from __future__ import annotations

import pytest

from policygraph.search.text_index import SearchedThing, SearchText, TextIndex, query_words
from policygraph.search.words import excerpt, folded, likeness, marked


def thing(key: str, *texts: str, about: tuple[str, ...] = (), label: bool = True) -> SearchedThing:
    """A concept with these labels, or a text that is about concepts."""
    said = tuple(SearchText(text, "", label) for text in texts)
    return SearchedThing(key, "concept" if label else "action", said, about, label)


INDEX = TextIndex(
    [
        thing("digital", "digital technology", "technologie numérique"),
        thing("ai", "artificial intelligence", "kunstmatige intelligentie", about=("digital",)),
        thing("factory", "AI factories", "AI-fabrieken", about=("ai",)),
        thing("ring", "ring of concepts", about=("wheel",)),
        thing("wheel", "wheel of concepts", about=("ring",)),
        thing("1", "De toegang tot AI-fabrieken vergemakkelijken.", about=("factory",), label=False),
        thing("2", "Gezondheidszorg in Łódź verbeteren", label=False),
        thing("3", "Een factor van betekenis voor AI", label=False),
        thing("4", "Over en weer", about=("ring",), label=False),
    ]
)


def keys(query: str) -> list[str]:
    return [hit.thing.key for hit in INDEX.find(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "AI factories",
            ["factory", "1"],
        ),  # by the English name of what the Dutch text mentions; "3" is no plural
        ("ai-FABRIEKEN", ["factory", "1"]),
        (
            "technologie numerique",
            ["digital", "ai", "factory", "1"],
        ),  # from broader to narrower, without an accent
        ("zorg", ["2"]),  # within a compound
        ("lodz", ["2"]),
        ("AI lodz", []),
        ("wheel", ["wheel", "ring", "4"]),  # concepts in a circle end the walk
        ("", []),
        ("…", []),
    ],
)
def test_what_a_search_finds(query: str, expected: list[str]) -> None:
    assert keys(query) == expected


def test_a_hit_says_by_which_concept_it_was_found() -> None:
    by = {hit.thing.key: hit.by.key if hit.by else None for hit in INDEX.find("artificial intelligence")}
    assert by == {"ai": None, "factory": "ai", "1": "ai"}


def test_the_label_that_is_the_very_words_comes_first() -> None:
    index = TextIndex(
        [thing("a", "health care industry"), thing("b", "health"), thing("c", "On health", label=False)]
    )
    assert [hit.thing.key for hit in index.find("health")] == ["b", "a", "c"]


def test_a_word_that_stands_nowhere_has_near_ones() -> None:
    assert INDEX.near("inteligence") == ["intelligence", "intelligentie"]
    assert INDEX.near("xyzzy") == []


def test_a_search_is_read_so_far_and_no_further() -> None:
    assert query_words("a b a " + "word " * 500) == ["a", "b", "word"]
    assert len(query_words(" ".join(f"w{number}" for number in range(50)))) == 12


@pytest.mark.parametrize(
    ("word", "other", "found"),
    [
        ("skill", "skills", True),
        ("skills", "skill", True),
        ("batteries", "battery", True),
        ("robotics", "robot", False),
        ("ai", "air", False),
        ("art", "start", False),
        ("arts", "starts", True),
        ("energie", "energy", True),
    ],
)
def test_words_resemble_each_other(word: str, other: str, found: bool) -> None:
    assert bool(likeness(word, other)) is found


def test_accents_and_case_are_folded_and_places_kept() -> None:
    assert folded("Ħaddiema ŒUVRE straße") == "haddiema oeuvre strasse"
    text = "Zdravje: ZDRAVSTVENA e\u0301nergie énergie"
    cut = marked(text, ["energie", "zdravje"])
    assert "".join(piece for piece, _ in cut) == text
    assert [piece for piece, mark in cut if mark] == ["Zdravje", "e\u0301nergie", "énergie"]


def test_an_excerpt_is_cut_between_words_around_the_first_one_found() -> None:
    text = "woord " * 40 + "fabriek " + "einde " * 40
    cut = excerpt(text, ["fabriek"], 60)
    shown = "".join(piece for piece, _ in cut)
    assert ("fabriek", True) in cut and len(shown) <= 64
    assert shown.startswith("… woord ") and shown.endswith(" …")
    assert "".join(piece for piece, _ in excerpt("kort", ["fabriek"], 60)) == "kort"
    assert "".join(piece for piece, _ in excerpt("x" * 100, ["y"], 60)) == "x" * 60 + " …"
