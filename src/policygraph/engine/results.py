"""Answers to our own queries, as pages use them: rows of pyoxigraph terms by the name of their column.

A module below 60 lines, since pages, feeds and the assistant read answers with it and need no engine for that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Solution:
    """One solution; ``row["name"]`` is a term or None, ``row.text("name")`` its characters or ""."""

    terms: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.terms.get(name)

    def text(self, name: str) -> str:
        """The IRI or lexical form of a column; "" where it is unbound."""
        term = self.terms.get(name)
        return "" if term is None else str(term.value)


@dataclass(frozen=True, slots=True)
class Solutions:
    """A table: the names of its columns in order, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Solution, ...]

    def __iter__(self) -> Iterator[Solution]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Solution:
        return self.rows[index]


def rows_of(content: bytes) -> Solutions:
    """The table in SPARQL JSON results."""
    solutions: Any = ox.parse_query_results(content, format=ox.QueryResultsFormat.JSON)
    columns = tuple(variable.value for variable in solutions.variables)
    return Solutions(columns, tuple(Solution({name: one[name] for name in columns}) for one in solutions))
