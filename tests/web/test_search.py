"""``/search`` and ``/search.json``: by any language's word, by kind, and what to do where nothing is found."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from publishing import Server


def found(site: Server, query: str, **more: str) -> dict[str, list[str]]:
    """The last segments of what is found, by kind."""
    pairs = "".join(f"&{name}={value}" for name, value in more.items())
    answer = json.loads(site.client.get(f"/search.json?q={query}&lang=en{pairs}").text)
    by_kind: dict[str, list[str]] = {kind: [] for kind in answer["counts"]}
    for hit in answer["results"]:
        by_kind[hit["kind"]].append(hit["address"].partition("?")[0].rsplit("/", 1)[-1].removesuffix(".html"))
    return by_kind


@pytest.mark.parametrize("query", ["AI+factories", "ai+FACTORIES", "AI-fabrieken"])
def test_actions_are_found_in_a_language_that_their_text_is_not_in(site: Server, query: str) -> None:
    assert set(found(site, query)["action"]) == {"A3-007", "A3-021", "A3-028"}  # the rows that say AI-fabrieken


@pytest.mark.parametrize("query", ["salud", "Gesundheit", "zdraví", "zdravi", "υγεία", "sláinte"])
def test_a_sector_is_found_by_the_word_of_eurovoc_in_any_language(site: Server, query: str) -> None:
    by_kind = found(site, query)
    assert by_kind["sector"] == ["HEALTH"]
    assert "A3-001" in found(site, query, kind="action")["action"]


def test_numbers_by_kind_are_those_of_the_pages_of_each_kind(site: Server) -> None:
    counts = json.loads(site.client.get("/search.json?q=health").text)["counts"]
    assert len(counts) > 3
    for kind, count in counts.items():
        assert len(found(site, "health", kind=kind)[kind]) == count


def test_the_page_marks_words_and_says_by_what_a_thing_was_found(site: Server) -> None:
    page = site.client.get("/search?q=salud&lang=en").text
    assert "<mark>Salud</mark>" in page
    assert re.search(r'<ol class="hits">.*?found by <bdi>Health</bdi>', page, re.DOTALL)
    assert "COM(2025) 723, A3-001" in page
    factories = site.client.get("/search?q=AI+factories&lang=en").text
    assert (
        "<mark>AI</mark> <mark>Factories</mark>" in factories and "unofficial translation" in factories.casefold()
    )


@pytest.mark.parametrize("query", ["A3-044", "A3-44", "a3 44"])
def test_a_row_is_found_by_its_number(site: Server, query: str) -> None:
    assert found(site, query)["action"] == ["A3-044"]


def test_questions_are_found(site: Server) -> None:
    assert "actions-that-should-have-started" in found(site, "should+have+started")["question"]


@pytest.mark.parametrize(("query", "instead"), [("healht", "q=health"), ("skills+xyzzy", "q=skills")])
def test_where_nothing_is_found_the_page_says_what_to_do(site: Server, query: str, instead: str) -> None:
    page = site.client.get(f"/search?q={query}&lang=en").text
    assert "Nothing has all of these words" in page
    assert instead in page and 'href="/concepts?lang=en"' in page


def test_the_search_stays_words(site: Server) -> None:
    page = site.client.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE").text
    assert "<script>alert" not in page and "\u202e" not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/search?q=a&kind=nothing", "kind"),
        ("/search?q=a&kind=action&page=-1", "page"),
        ("/search.json", "missing"),
    ],
)
def test_what_cannot_be_asked_is_refused(site: Server, address: str, words: str) -> None:
    answer = site.client.get(address)
    assert answer.status_code == 400 and words in answer.text


def test_without_words_the_page_is_the_form(site: Server) -> None:
    page = site.client.get("/search?lang=nl").text
    assert 'name="q" value=""' in page and "Niets heeft" not in page
