"""An index of things by their words in every language, and by what they are about.

A search finds a thing by its own words, and by the label of a concept that it is about, or of one that is broader:
“AI factories” finds an action that only says *AI-fabrieken* in Dutch, because it mentions that concept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .words import BEGINS, EXACT, INFLECTED, SHORT, likeness, words_of

LONGEST, MOST_WORDS = 200, 12
"""Characters and words of a search that are read."""

LABEL_WORTH = 3
"""How much more a word is worth in a label than in a text."""

WHOLE_LABEL, BY_CONCEPT = 100, 0.5
"""What a label is worth that is the very words; and a thing that is only about a concept found by its label."""


NEAR = 70
"""How much alike, of 100, a word is written that is proposed instead of one that stands nowhere."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """Words of a thing, their language (``en-t-nl`` for an unofficial translation), and whether they name it.

    An ``identifier`` is a label that is only used where there is no other.
    """

    value: str
    language: str = ""
    label: bool = False
    identifier: bool = False


@dataclass(frozen=True, slots=True)
class SearchedThing:
    """A thing by its IRI or another key: what kind it is of, everything it says, and the keys of what it is about.

    ``concept`` says that its labels also find what is about it.
    """

    key: str
    kind: str
    texts: tuple[SearchText, ...]
    about: tuple[str, ...] = ()
    concept: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, what it is worth, and the concept by which it was found (None: by its own words)."""

    thing: SearchedThing
    score: float
    by: SearchedThing | None = None


class TextIndex:
    """Things in the order in which equal ones are shown; built once, then only read."""

    def __init__(self, things: Iterable[SearchedThing]) -> None:
        self.things = tuple(things)
        self.places = {thing.key: place for place, thing in enumerate(self.things)}
        self._postings: dict[str, dict[int, int]] = defaultdict(dict)
        for place, thing in enumerate(self.things):
            for text in thing.texts:
                for word in words_of(text.value):
                    worth = LABEL_WORTH if text.label else 1
                    self._postings[word][place] = max(worth, self._postings[word].get(place, 0))
        self._narrower: dict[int, list[int]] = defaultdict(list)
        for place, thing in enumerate(self.things):
            for key in thing.about:
                if key in self.places:
                    self._narrower[self.places[key]].append(place)
        self._resembling = lru_cache(4_096)(self._resemble)

    def find(self, query: str) -> list[Hit]:
        """Everything that has all words of the query, the best first."""
        words = query_words(query)
        if not words:
            return []
        scores = self._by_words(words)
        hits = {place: Hit(self.things[place], score) for place, score in scores.items()}
        for place in scores:
            if self.things[place].concept and (worth := self._labelled(place, words)):
                for below in self._below(place):
                    by_concept = Hit(self.things[below], BY_CONCEPT * worth, self.things[place])
                    if below not in hits or (hits[below].by and hits[below].score < by_concept.score):
                        hits[below] = by_concept
        return [hit for _, hit in sorted(hits.items(), key=lambda item: (-item[1].score, item[0]))]

    def near(self, word: str, most: int = 3) -> list[str]:
        """Words that are written much like one that is not found, the most alike first."""
        from rapidfuzz import fuzz, process

        words = (other for other in self._postings if len(other) > SHORT)
        alike = process.extract(word, words, scorer=fuzz.ratio, limit=most, score_cutoff=NEAR)
        return [other for other, *_ in alike]

    def _by_words(self, words: Sequence[str]) -> dict[int, float]:
        """What each thing is worth that has all the words, by its place."""
        by_word = [self._resembling(word) for word in words]
        rest = min(by_word, key=len)
        return {
            place: sum(worth[place] for worth in by_word) / len(words) + self._whole(place, words)
            for place in rest
            if all(place in worth for worth in by_word)
        }

    def _resemble(self, word: str) -> Mapping[int, int]:
        """What a word is worth in each thing where one that resembles it stands."""
        worth: dict[int, int] = {}
        for other, places in self._postings.items():
            if alike := likeness(word, other):
                for place, of_text in places.items():
                    worth[place] = max(worth.get(place, 0), alike * of_text)
        return worth

    def _whole(self, place: int, words: Sequence[str]) -> int:
        """What it adds that a label is the very words."""
        labels = (words_of(text.value) for text in self.things[place].texts if text.label)
        return WHOLE_LABEL if any(label == list(words) for label in labels) else 0

    def _labelled(self, place: int, words: Sequence[str]) -> float:
        """What a concept is worth whose label has all the words, none of them only within another; else 0."""
        best = 0.0
        for text in self.things[place].texts:
            if text.label:
                label = words_of(text.value)
                worth = [max((likeness(word, other) for other in label), default=0) for word in words]
                if label and min(worth) >= INFLECTED:
                    best = max(best, sum(worth) / max(len(label), len(words)) / EXACT * BEGINS)
        return best

    def _below(self, place: int) -> Iterator[int]:
        """What is about a concept, or about one that is narrower."""
        seen, waiting = {place}, [place]
        while waiting:
            for below in self._narrower[waiting.pop()]:
                if below not in seen:
                    seen.add(below)
                    yield below
                    if self.things[below].concept:
                        waiting.append(below)


def query_words(query: str) -> list[str]:
    """The words of a search, folded, each once."""
    return list(dict.fromkeys(words_of(query[:LONGEST])))[:MOST_WORDS]
