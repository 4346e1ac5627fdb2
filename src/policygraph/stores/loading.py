"""A release into a store, all or nothing: staged beside, proved, copied into place, and the old one cleared away.

1. The log shows this release in place and the proof holds: nothing is done. Where there is no log yet and
   the proof holds, the store's own loader has brought it: only the log is written.
2. The store is held (``Lease``), and what a load that died left behind is finished or taken away.
3. Every graph goes to a staging graph of this load; the proof is made there, so that a store that changes
   statements never shows them.
4. One update copies the staged graphs into place, drops the graphs that only the older release had, and writes the
   new release into the log. A store that runs it as one transaction shows the old release or the new one;
   Virtuoso does not, so the log says beforehand that the switch is on, and whoever comes next does it again:
   the staged graphs go only after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from ..errors import StoreError
from .check import LoadCheck, Progress, prove, recount, silent
from .load_log import SECONDS, Lease, Load, LoadLog
from .release_source import ReleaseSource, read_release

if TYPE_CHECKING:
    from .store import Store


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did: ``changed`` is false where the release was in place already or was refused by the proof."""

    source: ReleaseSource
    proof: LoadCheck
    changed: bool


def load(
    release: Path,
    store: Store,
    *,
    progress: Progress = silent,
    lease: float = SECONDS,
    statements: int | None = None,
) -> LoadResult:
    """Put a release into a store and prove that it arrived.

    ``lease`` is how many seconds a load may be silent before the next one takes it for dead; ``statements`` how
    many go into one request, where the store's usual number is too many. Where the proof fails the store keeps
    what it had: look at ``proof.holds``. Raises ReleaseError and StoreError.
    """
    source = read_release(release)
    log = LoadLog(store, source.base)
    state = log.state()
    if state.sha256 == source.sha256 and not state.begun and (proof := _proof_in_place(store, source, progress)):
        return LoadResult(source, proof, changed=False)
    with Lease(store, log, lease) as held:
        recover(store, log)
        this = Load(held.token, source.sha256, tuple(source.graphs))
        if log.state().sha256 in (None, source.sha256) and (proof := _proof_in_place(store, source, progress)):
            _update(store, log.in_place(this))
            return LoadResult(source, proof, changed=False)
        return _load(store, log, source, this, held, statements or store.vendor.statements, progress)


def _proof_in_place(store: Store, source: ReleaseSource, progress: Progress) -> LoadCheck | None:
    """The proof where the release is in place already: a load brought it, or the store's own loader."""
    proof = LoadCheck()
    recount(store, source, proof)
    if proof.holds:
        proof = prove(store, source, progress)
    return proof if proof.holds else None


def prove_release(release: Path, store: Store, progress: Progress = silent) -> LoadResult:
    """The proof alone, of a release that is in place. Raises ReleaseError and StoreError."""
    source = read_release(release)
    return LoadResult(source, prove(store, source, progress), changed=False)


def remove(release: Path, store: Store, *, lease: float = SECONDS) -> tuple[NamedNode, ...]:
    """Take out of a store whatever loads of this release's base have put there; the graphs that went come back.

    Raises ReleaseError and StoreError.
    """
    log = LoadLog(store, read_release(release).base)
    with Lease(store, log, lease):
        recover(store, log)
        graphs = log.state().graphs
    _update(store, _drops((*graphs, log.node)))
    return graphs


def recover(store: Store, log: LoadLog) -> None:
    """End what loads that died have left: finish a switch, drop staged graphs."""
    state = log.state()
    if state.switching is not None and state.switching in state.begun:
        _switch(store, log, state.begun[state.switching], state.graphs)
    for dead in state.begun.values():
        _clear(store, log, dead)


def _load(
    store: Store, log: LoadLog, source: ReleaseSource, this: Load, held: Lease, size: int, progress: Progress
) -> LoadResult:
    log.begin(this)
    staged, done = partial(log.staged, this.token), 0
    try:
        for graph, rows in source.chunks(size):
            store.add(staged(graph), rows)
            done += len(rows)
            progress("loading", done, source.statements)
        proof = prove(store, source, progress, staged)
        held.check()
    except StoreError:
        with suppress(StoreError):  # where the store does not answer, the next load clears
            _clear(store, log, this)
        raise
    arrived = proof.holds
    if arrived:
        log.insert([(log.node, "switching", log.load(this.token))])
        _switch(store, log, this, log.state().graphs)
        recount(store, source, proof)
    _clear(store, log, this)
    return LoadResult(source, proof, changed=arrived)


def _switch(store: Store, log: LoadLog, this: Load, before: tuple[NamedNode, ...]) -> None:
    """COPY spelt out: Fuseki 5.6 loses statements where COPY or MOVE meets a graph that is not empty."""
    copies = [
        f"DROP SILENT GRAPH {graph};\n"
        f"INSERT {{ GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {staged} {{ ?s ?p ?o }} }}"
        for graph, staged in ((graph, log.staged(this.token, graph)) for graph in this.graphs)
    ]
    old = _drops(graph for graph in before if graph not in this.graphs)
    _update(store, [*copies, *old, *log.in_place(this)])


def _clear(store: Store, log: LoadLog, this: Load) -> None:
    _update(store, [*_drops(log.staged(this.token, graph) for graph in this.graphs), *log.forget(this.token)])


def _drops(graphs: Iterable[NamedNode]) -> list[str]:
    return [f"DROP SILENT GRAPH {graph}" for graph in graphs]


def _update(store: Store, operations: Iterable[str]) -> None:
    """Run the operations as one update."""
    store.update(";\n".join(operations))
