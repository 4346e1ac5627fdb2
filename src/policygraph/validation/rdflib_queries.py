"""An rdflib Graph for pySHACL, which asks the same query once for each node: it is parsed once, not each time.

A module below 60 lines, since it is only imported where rdflib is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result

_prepare = lru_cache(maxsize=1_024)(prepareQuery)
"""Parsed queries by their text, kept for all graphs of the process: the same shapes meet one after another."""


class PreparedGraph(Graph):
    """A Graph that takes queries in their parsed form; parsing is most of what one costs."""

    def query(self, query_object: str | Query, *arguments: Any, **options: Any) -> Result:
        """Answer as ``Graph.query`` does."""
        if isinstance(query_object, str):
            query_object = _prepare(query_object)
        return super().query(query_object, *arguments, **options)
