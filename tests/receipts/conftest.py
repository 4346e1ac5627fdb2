"""The release of all strategies in a store, for tests of receipts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from policygraph.queries import open_release


@pytest.fixture(scope="session")
def corpus_store(corpus: Path) -> Store:
    return open_release(corpus)[0]


@pytest.fixture(scope="session")
def lines(corpus: Path) -> set[str]:
    """Every line of the release's canonical form."""
    return set((corpus / "policygraph.nq").read_text("utf-8").splitlines())
