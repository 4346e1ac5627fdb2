"""How a family of documents lays out its entries: parts of a document, each a kind of table, boxes or list.

A layout is a TOML file: ``layouts/<name>.toml`` in the package, or ``layout.toml`` beside a source, which wins.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from ..errors import SourceError
from ..vocabulary.codelists import labels
from .checked_toml import Key, TomlFile, read_toml
from .extract import Extraction
from .language import Language, fold

FOLDER = Path(__file__).with_name("layouts")
BESIDE = "layout.toml"
DEFAULT = "annexes"
"""The layout of a source that names none."""

_GLUED_MARK = re.compile(r"\s*[(\[]?\d{1,2}[)\]]?$")

PartKind = Literal["table", "cells", "boxes", "milestones", "transposed", "matrix", "dialogues", "initiatives"]
Sections = Literal["none", "spanning", "above", "listed"]
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
DIALOGUE_ROLES = ("sectors", "date", "audience", "attendance")


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One part of a document that holds entries.

    ``columns`` gives the words of each role's header by language (``table``, ``cells``, ``transposed``,
    ``dialogues``), or ``like`` names the shipped layout that has them. ``cells`` are patterns of the cells in a
    text in which a table has become running words: of each column but the description, a date's where it has one.
    ``sections`` says what heads groups of entries: a row that spans the table, that or a heading above the table
    (``above``), a text in ``headings``, or nothing; boxes stand below the headings of the document. ``labels`` is
    the code list whose labels head groups below a heading. ``entry`` is a pattern: of the words that begin a box,
    or of the line above each milestone, with the group ``number``. ``begins`` and ``ends`` are patterns of the
    words between which the part stands, ``titled`` is that of its annex's title. ``prefix`` begins the
    identifiers of the part, "A1" where it is empty; ``type`` is what its entries are; roles in ``may_lack`` may
    have no cell in a row.
    """

    kind: PartKind
    columns: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    like: str = ""
    cells: dict[Role, str] = field(default_factory=dict)
    sections: Sections = "none"
    labels: Literal["", "action-kind", "dialogue-kind"] = ""
    headings: tuple[str, ...] = ()
    entry: str = ""
    begins: str = ""
    ends: str = ""
    titled: str = ""
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
    """The parts of a document, and headers of tables that look like tables of dates and are none (``ignore``).

    Where it is ``annexed``, the parts stand in annexes, which number their entries. ``labels`` adds words to
    labels of the code lists, by language, code list and code.
    """

    part: tuple[PartLayout, ...]
    ignore: tuple[str, ...] = ()
    annexed: bool = False
    labels: dict[str, dict[str, dict[str, tuple[str, ...]]]] = field(default_factory=dict)

    def is_flattened(self, extraction: Extraction) -> bool:
        """Return whether a text has to be put together into tables before this layout can be applied to it."""
        return extraction.format == "text" and any(part.kind in ("table", "dialogues") for part in self.part)

    def concepts(self, scheme: str, language: Language) -> dict[str, tuple[str, ...]]:
        """Folded label → codes of the concepts in this code list that the words stand for."""
        concepts = language.concepts(scheme)
        for code, words in self.labels.get(language.code, {}).get(scheme, {}).items():
            for label in map(fold, words):
                concepts[label] = tuple(sorted({*concepts.get(label, ()), code}))
        return concepts


@lru_cache(maxsize=4096)
def fold_header(words: str) -> str:
    """Header words as they are compared, without the marks that stand around them.

    >>> fold_header(" Indicative  Timetable: ")
    'indicative timetable'
    """
    return fold(words).strip(" .:*")


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
    parts = tuple(_with_columns(file, index, part) for index, part in enumerate(layout.part))
    for index, part in enumerate(parts):
        _check(file, index, part)
    for language, schemes in layout.labels.items():
        for scheme, codes in schemes.items():
            there_are = {code for codes in labels(scheme, "en").values() for code in codes}
            if unknown := next((code for code in codes if code not in there_are), None):
                what = f"“{unknown}” is no code of the code list “{scheme}”; take one of ontology/codelists.ttl"
                raise file.refuse(what, "labels", language, scheme, unknown)
    return replace(layout, part=parts)


def _with_columns(file: TomlFile, index: int, part: PartLayout) -> PartLayout:
    """The part with the columns of the shipped layout that it is like."""
    if not part.like:
        return part
    if part.like not in layout_names():
        raise file.refuse(f"no layout is called “{part.like}”", Key("part", index), "like")
    return replace(part, columns=shipped(part.like).part[0].columns)


def _check(file: TomlFile, index: int, part: PartLayout) -> None:
    """Refuse what the types of the keys cannot say."""
    way = Key("part", index)
    for language, columns in part.columns.items():
        roles = DIALOGUE_ROLES if part.kind == "dialogues" else ROLES
        for role in columns:
            if role not in roles:
                raise file.refuse(
                    f"“{role}” is no role of a column; use one of {', '.join(roles)}",
                    way,
                    "columns",
                    language,
                    role,
                )
    patterns: dict[tuple[str, ...], str] = {
        (name,): getattr(part, name) for name in ("entry", "begins", "ends", "titled")
    }
    patterns |= {("cells", role): form for role, form in part.cells.items()}
    for keys, form in patterns.items():
        try:
            pattern = re.compile(form)
        except re.error as error:
            raise file.refuse(
                f"“{keys[-1]}” is no regular expression ({error}); correct it", way, *keys
            ) from error
        if keys == ("entry",) and part.kind == "milestones" and "number" not in pattern.groupindex:
            raise file.refuse("“entry” lacks the group (?P<number>…); put it around the number", way, "entry")
    if part.kind in ("boxes", "milestones") and not part.entry:
        raise file.refuse(f"a part of kind “{part.kind}” needs “entry”; say how an entry begins", way, "entry")
    if part.kind in ("table", "cells", "transposed", "dialogues") and not part.columns:
        raise file.refuse(f"a part of kind “{part.kind}” needs “columns”; name the header of each role", way)
    if part.sections == "listed" and not part.headings:
        raise file.refuse("sections are “listed” but there are no “headings”; list them", way, "headings")
