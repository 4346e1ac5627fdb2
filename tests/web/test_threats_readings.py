"""What we take for a string, a comment or an IRI, the engine takes for the same: every short way to hide a call.

Between ``<`` and SERVICE, and behind it, stands each sequence of the signs that open and close strings,
comments, IRIs and brackets. Whatever passes the screen must make the engine call nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pyoxigraph as ox
import pytest

from policygraph.engine import tokens
from policygraph.engine.guard import screen
from policygraph.engine.settings import Limits
from policygraph.errors import QueryRejected

LIMITS = Limits()
SIGNS = ("'", ">", "#", ")", "\n")
FORBIDDEN = "http://127.0.0.1:1/"
"""A port that the engine itself refuses with an OSError, without sending anything."""


def sequences(longest: int) -> Iterator[str]:
    for length in range(longest + 1):
        yield from map("".join, product(SIGNS, repeat=length))


def disguised(longest: int) -> Iterator[str]:
    for before in sequences(longest):
        for behind, end in product(sequences(2), ("", "\n", ")\n")):
            yield f"SELECT * {{ ?s ?p ?o FILTER(?o<{before}SERVICE<{FORBIDDEN}>{{}}{behind}{end}}}"


def calls(query: str) -> bool:
    """Whether the engine would call another endpoint for a query that passes the screen."""
    try:
        screen(query, LIMITS)
    except QueryRejected:
        return False
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(small)) for small in (1, "!"))
    try:
        list(store.query(query))
    except OSError:
        return True
    except (SyntaxError, ValueError):
        return False
    return False


@pytest.mark.slow
def test_no_disguise_passes() -> None:
    assert [query for query in disguised(4) if calls(query)] == []


def test_no_short_disguise_passes() -> None:
    assert [query for query in disguised(3) if calls(query)] == []


def test_without_the_rule_for_two_readings_one_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above sees what it is there for."""
    monkeypatch.setattr(tokens, "_may_be_comparison", lambda _: False)
    assert any(calls(query) for query in disguised(4))
