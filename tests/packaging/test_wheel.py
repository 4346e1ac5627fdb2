"""What others install: the wheel away from the checkout, without its extras, on each Python that we promise."""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import ROOT, SEED

pytestmark = pytest.mark.slow

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYENV_VERSION"))}


def build(kind: str, folder: Path) -> tuple[Path, str]:
    """A wheel or sdist of the checkout in ``folder``, and what was said while it was built."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (file,) = folder.glob("policygraph-*")
    return file, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return build("wheel", tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory, wheel: tuple[Path, str]) -> Path:
    """A folder with an environment that has the wheel and its dependencies, no extra, and a release."""
    folder = tmp_path_factory.mktemp("core")
    environment(folder / "env", Path(sys.executable), "core.txt")
    pip(folder / "env", "--no-deps", str(wheel[0]))
    assert "70 actions (38 flagships" in run(folder, "build", str(SEED), "--out", "release").stdout
    return folder


def environment(where: Path, python: Path, lock: str) -> None:
    subprocess.run([str(python), "-m", "venv", str(where)], check=True, env=CLEAN)
    pip(where, "--require-hashes", "--only-binary", ":all:", "--requirement", str(ROOT / "requirements" / lock))


def pip(where: Path, *arguments: str) -> None:
    command = [str(where / "bin" / "python"), "-m", "pip", "install", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=CLEAN, check=False)
    assert done.returncode == 0, done.stderr


def run(folder: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """The command as installed in ``folder/env``, from there; nobody ever sees a traceback."""
    program = str(folder / "env" / "bin" / "policygraph")
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=CLEAN, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    return done


def test_the_wheel_says_whether_it_has_the_editor(wheel: tuple[Path, str]) -> None:
    bundled = (ROOT / "src" / "policygraph" / "web" / "static" / "vendor" / "LICENSES.txt").is_file()
    assert ("WITHOUT the SPARQL editor" in wheel[1]) is not bundled


def test_the_installation_is_the_wheel(core: Path) -> None:
    where = "import policygraph, sys; sys.stdout.write(policygraph.__file__)"
    done = subprocess.run([str(core / "env/bin/python"), "-c", where], env=CLEAN, capture_output=True, text=True)
    assert Path(done.stdout).is_relative_to(core)


def test_the_core_goes_from_sources_to_queries(core: Path) -> None:
    assert "0 failure(s)" in run(core, "verify", "release").stdout
    assert "publicly accessible,10,2960" in run(core, "query", "dialogues-by-access", "-f", "csv").stdout
    assert "conform" in run(core, "validate", "release/policygraph.ttl").stdout.lower()
    run(core, "diff", "release", "release")
    run(core, "convert", str(SEED), "-f", "turtle", "-o", "seed.ttl")


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("serve release", "serve"),
        ("site release --out site", "serve"),
        ("load release --into http://127.0.0.1:9", "stores"),
        ("stores prove release --in http://127.0.0.1:9", "stores"),
        ("tables fetch --from http://127.0.0.1:9", "stores"),
        ("build --out other --cluster tcp://127.0.0.1:9", "cluster"),
    ],
)
def test_a_command_names_the_extra_that_it_lacks(core: Path, command: str, extra: str) -> None:
    said = run(core, *command.split(), status=2).stderr.strip().splitlines()[-1]
    assert re.fullmatch(
        rf"policygraph: .* not installed here .*: pip install 'policygraph\[{extra}\]' adds it\.", said
    )


def test_help_needs_no_extra(core: Path) -> None:
    from policygraph.cli import COMMANDS

    for command in COMMANDS:
        assert "Usage:" in run(core, command, "--help").stdout


def interpreters(version: str) -> Iterator[Path]:
    """The Pythons of this machine that may be of this version: on the path, or in pyenv's folder."""
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted((pyenv / "versions").glob(f"{version}.*/bin/python"))


def interpreter(version: str) -> Path:
    """A Python of this version that runs; without one the test is skipped, unless CI says that it must be."""
    asks = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in interpreters(version):
        done = subprocess.run([str(path), "-c", asks], capture_output=True, text=True, env=CLEAN, check=False)
        if done.stdout.strip() == version:
            return path
    if os.environ.get("POLICYGRAPH_REQUIRE_PYTHONS"):
        pytest.fail(f"Python {version} is not on this machine.")
    pytest.skip(f"Python {version} is not on this machine")


@pytest.mark.parametrize("version", PYTHONS)
def test_every_python_builds_the_same_bytes(
    version: str, core: Path, wheel: tuple[Path, str], tmp_path: Path
) -> None:
    environment(tmp_path / "env", interpreter(version), "core.txt")
    pip(tmp_path / "env", "--no-deps", str(wheel[0]))
    run(tmp_path, "build", str(SEED), "--out", "release")
    names = sorted(
        str(path.relative_to(core / "release")) for path in (core / "release").rglob("*") if path.is_file()
    )
    assert len(names) > 20
    assert filecmp.cmpfiles(core / "release", tmp_path / "release", names, shallow=False) == (names, [], [])
