"""The one progress bar of the command line: on stderr, and only where that is a terminal.

A module below 60 lines, since every command that takes long uses it and rich is imported by none other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tell = Callable[[str, int, int], None]
"""Takes what is going on, how much of it is done, and of how much (0 where nobody knows)."""


def silent(doing: str, done: int, total: int) -> None:
    """Say nothing."""


@contextmanager
def progress(otherwise: Tell = silent, *, of_bytes: bool = False) -> Iterator[Tell]:
    """A bar for each thing that goes on, else ``otherwise``; ``of_bytes`` shows sizes in place of counts."""
    if not sys.stderr.isatty():
        yield otherwise
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    amount = DownloadColumn() if of_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:

        def bar(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = shown.add_task(doing, total=total or None)
            shown.update(tasks[doing], completed=done, total=total or None)

        yield bar
