"""Writes ``docs/reference/commands.md`` from the help of the commands: ``python tests/docs/commands.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from policygraph.cli import COMMANDS, cli

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "commands.md"
HEAD = """# The commands

What `policygraph NAME --help` says; made by `python tests/docs/commands.py`, and compared with it by a test.
`query` has a command for each [canned query](queries.md), with options of its own.

Exit status: 0 well, 1 findings, 2 wrong use or unreadable input. A mistyped command, query, option or
name is answered with what is near.
"""


def written() -> str:
    """The whole document."""
    sections = [text for name in COMMANDS for text in _sections(cli.get_command(click.Context(cli), name), name)]
    return "\n".join([HEAD, *sections])


def _sections(command: click.Command | None, name: str) -> Iterator[str]:
    assert command is not None
    settings = {"terminal_width": 80, "help_option_names": ["-h", "--help"]}
    context = click.Context(command, info_name=f"policygraph {name}", **settings)
    if isinstance(command, click.Group) and name == "query":
        yield _section(name, "\n".join([context.get_usage(), "", f"  {command.help}"]))
        return
    yield _section(name, command.get_help(context))
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _sections(command.get_command(context, inner), f"{name} {inner}")


def _section(name: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"{'#' * (2 + name.count(' '))} {name}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
