"""The README says what is true: its transcript is run, its commands and folders exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT
from policygraph.cli import COMMANDS, cli

README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def transcript() -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that stands below it."""
    found = []
    for block in CONSOLE.findall(README):
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = entry.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    """A folder with a release, as a reader of the README has after `make`."""
    folder = tmp_path_factory.mktemp("workplace")
    (folder / "release").symlink_to(corpus)
    return folder


@pytest.mark.parametrize(("command", "expected"), transcript())
def test_the_transcript_is_true(command: str, expected: str, workplace: Path) -> None:
    """Lines of the README in order; “…” stands for lines that it leaves out."""
    program, *arguments = command.split()
    assert program == "policygraph"
    done = subprocess.run(
        [sys.executable, "-m", "policygraph", *arguments],
        cwd=workplace,
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=True,
    )
    pattern = re.escape(expected.rstrip()).replace("…\n", r"(?:.*\n)*?").replace("…", r"(?:.*\n?)*")
    assert re.fullmatch(pattern, re.sub(r"[ ]+$", "", done.stdout.rstrip(), flags=re.MULTILINE)), done.stdout


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if f"`policygraph {name}`" not in README] == []


def test_every_folder_in_the_map_exists() -> None:
    block = README.split("## Where things are")[1].split("```")[1]
    names = re.findall(r"^( *)([\w/]+/) ", block, flags=re.MULTILINE)
    assert len(names) > 10
    for indent, name in names:
        assert ((ROOT / "src" / "policygraph" if indent else ROOT) / name).is_dir(), name


def test_every_link_leads_to_a_file() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).is_file(), target


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    import click

    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    text = command.get_help(click.Context(command, info_name=name))
    assert "Example" in text or "example" in text, text
