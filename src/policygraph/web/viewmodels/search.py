"""The search of the site: an index of the data that are served, in all languages, and what is shown of it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...engine.results import Solutions
from ...queries.canned import catalogue
from ...rdf.iris import AUTHORITY, DCT, ELI, SKOS
from ...search.text_index import Hit, SearchedThing, SearchText, TextIndex, query_words
from ...search.words import excerpt, marked, words_of
from .context import PageContext
from .labels import LocalizedText, pick
from .links import Links, vocabulary

KINDS = (
    "action",
    "sector",
    "heading",
    "sector-label",
    "entity",
    "concept",
    "dialogue",
    "initiative",
    "doc",
    "question",
)
"""What can be found, in the order in which a page shows it: mostly the segment of an IRI after ``id/``."""

NAMED_BY_TEXT = ("action", "initiative", "question")
"""Kinds of things that are called by their own words, and not by a label."""

RECORDS = ("action", "dialogue", "initiative", "doc")
NAMED_ENTITIES = (f"{AUTHORITY}corporate-body/", f"{AUTHORITY}eu-programme/")
LABELS = (SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel", DCT + "identifier", DCT + "title")
SHOWN, PAGE, MOST = 5, 50, 100
"""Hits of a kind beside others; on a page of one kind; in an answer for programs."""
EXCERPT = 240
INSTEAD = 3
"""Single words that are proposed where nothing has all of them."""

REMOTE_SECONDS = 300
"""How long the index of a store is kept that does not say when its data change."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A hit as it is shown: its name and an excerpt, each in pieces with what is marked, and where it leads.

    ``note`` says where it belongs: strategy and number, or vocabulary. ``by`` is the label of the concept by which
    it was found, where its own words do not say it.
    """

    iri: str
    kind: str
    href: str
    title: LocalizedText
    name: list[tuple[str, bool]]
    excerpt: list[tuple[str, bool]]
    language: LocalizedText
    note: str = ""
    by: LocalizedText | None = None


@dataclass(frozen=True)
class SearchResult:
    """What came of a search: the numbers by kind, the hits that are shown, what to try where there are none."""

    query: str
    kind: str
    counts: Mapping[str, int]
    shown: Mapping[str, list[SearchHit]]
    page: int
    last: int
    instead: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(slots=True)
class _Kept:
    """The index of the data that were searched last, and what names them."""

    key: tuple[object, ...] = ()
    index: TextIndex | None = None


_kept = _Kept()
_making = asyncio.Lock()


async def text_index(context: PageContext) -> TextIndex:
    """The index of the data: two engine calls for the first search of a release, none for those that follow."""
    snapshot: Any = getattr(context.view, "snapshot", None)
    if snapshot is None:
        return await _made(context)
    identity = snapshot.identity or int(time.monotonic() / REMOTE_SECONDS)
    key = (identity, snapshot.since, context.base)
    async with _making:
        if _kept.key != key or _kept.index is None:
            _kept.index, _kept.key = await _made(context), key
        return _kept.index


async def _made(context: PageContext) -> TextIndex:
    texts, links = await context.select("search-texts"), await context.select("search-links")
    return await asyncio.to_thread(lambda: TextIndex(searched_things(texts, links, context.base)))


def searched_things(texts: Solutions, links: Solutions, base: str) -> list[SearchedThing]:
    """What rows of ``search-texts.rq`` and ``search-links.rq`` say, and the canned queries, by kind and IRI."""
    said: dict[str, list[SearchText]] = defaultdict(list)
    about: dict[str, list[str]] = defaultdict(list)
    for row in texts:
        text = LocalizedText.of(row["text"])
        predicate = row.text("p")
        own = SearchText(text.value, text.language, predicate in LABELS, predicate == DCT + "identifier")
        said[row.text("thing")].append(own)
    for row in links:
        about[row.text("thing")].append(row.text("about"))
    things = [
        SearchedThing(iri, kind, tuple(own_texts), tuple(about[iri]), kind not in RECORDS)
        for iri, own_texts in said.items()
        if (kind := kind_of(iri, base))
    ]
    for query in catalogue():
        questions = tuple(SearchText(words, language) for language, words in query.question.items())
        name = SearchText(query.name.replace("-", " "), "", label=True)
        things.append(SearchedThing(f"/queries/{query.name}", "question", (*questions, name)))
    return sorted(things, key=lambda thing: (KINDS.index(thing.kind), thing.key))


def kind_of(iri: str, base: str) -> str:
    """What a thing is found as, "" for what no search is for."""
    if iri.startswith(f"{base}id/"):
        kind, _, rest = iri[len(base) + 3 :].partition("/")
        if kind == "doc":
            return "doc" if "/" not in rest else ""
        return kind if kind in KINDS and rest else "concept" if rest and kind in ("theme", "instrument") else ""
    if iri.startswith(NAMED_ENTITIES):
        return "entity"
    return "concept" if not iri.startswith((base, ELI)) else ""


async def search(context: PageContext) -> SearchResult:
    """What the address asks for: ``q``, and of one ``kind`` a ``page``; HTTPProblem 400 for an unknown kind."""
    query, kind, page = context.first("q"), context.first("kind"), context.page_number()
    if kind and kind not in KINDS:
        raise context.refusal(400, "search_kind", choices=", ".join(KINDS))
    index = await text_index(context)
    hits = await asyncio.to_thread(index.find, query)
    counts = Counter(hit.thing.kind for hit in hits)
    chosen = [kind] if kind else [one for one in KINDS if counts[one]]
    last = max(1, -(-counts[kind] // PAGE)) if kind else 1
    number = min(page, last)
    words = query_words(query)
    shown = {}
    for each in chosen:
        of_kind = [hit for hit in hits if hit.thing.kind == each]
        part = of_kind[(number - 1) * PAGE : number * PAGE] if kind else of_kind[:SHOWN]
        shown[each] = [hit_view(hit, words, context, index) for hit in part]
    instead = () if hits else tuple(near_queries(index, words))
    return SearchResult(
        query, kind, {one: counts[one] for one in KINDS if counts[one]}, shown, number, last, instead
    )


def hit_view(hit: Hit, words: list[str], context: PageContext, index: TextIndex) -> SearchHit:
    """A hit as it is shown in the language of the page; its excerpt is the text that has most of the words."""
    thing, language = hit.thing, context.language
    title = title_of(thing, language)
    best = max(thing.texts, key=lambda text: _fitness(text, words, language, title), default=SearchText(""))
    own = title.value.startswith(best.value) or hit.by is not None
    return SearchHit(
        "" if thing.kind == "question" else thing.key,
        thing.kind,
        href_of(thing, context.links),
        title,
        marked(title.value, words) if len(title.value) <= EXCERPT else excerpt(title.value, words, EXCERPT),
        [] if own else excerpt(best.value, words, EXCERPT),
        LocalizedText(best.value, best.language),
        note_of(thing, index, context),
        title_of(hit.by, language) if hit.by else None,
    )


def title_of(thing: SearchedThing, language: str) -> LocalizedText:
    """What a thing is called: an action by its own words, all else by its label."""
    texts = [
        LocalizedText(text.value, text.language) for text in thing.texts if text.label and not text.identifier
    ]
    others = [LocalizedText(text.value, text.language) for text in thing.texts if not text.label]
    order = (others, texts) if thing.kind in NAMED_BY_TEXT else (texts, others)
    chosen = next((text for group in order if (text := pick(group, language))), None)
    return chosen or LocalizedText(thing.key)


def note_of(thing: SearchedThing, index: TextIndex, context: PageContext) -> str:
    """Where a thing belongs: the number of its document and its own, or the vocabulary of a concept of others."""
    if entry := vocabulary_of(thing, context):
        return context.words.maybe(entry) or ""
    if thing.kind == "question" or thing.kind == "doc":
        return identifier_of(thing)
    document = thing.key.removeprefix(f"{context.base}id/{thing.kind}/").partition("/")[0]
    place = index.places.get(f"{context.base}id/doc/{document}")
    return ", ".join(
        filter(None, (identifier_of(index.things[place]) if place is not None else "", identifier_of(thing)))
    )


def vocabulary_of(thing: SearchedThing, context: PageContext) -> str:
    """The entry of the words that name the vocabulary of a concept of others; "" for what is ours."""
    if thing.kind in ("question", "doc"):
        return ""
    name = vocabulary(thing.key, context.links)
    return "" if name == "ours" else f"vocabulary.{name}"


def identifier_of(thing: SearchedThing) -> str:
    """What a thing says as its identifier, "" where it has none."""
    return next((text.value for text in thing.texts if text.identifier), "")


def href_of(thing: SearchedThing, links: Links) -> str:
    """Where a thing leads."""
    if thing.kind == "question":
        return links.to(thing.key)
    return links.concept(thing.key) or links.thing(thing.key) or thing.key


def _fitness(
    text: SearchText, words: list[str], language: str, title: LocalizedText
) -> tuple[int, bool, bool, bool]:
    marks = {word for piece, mark in marked(text.value, words) if mark for word in words_of(piece)}
    spoken = text.language.partition("-")[0]
    return len(marks), text.value == title.value, spoken == language, text.label


def near_queries(index: TextIndex, words: list[str]) -> Iterator[str]:
    """Searches that find something: with words that are written alike, and with each word alone."""
    alike = [next(iter([word] if index.find(word) else index.near(word, 1)), "") for word in words]
    each = sorted(alike, key=len, reverse=True)[:INSTEAD]
    for query in dict.fromkeys((" ".join(filter(None, alike)), *each)):
        if query and index.find(query):
            yield query
