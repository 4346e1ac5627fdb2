"""Quotes are what a person reads; spans joined are the quote when white space is left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.sources.spans import Piece, quote, runs

LINE = re.compile(r"\S(?:[^\n]*\S)?")


def lines(text: str) -> list[Piece]:
    return [Piece(*match.span()) for match in LINE.finditer(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AI- \n\nmodellen", "AI-modellen"),
        ("edge- \n\n/omloopbaancomputing", "edge-/omloopbaancomputing"),
        ("en - \n\ninfrastructuren", "en -infrastructuren"),
        ("mobiliteits- \n\nen automobielgegevens", "mobiliteits- en automobielgegevens"),
        ("een  dubbele \n\n blank", "een dubbele blank"),
    ],
)
def test_quote(text: str, words: str) -> None:
    assert quote(text, lines(text), ["en", "of"]) == words


@given(st.text(alphabet="ab-é \n’", max_size=60))
def test_a_quote_keeps_every_character_but_white_space(text: str) -> None:
    pieces = lines(text)
    assert re.sub(r"\s", "", quote(text, pieces, ["en"])) == re.sub(r"\s", "", text)


@given(st.text(alphabet="ab \n", max_size=60), st.sets(st.integers(0, 60), max_size=3))
def test_runs_cover_the_same_words_and_cross_no_border(text: str, borders: set[int]) -> None:
    joined = runs(text, lines(text), borders)
    assert re.sub(r"\s", "", "".join(text[p.start : p.end] for p in joined)) == re.sub(r"\s", "", text)
    for piece in joined:
        inside = [b for b in borders if piece.start < b < piece.end]
        assert not any(not text[b - 1 : b + 1].strip() for b in inside)
