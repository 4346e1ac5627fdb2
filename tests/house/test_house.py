"""The house keeps its sizes, its words and its promises (see docs/decisions and CONTRIBUTING)."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import ROOT
from policygraph import errors
from policygraph.files import folder

SOURCES = sorted((ROOT / "src").rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_modules_and_functions_keep_their_sizes(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 350
    assert [f"{function.name}: {length(function)}" for function in functions(path) if length(function) > 50] == []


def test_the_median_function_is_short() -> None:
    lengths = [length(function) for path in SOURCES for function in functions(path)]
    assert statistics.median(lengths) < 10


def test_no_module_is_named_for_nothing() -> None:
    assert not {path.stem for path in SOURCES} & {"utils", "helpers", "manager", "common", "misc", "services"}


def test_code_knows_no_word_of_a_source_language() -> None:
    """Words of a language are data: the distinctive words of the first source stand in no Python file."""
    words = re.compile(
        r"vlaggenschip|kwartaal|vanaf|ongeveer|bijlage|streefdatum|openbaar|deskundigen|dialogen", re.IGNORECASE
    )
    for path in SOURCES:
        found = [line for line in path.read_text("utf-8").splitlines() if words.search(line) and ">>>" not in line]
        assert found == [], path.name


def test_every_error_is_one_of_the_family() -> None:
    family = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, Exception)]
    assert all(issubclass(cls, errors.PolicygraphError) for cls in family)
    assert errors.__doc__ and all(cls.__name__ in errors.__doc__ for cls in family)


def test_no_broad_except() -> None:
    """Only to tidy up and raise again."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                name = node.type.id if isinstance(node.type, ast.Name) else ""
                broad = node.type is None or name in {"Exception", "BaseException"}
                assert not broad or isinstance(node.body[-1], ast.Raise), path.name


def test_no_file_knows_this_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout, so that there is no list of files")
    path_of_machine = re.compile(r"(^|[\s\"'`(=])/(work|root|home|farm)/[\w.-]+")
    for name in tracked.stdout.splitlines():
        file = ROOT / name
        if file.is_file() and file.suffix in {".py", ".md", ".toml", ".ttl", ".rq", ".html", ".js", ".css", ".sh"}:
            assert not path_of_machine.search(file.read_text("utf-8")), name


def test_the_sources_are_untouched() -> None:
    """What git holds of a source is what its source.toml says; see also test_reading for a changed file."""
    from policygraph.sources.folder import documents, open_source

    for toml in sorted((folder("data") / "sources").glob("*/source.toml")):
        assert documents(open_source(toml.parent))
