"""How annexes are worded in one language: the grammar of ``languages/<code>.toml`` and labels of the code lists.

A new language is a new file and new labels; nothing here knows a word of any language.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..vocabulary.codelists import labels

FOLDER = Path(__file__).with_name("grammar")


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column of a table: ``holds`` is ``words``, ``date``, ``count`` or ``deadline``."""

    name: str
    holds: str
    whole_line: bool = False
    spans_rows: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How one kind of table is laid out: its header's words, what heads its parts, its columns in order."""

    kind: str
    header: tuple[str, ...]
    sections: str
    columns: tuple[LayoutColumn, ...]
    headings: bool = False


@dataclass(frozen=True)
class Language:
    """The grammar of one language, as its file has it."""

    code: str
    rules: dict[str, Any]

    @property
    def authority(self) -> str:
        """The code in the EU authority table ``language``."""
        return str(self.rules["authority"])

    @cached_property
    def conjunctions(self) -> tuple[str, ...]:
        return tuple(self.rules["conjunctions"])

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        return tuple(_layout(entry) for entry in self.rules["layout"])

    def pattern(self, section: str, key: str = "pattern") -> re.Pattern[str]:
        """The compiled pattern ``[section] key``; a blank in it matches any white space."""
        return _spaced(self.rules[section][key])

    def looks_like(self, holds: str) -> str:
        """What a cell of this sort looks like, right or wrong, as the text of a pattern."""
        alternatives = "|".join(re.escape(label) for label in labels("qualifier", self.code))
        text: str = self.rules[holds]["looks_like"]
        return text.replace("{qualifiers}", alternatives).replace(" ", r"\s+")

    def concepts(self, scheme: str) -> dict[str, tuple[str, ...]]:
        """Folded label → codes of the concepts in this code list that the words stand for."""
        return {fold(label): codes for label, codes in labels(scheme, self.code).items()}

    def concept(self, scheme: str, words: str) -> str:
        """The code of the one concept in this code list that the words stand for; KeyError where none does."""
        return self.concepts(scheme)[fold(words)][0]


def _layout(entry: dict[str, Any]) -> Layout:
    columns = tuple(LayoutColumn(**column) for column in entry["columns"])
    return Layout(entry["kind"], tuple(entry["header"]), entry["sections"], columns, entry.get("headings", False))


@cache
def _spaced(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


def fold(words: str) -> str:
    """The words as they are compared: single blanks, no case, one kind of apostrophe.

    >>> fold("CEO’s  en")
    "ceo's en"
    """
    return " ".join(words.replace("’", "'").split()).casefold()


@cache
def language(code: str) -> Language:
    """The language with this ISO 639-1 code; SourceError names the languages that there are."""
    path = FOLDER / f"{code}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
        raise SourceError(
            f"No grammar for the language “{code}” (there is: {known}): "
            f"add languages/{code}.toml and labels in that language to ontology/codelists.ttl."
        )
    return Language(code, tomllib.loads(path.read_text("utf-8")))
