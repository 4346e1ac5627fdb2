"""A real browser against a real server over the real release; nothing else is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from required import lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from publishing import Server

AXE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        lacking("playwright is not installed: pip install --editable '.[browser]'")
    if not CHROMIUM.is_file():
        lacking("there is no Chromium: install Debian's package chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        lacking("axe-core is not installed: npm ci --prefix tests/browser")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="session")
def site(seed_release: Path) -> Iterator[Server]:
    """A server over the release of the first document."""
    from publishing import serving

    generous = {
        "seconds": 20,
        "rows": 100_000,
        "answer_mib": 32,
        "memory_mib": 512,
        "queue": 64,
        "queue_seconds": 20,
    }
    with serving(seed_release, limits=generous) as running:
        yield running


# FIX
