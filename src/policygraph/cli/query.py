"""``policygraph query NAME``: asks one canned query; each query is a command with its own options."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..errors import QueryError
from ..queries.canned import CannedQuery, catalogue, get, names, unknown_parameter, with_graphs
from ..rdf.iris import BASE
from . import PATH, write_output
from .downloads import ALL, serialised

COMMON = (
    "release",
    "endpoint",
    "syntax",
    "output",
    "spreadsheet",
    "timeout",
    "union",
    "base",
    "as_known_on",
    "show",
    "with_receipts",
)


class QueryCommands(click.Group):
    """One command a canned query; only the file of the query that is asked is read."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(names())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        return question(get(cmd_name)) if cmd_name in names() else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-"):
            get(args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Queries"):
            formatter.write_dl([(query.name, query.question["en"]) for query in catalogue()])


class QueryCommand(click.Command):
    """A canned query as a command: an option that it does not have is answered with those that it has."""

    def __init__(self, query: CannedQuery, **settings: Any) -> None:
        super().__init__(query.name, **settings)
        self.query = query

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise QueryError(unknown_parameter(self.query, error.option_name.lstrip("-"))) from error

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.epilog = f"Example: {_example(self.query)}"
        super().format_epilog(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        if self.query.columns:
            with formatter.section("Columns"):
                formatter.write_dl([(column.name, column.description) for column in self.query.columns])


def question(query: CannedQuery) -> click.Command:
    """The command that asks ``query``, with an option for each of its parameters."""
    return QueryCommand(
        query,
        help=query.question["en"],
        params=[*_options(query), *_common_options()],
        callback=partial(_ask, query),
    )


def _options(query: CannedQuery) -> list[click.Parameter]:
    return [
        click.Option(
            [parameter.option, parameter.name],
            metavar=parameter.datatype.removeprefix("xsd:").upper(),
            help=f"{parameter.description}."
            + ("" if parameter.is_today else f"  [default: {parameter.default.replace(BASE + 'id/', 'id:')}]"),
        )
        for parameter in query.parameters
    ]


def _common_options() -> list[click.Parameter]:
    """What every query is asked with: the source, then the form of the answer."""
    return [
        click.Option(
            ["--release"],
            type=PATH,
            default=Path("release"),
            show_default=True,
            help="The folder of the release to ask.",
        ),
        click.Option(["--endpoint"], metavar="URL", help="Ask a SPARQL 1.1 endpoint instead."),
        click.Option(
            ["--timeout"], type=click.IntRange(1), default=30, show_default=True, help="Seconds to wait for it."
        ),
        click.Option(
            ["--union"], is_flag=True, help="Its default graph is the union of all named graphs: send no FROM."
        ),
        click.Option(
            ["--as-known-on"],
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="DAY",
            help="What the release said at the end of this day, by its history and the days of recording.",
        ),
        click.Option(["--base"], metavar="IRI", help="The base IRI of the data, if not the release’s own."),
        click.Option(
            ["-f", "--format", "syntax"],
            type=click.Choice(ALL),
            help="[default: table; turtle for a CONSTRUCT]",
        ),
        click.Option(
            ["-o", "--output"], type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
        ),
        click.Option(
            ["--spreadsheet"], is_flag=True, help="CSV that a spreadsheet takes for text, not for formulas."
        ),
        click.Option(
            ["--receipts", "with_receipts"],
            is_flag=True,
            help="For each row the statements and words that it rests on, as text or with -f json.",
        ),
        click.Option(["--show"], is_flag=True, help="Print the SPARQL with its values, and ask nothing."),
    ]


def _example(query: CannedQuery) -> str:
    parameters = [parameter for parameter in query.parameters if parameter.name != "lang"]
    options = "".join(f" {parameter.option} {_quoted(parameter.lexical())}" for parameter in parameters)
    return f"policygraph query {query.name}{options} -f csv"


def _quoted(value: str) -> str:
    from shlex import quote

    return quote(value.replace(BASE + "id/", "id:"))


def _ask(query: CannedQuery, **options: Any) -> None:
    common = {name: options.pop(name) for name in COMMON}
    from ..queries import ask, check_things, resolved

    source = common["endpoint"] or common["release"]
    settings: dict[str, Any] = {name: common[name] for name in ("base", "timeout", "union")}
    settings["as_known_on"] = common["as_known_on"] and common["as_known_on"].date()
    values = resolved(query, source, options, **settings)
    if common["show"]:
        click.echo(_text(query, common, values), nl=False)
        return
    if common["with_receipts"]:
        _write_receipts(query, common, values)
        return
    answer = ask(query.name, source, **settings, **values)
    if not answer.rows:
        check_things(query, source, values, **settings)
    syntax = common["syntax"] or ("turtle" if query.form == "construct" else "table")
    _write_answer(query, answer, syntax, common["output"], common["spreadsheet"])


def _text(query: CannedQuery, common: dict[str, Any], options: dict[str, Any]) -> str:
    """The SPARQL as an endpoint would be sent it, ready to be pasted there."""
    base = common["base"] or BASE
    text = query.bind(base, **options)
    return text if common["union"] else with_graphs(text, base, query.graphs)


def _write_receipts(query: CannedQuery, common: dict[str, Any], options: dict[str, Any]) -> None:
    """The receipts of a release of today, which can be checked; no other source has the statements by line."""
    if common["endpoint"] or common["as_known_on"]:
        raise QueryError("Receipts are made from a release as it is: name it with --release.")
    if common["syntax"] not in (None, "table", "json"):
        raise QueryError("Receipts are text, or JSON with -f json: leave out other formats.")
    from ..receipts.canned import document, of_release
    from ..receipts.text import written

    receipts, release = of_release(query, common["release"], **options)
    if common["syntax"] == "json":
        write_output(document(receipts, query, release, options), common["output"])
    else:
        write_output(written(receipts).encode(), common["output"])


def _write_answer(query: CannedQuery, answer: Any, syntax: str, output: Path | None, spreadsheet: bool) -> None:
    if spreadsheet and syntax != "csv":
        raise QueryError("--spreadsheet only changes CSV: add -f csv.")
    if output is None and syntax == "table" and sys.stdout.isatty():
        from ..queries.terminal import show

        show(answer)
    else:
        title = query.question["en"]
        write_output(serialised(answer, syntax, title, spreadsheet=spreadsheet), output)


command = QueryCommands(
    "query",
    help="Ask one canned query of a release or of a SPARQL 1.1 endpoint.",
    epilog="Example: policygraph query actions-due-before --as-of 2026-11-24",
    no_args_is_help=True,
)
