"""How fast, how much memory: the whole build beside its peer, more documents, two processes, a cold start.

    python benchmarks/build.py                      all parts, up to 100 documents
    python benchmarks/build.py --documents 1 10 100 1000
    python benchmarks/build.py --only scale speedup

Each run is a process of its own; seconds are wall time with start-up, processor seconds those of all its
processes (they hold on a busy machine too), memory the largest resident set of any of them. Ours and its
peer run one after the other on the same work.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, Quad

from annexes import make

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "benchmarks" / "out"
SEED = ROOT / "data" / "sources" / "52025DC0723"
HERE = Path(__file__).resolve().parent


class Run(NamedTuple):
    """Seconds, seconds of processor time, peak memory in MB, standard output."""

    seconds: float
    processor: float
    memory: float
    output: str


WATCH = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
print(done.stdout, end="")
if done.returncode:
    sys.exit(done.stderr)
"""


def run(*command: str | Path) -> Run:
    """Run a command; its own children count in its memory, each alone."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-S", "-c", WATCH, *map(str, command)], stdout=subprocess.PIPE, text=True, check=True
    )
    seconds = time.perf_counter() - started
    used, _, output = done.stdout.partition("\n")
    processor, memory = map(float, used.split())
    return Run(seconds, processor, memory, output)


def build(sources: list[Path], out: Path, jobs: int = 1) -> Run:
    """Our build, as a user runs it."""
    return run(sys.executable, "-m", "policygraph", "build", *sources, "--out", out, "--jobs", str(jobs))


def quads(release: Path) -> int:
    """How many statements a release holds."""
    return int(json.loads((release / "manifest.json").read_text("utf-8"))["quads"])


def table(title: str, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Print a table with its columns aligned."""
    cells = [head, *(tuple(map(_cell, row)) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)), flush=True)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def annexes(count: int) -> list[Path]:
    """So many synthetic source folders."""
    return [make(OUT / "annexes", number) for number in range(1, count + 1)]


def peer(_: list[int]) -> None:
    """The seed, ours beside rdflib, owlrl and pyshacl."""
    ours = build([SEED], OUT / "seed")
    theirs = run(sys.executable, HERE / "peer.py", SEED, OUT / "peer")
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in json.loads(theirs.output).items())
    table(
        f"Whole build of the seed ({quads(OUT / 'seed')} statements)",
        ("", "seconds", "processor s", "MB", "times"),
        [
            ("policygraph build", *ours[:3], 1.0),
            ("rdflib + owlrl + pyshacl", *theirs[:3], theirs.seconds / ours.seconds),
        ],
    )
    print(f"  of which {stages}")


def scale(counts: list[int]) -> None:
    """Growth with the number of documents, one process."""
    rows: list[tuple[object, ...]] = []
    for count in counts:
        sources = annexes(count)
        done = build(sources, OUT / f"release-{count}")
        held = quads(OUT / f"release-{count}")
        rows.append((count, held, done.seconds, done.processor, done.processor / count * 1000, done.memory))
    head = ("documents", "statements", "seconds", "processor s", "processor ms each", "MB")
    table("Synthetic annexes, one process", head, rows)


def speedup(counts: list[int]) -> None:
    """Two processes beside one, on the largest number of documents up to 100.

    The validation engine uses every core by itself, so that one process keeps more than one busy already;
    the last row holds it to one thread, to show what a second process is worth by itself.
    """
    count = max([number for number in counts if number <= 100] or counts[:1])
    sources = annexes(count)
    one, two = build(sources, OUT / "one", 1), build(sources, OUT / "two", 2)
    os.environ["RAYON_NUM_THREADS"] = "1"
    alone = build(sources, OUT / "alone", 1)
    del os.environ["RAYON_NUM_THREADS"]
    names = [path.relative_to(OUT / "one") for path in (OUT / "one").rglob("*") if path.is_file()]
    same = not any(filecmp.cmpfiles(OUT / "one", OUT / "two", map(str, names), shallow=False)[1:])
    table(
        f"{count} documents on {os.cpu_count()} cores (the same bytes: {'yes' if same else 'NO'})",
        ("jobs", "seconds", "processor s", "MB a process", "two are times as fast"),
        [
            ("2", *two[:3], 1.0),
            ("1", *one[:3], one.seconds / two.seconds),
            ("1, one thread", *alone[:3], alone.seconds / two.seconds),
        ],
    )


def extraction(counts: list[int]) -> None:
    """Reading and converting alone, in this process; beside it the same statements said with rdflib's terms."""
    from policygraph.graph import convert

    rows: list[tuple[object, ...]] = []
    for name, sources in (("synthetic annexes", annexes(min(max(counts), 100))), ("the seed", [SEED] * 3)):
        convert(sources[0])
        started = time.process_time()
        found = [convert(source) for source in sources]
        ours, held = time.process_time() - started, sum(map(len, found))
        rows.append((f"{name}: text → statements", len(sources) / ours, held / ours))
        theirs = sum(map(_with_rdflib, found))
        rows.append((f"{name}: rdflib, statements → graph alone", len(sources) / theirs, held / theirs))
    table("Extraction alone, by processor time", ("", "documents a second", "statements a second"), rows)


def _with_rdflib(quads: list[Quad]) -> float:
    """Processor seconds to make the same terms and add them to a graph."""
    from rdflib import Graph, URIRef
    from rdflib import Literal as RdflibLiteral

    started, graph = time.process_time(), Graph()
    for quad in quads:
        term = quad.object
        value = (
            RdflibLiteral(term.value, lang=term.language, datatype=None if term.language else term.datatype.value)
            if isinstance(term, Literal)
            else URIRef(str(term)[1:-1])
        )
        graph.add((URIRef(str(quad.subject)[1:-1]), URIRef(quad.predicate.value), value))
    return time.process_time() - started


def cold(_: list[int]) -> None:
    """A canned query from a cold start, beside starting Python with pyoxigraph."""
    build([SEED], OUT / "seed")
    command = Path(sys.executable).with_name("policygraph")
    commands: dict[str, tuple[str | Path, ...]] = {
        "python -c 'import pyoxigraph'": (sys.executable, "-c", "import pyoxigraph"),
        "policygraph query totals": (command, "query", "totals", "--release", OUT / "seed", "-f", "csv"),
    }
    best = {name: min(_alone(command) for _ in range(15)) for name, command in commands.items()}
    floor = next(iter(best.values()))
    rows = [(name, seconds * 1000, seconds / floor) for name, seconds in best.items()]
    table("Cold start, best of 15", ("", "ms", "times"), list(rows))


def _alone(command: tuple[str | Path, ...]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


PARTS: dict[str, Callable[[list[int]], None]] = {
    "extraction": extraction,
    "cold": cold,
    "peer": peer,
    "scale": scale,
    "speedup": speedup,
}


def main() -> None:
    """Run the parts that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    wanted = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    for name in wanted.only:
        PARTS[name](wanted.documents)


if __name__ == "__main__":
    main()
