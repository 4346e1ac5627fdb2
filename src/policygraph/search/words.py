"""Words as a search compares them: without case and accents, as a beginning, within a compound, or inflected."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import takewhile
from operator import eq

LETTERS = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "þ": "th"}
)
"""Letters that Unicode does not take apart, as people without them on their keyboard write them."""

SHORT, INSIDE, STEM, ENDING = 2, 4, 5, 3
"""Letters up to which a word counts only as a whole; from which on within another; of a stem; of its endings."""

EXACT, BEGINS, INFLECTED, WITHIN = 8, 5, 3, 2
"""What a word is worth by how it stands in a text."""

WORD = re.compile(r"\w+")
WRITTEN = re.compile(r"[\w\u0300-\u036f]+")
"""A word as folded, and as it is written: an accent may be a character of its own."""


def folded(text: str) -> str:
    """Text as it is compared: without case and accents.

    >>> folded("Łódź, ENERGÍA")
    'lodz, energia'
    """
    plain = unicodedata.normalize("NFKD", text).casefold().translate(LETTERS)
    return "".join(char for char in plain if not unicodedata.combining(char))


def plain(text: str) -> str:
    """The folded words of a text with one blank between them, its punctuation left out.

    >>> plain("Crédit (EU) 2021/4")
    'credit eu 2021 4'
    """
    return " ".join(WORD.findall(folded(text)))


def words_of(text: str) -> list[str]:
    """The words of a text, folded, in their order; numbers without leading zeros.

    >>> words_of("Rij A3-044")
    ['rij', 'a3', '44']
    """
    words = plain(text).split()
    return [word.lstrip("0") or "0" if word.isdecimal() else word for word in words]


def likeness(word: str, other: str) -> int:
    """What a word that is looked for is worth where ``other`` stands; 0 where it does not stand there.

    Both are folded. Endings may differ on a common stem of at least ``STEM`` letters, which brings singular and
    plural together, and many words that languages share.

    >>> [likeness("factories", other) for other in ("factories", "factory", "factor")]
    [8, 3, 0]
    >>> likeness("zorg", "gezondheidszorg"), likeness("ai", "aid")
    (2, 0)
    """
    if word == other:
        return EXACT
    if len(word) <= SHORT:
        return 0
    if other.startswith(word):
        return BEGINS
    stem = sum(takewhile(bool, map(eq, word, other)))
    ending = ENDING if stem < len(other) else ENDING - 1
    if stem >= max(STEM, len(word) - ending) and len(other) - stem <= ending:
        return INFLECTED
    return WITHIN if len(word) >= INSIDE and word in other else 0


def marked(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether a word that is looked for stands there.

    >>> marked("Naar AI-fabrieken.", ["fabriek", "ai"])
    [('Naar ', False), ('AI', True), ('-', False), ('fabrieken', True), ('.', False)]
    """
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop in _places(text, words):
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return [piece for piece in (*pieces, (text[end:], False)) if piece[0]]


def excerpt(text: str, words: Sequence[str], length: int) -> list[tuple[str, bool]]:
    """As ``marked``, of about ``length`` characters around the first word that is looked for."""
    start = 0
    if len(text) > length:
        first = next(_places(text, words), (0, 0))[0]
        start = text.rfind(" ", 0, max(0, min(first - length // 4, len(text) - length))) + 1
    stop = len(text) if len(text) - start <= length else text.rfind(" ", start, start + length)
    stop = stop if stop > start else min(len(text), start + length)
    pieces = marked(text[start:stop], words)
    return [*([("… ", False)] if start else []), *pieces, *([(" …", False)] if stop < len(text) else [])]


def _places(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand that resemble one that is looked for: code points of the text as it is."""
    for match in WRITTEN.finditer(text):
        if any(likeness(word, other) for word in words for other in words_of(match[0])):
            yield match.span()
