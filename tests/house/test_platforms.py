"""What is needed to build, ask, verify and load is imported on systems without the calls of Unix."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT
from policygraph.errors import ServerError
from policygraph.process import sandbox

UNIX = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}

WITHOUT_UNIX = """
import importlib, importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in {unix!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

for name in {unix!r} - {{"posix"}}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Absent())

import ctypes

def no_library(name, *_, **__):
    raise TypeError("LoadLibrary() argument 1 must be str, not None")

ctypes.CDLL = no_library
for name in {commands!r}:
    importlib.import_module(f"policygraph.cli.{{name}}")
for name in {rooms!r}:
    importlib.import_module(f"policygraph.{{name}}")
assert not {unix!r} & set(sys.modules) - {{"posix"}}
"""

COMMANDS = ("build", "query", "queries", "verify", "load", "stores", "validate", "convert", "diff", "serve")
ROOMS = (
    "pipeline.build",
    "queries",
    "stores",
    "stores.comparison",
    "verification",
    "validation",
    "release.writing",
)


def test_the_work_of_the_command_line_is_imported_without_unix() -> None:
    program = WITHOUT_UNIX.format(unix=UNIX, commands=COMMANDS, rooms=ROOMS)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "src").rglob("*.py")), ids=lambda path: path.stem)
def test_no_module_imports_calls_of_unix_at_its_head(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8")).body
    head = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in head if isinstance(node, ast.Import) for alias in node.names}
    assert not (names | {node.module for node in head if isinstance(node, ast.ImportFrom)}) & UNIX


def test_serve_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.require_platform("policygraph serve")
    monkeypatch.delattr("os.fork")
    with pytest.raises(ServerError, match=r"^policygraph serve confines .* run it on Linux or macOS"):
        sandbox.require_platform("policygraph serve")
