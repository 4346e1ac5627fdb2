"""The process that answers queries, one after another, until the server hangs up or kills it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from ..process.sandbox import allow_processor
from . import ipc as frames
from .evaluation import LimitExceeded, NotRepresentable, QueryTask, evaluate

if TYPE_CHECKING:
    import pyoxigraph as ox


def serve(connection: socket.socket, store: ox.Store) -> None:
    """Answer until the other side has gone.

    Each answer is a head with ``outcome`` (ok, syntax, engine, limit, format, memory), and for ``ok`` the
    ``rows`` and the ``size`` of the body that follows.
    """
    while (head := frames.receive(connection)) is not None:
        allow_processor(head.pop("seconds"))
        answer, content = _answer(store, QueryTask(**head))
        connection.sendall(frames.packed(answer))
        connection.sendall(content)


def _answer(store: ox.Store, work: QueryTask) -> tuple[frames.Head, bytes]:
    try:
        content, rows = evaluate(store, work)
    except LimitExceeded as error:
        return {"outcome": "limit", "words": error.limit}, b""
    except NotRepresentable:
        return {"outcome": "format", "words": ""}, b""
    except MemoryError:
        return {"outcome": "memory", "words": ""}, b""
    except SyntaxError as error:
        return {"outcome": "syntax", "words": str(error)}, b""
    except (ValueError, OSError, RuntimeError) as error:
        return {"outcome": "engine", "words": str(error)}, b""
    return {"outcome": "ok", "rows": rows, "size": len(content)}, content
