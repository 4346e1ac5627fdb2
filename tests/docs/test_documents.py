"""The documents say what is true: their commands are run or at least parsed, and their links lead somewhere."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import commands
from places import ROOT
from policygraph.cli import cli
from policygraph.errors import PolicygraphError

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ENVIRONMENT = {"COLUMNS": "80", "LC_ALL": "C", "PYTHONWARNINGS": "error"}
MANUALS = (
    "docs/how-to/stores/",
    "docs/how-to/load-a-store.md",
    "docs/explanation/scale.md",
    "docs/reference/release.md",
)
"""Pages whose commands need a triple store, other releases or hours: they are parsed, and run by other tests."""


def blocks(document: Path, *languages: str) -> list[str]:
    text = document.read_text("utf-8")
    return [content for language, content in BLOCK.findall(text) if language in languages]


def transcript(document: Path) -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that stands below it."""
    return [
        (entry.partition("\n")[0], entry.partition("\n")[2])
        for block in blocks(document, "console")
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    ]


def is_run(document: Path) -> bool:
    return not str(document.relative_to(ROOT)).startswith(MANUALS)


RUN = [document for document in DOCUMENTS if is_run(document) and transcript(document)]


def marked(document: Path) -> object:
    """A document is slow whose commands build a release, or need what is installed for CI alone."""
    heavy = any(
        "build" in command or "infer" in command or "notebook" in command for command, _ in transcript(document)
    )
    return pytest.param(document, id=document.stem, marks=pytest.mark.slow if heavy else ())


@pytest.fixture
def workplace(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a release and the sources, as a reader has after `make` in a clone."""
    (tmp_path / "release").symlink_to(corpus)
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("document", [marked(document) for document in RUN])
def test_the_commands_of_a_document_print_what_stands_below_them(document: Path, workplace: Path) -> None:
    """Commands in their order, in one folder; “…” stands for what a line leaves out, alone for lines."""
    for command, expected in transcript(document):
        output = printed(shlex.split(command), workplace) + "\n"
        if expected.strip():
            assert re.fullmatch(pattern(expected), output), f"$ {command}\n{output[:3000]}"
    for program in blocks(document, "python"):
        subprocess.run([sys.executable, "-c", program], cwd=workplace, check=True, capture_output=True)


def printed(words: list[str], folder: Path) -> str:
    """What a command prints, its own sentence where it refuses; “ls” and “policygraph” are commands."""
    program, *arguments = words
    if program == "ls":
        return "  ".join(sorted(path.name for path in folder.joinpath(*arguments).iterdir()))
    assert program == "policygraph", words
    result = CliRunner(env=ENVIRONMENT).invoke(cli, arguments)
    if isinstance(result.exception, PolicygraphError):
        return f"policygraph: {result.exception}"
    assert result.exit_code == 0, (words, result.output, result.exception)
    return re.sub(r"[ ]+$", "", result.stdout.rstrip(), flags=re.MULTILINE)


def pattern(expected: str) -> str:
    """The regular expression of an output with “…”: on a line of its own any lines, within one any words."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*?") + "\n"
        for line in map(str.rstrip, expected.rstrip().split("\n"))
    ]
    return "".join(lines)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_has_the_options_that_a_document_names(document: Path) -> None:
    for block in blocks(document, "console", "sh", ""):
        for line in re.findall(r"^(?:\$ )?(policygraph (?:[^\n\\]|\\\n)*)", block, re.MULTILINE):
            words = shlex.split(line.replace("\\\n", " ").partition("  #")[0])[1:]
            assert_parsed(cli, [word for word in words if not word.startswith(("<", ">", "|", "&"))], line)


def assert_parsed(command: click.Command, words: list[str], line: str) -> None:
    """Follow groups to the command, and have it parse the options without running it."""
    context = click.Context(command, info_name=command.name)
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] in ("NAME", "NAME…"):
            return
        inner = command.get_command(context, words[0])
        assert inner is not None, line
        assert_parsed(inner, words[1:], line)
        return
    names = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        if word.startswith("-") and word not in ("-h", "--help", "-") and not re.fullmatch(r"-\d+", word):
            assert word.split("=")[0] in names, f"{line}: {word}"


def anchors(document: Path) -> set[str]:
    """The anchors of the headings of a document, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        led = document if not path else Path(os.path.normpath(document.parent / path))
        assert led.exists(), target
        assert not anchor or anchor in anchors(led), f"{target}: {sorted(anchors(led))}"


def test_the_list_of_documents_names_each() -> None:
    listed = (ROOT / "docs" / "README.md").read_text("utf-8")
    for document in DOCUMENTS:
        path = document.relative_to(ROOT)
        if (
            path.parts[0] == "docs"
            and path.parts[1] not in ("README.md", "decisions")
            and "stores" not in path.parts
        ):
            assert f"]({path.relative_to('docs')})" in listed, path


def test_the_reference_is_what_the_commands_say() -> None:
    assert commands.DOCUMENT.read_text("utf-8") == commands.written(), "run python tests/docs/commands.py"
