"""The README names every command, and folders that exist; every command has help with an example."""

from __future__ import annotations

import re

import pytest

from places import ROOT
from policygraph.cli import COMMANDS, cli

README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"`policygraph {name}`" not in README] == []


def test_every_folder_in_the_map_exists() -> None:
    block = README.split("## Where things are")[1].split("```")[1]
    names = re.findall(r"^( *)([\w/]+/) ", block, flags=re.MULTILINE)
    assert len(names) > 10
    for indent, name in names:
        assert ((ROOT / "src" / "policygraph" if indent else ROOT) / name).is_dir(), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    import click

    top = click.Context(
        cli, **cli.context_settings
    )  # a command keeps the names of its help from its first context
    command = cli.get_command(top, name)
    assert command is not None
    text = command.get_help(click.Context(command, info_name=name, parent=top))
    assert "Example" in text or "example" in text, text
