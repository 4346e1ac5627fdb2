"""Folders that do not outlive their owner."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from policygraph.engine.scratch import LOCK, PREFIX, ScratchFolder, sweep

HOLD = """
import sys
from policygraph.engine.scratch import ScratchFolder
folder = ScratchFolder()
(folder.path / "store").write_text("data")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_a_killed_owners_folder_goes_with_the_next_start(temporary: Path) -> None:
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        left = Path(owner.stdout.readline().strip())
        sweep()
        assert (left / "store").is_file(), "its owner lives"
        owner.kill()
    fresh = ScratchFolder()
    assert list(temporary.iterdir()) == [fresh.path]
    fresh.remove()
    fresh.remove()
    assert list(temporary.iterdir()) == []


def test_what_is_not_ours_is_left_alone(temporary: Path) -> None:
    other = temporary / f"{PREFIX}notes"
    other.mkdir()
    (other / "text").write_text("x")
    (temporary / "elsewhere").mkdir()
    (temporary / "elsewhere" / LOCK).write_text("")
    ScratchFolder().remove()
    assert sorted(path.name for path in temporary.iterdir()) == ["elsewhere", f"{PREFIX}notes"]
