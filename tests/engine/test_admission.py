"""Who gets a process next, and what is remembered of queries that were stopped."""

from __future__ import annotations

import asyncio

import pytest

from policygraph.engine import admission
from policygraph.engine.admission import StoppedQueries, WaitingList
from policygraph.engine.guard import Fingerprint, screen
from policygraph.engine.settings import Limits


def fingerprint(text: str) -> Fingerprint:
    return screen(text, Limits()).fingerprint


def test_white_space_and_comments_do_not_make_another_text() -> None:
    usual = fingerprint("SELECT * { ?s ?p ?o }")
    assert fingerprint("SELECT  *\n{?s ?p ?o} # again") == usual
    assert fingerprint("SELECT * { ?s ?p ?x }").text != usual.text


def test_names_and_values_do_not_make_another_shape() -> None:
    usual = fingerprint("SELECT * { ?s <http://a/> 1 ; <http://b/> 'x' }")
    assert fingerprint("select * { ?z <http://c/> 2.5 ; <http://d/> '''y''' }").shape == usual.shape
    assert fingerprint("SELECT * { ?s <http://a/> ?o ; <http://b/> 'x' }").shape != usual.shape
    assert fingerprint("ASK { ?s <http://a/> 1 ; <http://b/> 'x' }").shape != usual.shape


def test_a_stopped_text_is_refused_for_a_while_and_its_shape_until_forgiven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    stopped, query, alike = StoppedQueries(), Fingerprint(1, 7), Fingerprint(2, 7)
    stopped.add(query, 11)
    clock[0] += 4
    assert stopped.seconds_left(query) == 7
    assert stopped.seconds_left(alike) == 0 and stopped.alike(alike)
    clock[0] += 8
    assert stopped.seconds_left(query) == 0 and stopped.alike(query)
    stopped.forgive(alike)
    assert not stopped.alike(query)
    stopped.forgive(alike)


def test_the_memory_is_bounded_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "REMEMBERED", 3)
    stopped = StoppedQueries()
    for number in range(1, 6):
        stopped.add(Fingerprint(number, number), 60)
    assert [number for number in range(1, 6) if stopped.seconds_left(Fingerprint(number, 0))] == [3, 4, 5]
    assert [number for number in range(1, 6) if stopped.alike(Fingerprint(0, number))] == [3, 4, 5]


def test_clients_take_turns() -> None:
    async def turns() -> list[str]:
        waiting = WaitingList(10)
        places = {f"{client}{number}": waiting.join(client) for client, number in ["a1", "a2", "a3", "b1", "c1"]}
        names = {id(place): name for name, place in places.items()}
        return [names[id(waiting.next())] for _ in range(5)]

    assert asyncio.run(turns()) == ["a1", "b1", "c1", "a2", "a3"]


def test_in_a_full_list_the_greediest_gives_way() -> None:
    async def fill() -> None:
        waiting = WaitingList(4)
        mine = [waiting.join("greedy") for _ in range(4)]
        assert waiting.join("greedy") is None
        assert waiting.join("new") is not None
        assert [place is not None and place.cancelled() for place in mine] == [False, False, False, True]
        assert waiting.join("newer") is not None and len(waiting) == 4
        assert waiting.join("new") is None, "each of them has as many as the others, or one less"

    asyncio.run(fill())


def test_who_leaves_makes_room() -> None:
    async def leave() -> None:
        waiting = WaitingList(1)
        place = waiting.join("a")
        assert place is not None
        waiting.leave("a", place)
        waiting.leave("a", place)
        assert len(waiting) == 0 and waiting.next() is None
        again = waiting.join("a")
        assert again is not None and waiting.next() is again and len(waiting) == 0

    asyncio.run(leave())
