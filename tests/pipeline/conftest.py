"""Sources for tests of builds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from small_sources import ANNEX


@pytest.fixture
def sources(source_of: Callable[..., Path]) -> Callable[..., list[Path]]:
    """A function: how many → as many small sources, each with a document id of its own."""

    def make(count: int, date: str = "Vierde kwartaal 2026") -> list[Path]:
        return [
            source_of(ANNEX.format(number=number, date=date), folder=f"s{number:03}", id=f"COM-2099-{number}")
            for number in range(count)
        ]

    return make
