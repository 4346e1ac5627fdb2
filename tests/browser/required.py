"""What tests of pages need and a machine may lack."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip with the reason, or fail where CI says that the browser has to be there."""
    if os.environ.get("POLICYGRAPH_REQUIRE_BROWSER"):
        pytest.fail(what)
    pytest.skip(what)
