"""Files that hold or name others → the files of the document: ZIP archives, and manifests of Formex.

A Formex document is a manifest (``….doc.xml``) and the files that it names: the act, and each annex.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping

from ..errors import SourceError
from .extract.markup import parse
from .plain_files import MOST_BYTES

MOST_MEMBERS = 200
PLAIN = re.compile(r"\w[\w.-]*", re.ASCII)
"""A file name that a folder of sources can hold."""
MANIFEST = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?<DOC[\s>]")


def is_archive(content: bytes) -> bool:
    """Say whether this is a ZIP archive of files, no DOCX."""
    return content.startswith(b"PK\x03\x04") and b"word/" not in content


def is_manifest(content: bytes) -> bool:
    """Say whether this is the manifest of a Formex document."""
    return (
        re.match(rb"\s*(?:<\?xml[^>]*\?>\s*)?<DOC[\s>]", content[:2_000].removeprefix(b"\xef\xbb\xbf")) is not None
    )


def members(content: bytes, name: str) -> dict[str, bytes]:
    """Return the files in an archive by their plain names, folders in it left out.

    Raises SourceError where it is damaged, unpacks to more than a file may have, or has two files of one name.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_MEMBERS:
                raise SourceError(f"{name} holds more than {MOST_MEMBERS} files: take those of the document out.")
            left = MOST_BYTES
            for entry in entries:
                plain = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
                if not PLAIN.fullmatch(plain) or plain in files:
                    raise SourceError(
                        f"{name} holds “{entry.filename:.80}”, a name that is there twice or has signs besides "
                        "letters, digits, “.”, “_” and “-”: take the files of the document out."
                    )
                with archive.open(entry) as member:
                    files[plain] = member.read(left + 1)
                left -= len(files[plain])
                if left < 0:
                    raise SourceError(
                        f"{name} unpacks to more than {MOST_BYTES:,} bytes: take the files of the document out."
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError(
            f"{name} is no valid ZIP archive ({error}): take it from the publisher again."
        ) from error
    if not files:
        raise SourceError(f"{name} holds no file: take it from the publisher again.")
    return files


def named_parts(manifest: bytes, name: str) -> list[str]:
    """Return the names of the files that a manifest names, in its order; SourceError where it names none."""
    root = parse(manifest, name)
    parts = [str(part.get("FILE")) for part in root.iter("REF.PHYS") if part.get("TYPE", "DOC.XML") == "DOC.XML"]
    parts = list(dict.fromkeys(part for part in parts if PLAIN.fullmatch(part)))
    if not parts:
        raise SourceError(f"{name} is a Formex manifest that names no file: take the files of the document.")
    return parts


def document_files(
    files: Mapping[str, bytes], beside: Callable[[str], bytes | None] = lambda _: None
) -> dict[str, bytes]:
    """Return the files of a document by name: archives unpacked, in place of a manifest the files that it names.

    ``beside`` gives the content of a file that is named and not among them. Raises SourceError for one that is
    nowhere.
    """
    whole: dict[str, bytes] = {}
    for name, content in files.items():
        for inner, data in members(content, name).items() if is_archive(content) else ((name, content),):
            if inner in whole:
                raise SourceError(f"“{inner}” is there twice: give each file once.")
            whole[inner] = data
    manifests = {name: content for name, content in whole.items() if is_manifest(content)}
    ordered: dict[str, bytes] = {}
    for name, content in manifests.items():
        for part in named_parts(content, name):
            body = whole.get(part) or beside(part)
            if body is None:
                raise SourceError(f"{name} names “{part}”, which is not there: put it beside the manifest.")
            ordered[part] = body
    return ordered | {name: data for name, data in whole.items() if name not in {*manifests, *ordered}}
