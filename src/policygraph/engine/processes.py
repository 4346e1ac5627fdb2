"""The server's hold on its processes: the zygote that it starts, and the workers that the zygote forks."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import EngineUnavailable, ServerError
from . import ipc

if TYPE_CHECKING:
    from .zygote import LoadRequest

SPOOL = 2**20
"""Bytes of an answer that stay in memory; a larger one waits for its reader in a temporary file."""

SILENCE = 1.4
"""Seconds after which a process that says nothing is taken to hang."""

_CHUNK = 2**16
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class WorkerDied(Exception):
    """A worker that ended while it evaluated a query; ``status`` is its exit code, or minus the signal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Zygote:
    """The process that has the data. Make one with ``await Zygote.start(request)``."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self.process, self._control = process, control
        self._lock = asyncio.Lock()

    @classmethod
    async def start(cls, request: LoadRequest) -> Zygote:
        """Start the process and wait until it has loaded; raises ServerError with the reason where it cannot."""
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "policygraph.engine.zygote", str(theirs.fileno())]
            process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=_environment(),
            )
        zygote = cls(process, ours)
        ours.sendall(ipc.packed(asdict(request)))
        try:
            head = await asyncio.to_thread(ipc.receive, ours)
        except asyncio.CancelledError:
            await zygote.stop()
            raise
        if head is None or head["error"]:
            await zygote.stop()
            raise ServerError(head["error"] if head else "The process that loads the data stopped: start again.")
        ours.settimeout(SILENCE)
        return zygote

    async def fork(self) -> Worker:
        """A new worker; raises ServerError where the zygote has died or hangs."""
        ours, theirs = socket.socketpair()
        with theirs:
            head = await self._command(b"fork", theirs)
        reader, writer = await asyncio.open_unix_connection(sock=ours, limit=2**18)
        return Worker(head["pid"], reader, writer, self)

    async def check(self) -> None:
        """Raise ServerError where the process has died or hangs."""
        await self._command(b"check")

    async def reap(self, pid: int) -> int:
        """Take leave of a worker that has ended: its exit code, or minus the signal that ended it."""
        status: int = (await self._command(b"reap %d" % pid))["status"]
        return status

    async def stop(self) -> None:
        """Hang up; the process ends when the last of its workers has."""
        self._control.close()
        try:
            await asyncio.to_thread(self.process.wait, 3.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)

    async def _command(self, command: bytes, *passed: socket.socket) -> ipc.Head:
        async with self._lock:
            head = await asyncio.shield(asyncio.to_thread(self._exchange, command, passed))
        if head is None:
            self.process.kill()  # it may hang, and answer a command long after
            raise ServerError("The process that holds the data has stopped: it is started again.")
        return head

    def _exchange(self, command: bytes, passed: tuple[socket.socket, ...]) -> ipc.Head | None:
        try:
            socket.send_fds(self._control, [command], [end.fileno() for end in passed])
            return ipc.receive(self._control)
        except OSError:
            return None


class Worker:
    """A process that answers one query at a time."""

    def __init__(
        self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, zygote: Zygote
    ) -> None:
        self.pid, self.answered = pid, 0
        self._total = 0.0
        self._reader, self._writer, self._zygote = reader, writer, zygote
        self._ending: asyncio.Task[int] | None = None

    @property
    def gone(self) -> bool:
        """Whether the process has ended while it was idle."""
        return self._reader.at_eof()

    async def ask(self, head: ipc.Head) -> tuple[ipc.Head, bytes | IO[bytes]]:
        """Send a query and wait for the answer; raises WorkerDied where the process does not survive it.

        Without a query it only says that it is there.
        """
        try:
            self._writer.write(ipc.packed(head))
            reply = await ipc.read(self._reader)
            content = await self._content(reply.get("size", 0))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDied(await self.end()) from error
        self.answered += 1
        self._total = reply["total"]
        return reply, content

    def used(self, clock: float) -> float | None:
        """Seconds of the processor that the query has used; those on the ``clock`` where nothing tells them.

        None says that the process has been halted.
        """
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        except OSError:
            return clock
        if fields[0] in "Tt":
            return None
        return (int(fields[11]) + int(fields[12])) / _TICKS - self._total

    async def _content(self, size: int) -> bytes | IO[bytes]:
        if size <= SPOOL:
            return await self._reader.readexactly(size)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends the answer closes it
        while size:
            part = await self._reader.readexactly(min(size, _CHUNK))
            try:
                file.write(part)
            except OSError as error:
                file.close()
                raise EngineUnavailable(
                    "There is no room to keep the answer while it is sent: ask again later."
                ) from error
            size -= len(part)
        file.seek(0)
        return file

    def lower_priority(self) -> None:
        """Let quicker queries go first on the processor."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def hang_up(self) -> None:
        """Close the connection, upon which an idle process ends by itself."""
        self._writer.close()

    async def end(self) -> int:
        """Kill the process if it is there, and say how it ended: its exit code, or minus the signal (0 where the
        zygote has ended too).

        Its number cannot have passed to another process before: the zygote reaps only on command.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end())
        return await asyncio.shield(self._ending)

    async def _end(self) -> int:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.hang_up()
        try:
            return await self._zygote.reap(self.pid)
        except ServerError:
            return 0


def _environment() -> dict[str, str]:
    """What the zygote may know: no secrets of the server's own environment, but where our package is."""
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    others = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {**kept, "PYTHONPATH": os.pathsep.join([root, *others]), "PYTHONDONTWRITEBYTECODE": "1"}
