"""Page makers without a server: a store in memory answers, a visit says who asks."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar

import pyoxigraph as ox

from policygraph.engine.results import Solutions, rows_of
from policygraph.web.pages.page import Page
from policygraph.web.pages.rendering import render
from policygraph.web.viewmodels.context import PageContext

TODAY = datetime.date(2026, 11, 24)


class Asked:
    """A store that answers pages, and counts how often it was asked."""

    opened: ClassVar[list[ox.Store]] = []
    """Every store that was asked, kept so that none is taken for one that is gone."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.calls = store, 0
        self.opened.append(store)
        # as on a server, what is kept for data is for these data: the search index is not made for each page
        self.snapshot = SimpleNamespace(identity=(id(store), len(store)), since="")
        self.kept: dict[Hashable, Any] = {}

    async def select(self, query: str) -> Solutions:
        return rows_of(self._ask(query).serialize(format=ox.QueryResultsFormat.JSON))

    async def construct(self, query: str) -> bytes:
        return bytes(self._ask(query).serialize(format=ox.RdfFormat.TURTLE))

    def _ask(self, query: str) -> Any:
        self.calls += 1
        return self.store.query(query, use_default_graph_as_union=True)


def moved(visit: PageContext, address: str) -> PageContext:
    """The same visitor at another address: what was asked is not asked again."""
    path, _, query = address.partition("?")
    pairs = tuple((name, value) for name, _, value in (pair.partition("=") for pair in query.split("&")) if name)
    return replace(visit, path=path, pairs=(*pairs, ("lang", visit.language)))


def visiting(store: ox.Store, address: str = "/", language: str = "en", **more: Any) -> PageContext:
    """The context of an address, parameters and all, on the day that these tests are about."""
    return moved(PageContext(Asked(store), language=language, today=TODAY, **more), address)


def made(maker: Callable[..., Awaitable[Page]], visit: PageContext, *arguments: Any) -> Page:
    """What a page maker makes of a visit."""
    return asyncio.run(maker(visit, *arguments))  # type: ignore[arg-type]


def html(maker: Callable[..., Awaitable[Page]], visit: PageContext, *arguments: Any) -> str:
    """The HTML of what a page maker makes of a visit."""
    return render(made(maker, visit, *arguments), visit)
