"""Files that are hashed and counted while they are written, so that nothing is read twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ..errors import ReleaseError


@dataclass(frozen=True, slots=True)
class FileDigest:
    """One finished file: its name below the release, its size in bytes, the hex SHA-256 of its bytes."""

    name: str
    bytes: int
    sha256: str


class ChecksumFile:
    """A binary file for writing that knows its size and hash; ``with`` syncs it to the disk at the end.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ChecksumFile(Path(folder), "a/b.txt") as file:
    ...         _ = file.write(b"abc")
    ...     file.written.bytes, file.written.sha256[:8]
    (3, 'ba7816bf')
    """

    def __init__(self, folder: Path, name: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._file: BinaryIO = path.open("wb")
        self._hash = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> int:
        """Write all of ``data``; the number of bytes comes back."""
        self._hash.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Hand what is buffered to the operating system."""
        self._file.flush()

    @property
    def written(self) -> FileDigest:
        """What has been written so far."""
        return FileDigest(self.name, self._bytes, self._hash.hexdigest())

    def __enter__(self) -> ChecksumFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())


def digest(path: Path, name: str | None = None) -> FileDigest:
    """Size and hash of a file that is there already; ``name`` is its name if not the path's own."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FileDigest(name or path.name, path.stat().st_size, sha256)


@contextmanager
def disk_errors_in_words(folder: Path) -> Iterator[None]:
    """A full, read-only or closed disk becomes a ReleaseError that names the folder and the cure."""
    try:
        yield
    except BrokenPipeError:
        raise  # of whoever listens to the progress, not of the disk
    except OSError as error:
        reason = error.strerror or str(error)
        raise ReleaseError(
            f"The release {folder} could not be written ({reason}): free space or rights there, "
            "then build again; what stood there before is untouched."
        ) from error
