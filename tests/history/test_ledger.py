"""Events planted between generated releases: all are told with the right type, and none is invented."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from planting import TYPES, ledger, plant
from policygraph.history.differences import compare


def tell(number: int, folder: Path, events: int = 10) -> set[str]:
    """Plant events between two releases and compare the ledger with them; their types come back."""
    old, new, expected = plant(random.Random(number), folder / str(number), events)
    assert ledger(compare(old, new), old, new) == expected, number
    return {str(event[0]) for event in expected}


def test_planted_events_are_told(tmp_path: Path) -> None:
    assert tell(1, tmp_path) >= set(TYPES)


@pytest.mark.slow
def test_two_thousand_planted_events_in_two_hundred_releases(tmp_path: Path) -> None:
    for number in range(2, 202):
        tell(number, tmp_path)
