"""Events planted between generated releases: all are told with the right type, and none is invented."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

import planting
from planting import TYPES, PlannedAction, ledger, plant, printed, release, sentence
from policygraph.history.differences import compare


def tell(number: int, folder: Path, events: int = 10) -> set[str]:
    """Plant events between two releases and compare the ledger with them; their types come back."""
    old, new, expected = plant(random.Random(number), folder / str(number), events)
    assert ledger(compare(old, new), old, new) == expected, number
    return {str(event[0]) for event in expected}


def test_planted_events_are_told(tmp_path: Path) -> None:
    assert tell(1, tmp_path) >= set(TYPES)


def test_a_reworded_heading_regroups_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, was, now = random.Random(5), "Klimaat en milieu", "Klimaat, natuur en milieu"
    actions = [PlannedAction(n, planting.HEADINGS[n % 6], sentence(chance), 8105) for n in range(12)]
    old = release(tmp_path / "old", printed(actions), [])
    headings = tuple(now if heading == was else heading for heading in planting.HEADINGS)
    monkeypatch.setattr(planting, "HEADINGS", headings)
    renamed = [replace(action, heading=now) if action.heading == was else action for action in actions]
    new = release(tmp_path / "new", printed(renamed), [])
    told = [str(change) for change in compare(old, new).changes]
    assert told == [f"Heading 05 of COM-2090-1 was reworded: “{was}” → “{now}”"]


@pytest.mark.slow
def test_two_thousand_planted_events_in_two_hundred_releases(tmp_path: Path) -> None:
    for number in range(2, 202):
        tell(number, tmp_path)
