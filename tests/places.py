"""Where tests find things: the checkout, the first document, the shared tables and documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from policygraph.files import folder

ROOT = Path(__file__).resolve().parents[1]
SEED = folder("data") / "sources" / "52025DC0723"
SHARED = ROOT.parent / "shared"


def needs_shared(*parts: str) -> Path:
    """A file or folder of the shared tables and documents; the test is skipped where they are not at hand."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared folder with {'/'.join(parts)} is not beside this checkout")
    return path
