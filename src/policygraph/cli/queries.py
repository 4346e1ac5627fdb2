"""``policygraph queries``: the canned queries with their questions, parameters and columns."""

from __future__ import annotations

import click

from ..queries.canned import catalogue
from . import format_option
from .tracking import WIDE, ListedRow, table, terminal_width


@click.command("queries", epilog="Example: policygraph queries --tag dialogues")
@format_option("table", "json")
@click.option("--tag", help="Only those with this tag, such as time, sectors or counts.")
@click.option("--wide", is_flag=True, help="Each question whole, however narrow the terminal is.")
@click.option("--lang", default="en", show_default=True, help="The language of the questions: en or nl.")
def command(syntax: str, tag: str | None, wide: bool, lang: str) -> None:
    """List the canned queries."""
    chosen = [query for query in catalogue() if tag is None or tag in query.tags]
    if syntax == "json":
        import json

        from ..queries.canned import described

        click.echo(json.dumps([described(query) for query in chosen], ensure_ascii=False, indent=2))
        return
    lines = [ListedRow("", (query.name,), query.question.get(lang, query.question["en"])) for query in chosen]
    shown, whole = table(lines, None if wide else terminal_width())
    for line in shown if whole else [*shown, f"({WIDE})"]:
        click.echo(line)
