"""One server for the tests that only ask it something, and one for those that may bring it to its limits."""

from __future__ import annotations

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
