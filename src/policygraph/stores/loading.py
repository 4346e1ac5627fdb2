"""A release into a store, all or nothing: staged beside, proved, copied into place, and the old one cleared away.

1. The log shows this release in place and the proof holds: nothing is done. Where there is no log yet and
   the proof holds, the store's own loader has brought it: only the log is written.
2. The store is held (``lease``), and what a load that died left behind is finished or taken away.
3. Every graph goes to a staging graph of this load; the proof is made there, so that a store that changes
   statements never shows them.
4. One update copies the staged graphs into place, drops the graphs that only the older release had, and writes the
   new release into the log. A store that runs it as one transaction shows the old release or the new one;
   Virtuoso does not, so the log says beforehand that the switch is on, and whoever comes next does it again:
   the staged graphs go only after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from ..errors import StoreError
from .check import LoadCheck, Progress, prove, recount
from .lease import SECONDS, Lease
from .load_log import Load, LoadLog
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
    progress: Progress | None = None,
    lease: float = SECONDS,
    statements: int | None = None,
) -> LoadResult:
    """Puts a release into a store and proves that it arrived.

    ``lease`` is how many seconds a load may be silent before the next one takes it for dead; ``statements`` how
    many go into one request, where the store's usual number is too many. Where the proof fails the store keeps
    what it had: look at ``proof.holds``. Raises ReleaseError and StoreError.
    """
    source = read_release(release)
    log = LoadLog(store, source.base)
    state = log.state()
    if state.sha256 == source.sha256 and not state.begun and (proof := _whole(store, source, progress)):
        return LoadResult(source, proof, changed=False)
    with Lease(store, log, lease) as held:
        recover(store, log)
        if log.state().sha256 in (None, source.sha256) and (proof := _whole(store, source, progress)):
            store.update(log.in_place(_this(held, source)))
            return LoadResult(source, proof, changed=False)
        return _load(store, log, source, held, statements or store.vendor.statements, progress)


def _this(held: Lease, source: ReleaseSource) -> Load:
    return Load(held.token, source.sha256, tuple(source.graphs))


def _whole(store: Store, source: ReleaseSource, progress: Progress | None) -> LoadCheck | None:
    """The proof where the release is in place already: a load brought it, or the store's own loader."""
    counted = LoadCheck()
    recount(store, source, _itself, counted)
    proof = prove(store, source, _itself, progress) if counted.holds else counted
    return proof if proof.holds else None


def prove_release(release: Path, store: Store, progress: Progress | None = None) -> LoadResult:
    """The proof alone, of a release that is in place. Raises ReleaseError and StoreError."""
    source = read_release(release)
    return LoadResult(source, prove(store, source, _itself, progress), changed=False)


def remove(release: Path, store: Store, *, lease: float = SECONDS) -> tuple[NamedNode, ...]:
    """Takes out of a store whatever loads of this release's base have put there; returns the graphs that went.

    Raises ReleaseError and StoreError.
    """
    log = LoadLog(store, read_release(release).base)
    with Lease(store, log, lease):
        recover(store, log)
        gone = log.state().graphs
    store.update(_drops((*gone, log.node)))
    return gone


def recover(store: Store, log: LoadLog) -> None:
    """Ends what loads that died have left: a switch is finished, staged graphs are dropped."""
    state = log.state()
    if state.switching is not None and state.switching in state.begun:
        _switch(store, log, state.begun[state.switching], state.graphs)
    for dead in state.begun.values():
        _clear(store, log, dead)


def _load(
    store: Store, log: LoadLog, source: ReleaseSource, held: Lease, size: int, progress: Progress | None
) -> LoadResult:
    this = _this(held, source)
    log.begin(this)
    try:
        _stage(store, log, source, this, size, progress)
        proof = prove(store, source, _staged(log, this), progress)
        held.check()
    except StoreError:
        _try_to_clear(store, log, this)
        raise
    arrived = proof.holds
    if arrived:
        log.mark_switching(this.token)
        _switch(store, log, this, log.state().graphs)
        recount(store, source, _itself, proof)
    _clear(store, log, this)
    return LoadResult(source, proof, changed=arrived)


def _stage(
    store: Store, log: LoadLog, source: ReleaseSource, this: Load, size: int, progress: Progress | None
) -> None:
    done = 0
    for graph, rows in source.chunks(size):
        store.add(log.staged(this.token, graph), rows)
        done += len(rows)
        if progress is not None:
            progress("loading", done, source.statements)


def _switch(store: Store, log: LoadLog, this: Load, before: tuple[NamedNode, ...]) -> None:
    copies = ";\n".join(_copy(log.staged(this.token, graph), graph) for graph in this.graphs)
    old = _drops(tuple(graph for graph in before if graph not in this.graphs))
    store.update(";\n".join(part for part in (copies, old, log.in_place(this)) if part))


def _copy(staged: NamedNode, graph: NamedNode) -> str:
    """COPY spelt out: Fuseki 5.6 loses statements where COPY or MOVE meets a graph that is not empty."""
    return (
        f"DROP SILENT GRAPH {graph};\n"
        f"INSERT {{ GRAPH {graph} {{ ?s ?p ?o }} }} WHERE {{ GRAPH {staged} {{ ?s ?p ?o }} }}"
    )


def _clear(store: Store, log: LoadLog, this: Load) -> None:
    drops = _drops(tuple(log.staged(this.token, graph) for graph in this.graphs))
    store.update(";\n".join(part for part in (drops, log.forget(this.token)) if part))


def _try_to_clear(store: Store, log: LoadLog, this: Load) -> None:
    """Clears after a failure where the store still answers; where it does not, the next load does it."""
    try:
        _clear(store, log, this)
    except StoreError:
        return


def _drops(graphs: tuple[NamedNode, ...]) -> str:
    return ";\n".join(f"DROP SILENT GRAPH {graph}" for graph in graphs)


def _staged(log: LoadLog, this: Load) -> Callable[[NamedNode], NamedNode]:
    return lambda graph: log.staged(this.token, graph)


def _itself(graph: NamedNode) -> NamedNode:
    return graph
