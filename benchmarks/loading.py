"""How long a release takes into a store: our load beside the store's own bulk loader, on the same file.

    python benchmarks/loading.py                          the seed, 10 and 100 synthetic documents, three stores
    python benchmarks/loading.py --documents 700 --stores oxigraph virtuoso --only bulk

Own loader: `oxigraph load`, Jena's `tdb2.tdbloader`, Virtuoso's `ld_dir` with `rdf_loader_run` and a checkpoint
(also as two loaders side by side), each into an empty store. Adopt: what `policygraph load` then takes to prove
that all has arrived and to take it over. HTTP: `policygraph load` into an empty, running store, proof and switch
included. Times are multiples of the store's own loader; memory is the largest resident set, in MB; the stores are
started as the tests start them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from build import OUT, ROOT, SEED, Run, annexes, build, quads, run, table

sys.path.insert(0, str(ROOT / "tests" / "stores"))

from servers import JENA, STORES, Server, program

Bulk = Callable[[Path, Path], Run]
HEAD = ("store", "statements", "file MB", "own loader s", "HTTP s", "times", "adopt s", "own + adopt, times")
SPACE = ("store", "statements", "disk MB own", "disk MB HTTP", "loader MB", "our MB", "server MB HTTP")


class Measured(NamedTuple):
    """One way into a store: its run, the folder's size in MB, and the server's peak memory in MB."""

    run: Run
    disk: float
    server: float


def oxigraph_bulk(folder: Path, release: Path) -> Run:
    """Into the folder of a server that is not running."""
    return run(program("oxigraph"), "load", "--location", folder / "data", "--file", release / "policygraph.nq")


def fuseki_bulk(folder: Path, release: Path) -> Run:
    """Into the folder of a server that is not running."""
    arguments = ("-Xmx1g", "-cp", f"{JENA}/*", "tdb2.tdbloader", f"--loc={folder / 'tdb2'}")
    return run(program("java"), *arguments, release / "policygraph.nq")


def virtuoso_bulk(folder: Path, release: Path, loaders: int = 1) -> Run:
    """Through the SQL port of the running server; the file is cut in as many parts as there are loaders."""
    port = next(
        line for line in (folder / "virtuoso.ini").read_text().splitlines() if line.startswith("ServerPort")
    )
    sql = [program("isql-vt"), port.partition(":")[2], "dba", "dba"]
    (folder / "bulk").mkdir()
    cut = [
        "split",
        "--number",
        f"l/{loaders}",
        "--additional-suffix=.nq",
        str(release / "policygraph.nq"),
        "bulk/",
    ]
    subprocess.run(cut, cwd=folder, check=True)
    started = time.perf_counter()
    _said(sql, "ld_dir('bulk', '*.nq', 'urn:unused');")
    at_work = [
        subprocess.Popen([*sql, "exec=rdf_loader_run();"], stdout=subprocess.DEVNULL) for _ in range(loaders)
    ]
    assert [one.wait() for one in at_work] == [0] * loaders
    _said(sql, "checkpoint;")
    return Run(time.perf_counter() - started, 0.0, 0.0, "")


def _said(sql: list[str], statement: str) -> None:
    subprocess.run([*sql, f"exec={statement}"], stdout=subprocess.DEVNULL, check=True)


def virtuoso_bulk_twice(folder: Path, release: Path) -> Run:
    """With two loaders side by side."""
    return virtuoso_bulk(folder, release, 2)


WAYS: dict[str, tuple[str, Bulk]] = {
    "oxigraph": ("oxigraph", oxigraph_bulk),
    "fuseki": ("fuseki", fuseki_bulk),
    "virtuoso": ("virtuoso", virtuoso_bulk),
    "virtuoso, two loaders": ("virtuoso", virtuoso_bulk_twice),
}


def ours(release: Path, server: Server) -> Run:
    """What a user types."""
    os.environ.update(POLICYGRAPH_STORE_USER=server.user, POLICYGRAPH_STORE_PASSWORD=server.password)
    if not server.user:
        del os.environ["POLICYGRAPH_STORE_USER"], os.environ["POLICYGRAPH_STORE_PASSWORD"]
    command = (sys.executable, "-m", "policygraph", "load", release, "--into", server.url, "--store", server.name)
    done = run(*command)
    print("   ", done.output.strip().splitlines()[-1], flush=True)
    return done


def by_bulk(store: str, bulk: Bulk, release: Path) -> tuple[Measured, Run]:
    """The store's own loader, then our proof and adoption."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        if store == "virtuoso":  # loads while it runs
            with STORES[store](folder) as server:
                loaded = bulk(folder, release)
                measured = Measured(loaded, _disk(folder), _peak(server))
                return measured, ours(release, server)
        loaded = bulk(folder, release)
        disk = _disk(folder)
        with STORES[store](folder) as server:
            adopted = ours(release, server)
            return Measured(loaded, disk, _peak(server)), adopted


def by_http(store: str, release: Path) -> Measured:
    """Our load into an empty store."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        with STORES[store](folder) as server:
            done = ours(release, server)
            peak = _peak(server)
            server.stop()
            return Measured(done, _disk(folder), peak)


def _disk(folder: Path) -> float:
    """MB that the store's files take, without the parts that were cut for it."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "bulk"]
    return sum(path.stat().st_blocks * 512 for path in files) / 1e6


def _peak(server: Server) -> float:
    """The server's largest resident set so far, in MB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def release_of(documents: int) -> Path:
    """The release of the seed (0) or of so many synthetic documents; one that is there is used again."""
    out = OUT / (f"release-{documents}" if documents else "seed")
    if not (out / "manifest.json").is_file():
        done = build(annexes(documents) if documents else [SEED], out, jobs=2)
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
        print(
            f"{out.name}: built in {done.seconds:.1f} s ({done.processor:.1f} s of processor), "
            f"{done.memory:.0f} MB of memory, {size:.0f} MB of release",
            flush=True,
        )
    return out


def compared(way: str, release: Path, only: str | None) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """The rows of both tables for one store and one release."""
    store, bulk = WAYS[way]
    print(f"  {way}, {release.name}", flush=True)
    own, adopted = by_bulk(store, bulk, release)
    http = None if only == "bulk" or bulk is virtuoso_bulk_twice else by_http(store, release)
    seconds = own.run.seconds
    head = (way, quads(release), (release / "policygraph.nq").stat().st_size / 1e6, seconds)
    taken = (http.run.seconds, http.run.seconds / seconds) if http else ("–", "–")
    times = (*head, *taken, adopted.seconds, (seconds + adopted.seconds) / seconds)
    loader = own.run.memory or own.server
    afar = (http.disk, loader, http.run.memory, http.server) if http else ("–", loader, adopted.memory, "–")
    return times, (way, quads(release), own.disk, *afar)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[0, 10, 100], help="0 is the seed")
    parser.add_argument("--stores", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--only", choices=["bulk"], help="leave the way over HTTP out")
    wanted = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    rows = [
        compared(way, release, wanted.only)
        for release in map(release_of, wanted.documents)
        for way in wanted.stores
    ]
    table("Into an empty store", HEAD, [times for times, _ in rows])
    table("Memory and disk", SPACE, [space for _, space in rows])


if __name__ == "__main__":
    main()
