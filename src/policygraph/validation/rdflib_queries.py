"""An rdflib Graph for pySHACL, which asks the same query once for each node: it is parsed once, not each time.

A module below 60 lines, since it is only imported where rdflib is.
"""

from __future__ import annotations

from typing import Any

from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result


class PreparedGraph(Graph):
    """A Graph that keeps the queries asked of it in their parsed form; parsing is most of what one costs."""

    def __init__(self) -> None:
        super().__init__()
        self._queries: dict[str, Query] = {}

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:
        """Answer as ``Graph.query`` does."""
        if isinstance(query_object, str):
            if query_object not in self._queries:
                self._queries[query_object] = prepareQuery(query_object)
            query_object = self._queries[query_object]
        return super().query(query_object, *arguments, **options)
