"""The built wheel does the main job away from the checkout: ontology, shapes, queries and data are in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's content, as an installation has it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("policygraph-*.whl")
    target = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return target


def run(installed: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=installed.parent,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_installation_is_the_wheel(installed: Path) -> None:
    where = run(installed, "-c", "import policygraph, sys; sys.stdout.write(policygraph.__file__)")
    assert Path(where).is_relative_to(installed)


def test_the_wheel_builds_asks_and_verifies(installed: Path) -> None:
    assert "70 actions (38 flagships" in run(installed, "-m", "policygraph", "build", "--out", "release")
    assert "0 failure(s)" in run(installed, "-m", "policygraph", "verify", "release")
    rows = run(installed, "-m", "policygraph", "query", "dialogues-by-access", "-f", "csv")
    assert "publicly accessible,10,2960" in rows
