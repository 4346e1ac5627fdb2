"""Answers are kept while their data are served, within a bound, and made once however many ask."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from policygraph.web.delivery.problems import HTTPProblem
from policygraph.web.delivery.response_cache import ResponseCache
from publishing import eventually, quads, serving, write_release


def test_many_who_ask_at_once_cost_one_making() -> None:
    made = []

    async def scenario() -> list[bytes]:
        kept, going = ResponseCache(), asyncio.Event()

        async def make() -> bytes:
            made.append(1)
            await going.wait()
            return b"x"

        asking = [asyncio.create_task(kept.get(("a",), make)) for _ in range(20)]
        await asyncio.sleep(0)
        asking[0].cancel()
        going.set()
        answers = await asyncio.gather(*asking, return_exceptions=True)
        assert isinstance(answers[0], asyncio.CancelledError)
        return [*answers[1:], await kept.get(("a",), make)]

    assert asyncio.run(scenario()) == [b"x"] * 20 and made == [1]


def test_what_fails_is_told_to_all_and_not_kept() -> None:
    async def scenario() -> None:
        kept, times = ResponseCache(), []

        async def make() -> bytes:
            times.append(1)
            if len(times) == 1:
                raise HTTPProblem(503, "Not now.")
            return b"x"

        with pytest.raises(HTTPProblem, match="Not now"):
            await kept.get(("a",), make)
        assert await kept.get(("a",), make) == b"x" and len(times) == 2

    asyncio.run(scenario())


def test_the_room_is_bounded_and_the_least_used_goes_first() -> None:
    made: list[str] = []

    async def scenario() -> None:
        kept = ResponseCache(room=100, largest=60)

        async def get(name: str, size: int) -> None:
            async def make() -> bytes:
                made.append(name)
                return b"." * size

            assert len(await kept.get((name,), make)) == size
            assert kept.size <= 100

        for name, size in (
            ("a", 40),
            ("b", 40),
            ("a", 40),
            ("c", 40),
            ("a", 40),
            ("b", 40),
            ("big", 61),
            ("big", 61),
        ):
            await get(name, size)

    asyncio.run(scenario())
    assert made == ["a", "b", "c", "b", "big", "big"]


def test_nothing_outlives_its_data(tmp_path: Path) -> None:
    release = tmp_path / "release"
    write_release(release, quads(actions=3))
    with serving(release) as server:

        def found() -> int:
            response = server.client.get("/queries/about.json", params={"iri": "id:action/COM-2025-723/A3-004"})
            return len(response.json()["results"]["bindings"])

        assert found() == 0 and server.client.get("/sitemap.xml").text.count("A3-004") == 0
        write_release(release, quads(actions=4))
        eventually(lambda: found() > 0)
        assert server.client.get("/sitemap.xml").text.count("A3-004") > 0
