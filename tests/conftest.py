"""What several tests need: the first document, and sources made for a test."""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from places import SEED
from policygraph.files import source_folders
from policygraph.pipeline.build import build
from policygraph.sources import read
from policygraph.sources.folder import documents, open_source
from policygraph.sources.records import Annexes

# The same examples each time and no deadline, so that no result hangs on luck or on how busy the machine is;
# POLICYGRAPH_HYPOTHESIS=search (with --hypothesis-seed=N) draws others, which is how to look for more.
settings.register_profile("ordinary", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True, max_examples=500)
settings.load_profile(os.environ.get("POLICYGRAPH_HYPOTHESIS", "ordinary"))

SOURCE = """
celex = "52099DC0001"
id = "{id}"
identifier = "COM(2099) 1"
date = 2025-10-08
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/52099DC0001"
licence = "COM_REUSE"
rights = "© European Union"
title = {{ nl = "Een strategie", en = "A strategy" }}

[[file]]
name = "nl.txt"
language = "nl"
sha256 = "{sha256}"
{more}
"""


def pytest_collection_finish() -> None:
    """Leave the thousands of collected tests to themselves: the collector walks only what tests make."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add why each skipped test was not run to the file POLICYGRAPH_NOT_RUN, a line each: .ci/run counts them."""
    file = os.environ.get("POLICYGRAPH_NOT_RUN")
    if file and "PYTEST_XDIST_WORKER" not in os.environ:  # the process that starts the workers hears of all
        with Path(file).open("a", encoding="utf-8") as lines:
            for report in terminalreporter.stats.get("skipped", []):
                words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
                lines.write(" ".join(words.removeprefix("Skipped: ").split()) + "\n")


@pytest.fixture(scope="session")
def seed() -> Annexes:
    """What the annexes of COM(2025) 723 say."""
    return read(documents(open_source(SEED))[0])


@pytest.fixture(scope="session")
def seed_text() -> str:
    """The text of COM(2025) 723 as it is stored."""
    return (SEED / "nl.txt").read_text("utf-8")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A function: a name, and what writes a folder → that folder, written once for all processes of a run.

    It is there under its name when it is whole. Tests read it, and change a copy.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def make(name: str, fill: Callable[[Path], object]) -> Path:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name).exists():
                fill(shared / f"{name}.part")
                (shared / f"{name}.part").rename(shared / name)
        return shared / name

    return make


@pytest.fixture(scope="session")
def corpus(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The release of every strategy in ``data/sources``; not to be changed."""
    return once("corpus", lambda out: build(source_folders(), out))


@pytest.fixture(scope="session")
def seed_release(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The release of COM(2025) 723 alone; not to be changed."""
    return once("seed-release", lambda out: build([SEED], out))


@pytest.fixture(scope="session")
def seed_site(once: Callable[[str, Callable[[Path], object]], Path], seed_release: Path) -> Path:
    """The site of that release as files, written by two processes; not to be changed."""
    from policygraph.site import write

    return once("seed-site", lambda out: write(seed_release, out, jobs=2))


@pytest.fixture
def source_of(tmp_path: Path) -> Callable[..., Path]:
    """A function: text (or bytes) → a source folder that holds it, with the right sha256."""

    def make(text: str | bytes, more: str = "", folder: str = "source", id: str = "COM-2025-723") -> Path:
        content = text.encode() if isinstance(text, str) else text
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / "nl.txt").write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        (place / "source.toml").write_text(SOURCE.format(id=id, sha256=sha256, more=more), "utf-8")
        return place

    return make
