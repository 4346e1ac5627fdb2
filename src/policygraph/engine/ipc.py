"""Messages between the server, the zygote and the workers: a length, a JSON head, and a body of known size.

A module below 60 lines, since both ends of the connection need it and a worker should import no more.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")
Head = dict[str, Any]


def packed(head: Head) -> bytes:
    """A head as bytes, its length before it."""
    content = json.dumps(head).encode()
    return _LENGTH.pack(len(content)) + content


def receive(connection: socket.socket) -> Head | None:
    """Wait for the next head; None where the connection is closed."""
    length = _exactly(connection, _LENGTH.size)
    content = length and _exactly(connection, *_LENGTH.unpack(length))
    return json.loads(content) if content else None


async def read(reader: asyncio.StreamReader) -> Head:
    """The next head; raises asyncio.IncompleteReadError where the connection is closed."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    head: Head = json.loads(await reader.readexactly(length))
    return head


def _exactly(connection: socket.socket, size: int) -> bytes:
    content = bytearray()
    while len(content) < size:
        part = connection.recv(size - len(content))
        if not part:
            return b""
        content += part
    return bytes(content)
