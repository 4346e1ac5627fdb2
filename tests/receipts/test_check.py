"""``policygraph verify --receipt``: a file of receipts holds, and none that was tampered with does."""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from places import ROOT
from policygraph.cli import cli
from policygraph.receipts.canned import ReceiptCheck, read
from policygraph.release import Release

ASKED = ["query", "actions-of-heading", "--heading", "id:heading/COM-2025-723/02", "--receipts"]


@pytest.fixture(scope="module")
def file(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("receipts") / "receipts.json"
    done = CliRunner().invoke(cli, [*ASKED, "--release", str(corpus), "-f", "json", "-o", str(path)])
    assert done.exit_code == 0, done.output
    return path


def test_a_file_of_receipts_holds(file: Path, corpus: Path) -> None:
    done = CliRunner().invoke(cli, ["verify", str(corpus), "--receipt", str(file)])
    assert done.exit_code == 0 and ": 0 failure(s)." in done.output


def test_receipts_as_text(corpus: Path) -> None:
    done = CliRunner().invoke(cli, [*ASKED, "--release", str(corpus)])
    assert done.exit_code == 0
    assert "“Vanaf vierde kwartaal 2025” (COM-2025-723, nl.txt, page 4, line 395)" in done.output
    assert "nothing matches: " in done.output and "with receipts)" in done.output


@pytest.mark.parametrize(
    "options", [["-f", "csv"], ["--endpoint", "http://127.0.0.1:9/"], ["--as-known-on", "2026-01-01"]]
)
def test_receipts_are_of_a_release_as_it_is(options: list[str], corpus: Path) -> None:
    done = CliRunner().invoke(cli, [*ASKED, "--release", str(corpus), *options])
    assert done.exit_code == 1 and "eceipts are" in str(done.exception)


def test_receipts_for_another_release(file: Path, corpus: Path) -> None:
    content = {**read(file), "release": "0" * 64}
    assert ReceiptCheck(Release.open(corpus)).faults(content) == [f"it is for another release: {'0' * 64}"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": "other"}', "[" * 100_000])
def test_what_is_no_file_of_receipts(content: str, tmp_path: Path, corpus: Path) -> None:
    (tmp_path / "file.json").write_text(content)
    done = CliRunner().invoke(cli, ["verify", str(corpus), "--receipt", str(tmp_path / "file.json")])
    assert done.exit_code == 1 and "file.json" in str(done.exception)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value of a document that is no list and no object."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for name, part in items for leaf in leaves(part, (*path, name))]
    return [path]


def tampered(content: dict[str, Any], draw: random.Random) -> tuple[dict[str, Any], str]:
    """A copy with one value changed, taken out or put in, and what was done."""
    changed = copy.deepcopy(content)
    path = draw.choice([leaf for leaf in leaves(changed) if leaf[0] not in ("form", "release")])
    parent = changed
    for name in path[:-1]:
        parent = parent[name]
    value, last = parent[path[-1]], path[-1]  # type: ignore[index]
    act = draw.choice(["change", "change", "remove", "add"])
    if act == "remove":
        del parent[last]
    elif act == "add" and isinstance(parent, list):
        parent.insert(last, value)
    elif isinstance(value, bool):
        parent[last] = not value
    elif isinstance(value, int):
        parent[last] = value + draw.choice([-1, 1, 2])
    elif isinstance(value, str) and value:
        at = draw.randrange(len(value))
        letter = draw.choice([letter for letter in "abcdefgh 01" if letter != value[at]])
        parent[last] = value[:at] + letter + value[at + 1 :]
    else:
        parent[last] = "x"
    return changed, f"{act} {path}"


def caught(times: int, file: Path, corpus: Path) -> None:
    content, draw = read(file), random.Random(1)
    check = ReceiptCheck(Release.open(corpus))
    assert check.faults(content) == []
    for _ in range(times):
        changed, what = tampered(content, draw)
        assert changed != content and check.faults(changed), what


def test_a_tampered_receipt_is_caught(file: Path, corpus: Path) -> None:
    caught(50, file, corpus)


@pytest.mark.slow
def test_a_tampered_receipt_is_caught_a_thousand_times(file: Path, corpus: Path) -> None:
    caught(1_000, file, corpus)


@pytest.mark.slow
def test_a_tampered_quote_is_caught_by_the_source_file_alone(file: Path, corpus: Path) -> None:
    """Without the comparison with receipts made anew: letters of a quote, its spans and its hash."""
    content, draw, check = read(file), random.Random(2), ReceiptCheck(Release.open(corpus))
    assert list(check._quotes(content)) == []
    for _ in range(1_000):
        changed = copy.deepcopy(content)
        quote = draw.choice(changed["quotes"])
        place = draw.choice([at for at, letter in enumerate(quote["words"]) if letter.strip()])
        what = draw.choice(["words", "start", "end", "sha256"])
        if what == "words":
            quote["words"] = quote["words"][:place] + "§" + quote["words"][place + 1 :]
        elif what == "sha256":
            quote["sha256"] = quote["sha256"][:-1] + ("0" if quote["sha256"][-1] != "0" else "1")
        else:
            quote["spans"][0][what] += 1 if what == "start" else -1
        assert list(check._quotes(changed)), (what, quote)


def program() -> str:
    """The program of docs/reference/receipts.md."""
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "reference" / "receipts.md").read_text("utf-8"), re.DOTALL
    )
    return code


def test_a_program_of_others_checks_receipts(file: Path, corpus: Path, tmp_path: Path) -> None:
    code = program()
    assert "policygraph" not in re.sub(r"policygraph\.nq|#.*", "", code)
    assert len(code.strip().splitlines()) <= 20
    (tmp_path / "check.py").write_text(code, encoding="utf-8")

    def run(receipts: Path) -> subprocess.CompletedProcess[str]:
        sources = ROOT / "data" / "sources"
        arguments = [str(tmp_path / "check.py"), str(receipts), str(corpus), str(sources)]
        return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=tmp_path)

    done = run(file)
    assert done.returncode == 0 and done.stdout.startswith("holds:"), done.stderr
    content = read(file)
    for path, value in (
        (("quotes", 0, "words"), "Iets heel anders"),
        (("statements", 0, "quad"), "<urn:a> <urn:b> <urn:c> <urn:d> ."),
        (("rows", 0, "statements"), []),
        (("release",), "0" * 64),
    ):
        changed: Any = copy.deepcopy(content)
        parent = changed
        for name in path[:-1]:
            parent = parent[name]
        parent[path[-1]] = value
        (tmp_path / "changed.json").write_text(json.dumps(changed))
        assert run(tmp_path / "changed.json").returncode == 1, path
