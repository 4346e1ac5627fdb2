"""Ten thousand mutated calls of other endpoints: what the guard lets through makes the engine call nobody.

The engine that judges is not confined, and the endpoint that is named is a real listening socket.
"""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest

from policygraph.engine.guard import screen
from policygraph.engine.settings import Limits
from policygraph.errors import QueryRejected

LIMITS = Limits()
TEMPLATES = (
    "PREFIX ex: <{0}> PREFIX : <{0}> SELECT * {{ ?s ?p ?o . SERVICE <{0}> {{ ?a ?b ?c }} }}",
    "PREFIX ex: <{0}> PREFIX : <{0}> SELECT * {{ ?s ?p ?o SERVICE SILENT ex:a {{ ?a ?b ?c }} }}",
    "PREFIX SERVICEex: <{0}> PREFIX ex: <{0}> PREFIX : <{0}> ASK {{ ?s ?p ?o . SERVICEex:a {{ ?a ?b ?c }} }}",
    "PREFIX ex: <{0}> PREFIX : <{0}> SELECT * {{ ?s ?p ?o FILTER(?o < 3) SERVICE ?s {{ ?a ?b ?c }} }}",
    "PREFIX trueSERVICE: <{0}> PREFIX : <{0}> SELECT * {{ ?s ?p trueSERVICE:x {{ }} }}",
    "PREFIX public: <{0}> PREFIX publicservice: <{0}> SELECT * {{ ?s ?p ?o . publicservice:x ?p ?a }}",
    "BASE <{0}> CONSTRUCT {{ ?s ?p ?o }} {{ ?s ?p ?o SERVICE <#a> {{ ?a ?b '''x''' }} }}",
    "SELECT * FROM <{0}> FROM NAMED <{0}> {{ ?s ?p ?o GRAPH ?g {{ ?a ?b ?c }} }}",
)
SIGNS = (" ", "\n", "\t", "#", "# x\n", "'", '"', "'''", '"""', "<", ">", "<#", "#>", "(", ")", "{", "}", ".", ";")
WORDS = (
    ":",
    "ex:a",
    "ex:a.",
    "?x",
    "1",
    "1.",
    "true",
    "a",
    "@en",
    "^^ex:t",
    "SERVICE",
    "service",
    "SILENT",
    "UNION",
)
TRICKS = (
    *("\\", "\\u0053", "\\u0073", "\\u0027", "\\u000a", "SERVICE:x", ".SERVICE", "FROM", "PREFIX", "BASE <a:>"),
    *(
        "OPTIONAL",
        "\u017f",
        "\u0131",
        "\u0301",
        "\u200d",
        "\u00a0",
        "\ufeff",
        "\u2028",
        "%53",
        "VALUES ?x",
        "~",
        "{|",
    ),
)
PIECES = (*SIGNS, *WORDS, *TRICKS)


class Listener:
    """A port that counts who comes, and lets them go."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


def mutated(seed: int, number: int, address: str) -> Iterator[str]:
    """Queries in which one to three pieces were put in, taken out or replaced, often in the word itself."""
    chance = random.Random(seed)
    for _ in range(number):
        text = chance.choice(TEMPLATES).format(address)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            if chance.random() < 0.3:
                at = max(1, text.upper().find("SERVICE", at)) + chance.randrange(-1, 9)
            act = chance.choice(("in", "out", "instead"))
            piece = "" if act == "out" else chance.choice(PIECES)
            text = text[:at] + piece + text[at + (act != "in") :]
        yield text


def ask(store: ox.Store, query: str) -> None:
    """Ask the engine, whatever it says."""
    try:
        answer: Any = store.query(query, base_iri="http://127.0.0.1:1/", use_default_graph_as_union=True)
        if not isinstance(answer, ox.QueryBoolean):
            for _ in zip(range(100), answer, strict=False):
                pass
    except (OSError, SyntaxError, ValueError):
        return


def passing(seed: int, number: int, listener: Listener) -> list[str]:
    """The mutated queries that the guard lets through, each asked of the engine."""
    store = ox.Store()
    for term in (ox.Literal(1), ox.NamedNode(listener.address), ox.Literal(True)):
        store.add(ox.Quad(ox.NamedNode(listener.address), ox.NamedNode(f"{listener.address}p"), term))
    passed = []
    for query in mutated(seed, number, listener.address):
        try:
            screen(query, LIMITS, strict=False, base="http://127.0.0.1/sparql")
        except QueryRejected:
            continue
        ask(store, query)
        assert listener.visits == 0, query
        passed.append(query)
    return passed


def test_the_listener_sees_who_comes(listener: Listener) -> None:
    ask(ox.Store(), f"SELECT * {{ SERVICE SILENT <{listener.address}> {{ ?s ?p ?o }} }}")
    assert listener.visits > 0


def test_five_hundred_disguises_call_nobody(listener: Listener) -> None:
    assert passing(1, 500, listener)


@pytest.mark.slow
def test_ten_thousand_disguises_call_nobody(listener: Listener) -> None:
    assert len(passing(2, 10_000, listener)) > 200
