"""Files that people name or write are read here only, so that each is a plain file of a size that memory holds.

A module below 60 lines, since six modules that read files need it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ..errors import SourceError, readable

MOST_BYTES = 64 * 2**20
"""Bytes that one file of a document may have."""


def read_plain_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a plain file: no symbolic link is followed, no device or pipe is waited for.

    Raises SourceError where it is none (a link, folder, device), cannot be read, or has more than ``most_bytes``.
    """
    shown = readable(path)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(f"“{shown}” is no plain file: put the file itself there.")
            if status.st_size > most_bytes:
                raise SourceError(
                    f"“{shown}” has {status.st_size:,} bytes, more than the {most_bytes:,} that are read: "
                    "take it without images, or in parts."
                )
            return file.read(most_bytes + 1)
    except OSError as error:
        if path.is_symlink():
            raise SourceError(f"“{shown}” is a symbolic link: put the file itself there.") from error
        if path.is_dir():
            raise SourceError(f"“{shown}” is a folder: name the file of the document.") from error
        raise SourceError(f"“{shown}” cannot be read ({error.strerror}): put the file there.") from error


def decode_utf8(content: bytes, name: str) -> str:
    """Decode a file's content; SourceError, with line and byte, where it is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{name}, line {line}, byte {error.start}: the text is not UTF-8; convert it to UTF-8."
        ) from error
