"""How a family of documents lays out its entries: parts of a document, each a kind of table, boxes or list.

A layout is a TOML file: ``layouts/<name>.toml`` in the package, or ``layout.toml`` beside a source, which wins.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from ..errors import SourceError
from .checked_toml import Key, TomlFile, read_toml

FOLDER = Path(__file__).with_name("layouts")
BESIDE = "layout.toml"
_GLUED_MARK = re.compile(r"\s*[(\[]?\d{1,2}[)\]]?$")

PartKind = Literal["table", "cells", "boxes", "milestones", "transposed", "matrix"]
Sections = Literal["none", "spanning", "listed"]
Role = Literal[
    "description",
    "deadline",
    "begin",
    "end",
    "number",
    "responsible",
    "instrument",
    "amount",
    "sector",
    "place",
    "status",
    "kind",
    "other",
]
ROLES: tuple[Role, ...] = Role.__args__  # type: ignore[attr-defined]
DATED: frozenset[str] = frozenset({"deadline", "begin", "end"})


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One part of a document that holds entries.

    ``columns`` gives the words of each role's header by language (``table``, ``cells``, ``transposed``).
    ``sections`` says what heads groups of entries: a row that spans the table, a text in ``headings``, or nothing;
    boxes stand below the headings of the document. ``entry`` is a pattern: of the words that begin a box, or of
    the line above each milestone, with the group ``number``. ``begins`` and ``ends`` are patterns of the words
    between which the part stands. ``prefix`` begins the identifiers of the part, "A1" where it is empty; ``type``
    is what its entries are; roles in ``may_lack`` may have no cell in a row.
    """

    kind: PartKind
    columns: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    sections: Sections = "none"
    headings: tuple[str, ...] = ()
    entry: str = ""
    begins: str = ""
    ends: str = ""
    prefix: str = ""
    type: Literal["action", "milestone"] = "action"
    may_lack: tuple[str, ...] = ()

    def role_of(self, words: str, language: str) -> str | None:
        """Return the role of a column with this header, a footnote's mark behind it left out; None for no role."""
        for folded in dict.fromkeys((fold_header(words), fold_header(_GLUED_MARK.sub("", words)))):
            for role, headers in self.columns.get(language, {}).items():
                if folded in map(fold_header, headers):
                    return role
        return None


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """The parts of a document, and headers of tables that look like tables of dates and are none (``ignore``)."""

    part: tuple[PartLayout, ...]
    ignore: tuple[str, ...] = ()


def fold_header(words: str) -> str:
    """Header words without case, white space at the ends, and the marks that stand around them.

    >>> fold_header(" Indicative  Timetable: ")
    'indicative timetable'
    """
    return " ".join(words.split()).casefold().strip(" .:*")


def part_keys(layout: DocumentLayout) -> list[str]:
    """Return the key of each part in ``[rows]``, with which its identifiers begin: its prefix, or A1, A2 …"""
    keys = [part.prefix or f"A{number}" for number, part in enumerate(layout.part, 1)]
    if twice := [key for key, count in Counter(keys).items() if count > 1]:
        raise SourceError(f"Two parts of the layout have the prefix “{twice[0]}”: give each its own.")
    return keys


def layout_names() -> list[str]:
    """Return the layouts that the package has."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def layout_of(folder: Path, name: str) -> DocumentLayout:
    """Return the layout of a source: its own ``layout.toml``, else the one of this name.

    Raises SourceError, with file, line and key, for a file that is no layout, and for a name that there is not.
    """
    beside = folder / BESIDE
    if beside.is_symlink() or beside.exists():
        return _read(beside)
    if name not in layout_names():
        raise SourceError(
            f"No layout is called “{name}”: use one of {', '.join(layout_names())}, "
            f"or put a {BESIDE} beside {folder.name}/source.toml."
        )
    return shipped(name)


@cache
def shipped(name: str) -> DocumentLayout:
    """Return a layout of the package."""
    return _read(FOLDER / f"{name}.toml")


def _read(path: Path) -> DocumentLayout:
    file = read_toml(path)
    layout = file.decode(DocumentLayout)
    if not layout.part:
        raise file.refuse("there is no [[part]]; say at least one", "part")
    for index, part in enumerate(layout.part):
        _check(file, index, part)
    return layout


def _check(file: TomlFile, index: int, part: PartLayout) -> None:
    """Refuse what the types of the keys cannot say."""
    way = Key("part", index)
    for language, columns in part.columns.items():
        for role in columns:
            if role not in ROLES:
                raise file.refuse(
                    f"“{role}” is no role of a column; use one of {', '.join(ROLES)}",
                    way,
                    "columns",
                    language,
                    role,
                )
    for name in ("entry", "begins", "ends"):
        try:
            pattern = re.compile(getattr(part, name))
        except re.error as error:
            raise file.refuse(f"“{name}” is no regular expression ({error}); correct it", way, name) from error
        if name == "entry" and part.kind == "milestones" and "number" not in pattern.groupindex:
            raise file.refuse("“entry” lacks the group (?P<number>…); put it around the number", way, name)
    if part.kind in ("boxes", "milestones") and not part.entry:
        raise file.refuse(f"a part of kind “{part.kind}” needs “entry”; say how an entry begins", way, "entry")
    if part.kind in ("table", "cells", "transposed") and not part.columns:
        raise file.refuse(f"a part of kind “{part.kind}” needs “columns”; name the header of each role", way)
    if part.sections == "listed" and not part.headings:
        raise file.refuse("sections are “listed” but there are no “headings”; list them", way, "headings")
