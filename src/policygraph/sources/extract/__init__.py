"""A file as published → an extraction, one module a format; what every format gives is the same.

::

    model     Extraction, Block, Anchor: the contract        stream    runs of text → stream, blocks, anchors
    markup    parsing without tricks; XPaths                 numbering of lists in Word
    html  formex  docx  text  pdf…                           a format each
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from importlib import import_module
from pathlib import Path

from ...errors import SourceError, readable
from ...extras import require
from ...process.limited import LimitExceeded, run_limited
from ..plain_files import read_plain_file
from .model import Anchor, Block, Extraction, PageStart
from .stream import check_law

__all__ = ["FORMATS", "Anchor", "Block", "Extraction", "PageStart", "extract", "extract_bytes", "read_file"]

FORMATS = ("html", "formex", "docx", "pdf", "text")
SECONDS, MEMORY_MIB = 300, 2048
IN_CHILD = frozenset({"pdf", "docx"})
"""Formats whose libraries unpack compressed streams: opened in a child process."""

KEPT = 4
_cache: OrderedDict[tuple[str, str, str], Extraction] = OrderedDict()


def extract(path: Path, file_format: str | None = None) -> Extraction:
    """Return the stream, blocks and addresses of one file.

    ``file_format`` is one of FORMATS; without it, it is told by content and name. Raises SourceError where the
    file is none that may be read, is not of its format, or loses a character that a person sees.
    """
    return extract_bytes(read_file(path), path.name, file_format)


def extract_bytes(content: bytes, name: str, file_format: str | None = None) -> Extraction:
    """Return the extraction of a file's content; the last few are remembered.

    Raises SourceError, and MissingExtra for a PDF where what reads it is not installed.
    """
    file_format = file_format or detect(content, name)
    if file_format not in FORMATS:
        raise SourceError(f"“{file_format}” is no format of a source ({name}): take one of {', '.join(FORMATS)}.")
    key = (hashlib.sha256(content).hexdigest(), file_format, name)
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    if file_format == "pdf":
        require("documents", f"Reading {name}")
    if file_format in IN_CHILD:
        try:
            extraction = run_limited(_extract, content, name, file_format, seconds=SECONDS, mib=MEMORY_MIB)
        except LimitExceeded as error:
            raise SourceError(
                f"{name} cannot be opened as {file_format} ({error}): it is damaged or malicious; "
                "take it from the publisher again."
            ) from error
    else:
        extraction = _extract(content, name, file_format)
    _cache[key] = extraction
    while len(_cache) > KEPT:
        _cache.popitem(last=False)
    return extraction


def _extract(content: bytes, name: str, file_format: str) -> Extraction:
    extraction: Extraction = import_module(f".{file_format}", __package__).extract(content, name)
    if not extraction.text.strip():
        raise SourceError(f"{name} has no text that a person sees: if it is a scan, take the version with text.")
    check_law(extraction, name)
    return extraction


def read_file(path: Path) -> bytes:
    """Read a plain file; SourceError where it is none (a link, folder, device), is empty or too large."""
    content = read_plain_file(path)
    if not content.strip():
        raise SourceError(f"“{readable(path)}” is empty: put the document as it was published there.")
    return content


def detect(content: bytes, name: str) -> str:
    """Tell the format by how the content begins, else by the name's ending; SourceError where neither does."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        if b"word/" in content:
            return "docx"
        raise SourceError(f"{name} is a ZIP archive but no DOCX: unpack it and take the document in it.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(f"{name} is an old Word or Excel file: save it as DOCX.")
    if head.startswith(b"{\\rtf"):
        raise SourceError(f"{name} is RTF: save it as DOCX.")
    lower = head.lower()
    if re.search(rb"<!doctype\s+html|<html[\s>]", lower):
        return "html"
    if head.startswith(b"<?xml") or re.match(rb"<(act|cons\.act|annex|doc|general|agr|corr)\b", lower):
        if re.search(rb"<(?:[A-Z]+\.?)+[\s>]", content[:8192]):
            return "formex"
        raise SourceError(f"{name} is XML but neither XHTML nor Formex: take one of {', '.join(FORMATS)}.")
    ending = Path(name).suffix.lower()
    if ending in (".html", ".htm", ".xhtml") or re.match(rb"<(body|div|p|table|head)[\s>]", lower):
        return "html"
    if b"\x00" in content[:4096]:
        raise SourceError(f"{name} is no text, HTML, Formex, DOCX or PDF: take it in one of these formats.")
    return "text"
