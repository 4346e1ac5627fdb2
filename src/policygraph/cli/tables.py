"""``policygraph tables``: the EU tables that mappings point to."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..extras import require

if TYPE_CHECKING:
    from ..enrich.fetch import Tell


@click.group("tables", epilog="Example: policygraph tables fetch --into tables")
def command() -> None:
    """Look after the EU tables on disk."""


@command.command("fetch", epilog="Example: policygraph tables fetch --into tables")
@click.option("--into", type=click.Path(path_type=Path), default=Path("tables"), show_default=True)
@click.option("--from", "base", metavar="URL", help="A mirror that holds the tables below this address.")
def fetch(into: Path, base: str | None) -> None:
    """Get the tables from their publisher, or from a mirror; what has not changed is not sent again.

    Exit status: 0 all are in place, 2 some could not be got (the others are, and older ones stay).
    """
    require("stores", "policygraph tables fetch")
    from ..enrich.fetch import fetch as bring

    with _progress() as tell:
        fetched = bring(into, base, tell=tell)
    for table in fetched:
        click.echo(f"{table.name}: {table.outcome}, {table.size} bytes")


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar a table on stderr where that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def bar(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total or None)
            progress.update(tasks[name], completed=done)

        yield bar
