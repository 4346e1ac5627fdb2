"""``make mutants ROOM=graph [SEED=1] [DRAW=300] [REFUSING=1]``: small faults, and whether a test notices.

The mutants are mutmut's and ours (changes.py); no two of a draw change the same place. A run
of the room's tests under coverage tells which tests run which lines (touches.py). Each mutant then runs, in a
process of its own with a time limit, the tests that run its statement, the quick ones first, until one fails: a
test that does not run a statement cannot notice what it does. Where no test runs it, it stands outside functions
or runs in another process: then the tests that run the file are taken, or all of the room. All of it happens in
copies of the checkout in a temporary folder; the checkout itself is only read.

A survivor is a mutant that every test run passed. Tests beyond ``--budget`` seconds are not run for a mutant, so
that a score is never better than it should be. A branch that refuses is an ``if`` that raises, and any raise.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from typing import Any

from changes import changed, changes

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/mutants"

ROOMS: dict[str, tuple[list[str], list[str]]] = {
    "graph": (["graph"], ["graph", "queries", "pipeline/test_build.py"]),
    "release": (["release"], ["release", "verification", "pipeline/test_build.py"]),
    "stores": (["stores"], ["stores"]),
    "validation": (["validation"], ["validation", "shapes", "pipeline/test_build.py"]),
    "sources": (["sources", "vocabulary"], ["sources", "vocabulary", "ontology/test_code_lists.py"]),
    "engine": (["engine"], ["engine", "web/test_endpoint_*.py", "web/test_threats_*.py"]),
}
"""Room → folders of src/policygraph to change, and tests that see it (folders or patterns below tests)."""

ORDINARY = "not slow and not stores and not browser"
KILLED, SURVIVED, TOO_SLOW = "killed", "survived", "killed: too slow"


@dataclass(frozen=True, slots=True)
class Mutant:
    """The change of this index to ``file`` (below src), on ``line``; whether that is in a branch that refuses.

    ``statement`` are the lines of the statement that it changes; of an ``if`` or a loop only those of its head.
    """

    file: str
    index: int
    line: int
    refuses: bool
    statement: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line} change {self.index}"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mutant: how many tests were chosen for it, and what it changed as a diff."""

    mutant: Mutant
    outcome: str
    tests: int
    seconds: float
    diff: str


def lines_of(nodes: Iterator[ast.AST]) -> set[int]:
    return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def refusing_lines(tree: ast.AST) -> set[int]:
    """The lines of each raise, and of each ``if`` and ``except`` whose body is one."""
    branches = (ast.If, ast.ExceptHandler)
    return lines_of(node for node in ast.walk(tree) if isinstance(node, ast.Raise)) | lines_of(
        node
        for node in ast.walk(tree)
        if isinstance(node, branches) and any(isinstance(statement, ast.Raise) for statement in node.body)
    )


def statements(tree: ast.AST) -> dict[int, tuple[int, ...]]:
    """Line → the lines of the innermost statement that it belongs to, the bodies of others left out."""
    lines: dict[int, tuple[int, ...]] = {}
    for node in ast.walk(tree):  # outer ones come first
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            own = tuple(range(node.lineno, max(end, node.lineno) + 1))
            lines.update(dict.fromkeys(own, own))
    return lines


def mutants_of(path: Path, src: Path) -> dict[tuple[Any, ...], list[Mutant]]:
    """The mutants of one file by place."""
    text, file = path.read_text("utf-8"), path.relative_to(src).as_posix()
    tree = ast.parse(text)
    refusing, of_line = refusing_lines(tree), statements(tree)
    places: dict[tuple[Any, ...], list[Mutant]] = {}
    for index, change in enumerate(changes(file, text)[1]):
        lines = of_line.get(change.line, (change.line,))
        mutant = Mutant(file, index, change.line, change.line in refusing, lines)
        places.setdefault((file, *change.place), []).append(mutant)
    return places


def draw(room: str, seed: int, number: int, refusing: bool) -> list[Mutant]:
    """So many mutants of a room (or where it refuses): places drawn by seed, then one change for each."""
    src, places = ROOT / "src", {}
    for folder in ROOMS[room][0]:
        for path in sorted((src / "policygraph" / folder).rglob("*.py")):
            places.update(mutants_of(path, src))
    places = {place: mutants for place, mutants in places.items() if not refusing or mutants[0].refuses}
    chance = random.Random(seed)
    chosen = chance.sample(sorted(places), min(number, len(places)))
    return [chance.choice(places[place]) for place in chosen]


class Copy:
    """A copy of the checkout in which mutants are planted, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.root, self.src = folder / "checkout", folder / "checkout" / "src"
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(
            listed, cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines():
            if (ROOT / name).is_file():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)
        if (ROOT.parent / "shared").is_dir():
            (folder / "shared").symlink_to(ROOT.parent / "shared")
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.src), str(self.root / HERE)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POLICYGRAPH_SRC": str(self.src),
            "TMPDIR": str(folder),
        }
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(self.src)], check=True)

    def pytest(self, *arguments: str, seconds: float | None = None, **environment: str) -> tuple[int | None, str]:
        """Exit code (None: too slow) and output of pytest in this copy; nothing that it started is left."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=seconds)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def fate(self, mutant: Mutant, tests: list[str], seconds: float) -> Fate:
        """Plant the mutant, run the tests until one fails, and take the mutant out again."""
        path, began = self.src / mutant.file, time.perf_counter()
        before = path.read_text("utf-8")
        after = changed(mutant.file, before, mutant.index)
        diff = "".join(list(difflib.unified_diff(before.splitlines(True), after.splitlines(True), n=0))[2:])
        chosen = self.root.parent / "chosen"
        chosen.write_text("\n".join(tests), "utf-8")
        try:
            path.write_text(after, "utf-8")
            code, _ = self.pytest("-x", "--no-header", "--tb=no", f"@{chosen}", seconds=seconds)
        finally:
            path.write_text(before, "utf-8")
        outcome = {0: SURVIVED, None: TOO_SLOW}.get(code, KILLED)
        return Fate(mutant, outcome, len(tests), time.perf_counter() - began, diff)


@dataclass(frozen=True)
class TestMap:
    """Which tests run which lines, as touches.py wrote it."""

    lines: dict[str, dict[str, list[str]]]
    tests: dict[str, dict[str, Any]]
    fixtures: dict[str, float]

    @classmethod
    def made_in(cls, copy: Copy, room: str) -> TestMap:
        """Run the room's tests once, unchanged, under coverage; those that fail or are skipped are left out."""
        file = copy.root.parent / "touches.json"
        tests = [str(path) for pattern in ROOMS[room][1] for path in sorted(copy.root.glob(f"tests/{pattern}"))]
        names = [os.path.relpath(test, copy.root) for test in tests]
        code, output = copy.pytest("-p", "touches", "-m", ORDINARY, *names, POLICYGRAPH_TOUCHES=str(file))
        if not file.is_file():
            raise SystemExit(f"The tests of {room} did not run (exit code {code}):\n{output}")
        answer = json.loads(file.read_text("utf-8"))
        if code:
            print(f"Left out, since they fail or are skipped without any mutant: {answer['failed']}")
        return cls(answer["lines"], answer["tests"], answer["fixtures"])

    def choose(self, mutant: Mutant, own: tuple[str, ...], budget: float) -> tuple[list[str], float]:
        """The tests for a mutant and their seconds: of its statement, else of its file, else all; quick first."""
        by_line = self.lines.get(mutant.file, {})
        statement = {name for line in mutant.statement for name in by_line.get(str(line), ())}
        file = {name for names in by_line.values() for name in names}
        for places in (statement, file):
            if ranked := sorted(self._ranked(places, own)):
                break
        else:
            ranked = sorted((0, about["seconds"], test) for test, about in self.tests.items())
        chosen, total, set_up = [], 0.0, set[str]()
        for _, seconds, test in ranked:
            fixtures = [name for name in self.tests[test]["fixtures"] if name not in set_up]
            cost = seconds + sum(self.fixtures.get(name, 0.0) for name in fixtures)
            if total + cost <= budget:
                chosen.append(test)
                total += cost
                set_up.update(fixtures)
        return chosen, total

    def _ranked(self, places: set[str], own: tuple[str, ...]) -> Iterator[tuple[bool, float, str]]:
        """The tests that run these places, themselves or in a fixture; those of the room itself come first."""
        for test, about in self.tests.items():
            if {test, *about["fixtures"]} & places:
                yield not test.startswith(own), about["seconds"], test


def report(room: str, seed: int, fates: list[Fate], drawn: int, seconds: float) -> str:
    """The score, then every survivor with its diff: those in refusing branches first."""
    survivors = [fate for fate in fates if fate.outcome == SURVIVED]
    refusing = [fate for fate in fates if fate.mutant.refuses]
    killed = len(fates) - len(survivors)
    kept = sum(fate.outcome != SURVIVED for fate in refusing)
    slow = sum(fate.outcome == TOO_SLOW for fate in fates)
    head = [
        f"{room}, seed {seed}: {killed} of {len(fates)} mutants noticed ({killed / max(len(fates), 1):.0%}), "
        f"{slow} of them by taking too long; {drawn} were drawn; {seconds / 60:.0f} minutes.",
        f"In branches that refuse: {kept} of {len(refusing)}.",
    ]
    survivors.sort(key=lambda fate: (not fate.mutant.refuses, str(fate.mutant)))
    for fate in survivors:
        where = " (refuses)" if fate.mutant.refuses else ""
        head.append(f"\n{fate.mutant}{where}: {fate.tests} tests passed\n{fate.diff.rstrip()}")
    return "\n".join(head) + "\n"


def run(room: str, seed: int, number: int, refusing: bool, jobs: int, minutes: float, budget: float) -> str:
    """Draw, run and report; stops when the time is over, and says how many mutants it got to."""
    began = time.monotonic()
    mutants = draw(room, seed, number, refusing)
    with TemporaryDirectory(prefix="mutants-") as scratch:
        copies: Queue[Copy] = Queue()
        for index in range(jobs):
            copies.put(Copy(Path(scratch) / str(index)))
        first = copies.queue[0]
        tests = TestMap.made_in(first, room)
        own = tuple(f"tests/{folder}/" for folder in ROOMS[room][0])
        print(f"{len(tests.tests)} tests mapped in {time.monotonic() - began:.0f} s", flush=True)
        all_of_them = first.root.parent / "all"
        all_of_them.write_text("\n".join(tests.tests), "utf-8")
        code, output = first.pytest("--collect-only", f"@{all_of_them}")
        if code:
            raise SystemExit(f"Tests of the map cannot be named one by one:\n{output[-2000:]}")

        def try_one(mutant: Mutant) -> Fate | None:
            if time.monotonic() - began > minutes * 60:
                return None
            chosen, seconds = tests.choose(mutant, own, budget)
            if not chosen:
                return Fate(mutant, SURVIVED, 0, 0.0, "(no test of the room runs this file)")
            copy = copies.get()
            try:
                fate = copy.fate(mutant, chosen, 60 + 10 * seconds)
            finally:
                copies.put(copy)
            print(f"{fate.outcome:>16} {fate.seconds:5.1f} s  {mutant}", flush=True)
            return fate

        with ThreadPoolExecutor(jobs) as threads:
            fates = [fate for fate in threads.map(try_one, mutants) if fate]
    return report(room, seed, fates, len(mutants), time.monotonic() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draw", type=int, default=300)
    parser.add_argument("--refusing", action="store_true", help="Only in branches that refuse.")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=28.0, help="No mutant is begun after this time.")
    parser.add_argument("--budget", type=float, default=60.0, help="Seconds of tests for one mutant at most.")
    options = parser.parse_args()
    text = run(
        options.room,
        options.seed,
        options.draw,
        options.refusing,
        options.jobs,
        options.minutes,
        options.budget,
    )
    into = ROOT / "mutants" / f"{options.room}{'-refusing' * options.refusing}-{options.seed}.txt"
    into.parent.mkdir(exist_ok=True)
    into.write_text(text, "utf-8")
    print(text, f"\nWritten to {into.relative_to(ROOT)}.", sep="")


if __name__ == "__main__":
    main()
