"""The assistant over HTTP costs a server nothing until a request for it comes."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from policygraph.assistant.on_demand import HttpAssistant
from policygraph.engine.dataset import Dataset
from policygraph.engine.settings import Settings


def test_a_server_starts_without_what_answers_later() -> None:
    """Neither the protocol's SDK nor rdflib, with which only processes of their own make receipts."""
    code = "import sys, policygraph.web.server; print(*({'mcp', 'rdflib'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_keeps_it_from_starting_is_told_to_each_request() -> None:
    settings = Settings(address="http://[")  # no address of which a host could be taken
    assistant = HttpAssistant(Dataset(settings), settings)

    async def ask_twice() -> None:
        async with assistant.run():
            for _ in range(2):
                with pytest.raises(ValueError, match="Invalid IPv6 URL"):
                    await assistant({}, _nothing, _nothing)

    asyncio.run(asyncio.wait_for(ask_twice(), 60))


async def _nothing(*_message: object) -> dict[str, object]:
    return {}
