"""One server for the tests that only ask it something, and one for those that may bring it to its limits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishing import Server, n_quads, quads, serving


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset as a file."""
    path = tmp_path_factory.mktemp("data") / "data.nq"
    path.write_bytes(n_quads(quads()))
    return path


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[Server]:
    """A server with the small dataset."""
    with serving(data) as running:
        yield running


@pytest.fixture
def fresh(data: Path) -> Iterator[Server]:
    """The same, for one test alone."""
    with serving(data) as running:
        yield running


@pytest.fixture
def patient(data: Path) -> Iterator[Server]:
    """The same with time for long queries, so that none is stopped before the test ends it in another way."""
    with serving(data, limits={"seconds": 60}) as running:
        yield running


@pytest.fixture(scope="session")
def roomy(data: Path) -> Iterator[Server]:
    """The same with limits of time that a small query keeps on a busy machine, too."""
    with serving(data, limits={"seconds": 6, "quick_seconds": 2, "queue_seconds": 20}) as running:
        yield running


@pytest.fixture(scope="session")
def release(seed_release: Path) -> Path:
    return seed_release


@pytest.fixture(scope="session")
def site(release: Path) -> Iterator[Server]:
    """A server of that release, with room for all of it."""
    room = {"seconds": 10, "quick_seconds": 5, "memory_mib": 512, "rows": 100_000, "answer_mib": 32}
    with serving(release, limits={**room, "queue": 64, "queue_seconds": 10}) as running:
        yield running


@pytest.fixture(scope="session")
def cramped(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a copy of that release in ``.folder``, which lets few rows out."""
    copy = tmp_path_factory.mktemp("cramped") / "release"
    shutil.copytree(release, copy)
    with serving(copy, limits={"seconds": 10, "quick_seconds": 5, "memory_mib": 512, "rows": 50}) as running:
        running.folder = copy
        yield running


# FIX
