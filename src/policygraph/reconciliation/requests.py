"""What a client of the reconciliation service asks for, checked: a query of a batch, a data extension query.

Source of the rules: Reconciliation Service API 0.2, sections on reconciliation queries and data extension.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import QueryError
from ..search.entity_index import PATHS

LONGEST, LIMIT, MOST, IDS = 1000, 10, 100, 1000
"""Characters of a text, candidates by default and at most (also values of a property), identifiers to extend."""


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """One query, checked: words, categories and how strict they are, candidates wanted, properties with values."""

    words: str
    types: tuple[str, ...] = ()
    strict: str = "any"
    limit: int = LIMIT
    properties: tuple[tuple[str, tuple[Any, ...]], ...] = ()


def parse_query(query: object, key: str) -> ReconciliationQuery:
    """One query of a batch, checked against the rules of the API. Raises QueryError that names its key."""
    if not isinstance(query, dict) or not (query.get("query") or query.get("properties")):
        raise QueryError(f"Query {key} has neither “query” nor “properties”: give at least one.")
    types, limit, strict = query.get("type", []), query.get("limit", LIMIT), query.get("type_strict", "any")
    kinds = [types] if isinstance(types, str) else types
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise QueryError(f"Query {key}: “type” is a category or a list of them.")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not math.isfinite(limit) or limit < 1:
        raise QueryError(f"Query {key}: “limit” is a number from 1 on.")
    if strict not in ("any", "should", "all"):
        raise QueryError(f"Query {key}: “type_strict” is any, should or all.")
    words = parse_text(query.get("query", ""))
    properties = tuple(_property_values(query.get("properties", []), key))
    return ReconciliationQuery(words, tuple(kinds), strict, min(int(limit), MOST), properties)


def _property_values(properties: object, key: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if not isinstance(properties, list) or len(properties) > len(PATHS):
        raise QueryError(f"Query {key}: “properties” is a list of at most {len(PATHS)} {{pid, v}}.")
    for entry in properties:
        if not isinstance(entry, dict) or "pid" not in entry or "v" not in entry:
            raise QueryError(f"Query {key}: each property has “pid” and “v”.")
        values = entry["v"] if isinstance(entry["v"], list) else [entry["v"]]
        if not values or len(values) > MOST or not all(_is_value(value) for value in values):
            raise QueryError(f"Query {key}: “v” is a text, number, boolean or {{id}}, or a list of 1 to {MOST}.")
        yield _known_property(entry["pid"]), tuple(values)


def _is_value(value: object) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("id"), str)
    return isinstance(value, int | float) or (isinstance(value, str) and len(value) <= LONGEST)


def _known_property(id_: object) -> str:
    if not isinstance(id_, str) or id_ not in PATHS:
        raise QueryError(f"“{str(id_)[:80]}” is no property: use one of {', '.join(PATHS)}.")
    return id_


def parse_extension(query: object) -> tuple[list[str], list[str]]:
    """Identifiers and properties of a data extension query, checked. Raises QueryError."""
    if not isinstance(query, Mapping):
        raise QueryError("A data extension query is a JSON object with “ids” and “properties”: send one.")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or len(ids) > IDS or not all(isinstance(id_, str) for id_ in ids):
        raise QueryError(f"“ids” is a list of at most {IDS} identifiers.")
    if not isinstance(properties, list) or not all(isinstance(p, Mapping) for p in properties):
        raise QueryError("“properties” is a list of objects with an “id”.")
    return ids, list(dict.fromkeys(_known_property(p.get("id")) for p in properties))


def parse_text(words: object) -> str:
    """Words that are a text of bearable length. Raises QueryError."""
    if not isinstance(words, str) or len(words) > LONGEST:
        raise QueryError(f"A query is a text of at most {LONGEST} characters.")
    return words
