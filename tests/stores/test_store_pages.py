"""The site over another store is the same site: its pages are those of the release, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import servers
from policygraph.stores import connect, load
from publishing import serving

pytestmark = [pytest.mark.stores, pytest.mark.slow]

PATHS = [
    "/",
    "/actions?kind=flagship&sort=due",
    "/sectors",
    "/dialogues",
    "/initiatives",
    "/periods",
    "/concepts",
    "/queries/load-by-sector-and-quarter",
    "/def",
    "/about",
    "/source/COM-2025-723/nl/4",
    "/id/action/COM-2025-723/A3-003.html",
    "/id/action/COM-2025-723/A3-004.html",
    "/id/dialogue/COM-2025-723/A1-19.html",
    "/id/sector/HEALTH.html",
    "/id/heading/COM-2025-723/01.html",
    "/id/period/2026-Q4.html",
    "/id/doc/COM-2025-723/nl/txt.html",
    "/actions.csv?kind=flagship",
]
ROOM = {"seconds": 20, "quick_seconds": 10, "memory_mib": 512, "rows": 100_000, "answer_mib": 32, "queue": 64}


def pages(*arguments: str | Path) -> dict[str, tuple[int, str]]:
    """Status and text of every page of a server, its own address left out."""
    with serving(*arguments, limits=ROOM) as running:
        found, webcal = {}, running.address.replace("http:", "webcal:")
        for path in PATHS:
            address = f"{path}{'&' if '?' in path else '?'}lang=nl"
            response = running.client.get(address, headers={"Accept": "text/html"}, timeout=60)
            found[path] = (response.status_code, response.text.replace(running.address, "").replace(webcal, ""))
        return found


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Path:
    return seed_release


@pytest.fixture(scope="module")
def here(release: Path) -> dict[str, tuple[int, str]]:
    """The pages over our own engine."""
    return pages(release)


@pytest.mark.parametrize(
    ("store", "path"),
    [(servers.oxigraph, "/query"), (servers.fuseki, "/query"), (servers.virtuoso, "/sparql"), (servers.rdf4j, "")],
)
def test_pages_over_a_store_are_those_of_the_release(
    store: Callable[[Path], AbstractContextManager[servers.Server]],
    path: str,
    release: Path,
    here: dict[str, tuple[int, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with store(tmp_path) as running:
        if running.user:
            monkeypatch.setenv("POLICYGRAPH_STORE_USER", running.user)
            monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", running.password)
        with connect(running.url, running.name) as opened:
            assert load(release, opened).proof.holds
        there = pages(release, "--endpoint", running.url + path)
    assert {status for status, _ in here.values()} == {200}
    assert [path for path in PATHS if there[path] != here[path]] == []
