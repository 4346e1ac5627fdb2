"""What ``import policygraph`` offers: its names exist, its docstrings run, and it costs nothing to import."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module

import pytest

import policygraph
from places import ROOT

MODULES = {
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "src").rglob("*.py"))
}
WITH_LIST = [name for name, path in MODULES.items() if "__all__ = " in path.read_text("utf-8")]
WITH_EXAMPLES = [name for name, path in MODULES.items() if ">>> " in path.read_text("utf-8")]


def test_every_public_name_exists() -> None:
    assert set(policygraph._HOMES) | {"__version__"} == set(policygraph.__all__)
    assert all(getattr(policygraph, name) for name in policygraph.__all__)
    assert dir(policygraph) == sorted(policygraph.__all__)
    with pytest.raises(AttributeError, match="no attribute 'convret'"):
        policygraph.convret  # noqa: B018


@pytest.mark.parametrize("name", WITH_LIST)
def test_every_listed_name_exists(name: str) -> None:
    module = import_module(name)
    assert [entry for entry in module.__all__ if not hasattr(module, entry)] == []


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_docstrings_run(name: str) -> None:
    outcome = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert outcome.attempted > 0 and outcome.failed == 0


def test_importing_imports_no_engine() -> None:
    """rdflib, pyshacl and owlrl cost hundreds of milliseconds: they are imported where they are used."""
    heavy = "{'rdflib', 'pyshacl', 'owlrl', 'rich', 'starlette'}"
    code = f"import sys, policygraph, policygraph.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
