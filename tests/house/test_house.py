"""The house keeps its sizes, its words and its promises (see docs/decisions and CONTRIBUTING)."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

from places import ROOT
from policygraph import errors
from policygraph.files import folder
from policygraph.sources.folder import open_source
from policygraph.sources.folder import read as text_of

SOURCES = sorted((ROOT / "src").rglob("*.py"))
MODULES = {
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path
    for path in SOURCES
}
Function = ast.FunctionDef | ast.AsyncFunctionDef

VAGUE = {"one", "found", "known", "asked", "given", "told", "made"}

SIGNALS = {"WorkerDied"}
"""Outside the family: the pool catches it and gives an error of the family, so that it never leaves the engine."""


@cache
def tree_of(path: Path) -> ast.Module:
    """A module's syntax tree, parsed when a test asks: every process of a run imports this module."""
    return ast.parse(path.read_text("utf-8"))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_modules_and_functions_keep_their_sizes(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, Function)]
    assert [f"{function.name}: {length(function)}" for function in functions if length(function) > 50] == []


def test_a_small_module_has_a_reason() -> None:
    """Its docstring says it; a command and a page have a module each, which is reason enough."""
    small = {path for path in SOURCES if len(path.read_text("utf-8").splitlines()) < 60}
    rooms = {path for path in small if path.parent.name in ("cli", "views") or path.stem.startswith("__")}
    silent = {path for path in small - rooms if "below 60 lines" not in (ast.get_docstring(tree_of(path)) or "")}
    assert {path.stem for path in silent} == {"version"}


def test_a_class_name_means_one_thing() -> None:
    """In all of the package, private classes too: whoever looks for a name must come to one place."""
    homes = defaultdict(list)
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef):
                homes[node.name.lstrip("_")].append(f"{path.relative_to(ROOT / 'src')}:{node.lineno}")
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def variables(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of what a function or module names for longer than a comprehension or a lambda."""
    of_lambdas = {arg for node in ast.walk(tree) if isinstance(node, ast.Lambda) for arg in ast.walk(node.args)}
    in_comprehensions = {
        name for node in ast.walk(tree) if isinstance(node, ast.comprehension) for name in ast.walk(node.target)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in in_comprehensions:
            yield node.lineno, node.id
        elif isinstance(node, ast.arg) and node not in of_lambdas:
            yield node.lineno, node.arg
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def test_variables_are_named_for_what_they_hold() -> None:
    vague = [
        f"{path.relative_to(ROOT / 'src')}:{line} {name}"
        for path in SOURCES
        for line, name in variables(tree_of(path))
        if name in VAGUE
    ]
    assert vague == []


def imports(name: str, path: Path) -> Iterator[str]:
    """The modules of the package that this one imports anywhere: in functions and for types only, too.

    ``from package import module`` imports both: the name is looked up in the package's own ``__init__``.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = ".".join(parts[: len(parts) - node.level + 1]) if node.level else ""
            base = ".".join(filter(None, (above, node.module)))
            targets = {base, *(f"{base}.{alias.name}" for alias in node.names)}
            yield from sorted(targets & MODULES.keys() - {name})


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter({name: set(imports(name, path)) for name, path in MODULES.items()}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_test_modules_of_folders_without_init_have_names_of_their_own() -> None:
    """pytest imports them by their bare names: of two alike it refuses the one that it meets second."""
    tests = ROOT / "tests"
    bare = Counter(path.name for path in tests.rglob("test_*.py") if not (path.parent / "__init__.py").exists())
    assert [name for name, count in bare.items() if count > 1] == []


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
    """All exceptions of the package, wherever they stand; ``errors`` draws those that stand in it."""
    bases = {name: written for path in SOURCES for name, written in classes(tree_of(path))}

    def ancestors(name: str) -> set[str]:
        return {name}.union(*(ancestors(base) for base in bases.get(name, ())))

    exceptions = {name for name in bases if any(is_exception(base) for base in ancestors(name))}
    family = {name for name in exceptions if "PolicygraphError" in ancestors(name)}
    assert len(family) > 8
    assert exceptions - family <= SIGNALS
    drawn = [name for name, value in vars(errors).items() if isinstance(value, type) and name in exceptions]
    assert len(drawn) > 5 and errors.__doc__ and all(name in errors.__doc__ for name in drawn)


def classes(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Each class with its bases: those of other packages by their full names, ours by their own."""
    packages = {}
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if isinstance(node, ast.Import):
                packages[alias.asname or alias.name] = alias.name
            elif not node.level:
                packages[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            parts = [ast.unparse(base).rpartition(".") for base in node.bases]
            yield (
                node.name,
                [
                    f"{packages[module]}.{name}" if module in packages else packages.get(name, name)
                    for module, _, name in parts
                ],
            )


def is_exception(name: str) -> bool:
    """Whether a base is one: of Python itself, or of a package by its full name."""
    module, _, attribute = name.rpartition(".")
    try:
        base = getattr(import_module(module or "builtins"), attribute, None)
    except ImportError:  # a subscripted base, as in Generic[T], is no module's attribute
        return False
    return isinstance(base, type) and issubclass(base, BaseException)


@pytest.mark.parametrize(
    "code",
    [
        "class Odd(ValueError): ...",
        "import click\nclass Odd(click.ClickException): ...",
        "import subprocess as s\nclass Odd(s.TimeoutExpired): ...",
        "from click import UsageError as Wrong\nclass Odd(Wrong): ...",
    ],
)
def test_an_exception_is_seen_however_its_base_is_written(code: str) -> None:
    [(_, [base])] = classes(ast.parse(code))
    assert is_exception(base)
    [(_, bases)] = classes(ast.parse("import click\nclass Usual(click.Command, errors.StoreError): ..."))
    assert bases == ["click.Command", "StoreError"] and not any(map(is_exception, bases))


def test_no_broad_except() -> None:
    """Only to tidy up and raise again."""
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
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
    for toml in sorted((folder("data") / "sources").glob("*/source.toml")):
        source = open_source(toml.parent)
        assert source.files and all(text_of(source, file).text for file in source.files)
