"""The command line: a module for each command, imported when it is called; one for the four lists for analysts.

Each module parses, calls the stage of the same name, prints and sets the exit status; nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from ..errors import PolicygraphError, readable
from ..version import VERSION

COMMANDS = {
    "sources": "bring a document in; say what was understood of it",
    "build": "sources → validated release",
    "convert": "only the conversion, in one syntax",
    "validate": "SHACL report for a person or a machine",
    "infer": "what follows from statements, and where they contradict each other",
    "verify": "prove each quote against its source file",
    "due": "the actions whose last day falls in this quarter, or when you say",
    "late": "the actions that a status report calls late",
    "unreported": "the actions whose day has passed without a status report",
    "changes": "what is new since a day",
    "show": "one action whole: words, target, status, source",
    "queries": "list the canned queries",
    "query": "ask one canned query",
    "notebook": "a Jupyter notebook of canned queries",
    "serve": "endpoint, pages, API and feeds of a release",
    "mcp": "an assistant’s tools over a release, on standard input and output",
    "load": "put a release into a triple store, and prove that it arrived",
    "links": "check every mapping against the tables it points to",
    "tables": "fetch the EU tables that mappings point to",
    "stores": "compare the answers of several stores",
    "diff": "what changed between two releases",
    "history": "what earlier builds of a release changed, and its earlier forms",
    "site": "the pages as static files",
}
LISTS = frozenset({"due", "late", "unreported", "changes"})
"""The commands of ``tracking``; each other one is ``command`` of a module of its own name."""

PATH = click.Path(path_type=Path)

output_option = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Else standard output."
)


def format_option(*formats: str, default: str | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``-f/--format`` of a command, its parameter ``syntax``; without ``default`` the first is taken."""
    choice = click.Choice(formats)
    return click.option("-f", "--format", "syntax", type=choice, default=default or formats[0], show_default=True)


def finish(report: str | bytes, passed: bool) -> NoReturn:
    """Print what a check says, bytes as they are, and exit: 0 where all is as it should be, 1 where it is not."""
    click.echo(report, nl=isinstance(report, str))
    sys.exit(0 if passed else 1)


def write_output(data: bytes, output: Path | None) -> None:
    """Write to this file, or to standard output without one. Raises PolicygraphError where that is impossible."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise PolicygraphError(
            f"{readable(output)} cannot be written ({error.strerror}): name another file."
        ) from error


class Commands(click.Group):
    """Imports a command's module only when it is called, so that a cold start stays quick."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=3)
            cure = f"did you mean {', '.join(near)}?" if near else "“policygraph --help” lists them all."
            raise PolicygraphError(f"There is no command “{args[0][:60]}”: {cure}")
        return super().resolve_command(ctx, args)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = ("tracking", cmd_name) if cmd_name in LISTS else (cmd_name, "command")
        command: click.Command = getattr(import_module(f".{module}", __package__), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="policygraph")
def cli() -> None:
    """Turn the annexes of EU strategies into linked data that leads to page and words."""


def main() -> None:
    """Entry point: an error of ours is one sentence on stderr and exit status 2."""
    try:
        cli(prog_name="policygraph")
    except PolicygraphError as error:
        click.echo(f"policygraph: {error}", err=True)
        sys.exit(2)
