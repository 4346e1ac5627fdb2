"""The extracts of public tables and standards: each with source and licence, and what the originals say."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

from pyoxigraph import parse

from extract import COPIED, blocks
from places import DATA, needs_shared

FOLDERS = ("standards", "vocabularies")


def files(root: Path) -> dict[str, bytes]:
    paths = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def test_each_extract_has_a_source_and_a_licence() -> None:
    readme = (DATA / "README.md").read_text("utf-8")
    rows = {
        f"{folder}/{pattern}": rest
        for folder, section in zip(FOLDERS, readme.split("\n## ")[2:0:-1], strict=True)
        for patterns, rest in re.findall(r"^\| (`[^|]+) \| (.+) \|$", section, re.MULTILINE)
        for pattern in re.findall(r"`([^`]+)`", patterns)
    }
    assert all(all(cell.strip() for cell in rest.split("|")) for rest in rows.values())
    names = files(DATA)
    assert [name for name in names if not any(fnmatch(name, pattern) for pattern in rows)] == []
    assert [pattern for pattern in rows if not any(fnmatch(name, pattern) for name in names)] == []
    assert sum(map(len, names.values())) < 1_000_000


def test_the_extracts_say_nothing_that_the_originals_do_not() -> None:
    """Every block of a table, every statement of a standard; what is copied is the same byte for byte."""
    for name, content in files(DATA).items():
        original = needs_shared(*name.split("/"))
        if name.endswith(".csv") and name.startswith("vocabularies/"):
            assert set(content.splitlines()) <= set(original.read_bytes().splitlines()), name
        elif name.startswith("vocabularies/"):
            assert dict(blocks(DATA / name)).items() <= dict(blocks(original)).items(), name
        elif name.removeprefix("standards/") in COPIED:
            assert content == original.read_bytes(), name
        else:
            stated = {quad.triple for quad in parse(path=original)}
            assert {quad.triple for quad in parse(path=DATA / name)} <= stated, name
