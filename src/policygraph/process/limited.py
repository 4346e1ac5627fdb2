"""A function run in a child process with limits of time and memory, for libraries that open strangers' files.

The child is a fresh interpreter, so that neither threads nor an unguarded ``__main__`` are in the way; what it
sends back is unpickled with the classes of this package and of builtins only.
"""

from __future__ import annotations

import importlib
import io
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import PolicygraphError

Result = TypeVar("Result")

START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from policygraph.process.limited import child; child()"
)
MIB = 2**20
SIGABRT, SIGKILL, SIGSEGV, SIGXCPU = 6, 9, 11, 24
"""The signals of Linux and macOS that end a child; Windows has no such names in ``signal``."""


class LimitExceeded(PolicygraphError):
    """The child took more time or memory than it was allowed, or ended without an answer."""


def run_limited(function: Callable[..., Result], *arguments: Any, seconds: float, mib: int) -> Result:
    """Run ``function(*arguments)`` in a child process; its result, or the PolicygraphError that it raised.

    ``function`` stands at the top of a module of this package; ``seconds`` are of the clock, ``mib`` of address
    space (not held where the platform has no ``resource`` module, as on Windows). Raises LimitExceeded.
    """
    task = pickle.dumps((function.__module__, function.__qualname__, arguments, seconds, mib))
    command = [sys.executable, "-c", START, json.dumps(sys.path)]
    try:
        answer = subprocess.run(command, input=task, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded(f"takes more than {seconds:g} seconds") from error
    if not answer.stdout:
        words = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = words[-1] if words else f"exit {answer.returncode}"
        if answer.returncode == -SIGXCPU:
            reason = f"takes more than {seconds:g} seconds"
        elif answer.returncode == -SIGSEGV or "stack overflow" in answer.stderr.decode("utf-8", "replace"):
            reason = "is nested too deeply, or needs more memory than there is"
        elif "MemoryError" in reason or answer.returncode in (-SIGKILL, -SIGABRT):
            reason = f"needs more than {mib} MiB of memory"
        raise LimitExceeded(reason)
    is_result, value = _Unpickler(io.BytesIO(answer.stdout)).load()
    if not is_result:
        raise value
    result: Result = value
    return result


def child() -> None:
    """Do the task that stands on standard input; its answer goes to standard output."""
    module, name, arguments, seconds, mib = pickle.loads(sys.stdin.buffer.read())
    out = sys.stdout.buffer
    sys.stdout = sys.stderr
    _limit(seconds, mib)
    function = getattr(importlib.import_module(module), name)
    try:
        answer = True, function(*arguments)
    except PolicygraphError as error:
        answer = False, error
    except MemoryError:
        answer = False, LimitExceeded(f"needs more than {mib} MiB of memory")
    out.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
    out.flush()


def _limit(seconds: float, mib: int) -> None:
    try:
        import resource
    except ImportError:  # no such limits on Windows: the clock is the only one there
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = mib * MIB
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most < 0 else min(wanted, most), most))
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 2, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class _Unpickler(pickle.Unpickler):
    """Reads what a child sends, and nothing that could be called but our own classes."""

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "policygraph" or (module, name) in ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not what a child of ours answers with")


ALLOWED = {("builtins", name) for name in ("set", "frozenset", "complex", "slice", "range", "bytearray")} | {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("pathlib", "Path"),
    ("pathlib", "PosixPath"),
    ("pathlib", "WindowsPath"),
}
