"""What the first page and the first search of a large release need, asked for before anybody comes.

A module below 60 lines: the application starts it, and no page knows of it.
"""

from __future__ import annotations

import logging
import time

from ...engine.dataset import Dataset, DatasetView
from ...engine.settings import Settings
from ...errors import PolicygraphError
from ..viewmodels.context import PageContext
from ..viewmodels.search import text_index
from .views.home import home

log = logging.getLogger("policygraph.web.pages.warming")

LARGE = 100_000
"""Statements from which on the first page takes seconds: of fewer, it is asked for when somebody comes."""


async def keep_warm(dataset: Dataset, settings: Settings) -> None:
    """Until cancelled: for each state of the data that is served, ask ahead what pages keep of it.

    Where that fails nothing is lost: the first reader waits, as without it.
    """
    while True:
        dataset.swapped.clear()
        with dataset.lease() as snapshot:
            if snapshot.identity and snapshot.engine.triples >= LARGE:
                began = time.perf_counter()
                view = DatasetView(snapshot)
                context = PageContext(view, base=snapshot.base, release=snapshot.release, settings=settings)
                try:
                    await home(context)
                    await text_index(context)
                except PolicygraphError as error:
                    log.warning("the first page is not made ahead: %s", error)
                else:
                    log.info("warm", extra={"seconds": round(time.perf_counter() - began, 3)})
        await dataset.swapped.wait()
