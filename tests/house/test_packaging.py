"""What is installed is what is locked, what is missing is named, and the look for vulnerabilities can fail."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from pkgutil import resolve_name

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from places import ROOT
from policygraph.errors import MissingExtra
from policygraph.extras import EXTRAS, require
from policygraph.version import VERSION

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
CONTENT = {"run.txt": ("all",), "test.txt": ("test", "dev"), "ci.txt": ("ci",)}
"""Which extras each lock of ours holds, beside the dependencies of the core."""


def wanted(*extras: str) -> Iterator[Requirement]:
    """The requirements of the core and of the extras, those of extras that they name included."""
    for line in [*PROJECT["dependencies"], *(line for extra in extras for line in optional(extra))]:
        yield Requirement(line)


def optional(extra: str) -> Iterator[str]:
    for line in PROJECT["optional-dependencies"][extra]:
        requirement = Requirement(line)
        if requirement.name == "policygraph":
            for name in sorted(requirement.extras):
                yield from optional(name)
        else:
            yield line


@pytest.mark.parametrize("name", CONTENT)
def test_the_lock_holds_what_pyproject_asks_for(name: str) -> None:
    """Where this fails, a dependency was added or raised: “make lock” remakes the files."""
    pins: dict[str, list[str]] = {}
    for package, version in PIN.findall((ROOT / "requirements" / name).read_text("utf-8")):
        pins.setdefault(canonicalize_name(package), []).append(version)
    for requirement in wanted(*CONTENT[name]):
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert versions, f"{name} lacks {requirement}: make lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: make lock"


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_each_lock_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text and "index" not in "".join(line for line in text.splitlines() if line.startswith("-"))


def test_the_small_locks_are_parts_of_the_large_one() -> None:
    ci = set(PIN.findall((ROOT / "requirements" / "ci.txt").read_text("utf-8")))
    for name in ("run.txt", "test.txt"):
        assert set(PIN.findall((ROOT / "requirements" / name).read_text("utf-8"))) <= ci


@pytest.mark.parametrize(
    "extra", [pytest.param(extra, marks=pytest.mark.slow if extra == "notebook" else ()) for extra in EXTRAS]
)
def test_an_extra_brings_what_is_looked_for(extra: str) -> None:
    """The modules that ``require`` looks for are those that the packages of pyproject.toml bring, and no fewer.

    What runs notebooks is installed for CI alone, so that the first commands stay small.
    """
    homes = packages_distributions()
    looked_for = {canonicalize_name(homes[module][0]) for module in EXTRAS[extra]}
    assert looked_for == {canonicalize_name(Requirement(line).name) for line in optional(extra)}


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    require("serve", "policygraph serve")
    monkeypatch.setitem(sys.modules, "starlette", None)
    with pytest.raises(MissingExtra) as caught:
        require("serve", "policygraph serve")
    assert str(caught.value) == (
        "policygraph serve needs what is not installed here (starlette): pip install 'policygraph[serve]' adds it."
    )


STAND_IN = """
import json, os, sys
answers = json.loads(os.environ["ANSWERS"])
if answers is None:
    sys.exit("ERROR: Could not connect to the vulnerability feed")
asked = dict(line.split("==") for line in open(sys.argv[-1]).read().split())
entries = [dict(name=name, version=version, vulns=[]) for name, version in asked.items()]
print(json.dumps({"dependencies": [{**entry, **answers.get(entry["name"], {})} for entry in entries]}))
"""
ALONE = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(Path(click.__file__).parent.parent)])}
GUILTY = {"jinja2": {"vulns": [{"id": "CVE-2019-10906", "fix_versions": ["2.10.1"]}]}}
FLAW = {"vulns": [{"id": "CVE-2099-1", "fix_versions": []}]}


@pytest.mark.parametrize(
    ("answers", "status", "words"),
    [
        (None, 1, "could not be asked: ERROR: Could not connect"),
        ({}, 1, "knows of no vulnerability of jinja2 2.10, so it has no advisories"),
        (GUILTY, 0, "2 packages looked up, 0 known vulnerabilities."),
        (GUILTY | {"b-c": FLAW}, 1, "b-c 2.0: CVE-2099-1, mended in no version yet"),
        (
            GUILTY | {"a": {"version": None, "skip_reason": "not found"}},
            1,
            "1 of 2 packages could not be looked up: a 1",
        ),
    ],
)
def test_the_audit_fails_where_something_was_not_looked_up(
    answers: object, status: int, words: str, tmp_path: Path
) -> None:
    """With a stand-in for pip-audit, whose service a test cannot ask; a package for another system counts too."""
    (tmp_path / "pip_audit.py").write_text(STAND_IN, "utf-8")
    (tmp_path / "lock.txt").write_text(
        "a==1 \\\n    --hash=sha256:0\nB.c==2.0 ; sys_platform == 'win32' \\\n", "utf-8"
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "audit.py"), str(tmp_path / "lock.txt")],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "ANSWERS": json.dumps(answers)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_one_version() -> None:
    """version.py says it; changelog, ontology and shapes follow, and the parts from npm have none."""
    assert "version" in PROJECT["dynamic"]
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[0] == VERSION
    assert "version" not in json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    for file in ("ontology/core.ttl", "shapes/prefixes.ttl"):
        versions = re.findall(r"owl:version\w+ \S*?(\d+\.\d+\.\d+)", (ROOT / file).read_text("utf-8"))
        assert versions and set(versions) == {VERSION}, file


def test_the_version_is_told_without_the_metadata_of_an_installation() -> None:
    code = "import sys; from policygraph.cli import main; sys.argv = ['policygraph', '--version']\n"
    code += "try: main()\nfinally: assert 'importlib.metadata' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env=ALONE, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"policygraph, version {VERSION}\n", "")


def test_the_sdist_holds_the_whole_checkout() -> None:
    """Everything that git tracks stands below a folder or file that pyproject.toml names for the sdist."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout, so that there is no list of files")
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    included = set(tool["hatch"]["build"]["targets"]["sdist"]["only-include"])
    assert {name.split("/")[0] for name in tracked.stdout.splitlines()} == included


def test_the_commands_of_the_documents_exist() -> None:
    """Each “make …”, each path of ours and each script that the guides name is there."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md", "docs/releasing.md", "docs/explanation/architecture.md"):
        text = (ROOT / name).read_text("utf-8")
        makes = {
            word for line in re.findall(r"(?:`|^|&& )make ([a-z ]+)", text, re.MULTILINE) for word in line.split()
        }
        assert makes <= targets, name
        for path in re.findall(
            r"`((?:docs|tests|src|requirements|\.ci|data|ontology|shapes|queries)/[\w./-]*)`", text
        ):
            assert (ROOT / path).exists(), f"{name}: {path}"


def test_the_picture_names_folders_that_exist() -> None:
    """flow.svg is drawn by hand; what it calls a folder is one, of the checkout or of the package."""
    names = set(
        re.findall(
            r"([\w/]+)/[,:<]", re.sub(r"</", "<", (ROOT / "docs" / "explanation" / "flow.svg").read_text("utf-8"))
        )
    )
    assert len(names) >= 8
    assert [
        name for name in names if not any((root / name).is_dir() for root in (ROOT, ROOT / "src/policygraph"))
    ] == []


WALKS = re.findall(
    r"`((?:[a-z_]+\.)+[A-Za-z_]+)`", (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")
)


@pytest.mark.parametrize("name", sorted(set(WALKS) - {"source.toml", "flow.svg"}))
def test_what_the_walks_through_the_code_name_is_there(name: str) -> None:
    """A dotted name of the walks is a module of the package, or something that one defines."""
    assert resolve_name(f"policygraph.{name}")
