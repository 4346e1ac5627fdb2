"""``policygraph stores``: compare the answers of several stores, prove what is in one, take it out again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..queries.results import aligned
from . import PATH, finish, format_option
from .load import open_store, report, store_options
from .progress import progress

if TYPE_CHECKING:
    from ..stores.comparison import Matrix

EXAMPLE = "Example: policygraph stores compare release --endpoint fuseki=http://localhost:3030/ds/sparql"


@click.group("stores", epilog="Example: policygraph stores compare release")
def command() -> None:
    """Compare stores, prove what one has, take it out."""


@command.command("prove", epilog="Example: policygraph stores prove release --in http://localhost:7878")
@click.argument("release", type=PATH)
@store_options("--in")
@format_option("text", "json")
def prove(release: Path, syntax: str, **where: Any) -> None:
    """Prove that a store has every statement of RELEASE, and nothing else in its graphs.

    Exit status: 0 it has, 1 it has not (each statement is printed), 2 it cannot be asked.
    """
    from ..stores import prove_release

    with open_store(**where) as store, progress() as tell:
        proved = prove_release(release, store, tell)
    finish(report(proved, syntax), proved.proof.holds)


@command.command("remove", epilog="Example: policygraph stores remove release --from http://localhost:7878")
@click.argument("release", type=PATH)
@store_options("--from")
def remove(release: Path, **where: Any) -> None:
    """Take out of a store what loads of RELEASE, or of others with its base IRI, have put there."""
    from ..stores import remove as remove_release

    with open_store(**where) as store:
        removed = remove_release(release, store)
    click.echo(f"{len(removed)} graphs were taken out of {store.endpoints.update}.")


@command.command("compare", epilog=EXAMPLE)
@click.argument("release", type=PATH)
@click.option("--endpoint", "endpoints", multiple=True, metavar="NAME=URL", help="A store that has RELEASE.")
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day of reference; without it, today.")
@click.option("--timeout", type=click.IntRange(1), default=60, show_default=True, help="Seconds a query.")
@click.option("--rdflib/--no-rdflib", default=True, show_default=True, help="Whether rdflib is asked too.")
@format_option("table", "json", "markdown")
def compare(
    release: Path, endpoints: tuple[str, ...], day: datetime | None, timeout: int, rdflib: bool, syntax: str
) -> None:
    """Ask every canned query of several stores and say where their answers differ.

    Embedded Oxigraph, which has RELEASE itself, is what the others are compared with.

    Exit status: 0 all give the same rows, 1 some do not, 2 RELEASE cannot be read.
    """
    from ..stores.comparison import compare as compare_stores

    named = dict(_named(endpoint) for endpoint in endpoints)
    today = (day or datetime.now()).date()
    with progress() as tell:
        matrix = compare_stores(release, named, day=today, timeout=timeout, rdflib=rdflib, progress=tell)
    finish(matrix_as(matrix, syntax), matrix.agree)


def _named(endpoint: str) -> tuple[str, str]:
    name, equals, address = endpoint.partition("=")
    if not equals or not name or name in ("embedded", "rdflib"):
        raise click.BadParameter(f"“{endpoint}” is not NAME=URL with a name of its own", param_hint="--endpoint")
    return name, address


def matrix_as(matrix: Matrix, syntax: str) -> str:
    """The matrix as a table for a terminal, as Markdown or as JSON."""
    if syntax == "json":
        import json
        from dataclasses import asdict

        return json.dumps({**asdict(matrix), "day": matrix.day.isoformat()}, ensure_ascii=False, indent=2)
    head = ["query", "rows", *matrix.stores]
    rows = [
        [name, str(cells["embedded"].rows)]
        + [f"{cells[store].verdict} {cells[store].seconds * 1000:.0f} ms" for store in matrix.stores]
        for name, cells in matrix.cells.items()
    ]
    if syntax == "markdown":
        lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    else:
        lines = aligned([head, *rows])
    return "\n".join([*lines, "", *_notes(matrix)]).rstrip()


def _notes(matrix: Matrix) -> list[str]:
    notes = [
        f"{name} on {store}: {cell.detail}"
        for name, cells in matrix.cells.items()
        for store, cell in cells.items()
        if cell.detail
    ]
    verdicts = [cell.verdict for cells in matrix.cells.values() for cell in cells.values()]
    same = len(verdicts) - verdicts.count("differs") - verdicts.count("error")
    return [*notes, f"{same} of {len(verdicts)} answers have the same rows, as of {matrix.day}."]
