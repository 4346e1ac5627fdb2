"""Where tests find things: the checkout, the first document, public data, and what only some machines have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policygraph.files import folder

ROOT = Path(__file__).resolve().parents[1]
SEED = folder("data") / "sources" / "52025DC0723"
DATA = ROOT / "tests" / "data"
"""Extracts of public tables and standards, each with source and licence in its README."""
TABLES = DATA / "vocabularies"
STANDARDS = DATA / "standards"
SHARED = ROOT.parent / "shared"
"""The whole tables, standards and documents from which the extracts were made: not on every machine."""


def needs_shared(*parts: str) -> Path:
    """A file or folder of the whole tables, standards and documents.

    The test is skipped where they are not at hand, and fails there with POLICYGRAPH_REQUIRE_SHARED=1.
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        words = f"the shared folder with {'/'.join(parts)} is not beside this checkout"
        if os.environ.get("POLICYGRAPH_REQUIRE_SHARED"):
            pytest.fail(words)
        pytest.skip(words)
    return path
