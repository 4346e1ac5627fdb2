"""The process that loads the data once and forks workers: a new one is there in milliseconds, with shared memory.

It has one thread and never answers a query, so that forking it is safe at any time. A dataset that is too
large for memory goes into a store on disk, which a process of its own writes and each worker opens read-only.

Started by ``pool`` as ``python -m policygraph.engine.zygote DESCRIPTOR``, with a ``LoadRequest`` on the other end.
Commands on the socket: ``fork`` with a descriptor, ``reap`` with a process id. Signals to stop are for the
server: it finishes what it answers and hangs up, which ends zygote and workers.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import pyoxigraph as ox

from ..process.sandbox import close_all_but, confine, widen_stack
from . import ipc as frames
from . import worker


class LoadFailure(Exception):
    """A file that cannot be loaded; the text is the sentence for the user."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """What to load: each file with its SHA-256 (or ""), a folder for a store on disk, and two limits."""

    files: list[tuple[str, str]]
    folder: str
    triples_in_memory: int
    memory_mib: int


def main(descriptor: int) -> None:
    """Load, tell how that went, then fork on command until the server hangs up."""
    connection = socket.socket(fileno=descriptor)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    widen_stack()
    head = frames.receive(connection)
    if head is None:
        return
    loading = LoadRequest(**head)
    try:
        store = _load(loading)
    except LoadFailure as error:
        connection.sendall(frames.packed({"error": str(error)}))
        return
    connection.sendall(frames.packed({"error": "", "on_disk": store is None}))
    _command(connection, store, loading)
    _outlive_workers()


def _outlive_workers() -> None:
    """Wait for the last of them, so that none is left to another process."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _command(connection: socket.socket, store: ox.Store | None, loading: LoadRequest) -> None:
    while True:
        command, descriptors, _, _ = socket.recv_fds(connection, 64, 1)
        if not command:
            return
        name, _, number = command.decode().partition(" ")
        if name == "fork":
            connection.sendall(frames.packed({"pid": _fork(descriptors[0], store, loading)}))
        else:
            _, status = os.waitpid(int(number), 0)
            connection.sendall(frames.packed({"status": os.waitstatus_to_exitcode(status)}))


def _fork(descriptor: int, store: ox.Store | None, loading: LoadRequest) -> int:
    child = os.fork()
    if not child:
        _become_worker(descriptor, store, loading)
    os.close(descriptor)
    return child


def _become_worker(descriptor: int, store: ox.Store | None, loading: LoadRequest) -> NoReturn:
    """Whatever happens here ends with this process, never with the zygote's own loop."""
    try:
        close_all_but(descriptor)
        if store is None:
            store = ox.Store.read_only(loading.folder)
        confine(loading.memory_mib)
        worker.serve(socket.socket(fileno=descriptor), store)
    finally:
        os._exit(0 if sys.exc_info()[0] is None else 1)


def _load(loading: LoadRequest) -> ox.Store | None:
    """A store in memory, or None where the data went to disk."""
    if _larger(loading.files, loading.triples_in_memory):
        _load_on_disk(loading)
        return None
    store = ox.Store()
    for file, sha256 in loading.files:
        _load_file(store, Path(file), sha256)
    return store


def _load_on_disk(loading: LoadRequest) -> None:
    """RocksDB starts threads, so another process writes the store."""
    child = os.fork()
    if not child:
        try:
            _write_store(loading)
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    _, status = os.waitpid(child, 0)
    if status:
        raise LoadFailure(
            f"The data could not be put into a store on disk below {loading.folder}: free space there, "
            "or set TMPDIR to a folder that has it."
        )


def _write_store(loading: LoadRequest) -> None:
    store = ox.Store(loading.folder)
    for file, sha256 in loading.files:
        _load_file(store, Path(file), sha256)
    store.optimize()
    store.flush()


def _load_file(store: ox.Store, path: Path, sha256: str) -> None:
    with _words(path):
        if sha256:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != sha256:
                raise LoadFailure(f"{path} is not what its manifest says (its SHA-256 differs): build it again.")
        store.bulk_load(path=path, format=format_of(path), base_iri=path.absolute().as_uri())


def _larger(files: list[tuple[str, str]], limit: int) -> bool:
    return sum(1 for _ in islice(_statements(files), limit + 1)) > limit


def _statements(files: list[tuple[str, str]]) -> Iterator[Any]:
    for file, _ in files:
        path = Path(file)
        with _words(path):
            yield from ox.parse(path=path, format=format_of(path), base_iri=path.absolute().as_uri())


def format_of(path: Path) -> ox.RdfFormat:
    """The syntax that the end of a file's name stands for; raises LoadFailure for an unknown one."""
    format = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if format is None:
        raise LoadFailure(f"{path} has no known RDF ending: use .nq, .trig, .ttl, .nt, .rdf or .jsonld.")
    return format


class _words:
    """Turns what can go wrong with a file into a sentence that names it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SyntaxError):
            raise LoadFailure(f"{self._path} is not RDF as its ending says: {error.msg}.") from error
        if isinstance(error, OSError):
            raise LoadFailure(f"{self._path} cannot be read ({error.strerror}): check the path.") from error


if __name__ == "__main__":
    main(int(sys.argv[1]))
