"""The process that loads the data once and forks workers: a new one is there in milliseconds, with shared memory.

It has one thread and never answers a query, so that forking it is safe at any time; the workers answer. A dataset
that is too large for memory goes into a store on disk, which a process of its own writes and each worker opens
read-only.

Started by ``processes`` as ``python -m policygraph.engine.zygote DESCRIPTOR``, with a ``LoadRequest`` on the other
end. Commands on the socket: ``fork`` with a descriptor, ``reap`` with a process id, ``check`` for a sign of life.
Signals to stop are for the server: it finishes what it answers and hangs up, which ends zygote and workers.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import pyoxigraph as ox

from ..errors import EngineError, QueryRejected, QueryStopped, ServerError
from ..process.sandbox import allow_processor, close_all_but, confine, is_confined, widen_stack
from . import ipc
from .evaluation import QueryTask, evaluate
from .scratch import ScratchFolder

STORE = "store"
"""The name of the store in its folder."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What to load: each file with its SHA-256 (or ""), and two limits."""

    files: list[tuple[str, str]]
    triples_in_memory: int
    memory_mib: int


def main(descriptor: int) -> None:
    """Load, say how that went, then fork on command until the server hangs up."""
    connection = socket.socket(fileno=descriptor)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    widen_stack()
    head = ipc.receive(connection)
    if head is None:
        return
    request = LoadRequest(**head)
    try:
        store, folder = _load(request)
    except ServerError as error:
        connection.sendall(ipc.packed({"error": str(error)}))
        return
    connection.sendall(ipc.packed({"error": ""}))
    _obey(connection, store, folder, request.memory_mib)
    with suppress(ChildProcessError):  # outlive the workers, so that none is left to another process
        while True:
            os.wait()
    if folder is not None:
        folder.remove()


def _obey(connection: socket.socket, store: ox.Store, folder: ScratchFolder | None, memory_mib: int) -> None:
    """Fork, reap and say that we are there, as the server commands, until it hangs up."""

    def work(descriptor: int) -> None:
        close_all_but(descriptor)
        opened = store if folder is None else ox.Store.read_only(str(folder.path / STORE))
        confine(memory_mib)
        answer_queries(socket.socket(fileno=descriptor), opened)

    while True:
        try:
            command, descriptors, _, _ = socket.recv_fds(connection, 64, 1)
        except ConnectionResetError:
            return
        if not command:
            return
        name, _, number = command.decode().partition(" ")
        reply: ipc.Head = {}
        if name == "fork":
            (descriptor,) = descriptors
            reply["pid"] = _fork(lambda: work(descriptor))  # noqa: B023 - called at once
            os.close(descriptor)
        elif name == "reap":
            _, status = os.waitpid(int(number), 0)
            reply["status"] = os.waitstatus_to_exitcode(status)
        with suppress(BrokenPipeError):
            connection.sendall(ipc.packed(reply))


def _fork(work: Callable[[], None]) -> int:
    """A process that does some work; whatever happens in it ends with it, never in the zygote's own loop."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    return child


def answer_queries(connection: socket.socket, store: ox.Store) -> None:
    """Answer one query after another, until the server hangs up or kills this process.

    Each answer is a head and a body. The head has ``rows`` and the ``size`` of the body, or ``error`` (the name
    of a class in ``errors``) with its ``sentence``; ``used`` and ``total`` are seconds of the processor for this
    query and for all so far. An empty head asks whether this process is there and confined.
    """
    while (head := ipc.receive(connection)) is not None:
        began, content = process_time(), b""
        try:
            if head:
                allow_processor(head.pop("seconds"))
                content, rows = evaluate(store, QueryTask(**head))
                reply: ipc.Head = {"rows": rows, "size": len(content)}
            else:
                reply = {"confined": is_confined()}
        except EngineError as error:
            reply = {"error": type(error).__name__, "sentence": str(error)}
        except MemoryError:
            reply = {"error": QueryStopped.__name__, "sentence": ""}
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            words = " ".join(str(error).split())[:400]
            reply = {"error": QueryRejected.__name__, "sentence": f"The query was not understood: {words}."}
        total = process_time()
        connection.sendall(ipc.packed({**reply, "used": total - began, "total": total}) + content)


def _load(request: LoadRequest) -> tuple[ox.Store, ScratchFolder | None]:
    """A store in memory, or an empty one and the folder of that on disk; raises ServerError where that fails."""
    if (
        sum(1 for _ in islice(_statements(request.files), request.triples_in_memory + 1))
        <= request.triples_in_memory
    ):
        store = ox.Store()
        _load_files(store, request.files)
        return store, None
    folder = ScratchFolder()

    def write() -> None:
        store = ox.Store(str(folder.path / STORE))
        _load_files(store, request.files)
        store.optimize()
        store.flush()

    _, status = os.waitpid(_fork(write), 0)  # RocksDB starts threads, so another process writes the store
    if status:
        folder.remove()
        raise ServerError(
            f"The data could not be put into a store on disk below {folder.path.parent}: free space there, "
            "or set TMPDIR to a folder that has it."
        )
    return ox.Store(), folder


def _load_files(store: ox.Store, files: list[tuple[str, str]]) -> None:
    for path, sha256 in ((Path(name), sha256) for name, sha256 in files):
        with _readable(path):
            if sha256:
                with path.open("rb") as file:
                    actual = hashlib.file_digest(file, "sha256").hexdigest()
                if actual != sha256:
                    raise ServerError(
                        f"{path} is not what its manifest says (its SHA-256 differs): build it again."
                    )
            store.bulk_load(path=path, format=_format_of(path), base_iri=path.absolute().as_uri())


def _statements(files: list[tuple[str, str]]) -> Iterator[Any]:
    for path in (Path(file) for file, _ in files):
        with _readable(path):
            yield from ox.parse(path=path, format=_format_of(path), base_iri=path.absolute().as_uri())


def _format_of(path: Path) -> ox.RdfFormat:
    """The syntax that the end of a file's name stands for."""
    format = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if format is None:
        raise ServerError(f"{path} has no known RDF ending: use .nq, .trig, .ttl, .nt, .rdf or .jsonld.")
    return format


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turn what can go wrong with a file into a sentence that names it."""
    try:
        yield
    except SyntaxError as error:
        raise ServerError(f"{path} is not RDF as its ending says: {error.msg}.") from error
    except OSError as error:
        raise ServerError(f"{path} cannot be read ({error.strerror}): check the path.") from error


if __name__ == "__main__":
    main(int(sys.argv[1]))
