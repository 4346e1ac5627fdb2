"""The W3C Reconciliation Service API 0.2 over a release, without a web framework: dicts in, dicts out.

Source of the rules: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
Identifiers are paths below ``id/``; the site turns one into the page of its thing at ``/view?id=``.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Store

from ..errors import QueryError
from ..rdf.iris import XSD, Names
from ..search.entity_index import PATHS, RECORDS, Entity, EntityIndex, EntityType
from ..search.words import folded, plain
from .requests import ReconciliationQuery, parse_extension, parse_query, parse_text

BATCH, PAGE = 50, 20
"""Queries a batch, suggestions a page."""
CUTOFF = 60.0
"""A candidate that scores less, of 100, is no candidate."""
WITHIN, SHORTEST = 0.9, 5
"""What words count that stand within a longer text, and how many letters they need for that."""
SURE = 99.5
"""A property value agrees for certain from this score on."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing with its score of 100, the parts the score is made of, and whether its name is the very words."""

    thing: Entity
    score: float
    exact: bool
    features: dict[str, float] = field(default_factory=dict)


class Reconciliation:
    """The service over one store; ``language`` is that of the names it shows."""

    def __init__(self, store: Store, names: Names | None = None, language: str = "en") -> None:
        self.names = names or Names()
        self.entities = EntityIndex(store, self.names, language)

    def manifest(self, service: str, version: str = "") -> Json:
        """What the service can do; ``service`` is its address on the site, without a slash at the end."""
        suggest = {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        }
        return {
            "versions": ["0.2"],
            "name": "policygraph",
            "identifierSpace": f"{self.names.base}id/",
            "schemaSpace": self.names.definitions,
            "serviceVersion": version,
            "defaultTypes": [self._type(kind) for kind in self.entities.kinds.values()],
            "view": {"url": f"{service}/view?id={{{{id}}}}"},
            "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 430, "height": 200},
            "suggest": suggest,
            "extend": {
                "propose_properties": {"service_url": service, "service_path": "/properties"},
                "property_settings": [],
            },
            "batchSize": BATCH,
        }

    def queries(self, batch: object) -> Json:
        """The candidates for each query of a batch, by the batch's own keys. Raises QueryError."""
        if not isinstance(batch, dict) or not all(isinstance(key, str) for key in batch):
            raise QueryError("A batch of queries is a JSON object of queries by key: send one.")
        if len(batch) > BATCH:
            raise QueryError(f"The batch holds {len(batch)} queries: send at most {BATCH} at a time.")
        queries = {key: parse_query(query, key) for key, query in batch.items()}
        return {key: {"result": self._result(query)} for key, query in queries.items()}

    def candidates(self, query: ReconciliationQuery) -> list[Candidate]:
        """All things that may be meant, best first, however many."""
        scored = (self._scored(thing, score, exact, query) for thing, score, exact in self._by_words(query))
        return sorted(
            (candidate for candidate in scored if candidate.score >= CUTOFF),
            key=lambda candidate: (-candidate.score, candidate.thing.id),
        )

    def suggest_entity(self, prefix: str, cursor: int = 0) -> Json:
        """Things whose name begins with these letters, then those that resemble them; from place ``cursor`` on."""
        if not prefix.strip():
            return {"result": []}
        alike = [candidate.thing for candidate in self.candidates(ReconciliationQuery(parse_text(prefix)))]
        start, (names, bearers) = plain(prefix), self._index
        first = [thing for name, thing in zip(names, bearers, strict=True) if start and name.startswith(start)]
        things = list({thing.id: thing for thing in [*first, *alike]}.values())[cursor : cursor + PAGE]
        return {"result": [self._entity(thing) | {"notable": [self._type(thing.kind)]} for thing in things]}

    def suggest_type(self, prefix: str, cursor: int = 0) -> Json:
        """Categories whose name or identifier has these letters in it."""
        return _suggestions({kind.id: kind.name for kind in self.entities.kinds.values()}, prefix, cursor)

    def suggest_property(self, prefix: str, cursor: int = 0) -> Json:
        """Properties whose name or identifier has these letters in it."""
        return _suggestions(self.entities.properties, prefix, cursor)

    def propose_properties(self, type_: str = "", limit: int | None = None) -> Json:
        """The properties that things of a category have (of all without one)."""
        proposed = self.entities.properties_of(type_) if type_ else list(PATHS)
        settings = {name: value for name, value in (("type", type_), ("limit", limit)) if value}
        return {"properties": [self._property(id_) for id_ in proposed][:limit], **settings}

    def extend(self, query: object) -> Json:
        """The values of properties of things: ``{"ids": […], "properties": [{"id": …}]}`` → meta and rows.

        A thing that is not known has no values. Raises QueryError.
        """
        ids, properties = parse_extension(query)
        things = self.entities.things
        rows = {
            id_: {
                name: [self._cell(value) for value in self.entities.values(id_, name)] if id_ in things else []
                for name in properties
            }
            for id_ in ids
        }
        return {"meta": [self._property(name) for name in properties], "rows": rows}

    def preview(self, id_: str) -> str:
        """A small HTML page about one thing. Raises QueryError where it is not known."""
        thing, escape = self._known(id_), html.escape
        return (
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
            f"<title>{escape(thing.name)}</title></head><body><p><strong>{escape(thing.name)}</strong>"
            f"<br>{escape(thing.kind.name)}</p><p>{escape(thing.description)}</p></body></html>"
        )

    def view(self, id_: str) -> str:
        """The IRI of a thing, to send the reader to. Raises QueryError where it is not known."""
        return self.entities.iri(self._known(id_).id).value

    def _known(self, id_: str) -> Entity:
        thing = self.entities.things.get(id_)
        if thing is None:
            raise QueryError(
                f"“{id_[:80]}” is no thing of this release: take an identifier that the service gave."
            )
        return thing

    @cached_property
    def _index(self) -> tuple[list[str], list[Entity]]:
        """Every name in lower case without punctuation, and beside it the thing that bears it."""
        names: list[str] = []
        bearers: list[Entity] = []
        for thing in self.entities.things.values():
            shown = (thing.name,) if thing.kind.id not in RECORDS else ()
            for name in dict.fromkeys((*thing.names, *shown)):
                names.append(plain(name))
                bearers.append(thing)
        return names, bearers

    def _by_words(self, query: ReconciliationQuery) -> Iterator[tuple[Entity, float, bool]]:
        """Each thing of an allowed category with the best score of its names; all at 0 without words."""
        if not query.words:
            yield from ((thing, 0.0, False) for thing in self.entities.things.values() if _allowed(thing, query))
            return
        names, things = self._index
        words, best = plain(query.words), dict[str, tuple[Entity, float, bool]]()
        for place, score in _likeness(words, names):
            thing = things[place]
            if _allowed(thing, query) and score > best.get(thing.id, (thing, -1.0, False))[1]:
                best[thing.id] = (thing, score, names[place] == words)
        yield from best.values()

    def _scored(self, thing: Entity, score: float, exact: bool, query: ReconciliationQuery) -> Candidate:
        features = {"name": score} if query.words else {}
        for property_, values in query.properties:
            features[property_] = max(self._agreement(thing, property_, value) for value in values)
        of_properties = [features[property_] for property_, _ in query.properties]
        agrees = all(value >= SURE for value in of_properties)
        parts = [score, score] * bool(query.words) + of_properties
        preferred = not query.types or not {thing.kind.id, *thing.kind.broader}.isdisjoint(query.types)
        total = sum(parts) / len(parts) * (1.0 if preferred else 0.9)
        return Candidate(thing, round(total, 2), exact and agrees, features)

    def _agreement(self, thing: Entity, property_: str, value: object) -> float:
        """How well a value agrees with those that the thing has: 100 the same, 0 none."""
        from rapidfuzz import fuzz

        held = self.entities.values(thing.id, property_)
        if isinstance(value, dict):
            return 100.0 * any(isinstance(h, NamedNode) and self.entities.local(h) == value["id"] for h in held)
        text = plain(str(value).lower() if isinstance(value, bool) else str(value))
        names = (name for node in held for name in self._names_of(node))
        return max((fuzz.ratio(text, plain(name)) for name in names), default=0.0)

    def _names_of(self, node: NamedNode | Literal) -> tuple[str, ...]:
        if isinstance(node, Literal):
            return (node.value,)
        thing = self.entities.things.get(self.entities.local(node) or "")
        return (node.value, self.entities.called(node), *(thing.names if thing else ()))

    def _result(self, query: ReconciliationQuery) -> list[Json]:
        candidates = self.candidates(query)
        certain = [candidate.thing.id for candidate in candidates if candidate.exact]
        return [
            self._entity(candidate.thing)
            | {
                "score": candidate.score,
                "match": certain == [candidate.thing.id],
                "type": [self._type(candidate.thing.kind)],
                "features": [{"id": id_, "value": round(value, 2)} for id_, value in candidate.features.items()],
            }
            for candidate in candidates[: query.limit]
        ]

    def _cell(self, value: NamedNode | Literal) -> Json:
        if isinstance(value, NamedNode):
            id_, ours = self.entities.local(value), value.value.startswith(self.names.base)
            called = self.entities.called(value)
            return {"id": id_, "name": called} if id_ else {"str": called if ours else value.value}
        if value.datatype.value == f"{XSD}integer":
            return {"int": int(value.value)}
        if value.datatype.value == f"{XSD}date":
            return {"date": f"{value.value}T00:00:00"}
        return {"str": value.value}

    @staticmethod
    def _entity(thing: Entity) -> Json:
        return {"id": thing.id, "name": thing.name, "description": thing.description}

    def _type(self, kind: EntityType) -> Json:
        broader = [{"id": id_, "name": self.entities.kinds[id_].name} for id_ in kind.broader]
        return {"id": kind.id, "name": kind.name} | ({"broader": broader} if broader else {})

    def _property(self, id_: str) -> Json:
        return {"id": id_, "name": self.entities.properties[id_]}


def _allowed(thing: Entity, query: ReconciliationQuery) -> bool:
    kinds = {thing.kind.id, *thing.kind.broader}
    if query.strict == "all":
        return kinds.issuperset(query.types)
    return query.strict == "should" or not query.types or not kinds.isdisjoint(query.types)


def _likeness(words: str, names: list[str]) -> Iterator[tuple[int, float]]:
    """Place and score of each name like the words: the same words in any order, or a longer text that has them."""
    from rapidfuzz import fuzz, process

    for name, score, place in process.extract(
        words, names, scorer=fuzz.token_sort_ratio, limit=None, score_cutoff=CUTOFF
    ):
        yield place, 100.0 if name == words else min(score, 99.0)
    for name, score, place in process.extract(
        words, names, scorer=fuzz.partial_ratio, limit=None, score_cutoff=CUTOFF
    ):
        if len(name) > len(words) >= SHORTEST:
            yield place, WITHIN * score


def _suggestions(names: Mapping[str, str], prefix: str, cursor: int) -> Json:
    """A page of the identifiers with names of which one has these letters in it."""
    letters = folded(parse_text(prefix).strip())
    pairs = [(id_, name) for id_, name in names.items() if any(letters in folded(text) for text in (id_, name))]
    return {"result": [{"id": id_, "name": name} for id_, name in pairs[cursor : cursor + PAGE]]}
