"""Takes the README's picture of the site, docs/site.png, in Chromium.

``PYTHONPATH=tests:tests/web python tests/browser/picture.py`` builds the release of every strategy, serves it on
loopback and looks at it; another page than the first is named by its path.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, FLAGS
from policygraph.files import source_folders
from policygraph.pipeline.build import build
from publishing import serving

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "site.png"
LIMITS = {"seconds": 60, "quick_seconds": 30, "memory_mib": 512, "rows": 100_000, "answer_mib": 32}
PATH = sys.argv[1] if len(sys.argv) > 1 else "/"


def take(release: Path) -> None:
    """Write the upper part of a page at the width of a README."""
    with serving(release, limits=LIMITS) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, locale="en-GB")
        page.goto(f"{server.address.rstrip('/')}{PATH}")
        page.screenshot(path=PICTURE)
        chromium.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        build(source_folders(), Path(folder) / "release")
        take(Path(folder) / "release")
