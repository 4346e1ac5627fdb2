"""Whole loads into a small store in this process: SPARQL by pyoxigraph, HTTP by the standard library.

What real stores do to a load is for the tests that need them; here is what a load does when it meets another one,
a dead one, or a store that loses a statement.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from asking import QUICK
from policygraph.errors import ReleaseError, StoreError
from policygraph.rdf.iris import BASE
from policygraph.stores import Store, connect, load, remove
from policygraph.stores.load_log import Lease, Load, LoadLog
from policygraph.stores.release_source import read_release

Make = Callable[..., Path]
LEASE = 0.3


class SmallStore:
    """A store, what it was sent, and a function that may change an update before it runs, or None to refuse it."""

    def __init__(self) -> None:
        self.data = ox.Store()
        self.meddle: Callable[[str], str | None] = lambda update: update
        self.on_query: Callable[[], None] = lambda: None

    def answer(self, form: dict[str, list[str]]) -> tuple[int, str, bytes]:
        """Status, media type and body for the parameters of a request."""
        if "update" in form:
            update = self.meddle(form["update"][0])
            if update is None:
                return 403, "text/plain", b"not now"
            self.data.update(update)
            return 204, "text/plain", b""
        self.on_query()
        results = self.data.query(form["query"][0], use_default_graph_as_union=True)
        if isinstance(results, ox.QueryTriples):
            return 200, "application/n-triples", results.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        assert isinstance(results, ox.QuerySolutions)
        body = results.serialize(format=ox.QueryResultsFormat.JSON)
        return 200, "application/sparql-results+json", body or b""

    def published(self) -> set[ox.Quad]:
        """What stands in it, but for the log."""
        return {quad for quad in self.data if quad.graph_name != ox.NamedNode(f"{BASE}graph/load")}


@pytest.fixture
def small() -> Iterator[tuple[SmallStore, Store]]:
    """A small store, and a connection to it."""
    small = SmallStore()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, media_type, body = small.answer(form)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    with connect(f"http://127.0.0.1:{server.server_port}", "generic", retry=QUICK) as store:
        yield small, store
    server.shutdown()
    server.server_close()


def content(release: Path) -> set[ox.Quad]:
    return set(ox.parse(path=release / "policygraph.nq", format=ox.RdfFormat.N_QUADS))


def hold(small: SmallStore, log: LoadLog, token: str = "other", beat: str = "0") -> None:
    """Write into the log what another load does."""
    node = log.load(token)
    small.data.update(log.insertion([(log.node, "holder", node), (node, "beat", ox.Literal(beat))]))


def test_a_release_replaces_another_and_is_taken_out_again(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    first = release("first", 3, graphs=("actions", "older"))
    second = release("second", 5)
    assert load(first, store).changed and held.published() == content(first)
    assert not load(first, store).changed
    assert load(second, store).changed and held.published() == content(second)
    state = LoadLog(store, BASE).state()
    assert (state.sha256, state.heartbeats, state.begun) == (read_release(second).sha256, {}, {})
    assert set(remove(second, store)) == {quad.graph_name for quad in content(second)}
    assert set(held.data) == set()


def test_what_the_stores_own_loader_brought_is_only_written_down(
    small: tuple[SmallStore, Store], release: Make
) -> None:
    held, store = small
    folder = release("new", 3)
    held.data.extend(content(folder))
    assert not load(folder, store).changed
    assert LoadLog(store, BASE).state().sha256 == read_release(folder).sha256


def test_a_store_that_loses_a_statement_keeps_what_it_had(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    first, second = release("first", 3), release("second", 5)
    load(first, store)
    held.meddle = lambda update: update.replace('"A3-00004" .', '"A3-00005" .')
    result = load(second, store)
    assert not result.proof.holds and not result.changed
    assert held.published() == content(first)
    assert LoadLog(store, BASE).state().begun == {}


def test_a_load_waits_for_no_holder_that_lives(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, folder, beats = LoadLog(store, BASE), release("new", 3), iter(range(1, 1_000))

    def beat() -> None:
        held.data.update(log.clearing(log.load("other"), "beat"))
        hold(held, log, beat=str(next(beats)))

    hold(held, log)
    held.on_query = beat
    with pytest.raises(StoreError, match=r"^Another load is at work on http.*: wait until it ends, then run this"):
        load(folder, store, lease=LEASE)
    assert held.published() == set()


def test_a_holder_that_is_new_lives(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, folder = LoadLog(store, BASE), release("new", 3)
    hold(held, log)
    asked = iter(range(1_000))
    held.on_query = lambda: hold(held, log, "newer") if next(asked) == 2 else None
    with pytest.raises(StoreError, match="Another load is at work"):
        load(folder, store, lease=LEASE)


def test_a_dead_holder_is_cleared_away_with_what_it_staged(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, folder = LoadLog(store, BASE), release("new", 3)
    graph = ox.NamedNode(f"{BASE}graph/actions")
    hold(held, log, "dead")
    log.begin(Load("dead", "0" * 64, (graph,)))
    held.data.add(ox.Quad(graph, graph, graph, log.staged("dead", graph)))
    assert load(folder, store, lease=LEASE).changed
    assert held.published() == content(folder)
    assert (log.state().heartbeats, log.state().begun) == ({}, {})


def test_a_switch_that_broke_off_is_finished(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, first, second = LoadLog(store, BASE), release("first", 3), release("second", 5)
    load(first, store)
    source = read_release(second)
    log.begin(Load("dead", source.sha256, tuple(source.graphs)))
    for quad in content(second):
        assert isinstance(quad.graph_name, ox.NamedNode)
        held.data.add(ox.Quad(*quad.triple, log.staged("dead", quad.graph_name)))
    log.insert([(log.node, "switching", log.load("dead"))])
    held.data.remove_graph(ox.NamedNode(f"{BASE}graph/actions"))
    assert not load(second, store, lease=LEASE).changed
    assert held.published() == content(second)
    state = log.state()
    assert (state.sha256, state.switching, state.begun) == (source.sha256, None, {})


def test_of_two_that_come_at_once_this_steps_back(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, folder = LoadLog(store, BASE), release("new", 3)

    def beside(update: str) -> str:
        if "#holder" in update and "INSERT" in update:
            hold(held, log)
        return update

    held.meddle = beside
    with pytest.raises(StoreError, match="Another load is at work"):
        load(folder, store, lease=LEASE)
    assert log.state().heartbeats == {"other": "0"}
    assert held.published() == set()


def test_a_load_that_was_taken_for_dead_shows_nothing(small: tuple[SmallStore, Store], release: Make) -> None:
    held, store = small
    log, folder = LoadLog(store, BASE), release("new", 3)

    def taken_over(update: str) -> str:
        if "/staging/" in update and "INSERT" in update:
            held.data.update(log.clearing(log.node, "holder"))
            hold(held, log)
        return update

    held.meddle = taken_over
    with pytest.raises(StoreError, match=r"^Another load took over http.* since this one was silent for too long"):
        load(folder, store, lease=60)
    assert held.published() == set()
    assert (list(log.state().heartbeats), log.state().begun) == (["other"], {})


def test_the_beat_goes_on_while_the_store_is_held(small: tuple[SmallStore, Store]) -> None:
    _, store = small
    log = LoadLog(store, BASE)
    with Lease(store, log, 0.09) as lease:
        beats = (
            int(log.state().heartbeats[lease.token]) for _ in range(2_000) if not threading.Event().wait(0.01)
        )
        assert any(beat >= 2 for beat in beats)
        lease.check()
    assert log.state().heartbeats == {}


def test_a_load_that_cannot_clean_up_says_what_went_wrong_first(
    small: tuple[SmallStore, Store], release: Make
) -> None:
    held, store = small
    held.meddle = lambda update: None if "/staging/" in update and "INSERT" in update else update
    with pytest.raises(StoreError, match="403") as first:
        load(release("new", 3), store)
    held.meddle = lambda update: None if "/staging/" in update else update
    with pytest.raises(StoreError) as second:
        load(release("new", 3), store)
    assert str(first.value) == str(second.value)


@pytest.mark.parametrize(
    ("fault", "raised"), [(None, StoreError), (ReleaseError("of the work"), ReleaseError)], ids=["none", "one"]
)
def test_a_store_that_refuses_at_the_end_hides_no_error_of_the_work(
    small: tuple[SmallStore, Store], fault: Exception | None, raised: type[Exception]
) -> None:
    held, store = small
    with pytest.raises(raised), Lease(store, LoadLog(store, BASE), 60):
        held.meddle = lambda _: None
        if fault is not None:
            raise fault


def test_a_release_whose_file_is_gone_names_the_reason(release: Make) -> None:
    folder = release("new", 3)
    (folder / "policygraph.nq").unlink()
    (folder / "policygraph.nq").mkdir()
    with pytest.raises(
        ReleaseError, match=r"policygraph\.nq.? cannot be read \(Is a directory\): build the release"
    ):
        read_release(folder)
