"""What the house has one of: a table of media types, a client for HTTP, a writer of statements."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import click
import pytest

from places import ROOT
from policygraph.cli import cli
from policygraph.rdf import media_types

PACKAGE = ROOT / "src" / "policygraph"
MODULES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree_of(module: str) -> ast.Module:
    """A module's syntax tree, parsed once for all tests that ask."""
    return ast.parse(MODULES[module])


def texts(module: str) -> list[str]:
    """Every literal text of a module that is no docstring."""
    tree = tree_of(module)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"rdf/media_types.py"}))
def test_media_types_of_rdf_and_sparql_stand_in_one_table(module: str) -> None:
    ours = {one.media_type for one in (*media_types.RESULTS, *media_types.SYNTAXES.values())}
    ours |= {media_types.SPARQL_QUERY, media_types.SPARQL_UPDATE}
    written = re.compile("|".join(map(re.escape, sorted(ours))))
    assert [text for text in texts(module) if written.search(text)] == []


def test_the_table_names_each_format_once() -> None:
    syntaxes = {*media_types.RESULTS, *media_types.SYNTAXES.values()}
    assert len({one.media_type for one in syntaxes}) == len({one.iri for one in syntaxes}) == len(syntaxes)
    assert all(media_types.SYNTAXES[one.extension] is one for one in syntaxes - set(media_types.RESULTS))
    for one in syntaxes:
        known = one.results if one in media_types.RESULTS else one.rdf
        assert one.media_type == known.media_type.partition(";")[0], one.name
        assert one.iri == known.iri or one is media_types.JSON_LD, one.name


def test_statements_are_written_by_one_module() -> None:
    """Only it calls pyoxigraph's ``serialize``, and the workers of the endpoint, which count while they write."""
    callers = [
        name
        for name in MODULES
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.ImportFrom | ast.Attribute)
        and (
            (
                isinstance(node, ast.ImportFrom)
                and node.module == "pyoxigraph"
                and "serialize" in {x.name for x in node.names}
            )
            or (
                isinstance(node, ast.Attribute)
                and node.attr == "serialize"
                and ast.unparse(node.value) in ("ox", "pyoxigraph")
            )
        )
    ]
    assert callers == ["rdf/serialise.py"]


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("tenacity", {"http/client.py"}),
        ("SPARQLWrapper", {"http/sparql.py"}),
        # the site asks the application in its own process: no network, nothing to try again
        (
            "httpx",
            {"http/client.py", "http/credentials.py", "enrich/fetch.py", "engine/remote.py", "site/client.py"},
        ),
        ("filelock", {"engine/scratch.py", "release/atomic_publish.py"}),
        ("rich", {"cli/progress.py", "queries/terminal.py"}),
    ],
)
def test_a_library_has_one_place(library: str, users: set[str]) -> None:
    """One retry policy, one way to ask endpoints, one HTTP client, one kind of lock, one progress bar."""
    importers = {
        module
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if (isinstance(node, ast.Import) and library in {alias.name.partition(".")[0] for alias in node.names})
        or (
            isinstance(node, ast.ImportFrom)
            and not node.level
            and (node.module or "").partition(".")[0] == library
        )
    }
    assert importers == users


def test_a_format_is_chosen_by_the_same_option_everywhere() -> None:
    def options(command: click.Command) -> Iterator[list[str]]:
        for parameter in command.params:
            yield parameter.opts
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                yield from options(command.get_command(context, name) or click.Command(name))

    formats = [names for names in options(cli) if "-f" in names]
    assert len(formats) > 8
    assert all("--format" in names for names in formats)
