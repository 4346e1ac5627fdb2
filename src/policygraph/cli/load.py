"""``policygraph load``: a release into a triple store, and proof that it arrived."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..extras import require
from . import PATH, finish, format_option
from .progress import progress

if TYPE_CHECKING:
    from ..stores import LoadResult, Store

EXAMPLES = """\b
Examples:
  policygraph load release --into http://localhost:7878
  policygraph load release --into http://localhost:3030/ds --store fuseki
  POLICYGRAPH_STORE_USER=dba POLICYGRAPH_STORE_PASSWORD=… policygraph load release --into http://localhost:8890
"""
SHOWN = 20


def store_options(flag: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The options that say which store is meant; ``flag`` carries its address."""
    options = (
        click.option(flag, "address", required=True, metavar="URL", help="Address of the store."),
        click.option("--store", metavar="NAME", help="Kind of store; without it the store is asked what it is."),
        click.option("--query", "query", metavar="URL", help="Its endpoint for queries, where that is elsewhere."),
        click.option("--update", metavar="URL", help="Its endpoint for updates, where that is elsewhere."),
        click.option("--graphs", metavar="URL", help="Its Graph Store endpoint, where that is elsewhere."),
        click.option(
            "--timeout", type=click.FloatRange(0.1), default=600.0, show_default=True, help="Seconds a request."
        ),
    )

    def apply(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return apply


def open_store(
    address: str, store: str | None, query: str | None, update: str | None, graphs: str | None, timeout: float
) -> Store:
    """The store that ``store_options`` describe."""
    require("stores", "Speaking to a triple store")
    from ..stores import RetryPolicy, connect

    retry = RetryPolicy(timeout=timeout)
    return connect(address, store, query=query, update=update, graphs=graphs, retry=retry)


@click.command("load", epilog=EXAMPLES)
@click.argument("release", type=PATH)
@store_options("--into")
@click.option(
    "--statements", type=click.IntRange(1), help="Statements a request, where the usual number is too many."
)
@click.option(
    "--lease",
    type=click.FloatRange(0.1),
    default=15.0,
    show_default=True,
    help="Seconds until a silent load is dead.",
)
@format_option("text", "json")
def command(release: Path, statements: int | None, lease: float, syntax: str, **where: Any) -> None:
    """Load RELEASE into a triple store and prove that every statement arrived.

    All or nothing: the graphs are staged beside, proved, and put in place together; until then the old release
    answers. A second run changes nothing. User and password come from POLICYGRAPH_STORE_USER and
    POLICYGRAPH_STORE_PASSWORD, a token from POLICYGRAPH_STORE_TOKEN, or all of it from the keyring.

    Exit status: 0 everything is there, 1 the store changed what it was given (each statement is printed),
    2 the release or the store made it impossible.
    """
    from ..stores import load

    with open_store(**where) as store, progress() as tell:
        loaded = load(release, store, progress=tell, lease=lease, statements=statements)
    finish(report(loaded, syntax), loaded.proof.holds)


def report(loaded: LoadResult, syntax: str) -> str:
    """What a load or a proof found, as text or JSON."""
    return _as_json(loaded) if syntax == "json" else _as_text(loaded)


def _as_text(loaded: LoadResult) -> str:
    proof = loaded.proof
    lines = [f"{graph.value}  {count}" for graph, count in sorted(proof.counts.items(), key=str)]
    lines += [
        f"{graph.value} should have {expected} statements and has {found}."
        for graph, (expected, found) in proof.miscounted.items()
    ]
    lines += [str(difference) for difference in proof.damage[:SHOWN]]
    if len(proof.damage) > SHOWN:
        lines.append(f"… and {len(proof.damage) - SHOWN} more; -f json has them all.")
    return "\n".join([*lines, _verdict(loaded)])


def _verdict(loaded: LoadResult) -> str:
    proof = loaded.proof
    if not proof.holds:
        what = f"{len(proof.damage)} statements are not as they were sent, {len(proof.miscounted)} graphs miscount"
        kept = "load it again" if loaded.changed else "nothing was put in place by this run"
        return f"The store does not have the release whole: {what}; {kept}."
    spelt = f" ({len(proof.respelt)} in the store's own spelling of the same value)" if proof.respelt else ""
    done = "was put in place" if loaded.changed else "is in place, nothing was changed"
    return f"Release {loaded.source.sha256[:12]} {done}: all {proof.statements} statements are there{spelt}."


def _as_json(loaded: LoadResult) -> str:
    import json

    proof = loaded.proof
    content = {
        "sha256": loaded.source.sha256,
        "changed": loaded.changed,
        "complete": proof.holds,
        "statements": proof.statements,
        "graphs": {graph.value: count for graph, count in proof.counts.items()},
        "miscounted": {graph.value: list(pair) for graph, pair in proof.miscounted.items()},
        "damage": [str(difference) for difference in proof.damage],
        "respelt": [str(difference) for difference in proof.respelt],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
