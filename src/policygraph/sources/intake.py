"""A document comes in: files and what they say of themselves → a source folder that can be read.

Nothing is half-written: the folder is made beside its place and moved there whole. What neither the files nor the
publisher's notice say is asked for by the name of the option that gives it.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SourceError, readable
from ..vocabulary.codelists import curated
from .cellar import CellarFile, Notice
from .checked_toml import quoted
from .extract import Extraction, extract_bytes, read_file
from .folder import Source, open_source
from .layout import BESIDE
from .packages import PLAIN, document_files
from .plain_files import read_plain_file

CELEX_ADDRESS = "http://publications.europa.eu/resource/celex/"
LICENCE, RIGHTS = "COM_REUSE", "© European Union"
_SERIES = {"DC": "COM", "PC": "COM", "JC": "JOIN", "SC": "SWD"}
_PREPARATORY = re.compile(r"5(?P<year>\d{4})(?P<kind>[A-Z]{2})(?P<number>\d{4})")
_NUMBERED = re.compile(r"([A-Z]+)\((\d{4})\) (\d+)")


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that comes in: its plain name, its language (ISO 639-1), its bytes."""

    name: str
    language: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a document that comes in; "" and None stand for what is not known."""

    celex: str = ""
    identifier: str = ""
    date: datetime.date | None = None
    type: str = ""
    author: str = ""
    address: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def completed(self, other: Details) -> Details:
        """These details, and for what they lack the other's."""
        return Details(
            celex=self.celex or other.celex,
            identifier=self.identifier or other.identifier,
            date=self.date or other.date,
            type=self.type or other.type,
            author=self.author or other.author,
            address=self.address or other.address,
            titles={**other.titles, **self.titles},
        )


def details_of_notice(celex: str, notice: Notice, languages: Sequence[str]) -> Details:
    """Return what the publisher's notice says; titles in these languages and English."""
    titles = {code: title for code, title in notice.titles.items() if code in {"en", *languages}}
    return Details(celex, notice.identifier, notice.date, notice.type, notice.author, titles=titles)


def details_of_file(extraction: Extraction, language: str) -> Details:
    """Return what the markup of a file says of the document."""
    metadata = extraction.metadata
    title = metadata.get("title", "")
    day = metadata.get("date", "")
    return Details(
        celex=metadata.get("celex", ""),
        identifier=metadata.get("identifier", ""),
        date=datetime.date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
        titles={language: title} if title else {},
    )


def details_of_celex(celex: str) -> Details:
    """Derive identifier (of the Commission's documents), author and address from a CELEX number."""
    match = _PREPARATORY.fullmatch(celex)
    series = _SERIES.get(match["kind"]) if match else None
    identifier = f"{series}({match['year']}) {int(match['number'])}" if match and series else ""
    author = "COM" if series in ("COM", "SWD") else ""
    return Details(celex, identifier, author=author, address=f"{CELEX_ADDRESS}{celex}" if celex else "")


def incoming_files(paths: Sequence[Path], language: str | None) -> list[IncomingFile]:
    """Return the files that a user names, each a plain file, in this language or the one that the file states.

    An archive gives its files, a Formex manifest those that it names. Raises SourceError where neither states the
    language, and for a name that a folder of sources cannot hold.
    """
    contents: dict[str, bytes] = {}
    for path in paths:
        if not PLAIN.fullmatch(path.name):
            raise SourceError(
                f"“{readable(path)}” has a name with signs besides letters, digits, “.”, “_” and “-”: rename it."
            )
        if path.name in contents:
            raise SourceError(f"Two files are called “{path.name}”: rename one, a folder holds each name once.")
        contents[path.name] = read_file(path)

    def beside(name: str) -> bytes | None:
        near = [path.with_name(name) for path in paths if path.with_name(name).is_file()]
        return read_file(near[0]) if near else None

    return [_spoken(name, content, language) for name, content in document_files(contents, beside).items()]


def _spoken(name: str, content: bytes, language: str | None) -> IncomingFile:
    spoken = language or extract_bytes(content, name).metadata.get("language", "")
    if not spoken:
        raise SourceError(f"“{name}” does not say its language: give --language, such as en.")
    return IncomingFile(name, spoken, content)


def cellar_files(files: Sequence[CellarFile], language: str) -> list[IncomingFile]:
    """Return the files that the publisher served; in place of a Formex manifest those that it names."""
    ours = {file.original or file.name: file.name for file in files}
    contents = document_files({file.original or file.name: file.content for file in files})
    return [IncomingFile(ours.get(name, name), language, content) for name, content in contents.items()]


def source_id(details: Details) -> str:
    """Return the document's segment of every IRI: ``COM-2021-572``, else made of CELEX number or identifier."""
    if match := _NUMBERED.fullmatch(details.identifier):
        return "-".join(match.groups())
    return re.sub(r"[^A-Za-z0-9]+", "-", details.celex or details.identifier).strip("-")


def write_source(
    into: Path,
    details: Details,
    files: Sequence[IncomingFile],
    layout: str,
    beside: Mapping[str, bytes],
    authentic: bool,
    obtained_from: str,
    obtained_on: datetime.date,
) -> Path:
    """Write the folder of a source below ``into`` and return it, with the files ``beside`` by their names in it.

    Raises SourceError that names the option for what is not known, and where the folder exists.
    """
    _require(details)
    folder = into / (details.celex or source_id(details))
    if folder.exists() or folder.is_symlink():
        raise SourceError(f"“{readable(folder)}” is there already: remove it first, or give another --into.")
    scratch = into / f".{folder.name}.part"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        scratch.mkdir(parents=True)
        for file in files:
            (scratch / file.name).write_bytes(file.content)
        for name, content in beside.items():
            (scratch / name).parent.mkdir(exist_ok=True)
            (scratch / name).write_bytes(content)
        text = source_toml(details, files, layout, authentic, obtained_from, obtained_on)
        (scratch / "source.toml").write_text(text, "utf-8")
        scratch.rename(folder)
    except OSError as error:
        raise SourceError(
            f"“{readable(folder)}” cannot be written ({error.strerror}): choose another --into."
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


def source_toml(
    details: Details,
    files: Sequence[IncomingFile],
    layout: str,
    authentic: bool,
    obtained_from: str,
    obtained_on: datetime.date,
) -> str:
    """Return the text of source.toml."""
    head = {"celex": details.celex} if details.celex else {}
    head |= {"id": source_id(details), "identifier": details.identifier}
    lines = [f"{key} = {quoted(value)}" for key, value in head.items()]
    lines += [f"date = {details.date}"]
    tail = {
        "type": details.type,
        "author": details.author,
        "address": details.address,
        "licence": LICENCE,
        "rights": RIGHTS,
        "layout": layout,
        "obtained_from": obtained_from,
    }
    lines += [f"{key} = {quoted(value)}" for key, value in tail.items() if value]
    lines += [f"obtained_on = {obtained_on}", f"authentic = {str(authentic).lower()}", "", "[title]"]
    lines += [f"{code} = {quoted(title)}" for code, title in sorted(details.titles.items())]
    for file in files:
        sha256 = hashlib.sha256(file.content).hexdigest()
        lines += ["", "[[file]]", f"name = {quoted(file.name)}", f"language = {quoted(file.language)}"]
        lines += [f"sha256 = {quoted(sha256)}"]
    return "\n".join(lines) + "\n"


def like_source(name: str, folders: Sequence[Path]) -> Source:
    """Return a known source by its folder, CELEX number or id; SourceError where none of these folders is it."""
    if (path := Path(name)).is_dir():
        return open_source(path)
    sources = [open_source(folder) for folder in folders]
    for source in sources:
        if name in (source.id, source.rules.celex, source.rules.identifier):
            return source
    names = ", ".join(source.name for source in sources)
    raise SourceError(
        f"“{readable(path)}” is no source: take a folder with a source.toml, or one of {names or 'none'}."
    )


def carried_over(like: Source, id: str) -> dict[str, bytes]:
    """Return the files that a source like this one begins with: its layout, and its roles of headings by words."""
    files: dict[str, bytes] = {}
    if (like.folder / BESIDE).is_file():
        files[BESIDE] = read_plain_file(like.folder / BESIDE)
    rows = [row for row in curated("headings", like.id, like.folder) if row.get("words")]
    if rows:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "document": id} for row in rows)
        files["curated/headings.csv"] = stream.getvalue().encode()
    return files


def _require(details: Details) -> None:
    """Refuse a document of which something is not known, with the options that say it."""
    missing = {
        "--celex or --identifier": details.celex or details.identifier,
        "--identifier, such as “COM(2025) 723”": details.identifier,
        "--date, such as 2025-10-08": details.date,
        "--type, a code of the EU's table of resource types such as COMMUNIC": details.type,
        "--author, a code of the EU's table of corporate bodies such as COM": details.author,
        "--title": details.titles,
        "--address": details.address,
    }
    if options := [option for option, value in missing.items() if not value]:
        raise SourceError(f"Details of this document are missing: give {'; '.join(options)}.")


def write_counts(path: Path, counts: Mapping[str, int]) -> None:
    """Put these counts under ``[rows]`` of a source.toml; the rest of the file, its comments too, stays.

    Raises SourceError where the file cannot be written.
    """
    import tomlkit

    document = tomlkit.parse(path.read_text("utf-8"))
    table = tomlkit.table()
    for key, count in counts.items():
        table[key] = count
    document["rows"] = table
    scratch = path.with_name(f".{path.name}.part")
    try:
        scratch.write_text(tomlkit.dumps(document), "utf-8")
        scratch.replace(path)
    except OSError as error:
        raise SourceError(f"“{readable(path)}” cannot be written ({error.strerror}): make it writable.") from error
    finally:
        scratch.unlink(missing_ok=True)
