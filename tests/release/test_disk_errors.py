"""What goes wrong on the disk while a release is written is told in words, and nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from policygraph.errors import ReleaseError
from policygraph.release.atomic_publish import _exchange
from policygraph.release.checksum_file import disk_errors_in_words


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="No space left"), disk_errors_in_words(tmp_path):
        raise OSError(28, "No space left on device")


def test_a_reader_of_the_progress_that_has_gone_is_no_fault_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), disk_errors_in_words(tmp_path):
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.skipif(sys.platform != "linux", reason="folders are swapped in one step on Linux alone")
def test_folders_that_cannot_be_swapped_are_not_taken_for_swapped(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _exchange(tmp_path / "none", tmp_path / "nor this")
