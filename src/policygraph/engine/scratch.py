"""Folders below the temporary one that do not outlive their owner, however that ends.

The owner holds a lock in its folder, which the system lets go when the process ends. Whoever starts next removes
the folders whose lock nobody holds. A module below 60 lines, since it knows nothing of queries.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "policygraph-"
LOCK = "owner.lock"


class ScratchFolder:
    """A new folder, which is this process's until it ends or calls ``remove``."""

    def __init__(self) -> None:
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = FileLock(self.path / LOCK, timeout=0, fallback_to_soft=False)
        self._lock.acquire()

    def remove(self) -> None:
        """Remove the folder with everything in it; a second time does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def sweep() -> None:
    """Remove folders of processes that have ended; those of other users are left alone."""
    for lock in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        try:
            with FileLock(lock, timeout=0, fallback_to_soft=False):
                shutil.rmtree(lock.parent, ignore_errors=True)
        except (Timeout, OSError):
            continue
