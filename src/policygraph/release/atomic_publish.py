"""A release is written beside and swapped in whole: what is killed half-way leaves the old one as it was.

Beside ``release`` stand, while a build runs, ``release.building-<pid>`` (the new one) and ``.release.lock``.
Who holds the lock is the only writer, so whatever else is named ``release.building-…`` was left by a
writer that died: the next start removes it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from ..errors import ReleaseError, readable

MANIFEST = "manifest.json"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


class StagingFolder:
    """``with StagingFolder(out) as staging``: write below ``staging.folder``, then ``staging.publish()``.

    Without ``publish`` nothing changes at ``out``. Raises ReleaseError where another build writes to the
    same place, or where ``out`` is a folder that is no release: one has the file ``mark``. What is not a release
    but written like one has a ``mark`` and a ``kind`` of its own.
    """

    def __init__(self, out: Path, mark: str = MANIFEST, kind: str = "release") -> None:
        self.out, self.mark, self.kind = Path(out).resolve(), mark, kind
        self.folder = self.out.with_name(f"{self.out.name}.building-{os.getpid()}")
        # the kernel's lock, which ends with its holder, and never a mere marker file
        lock = self.out.with_name(f".{self.out.name}.lock")
        self._lock = FileLock(lock, timeout=0, mode=0o644, fallback_to_soft=False)
        self._replaced = self.out.with_name(f"{self.out.name}.replaced")

    def __enter__(self) -> StagingFolder:
        self._refuse_foreign()
        self.out.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            if not Path(self._lock.lock_file).exists():  # nobody holds it: it could not be made, as in /proc
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self.out)) from error
            raise ReleaseError(
                f"Another build is writing {readable(self.out)}: wait until it has ended, or choose another --out."
            ) from error
        try:
            self._recover()
            self.folder.mkdir()
        except BaseException:
            self._unlock()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._unlock()

    def publish(self) -> None:
        """Put the new release in the place of the old one, and remove the old one."""
        for path, _, _ in os.walk(self.folder):
            _sync(Path(path))
        if not self.out.exists():
            self.folder.rename(self.out)
        elif not _exchange(self.folder, self.out):
            self.out.rename(self._replaced)
            self.folder.rename(self.out)
            shutil.rmtree(self._replaced)
        _sync(self.out.parent)

    def _unlock(self) -> None:
        """Remove the lock file, then let go of it: whoever opened it before finds it gone, and begins anew."""
        with suppress(PermissionError):  # Windows removes no open file; there the lock does so itself
            Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()

    def _refuse_foreign(self) -> None:
        out = self.out
        if out.is_dir() and any(out.iterdir()) and not (out / self.mark).is_file():
            raise ReleaseError(f"{readable(out)} is a folder, but no {self.kind}: choose another --out.")
        if out.exists() and not out.is_dir():
            raise ReleaseError(f"{readable(out)} is a file: choose another --out.")

    def _recover(self) -> None:
        if self._replaced.exists() and not self.out.exists():
            self._replaced.rename(self.out)
        stale = re.compile(re.escape(self.out.name) + r"\.(building-\d+|replaced)")
        for path in self.out.parent.iterdir():
            if stale.fullmatch(path.name):
                shutil.rmtree(path)


def _exchange(left: Path, right: Path) -> bool:
    """Swap two folders in one step; False where system or file system cannot (renameat2(2), Linux)."""
    if sys.platform != "linux":
        return False
    import ctypes

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(left), _AT_FDCWD, os.fsencode(right), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(right))


def _sync(folder: Path) -> None:
    """Make sure that the names in the folder are on the disk; Windows opens no folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
