"""Where a build works on this machine: in this process or in several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeVar

from ..errors import ReleaseError

T = TypeVar("T")
R = TypeVar("R")


class Workers:
    """``with Workers(jobs) as workers``: ``map`` gives results in the order of the items.

    One job means this process.
    """

    def __init__(self, jobs: int = 1) -> None:
        self._pool = _pool(jobs) if jobs > 1 else None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The function's results; its first error ends the iteration, as does the death of a worker.

        Other processes begin at once; this process begins when the first result is asked for.
        """
        if self._pool is None:
            return map(function, items)
        return _told(self._pool.map(function, items))


def _told(results: Iterator[R]) -> Iterator[R]:
    try:
        yield from results
    except BrokenProcessPool as error:
        raise ReleaseError(
            "A worker process of the build died (out of memory, or killed): try fewer --jobs."
        ) from error


def _pool(jobs: int) -> ProcessPoolExecutor:
    """Fresh processes: a forked one would keep the build's lock, and its siblings' pipes, after a kill."""
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
