"""Where a build works on this machine: in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeVar

from ..errors import ReleaseError

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """``map`` gives results in the order of the items; without a pool, this process does them."""

    def __init__(self, pool: ProcessPoolExecutor | None = None) -> None:
        self._pool = pool

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The function's results; its first error ends the iteration, as does the death of a worker.

        Other processes begin at once; this process begins when the first result is asked for.
        """
        return map(function, items) if self._pool is None else _results(self._pool.map(function, items))


@contextmanager
def local_workers(jobs: int = 1) -> Iterator[Workers]:
    """This process, or ``jobs`` fresh ones beside each other.

    A forked process would keep the build's lock, and its siblings' pipes, after a kill.
    """
    if jobs == 1:
        yield Workers()
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_end_with_parent)
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _results(results: Iterator[R]) -> Iterator[R]:
    try:
        yield from results
    except BrokenProcessPool as error:
        raise ReleaseError(
            "A worker process of the build died (out of memory, or killed): try fewer --jobs."
        ) from error


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
