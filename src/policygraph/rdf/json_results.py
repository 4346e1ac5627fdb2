"""SPARQL results in JSON as stores send them, with members that the format does not have (QLever's ``meta``).

The format says nothing of other members (SPARQL 1.1 Query Results JSON Format, section 3), so they are no fault;
pyoxigraph reads those before the bindings and none after them. A module below 60 lines, since three rooms need it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def read_results(content: bytes, read: Callable[[bytes], T]) -> T:
    """What ``read`` makes of the results, read once more without other members where it refuses them.

    Raises SyntaxError or ValueError, as ``read`` does: also where the content is no JSON, or no SPARQL results.
    """
    try:
        return read(content)
    except (SyntaxError, ValueError):
        if (plain := _plain(content)) is None:
            raise
    return read(plain)


def _plain(content: bytes) -> bytes | None:
    """The results with the members of the format alone; None where the content has no such members."""
    try:
        document = json.loads(content)
        variables, rows = document["head"]["vars"], document["results"]["bindings"]
        bindings = [{name: term for name, term in row.items() if term is not None} for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return json.dumps({"head": {"vars": variables}, "results": {"bindings": bindings}}).encode()
