"""In each language queries give the publisher's words, else a translation told as that, else the original."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import Store

from places import SEED
from policygraph.enrich.translations import read_table
from policygraph.queries import ask
from policygraph.queries.canned import CannedQuery, catalogue

from .conftest import AS_OF

QUERIES = {query.name: query for query in catalogue() if any(one.name == "lang" for one in query.parameters)}
OF_THE_DOCUMENT = {name for name, query in QUERIES.items() if "unofficial" in query.text}
TABLE = SEED / "translations" / "en.tsv"


def rows(query: CannedQuery, store: Store, language: str) -> list[dict[str, str]]:
    """The answer in a language; the members of a list are in one order, whatever language sorted them."""
    day = {"as_of": AS_OF} if any(one.name == "as_of" for one in query.parameters) else {}
    return [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in ask(query.name, store, lang=language, **day).dicts()
    ]


def english() -> dict[str, set[str]]:
    """What each Dutch text is in English, by the words of the table."""
    words: dict[str, set[str]] = {}
    for line in TABLE.read_text("utf-8").splitlines()[2:]:
        cells = line.split("\t")
        words.setdefault(cells[2], set()).add(cells[3])
    assert sum(map(len, words.values())) >= 144 == len(read_table(TABLE))
    return words


def test_every_query_that_takes_a_language_tells_it_last() -> None:
    assert len(QUERIES) > 35
    assert {query.column_names[-1] for query in QUERIES.values()} == {"text_status"}
    assert len(OF_THE_DOCUMENT) > 25


@pytest.mark.parametrize("name", sorted(OF_THE_DOCUMENT))
def test_english_differs_from_the_original_by_translations_alone(name: str, store: Store) -> None:
    words = english()
    original, translated = rows(QUERIES[name], store, "mul"), rows(QUERIES[name], store, "en")
    assert len(original) == len(translated)
    for dutch, ours in zip(original, translated, strict=True):
        assert list(dutch) == list(ours)
        for column in list(ours)[:-1]:
            members = dutch[column].split("; ")
            if ours[column] != dutch[column] and ours[column] not in words.get(dutch[column], ()):
                expected = sorted(next(iter(words.get(member, {member}))) for member in members)
                assert "; ".join(expected).split("; ") == sorted(ours[column].split("; ")), column
    assert {row["text_status"] for row in original} <= {"original", "derived"}
    assert {row["text_status"] for row in translated} <= {"unofficial", "derived"}


@pytest.mark.parametrize("name", sorted(OF_THE_DOCUMENT))
def test_a_dutch_reader_gets_the_official_text(name: str, store: Store) -> None:
    assert {row["text_status"] for row in rows(QUERIES[name], store, "nl")} <= {"official", "derived"}


def test_how_many_texts_come_how(store: Store) -> None:
    """70 actions: translated for an English reader, in the original for a French one, official for a Dutch one."""
    counted = {
        language: Counter(row["text_status"] for row in rows(QUERIES["actions"], store, language))
        for language in ("en", "nl", "fr", "mul")
    }
    assert counted == {
        "en": {"unofficial": 70},
        "nl": {"official": 70},
        "fr": {"original": 70},
        "mul": {"original": 70},
    }


def test_labels_of_code_lists_are_derived_from_data(store: Store) -> None:
    assert {row["text_status"] for row in rows(QUERIES["dialogues-by-access"], store, "en") if row["access"]} == {
        "derived"
    }


def test_words_are_looked_for_in_the_original_unless_told_otherwise(store: Store) -> None:
    def numbers(text: str, translations: bool) -> list[str]:
        answer = ask("actions-mentioning", store, text=text, translations=str(translations).lower())
        return [str(row["number"]) for row in answer.dicts()]

    assert numbers("storytelling", translations=False) == []
    assert numbers("storytelling", translations=True) == ["48"]
    assert (
        numbers("verteltechnieken", translations=False) == numbers("verteltechnieken", translations=True) == ["48"]
    )
