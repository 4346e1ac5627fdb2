"""What the operating system holds a worker to: memory, processor time, no new file, socket or process."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from ..errors import ServerError

STACK_MIB = 64
"""Oxigraph recurses; 8 MiB end at some hundreds of nested EXISTS, 64 MiB at some ten thousand."""


def require_platform(purpose: str) -> None:
    """Make sure that this system can confine a process, which ``purpose`` needs. Raises ServerError."""
    if not hasattr(os, "fork") or find_spec("resource") is None:
        raise ServerError(
            f"{purpose} confines strangers' queries by fork and by limits of the operating system, which this one "
            "does not have: run it on Linux or macOS, or in the container."
        )


def widen_stack() -> None:
    """Let the main thread's stack grow, as far as the machine's own ceiling allows."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = STACK_MIB * 2**20
    resource.setrlimit(resource.RLIMIT_STACK, (wanted if hard < 0 else min(wanted, hard), hard))


def close_all_but(*kept: int) -> None:
    """Point 0, 1 and 2 at nothing and close every other descriptor that is not kept."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    low = 3
    for descriptor in sorted(kept):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, _highest() + 1)


def confine(memory_mib: int) -> None:
    """From here on: no more than ``memory_mib`` above what is in use, and no descriptor that is not open now.

    The limit on descriptors is the lowest free one, not the highest in use: a hole below would be filled.
    """
    import resource

    if base := _address_space():
        ceiling = base + memory_mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, lowest_free))


def is_confined() -> bool:
    """Try to open a file and a socket: whether this process can do neither."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    else:
        return False
    try:
        socket.socket().close()
    except OSError:
        return True
    return False


def allow_processor(seconds: float) -> None:
    """Let this process use the processor for so long from now on; beyond, the kernel ends it (SIGXCPU)."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 2, hard))


def _highest() -> int:
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(soft, 65_536) if soft > 0 else 65_536


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system has no ``/proc`` (there the cap on memory is left out)."""
    import resource

    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except FileNotFoundError:
        return 0
    return int(pages) * resource.getpagesize()
