"""Receipts for the answers of a server: made in processes of their own, a few at a time.

A module below 60 lines, since the API and the assistant both need it, and neither the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from ..errors import EngineBusy, NoReceipt
from ..receipts.limited import receipts_limited
from .dataset import Snapshot
from .settings import Limits

PLACES = 2
"""How many processes make receipts at once."""

_places = asyncio.Semaphore(PLACES)


async def receipts(
    snapshot: Snapshot,
    limits: Limits,
    query: str,
    parameters: Mapping[str, object] | None,
    most: int | None = None,
) -> dict[str, Any]:
    """The document of receipts, as ``receipts_limited`` makes it, for the release that is served.

    Raises NoReceipt where there are none, or no release is served, and EngineBusy where all places are taken.
    """
    if snapshot.release is None:
        raise NoReceipt("There are no receipts here: they are made from a release, and none is served.")
    try:
        await asyncio.wait_for(_places.acquire(), limits.queue_seconds)
    except TimeoutError:
        raise EngineBusy("Too many receipts are being made: ask again later.", retry_after=5) from None
    try:
        return await asyncio.to_thread(
            receipts_limited,
            snapshot.release,
            query,
            parameters,
            most=most,
            seconds=limits.seconds,
            mib=limits.memory_mib,
        )
    finally:
        _places.release()
