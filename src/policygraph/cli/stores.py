"""``policygraph stores``: compare the answers of several stores, prove what is in one, take it out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .load import open_store, progress, report, store_options


@click.group("stores")
def command() -> None:
    """Compare stores, prove what one has, take it out."""


@command.command("prove", epilog="Example: policygraph stores prove release --in http://localhost:7878")
@click.argument("release", type=click.Path(path_type=Path))
@store_options("--in")
@click.option("-f", "syntax", type=click.Choice(["text", "json"]), default="text", show_default=True)
def prove(release: Path, syntax: str, **where: Any) -> None:
    """Prove that a store has every statement of RELEASE, and nothing else in its graphs.

    Exit status: 0 it has, 1 it has not (each statement is printed), 2 it cannot be asked.
    """
    from ..stores import prove_release

    with open_store(**where) as store, progress() as tell:
        proved = prove_release(release, store, tell)
    report(proved, syntax)


@command.command("remove", epilog="Example: policygraph stores remove release --from http://localhost:7878")
@click.argument("release", type=click.Path(path_type=Path))
@store_options("--from")
def remove(release: Path, **where: Any) -> None:
    """Take out of a store what loads of RELEASE, or of others with its base IRI, have put there."""
    from ..stores import remove as take_out

    with open_store(**where) as store:
        gone = take_out(release, store)
    click.echo(f"{len(gone)} graphs were taken out of {store.doors.update}.")
