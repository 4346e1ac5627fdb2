"""Things by words in any language that the data have, and what comes nearest where nothing fits."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from ..queries.canned import CannedQuery, catalogue
from ..search.entity_index import Entity, EntityIndex
from ..search.words import plain

SHORTEST, INNER = 3, 5
"""Letters from which a word counts, and from which it is looked for within words, too."""
NEAR = 3
"""How many near things or questions are told."""

Named = dict[str, str]


def find_things(index: EntityIndex, text: str, kind: str = "") -> list[Entity]:
    """The things that have every word of a text in their names, texts and translations, best first.

    A word of five letters or more may stand within another, as in compounds; case and accents do not count.
    """
    wanted = _words(text)
    things = [
        thing for thing in _of_kind(index, kind) if wanted and _has_all(wanted, plain(" ".join(thing.names)))
    ]
    return sorted(things, key=lambda thing: (-fuzz.WRatio(plain(text), plain(thing.name)), thing.id))


def nearest_things(index: EntityIndex, text: str, kind: str = "") -> list[Named]:
    """The few things whose names are most like a text, however unlike."""
    names = {thing.id: plain(thing.name) for thing in _of_kind(index, kind)}
    ranked = process.extract(plain(text), names, scorer=fuzz.WRatio, limit=NEAR)
    space = index.iri("").value
    return [{"thing": space + str(id_), "name": index.things[str(id_)].name} for _, _, id_ in ranked]


def nearest_questions(text: str, most: int = NEAR) -> list[Named]:
    """The questions whose words are most like a text."""
    spoken = {query.name: plain(f"{query.name} {query.question['en']}") for query in catalogue()}
    ranked = process.extract(plain(text), spoken, scorer=fuzz.token_set_ratio, limit=most)
    named = {query.name: query for query in catalogue()}
    return [{"question": str(name), "name": named[str(name)].question["en"]} for _, _, name in ranked]


def questions_about(text: str) -> list[CannedQuery]:
    """All questions, or those that have every word of a text in their name, question, tags or columns."""
    wanted = _words(text)
    return [query for query in catalogue() if _has_all(wanted, plain(" ".join(_described(query))))]


def _described(query: CannedQuery) -> Iterable[str]:
    yield from (query.name, *query.question.values(), *query.tags)
    yield from (f"{column.name} {column.description}" for column in query.columns)


def _of_kind(index: EntityIndex, kind: str) -> list[Entity]:
    return [thing for thing in index.things.values() if not kind or kind in (thing.kind.id, *thing.kind.broader)]


def _has_all(wanted: list[str], text: str) -> bool:
    words = text.split()
    return all(
        any(part.startswith(word) or (len(word) >= INNER and word in part) for part in words) for word in wanted
    )


def _words(text: str) -> list[str]:
    return [word for word in plain(text).split() if len(word) >= SHORTEST or word.isdigit()]
