"""What is not understood is refused: each case of ``refusals/`` by one raise, with its words and place."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from places import ROOT, SEED
from policygraph.errors import NotUnderstood, SourceError
from policygraph.sources import documents, open_source, read
from policygraph.sources.language import read_language

SRC = ROOT / "src"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case
    for path in sorted((Path(__file__).parent / "refusals").glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
}
SEED_TEXT = (SEED / "nl.txt").read_text("utf-8")
MOST_WITHOUT_A_CASE = 1
"""Raises of the reader that no case meets: only ever fewer. The last one (words where a column of another kind
should stand) cannot be met: words never follow words without a cell between."""


def edited(text: str, edits: list[list[str]]) -> str:
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return text


def make(case: dict[str, Any], folder: Path) -> str:
    """Write the case as a source folder; its text."""
    shutil.copytree(SEED, folder)
    text: str = case["text"] if "text" in case else edited(SEED_TEXT, case.get("edits", []))
    content = text.encode()
    if case.get("bytes"):
        content = content[:100] + b"\xff\xfe" + content[100:]
    (folder / "nl.txt").write_bytes(content)
    about = (folder / "source.toml").read_text("utf-8")
    if case.get("hash", True):
        about = about.replace(hashlib.sha256(SEED_TEXT.encode()).hexdigest(), hashlib.sha256(content).hexdigest())
    if "text" in case:
        about = about.partition("[rows]")[0]
    settings = edited(about, case.get("toml", [])).encode()
    (folder / "source.toml").write_bytes(settings + b"# \xff" if case.get("toml_bytes") else settings)
    if "without" in case:
        (folder / case["without"]).unlink()
    for name in case.get("link", ()):
        (folder / name).rename(folder / f"real-{name}")
        (folder / name).symlink_to(folder / f"real-{name}")
    for name in case.get("pipe", ()):
        (folder / name).unlink()
        os.mkfifo(folder / name)
    for name in case.get("folder", ()):
        (folder / name).unlink()
        (folder / name).mkdir()
    for name, size in case.get("size", {}).items():
        os.truncate(folder / name, size)
    if "layout" in case:
        (folder / "layout.toml").write_text(case["layout"], "utf-8")
    if "headings" in case:
        (folder / "curated").mkdir(exist_ok=True)
        (folder / "curated" / "headings.csv").write_text(case["headings"], "utf-8")
    if "grammar" in case:
        (folder / "xx.toml").write_text(case["grammar"], "utf-8")
    return text


def refusal(folder: Path) -> SourceError | None:
    try:
        if (folder / "xx.toml").exists():
            read_language(folder / "xx.toml")
        for document in documents(open_source(folder)):
            read(document)
    except SourceError as error:
        return error
    return None


@pytest.mark.parametrize("name", CASES)
def test_refused_with_its_words_and_place(name: str, tmp_path: Path) -> None:
    case, folder = CASES[name], tmp_path / "52025DC0723"
    text = make(case, folder)
    error = refusal(folder)
    assert error is not None, "accepted"
    assert [words for words in case["says"] if words not in str(error)] == [], str(error)
    if "page" in case:
        assert isinstance(error, NotUnderstood)
        place = error.place
        assert (place.file, place.page) == ("52025DC0723/nl.txt", case["page"])
        if "at" in case:
            assert place.line == text.count("\n", 0, text.index(case["at"])) + 1
        assert place.words and place.words in " ".join(text.split())


def test_the_untouched_document_is_accepted(tmp_path: Path) -> None:
    make({}, tmp_path / "52025DC0723")
    assert refusal(tmp_path / "52025DC0723") is None


def test_quotes_of_a_typewriter_make_no_other_headings(tmp_path: Path) -> None:
    straight = [[sign, plain] for sign, plain in ("’'", '“"', '”"') for _ in range(SEED_TEXT.count(sign))]
    make({"edits": straight}, tmp_path / "52025DC0723")
    original, typed = (read(documents(open_source(folder))[0]) for folder in (SEED, tmp_path / "52025DC0723"))
    assert "kmo's" in typed.headings[11].words.quote
    assert [heading.role for heading in typed.headings] == [heading.role for heading in original.headings]
    assert [action.identifier for action in typed.actions] == [action.identifier for action in original.actions]


# --- each case hangs on one raise, and each raise has a case -----------------------------------------------------


def raise_of(error: SourceError) -> tuple[str, int]:
    """The file below src and the line of the raise that made this error."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Path(frame.filename).relative_to(SRC).as_posix(), frame.lineno or 0


@cache
def raises(file: str) -> tuple[ast.Raise, ...]:
    tree = ast.parse((SRC / file).read_text("utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Raise))


def without_raise(file: str, line: int) -> str:
    """The module's text with ``pass`` where this raise stands."""
    (node,) = [node for node in raises(file) if node.lineno <= line <= (node.end_lineno or node.lineno)]
    lines = (SRC / file).read_text("utf-8").splitlines(keepends=True)
    lines[node.lineno - 1 : node.end_lineno] = [" " * node.col_offset + "pass\n"]
    return "".join(lines)


READ = """
import json, sys
from pathlib import Path
from policygraph.sources import documents, open_source, read
from policygraph.sources.language import read_language
folder = Path(sys.argv[1])
try:
    if (folder / "xx.toml").exists():
        read_language(folder / "xx.toml")
    for document in documents(open_source(folder)):
        read(document)
except Exception as error:
    print(json.dumps(str(error)))
else:
    print("null")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its data, in which raises are taken out."""
    root = tmp_path_factory.mktemp("checkout")
    for name in ("src", "ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return root


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_only_this_refuses(name: str, tmp_path: Path, copy: Path) -> None:
    folder = tmp_path / "52025DC0723"
    make(CASES[name], folder)
    error = refusal(folder)
    assert error is not None
    file, line = raise_of(error)
    module = copy / "src" / file
    before = module.read_text("utf-8")
    module.write_text(without_raise(file, line), "utf-8")
    try:
        environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", READ, str(folder)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    finally:
        module.write_text(before, "utf-8")
    assert json.loads(done.stdout) != str(error)


HELD_ELSEWHERE = {"cellar", "intake", "check", "formats", "layout", "packages", "report", "versions"}
"""Modules that no source folder meets: test_cellar, test_sources_command, test_layout, test_packages and
test_versions hold their refusals."""


def test_every_refusal_has_a_case(tmp_path: Path) -> None:
    met = set()
    for number, case in enumerate(CASES.values()):
        make(case, tmp_path / str(number) / "52025DC0723")
        error = refusal(tmp_path / str(number) / "52025DC0723")
        assert error is not None, case["name"]
        file, line = raise_of(error)
        met |= {(file, node.lineno) for node in raises(file) if node.lineno <= line <= (node.end_lineno or 0)}
    modules = (SRC / "policygraph" / "sources").glob("*.py")
    files = [path.relative_to(SRC).as_posix() for path in modules if path.stem not in HELD_ELSEWHERE]
    there = {(file, node.lineno) for file in files for node in raises(file)}
    missing = sorted(f"{file}:{line}" for file, line in there - met)
    assert len(missing) <= MOST_WITHOUT_A_CASE, "\n".join(missing)
