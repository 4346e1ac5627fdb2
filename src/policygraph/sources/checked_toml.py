"""TOML files that people write, read against the dataclass that says what may stand in them.

A field's type is the rule: ``str``, ``int``, ``bool``, ``datetime.date``, ``tuple[X, ...]`` for an array,
``dict[str, X]`` for a table with free keys, a dataclass for a table of its own; a default makes a key optional.
Errors name file, line, key and cure.
"""

from __future__ import annotations

import datetime
import difflib
import json
import re
import tomllib
import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from ..errors import SourceError, readable
from .plain_files import decode_utf8, read_plain_file

MOST_BYTES = 1_000_000
"""Bytes that a settings file may have."""

T = TypeVar("T")

WORDS = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    datetime.date: "a day without quotes, as 2025-10-08",
}


class Key(NamedTuple):
    """One step of the way to a value: a key, and which of its values (from 0) where it holds an array."""

    name: str
    place: int | None = None


@dataclass(frozen=True)
class TomlFile:
    """A settings file: where it lies, its text, its entries."""

    path: Path
    text: str
    entries: dict[str, Any]

    def decode(self, kind: type[T]) -> T:
        """Return the file as a value of this dataclass; SourceError for an unknown, missing or mistyped key."""
        return self._table(kind, self.entries, ())

    def refuse(self, what: str, *keys: str | Key) -> SourceError:
        """Return the error for what stands at these keys."""
        way = tuple(Key(key) if isinstance(key, str) else key for key in keys)
        line = self._line(way)
        return SourceError(f"“{readable(self.path)}”{f', line {line}' if line else ''}: {what}.")

    def _table(self, kind: type[T], entries: dict[str, Any], way: tuple[Key, ...]) -> T:
        types_of, rules = get_type_hints(kind), {rule.name: rule for rule in fields(kind)}  # type: ignore[arg-type]
        for name in entries:
            if name not in rules:
                near = difflib.get_close_matches(name, rules, 1)
                cure = f"write “{near[0]}”" if near else f"there may be: {', '.join(rules)}"
                raise self.refuse(f"the key “{_dotted((*way, Key(name)))}” is unknown; {cure}", *way, name)
        values = {}
        for name, rule in rules.items():
            if name in entries:
                values[name] = self._value(types_of[name], entries[name], (*way, Key(name)))
            elif rule.default is MISSING and rule.default_factory is MISSING:
                what = f"the key “{_dotted((*way, Key(name)))}” is missing; give it {_expected(types_of[name])}"
                raise self.refuse(what, *way)
        return kind(**values)

    def _value(self, kind: Any, value: Any, way: tuple[Key, ...]) -> Any:
        """The value as this type says it; an array becomes a tuple."""
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self._value(next(one for one in inner if one is not types.NoneType), value, way)
        if origin is Literal:
            if value in inner and isinstance(value, str):
                return value
        elif origin is tuple and isinstance(value, list):
            name = way[-1].name
            return tuple(self._value(inner[0], one, (*way[:-1], Key(name, n))) for n, one in enumerate(value))
        elif origin is dict and isinstance(value, dict):
            for name in value:
                if get_origin(inner[0]) is Literal and name not in get_args(inner[0]):
                    what = f"the key “{_dotted((*way, Key(name)))}” is unknown; there may be: "
                    raise self.refuse(what + ", ".join(get_args(inner[0])), *way, name)
            return {name: self._value(inner[1], one, (*way, Key(name))) for name, one in value.items()}
        elif is_dataclass(kind) and isinstance(kind, type) and isinstance(value, dict):
            return self._table(kind, value, way)
        elif type(value) is kind:
            return value
        raise self.refuse(f"“{_dotted(way)}” must be {_expected(kind)}, not {value!r:.60}", *way)

    def _line(self, way: tuple[Key, ...]) -> int | None:
        """The line on which the last of these keys stands, or the nearest table around it."""
        best, names = None, [key.name for key in way]
        counts: dict[str, int] = {}
        table: list[str] = []
        inside = True
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[(\[?)\s*([^\]]+?)\s*\]", line):
                table = [part.strip().strip("\"'") for part in header[2].split(".")]
                dotted = ".".join(table)
                counts[dotted] = counts.get(dotted, -1) + 1
                wanted = way[len(table) - 1].place if len(table) <= len(way) else None
                inside = names[: len(table)] == table and wanted in (None, counts[dotted])
                best = number if inside else best
            elif inside and (entry := re.match(r"\s*[\"']?([^\s\"'=#]+)[\"']?\s*=", line)):
                best = number if [*table, entry[1]] == names[: len(table) + 1] else best
        return best


def _dotted(way: tuple[Key, ...]) -> str:
    parts = (key.name if key.place is None else f"{key.name}[{key.place + 1}]" for key in way)
    return ".".join(parts)


def _expected(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _expected(next(one for one in inner if one is not types.NoneType))
    if origin is Literal:
        return "one of " + ", ".join(f"“{value}”" for value in inner)
    if origin is tuple:
        return f"an array of {_expected(inner[0])}"
    if origin is dict:
        return f"a table whose values are {_expected(inner[1])}"
    return WORDS.get(kind, "a table")


def read_toml(path: Path) -> TomlFile:
    """Read one settings file; SourceError where it is none, too large, no UTF-8 or no TOML."""
    text = decode_utf8(read_plain_file(path, MOST_BYTES), f"“{readable(path)}”")
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourceError(f"“{readable(path)}” is not TOML: {error}; correct it there.") from error


def quoted(text: str) -> str:
    """Return a text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def spaced(pattern: str) -> str:
    r"""Let each blank in a regular expression mean any white space; one before a ``?`` may be missing.

    >>> spaced("Q ?1 [ ,]2026")
    'Q\\s*1\\s+[\\s,]2026'
    """
    return re.sub(r" \?|\[[^\]]*\]| ", lambda match: _blank(match.group()), pattern)


def _blank(blank: str) -> str:
    return blank.replace(" ", r"\s") if blank.startswith("[") else r"\s*" if blank == " ?" else r"\s+"


def compile_patterns(file: TomlFile, patterns: tuple[str, ...], *keys: str) -> Iterator[re.Pattern[str]]:
    """Compile the expressions of an array, blanks meaning any white space; SourceError for one that is none."""
    for number, pattern in enumerate(patterns):
        try:
            yield re.compile(spaced(pattern), re.IGNORECASE)
        except re.error as error:
            what = f"“{pattern}” is no regular expression ({error}); correct it"
            raise file.refuse(what, *keys[:-1], Key(keys[-1], number)) from error
