"""What a large release's first page needs is asked for when the server starts, and when the data are swapped."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pyoxigraph as ox
import pytest

from policygraph.engine.dataset import Dataset, DatasetView, Snapshot
from policygraph.engine.engine import LocalEngine
from policygraph.engine.settings import Settings
from policygraph.errors import StoreError
from policygraph.rdf.iris import BASE
from policygraph.site.client import UNBOUND, InProcessEngine
from policygraph.web.pages import warming
from policygraph.web.pages.views.home import home
from policygraph.web.viewmodels.context import PageContext
from policygraph.web.viewmodels.search import text_index


@pytest.fixture
def store() -> ox.Store:
    """A few statements: what is asked does not hang on what comes."""
    from publishing import quads

    few = ox.Store()
    few.extend(quads(5))
    return few


def snapshot(store: ox.Store, identity: str, triples: int = warming.LARGE) -> Snapshot:
    engine = LocalEngine(InProcessEngine(store), UNBOUND)  # type: ignore[arg-type]
    engine.triples = triples
    return Snapshot(engine, None, BASE, identity)


async def warmed(dataset: Dataset, swapped: Snapshot | None = None) -> None:
    """Let the task run until it waits for other data; then swap them, and let it run again."""
    task = asyncio.create_task(warming.keep_warm(dataset, Settings()))
    for fresh in (None, swapped):
        if fresh:
            dataset.hold(fresh)
            dataset.swapped.set()
        for _ in range(400):
            await asyncio.sleep(0.02)
            if not dataset.swapped.is_set() and dataset.current.users == 0:
                break
    assert not task.done()
    task.cancel()


async def calls_of_the_first_page(of: Snapshot) -> int:
    view = DatasetView(of)
    await home(PageContext(view))
    await text_index(PageContext(view))
    return view.calls


def test_first_page_of_a_large_release_asks_nothing_after_start_and_after_a_swap(store: ox.Store) -> None:
    async def run() -> None:
        dataset, first, second = Dataset(Settings()), snapshot(store, "first"), snapshot(store, "second")
        dataset.hold(first)
        await warmed(dataset, second)
        assert await calls_of_the_first_page(second) == 0
        assert {"actions", "concepts", "meetings", "changes"} <= set(first.kept)

    asyncio.run(run())


def test_small_data_and_data_that_may_change_unseen_are_left_until_somebody_comes(store: ox.Store) -> None:
    async def run() -> None:
        for left in (snapshot(store, "small", warming.LARGE - 1), snapshot(store, "")):
            dataset = Dataset(Settings())
            dataset.hold(left)
            await warmed(dataset)
            assert not left.kept
            assert await calls_of_the_first_page(replace(left, identity="later")) > 5

    asyncio.run(run())


def test_store_that_does_not_answer_stops_nothing(store: ox.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: PageContext) -> None:
        raise StoreError("The store does not answer.")

    monkeypatch.setattr(warming, "home", fail)
    dataset = Dataset(Settings())
    dataset.hold(snapshot(store, "first"))
    asyncio.run(warmed(dataset))
