"""``policygraph tables``: the EU tables that mappings point to."""

from __future__ import annotations

from pathlib import Path

import click

from ..extras import require
from . import PATH
from .progress import progress


@click.group("tables", epilog="Example: policygraph tables fetch --into tables")
def command() -> None:
    """Look after the EU tables on disk."""


@command.command("fetch", epilog="Example: policygraph tables fetch --into tables")
@click.option("--into", type=PATH, default=Path("tables"), show_default=True)
@click.option("--from", "base", metavar="URL", help="A mirror that holds the tables below this address.")
def fetch(into: Path, base: str | None) -> None:
    """Get the tables from their publisher, or from a mirror; what has not changed is not sent again.

    Exit status: 0 all are in place, 2 some could not be got (the others are, and older ones stay).
    """
    require("stores", "policygraph tables fetch")
    from ..enrich.fetch import fetch as fetch_tables

    with progress(of_bytes=True) as tell:
        fetched = fetch_tables(into, base, tell=tell)
    for table in fetched:
        click.echo(f"{table.name}: {table.outcome}, {table.size} bytes")


@command.command("extract", epilog="Example: policygraph tables extract --tables tables --into data/vocabularies")
@click.option("--tables", type=PATH, default=Path("tables"), show_default=True, help="Folder of whole tables.")
@click.option("--into", type=PATH, default=Path("data/vocabularies"), show_default=True)
def extract(tables: Path, into: Path) -> None:
    """Cut the tables down to what our links need, for builds that have no tables.

    Exit status: 0 the extract stands, 2 the tables cannot be read or the extract cannot be written.
    """
    from ..enrich.authority_tables import read_tables
    from ..enrich.table_extract import extract as extract_tables

    for table in extract_tables(read_tables(tables), into):
        click.echo(f"{table.name}: {table.concepts} concepts, version {table.version}")
