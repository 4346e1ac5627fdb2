"""A child process: its answer, its error, and what happens to one that takes too much."""

from __future__ import annotations

import os
import time

import pytest

from policygraph.errors import SourceError
from policygraph.process.limited import LimitExceeded, run_limited
from policygraph.sources.extract import detect, extract_bytes


def test_an_answer_comes_back() -> None:
    assert run_limited(detect, b"%PDF-1.7", "a", seconds=60, mib=1024) == "pdf"
    page = b"<html><body><p>x</p></body></html>"
    assert run_limited(extract_bytes, page, "a.html", seconds=60, mib=1024) == extract_bytes(page, "a.html")


def test_an_error_of_ours_is_raised_here() -> None:
    with pytest.raises(SourceError, match=r"a\.rtf is RTF"):
        run_limited(detect, b"{\\rtf", "a.rtf", seconds=60, mib=1024)


def test_time_memory_and_a_dead_child_are_told() -> None:
    with pytest.raises(LimitExceeded, match=r"more than 0\.5 seconds"):
        run_limited(time.sleep, 60, seconds=0.5, mib=1024)
    with pytest.raises(LimitExceeded, match="more than 512 MiB"):
        run_limited(bytes, 2**30, seconds=60, mib=512)
    with pytest.raises(LimitExceeded, match="exit 3"):
        run_limited(os._exit, 3, seconds=60, mib=512)
    with pytest.raises(LimitExceeded, match="ValueError"):
        run_limited(int, "x", seconds=60, mib=512)
