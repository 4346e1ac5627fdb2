"""``policygraph queries``: the canned queries with their questions, parameters and columns."""

from __future__ import annotations

from typing import Any

import click

from ..queries.canned import CannedQuery, catalogue
from ..queries.results import aligned


@click.command("queries", epilog="Example: policygraph queries --tag dialogues")
@click.option("-f", "--format", "syntax", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--tag", help="Only those with this tag, such as time, sectors or counts.")
@click.option("--lang", default="en", show_default=True, help="The language of the questions: en or nl.")
def command(syntax: str, tag: str | None, lang: str) -> None:
    """List the canned queries."""
    chosen = [query for query in catalogue() if tag is None or tag in query.tags]
    if syntax == "json":
        import json

        click.echo(json.dumps([described(query) for query in chosen], ensure_ascii=False, indent=2))
        return
    for line in aligned([(query.name, query.question.get(lang, query.question["en"])) for query in chosen]):
        click.echo(line)


def described(query: CannedQuery) -> dict[str, Any]:
    """A canned query as plain values: name, question by language, tags, form, parameters and columns."""
    return {
        "name": query.name,
        "question": dict(query.question),
        "tags": list(query.tags),
        "form": query.form,
        "parameters": [
            {
                "name": parameter.name,
                "option": parameter.option,
                "type": parameter.datatype,
                "default": parameter.lexical(),
                "description": parameter.description,
            }
            for parameter in query.parameters
        ],
        "columns": [
            {"name": column.name, "many": column.many, "description": column.description}
            for column in query.columns
        ],
    }
