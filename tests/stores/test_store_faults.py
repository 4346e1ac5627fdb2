"""Loads that meet trouble: whatever happens, the old release answers, and the next run finishes and cleans."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import QUICK, clean, graphs, journal, opened
from faults import Fault, Proxy, Request
from policygraph.errors import StoreError
from policygraph.stores import RetryPolicy, Store, load
from servers import Server, free_port, fuseki, oxigraph, rdf4j, virtuoso

pytestmark = pytest.mark.stores

Make = Callable[..., Path]
OLD = {"actions": 200, "vocabulary": 40, "load": 3}
NEW = {"actions": 450, "vocabulary": 90, "load": 3}
LEASE = 0.6


@pytest.fixture
def server(running: Callable[[str], Server], release: Make) -> Iterator[Server]:
    """A store that has the old release."""
    found = running("oxigraph")
    clean(found)
    with opened(found) as store:
        load(release("old", 40), store)
    yield found
    clean(found)


def nth_add(number: int, fault: Fault) -> Callable[[int, Request], Fault | None]:
    """A plan in which the request that carries statements for the ``number``-th time fails, once."""
    adds: list[Request] = []

    def plan(_number: int, request: Request) -> Fault | None:
        if request.adds:
            adds.append(request)
        return fault if request.adds and len(adds) == number else None

    return plan


def old_answers_then_new(server: Server, release: Make) -> None:
    """What must hold after any failure: nothing is seen of it, and the next load ends well and leaves nothing."""
    with opened(server) as store:
        assert {name: n for name, n in graphs(store).items() if name in OLD and name != "load"} == {
            "actions": 200,
            "vocabulary": 40,
        }
        assert load(release("new", 90), store, lease=LEASE).proof.holds
        assert graphs(store) == NEW
        assert journal(store) == {"sha256", "graph"}


def killed_client(url: str, folder: Path) -> subprocess.Popen[bytes]:
    """A load in a process of its own."""
    command = [sys.executable, "-m", "policygraph", "load", str(folder), "--into", url, "--store", "oxigraph"]
    return subprocess.Popen(
        [*command, "--statements", "100"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_a_load_killed_half_way(server: Server, release: Make) -> None:
    clients: list[subprocess.Popen[bytes]] = []
    plan = nth_add(3, Fault(first=lambda: os.kill(clients[0].pid, signal.SIGKILL)))
    with Proxy(server.url, plan) as proxy:
        clients.append(killed_client(proxy.url, release("new", 90)))
        assert clients[0].wait(30) == -signal.SIGKILL
    with opened(server) as store:
        assert len([name for name in graphs(store) if name.startswith("staging/")]) > 0
    old_answers_then_new(server, release)


@pytest.mark.parametrize("start", [oxigraph, fuseki, virtuoso, rdf4j])
def test_a_server_killed_in_mid_load(
    start: Callable[..., object], release: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "dba")
    folder, port = tmp_path / "server", free_port()
    folder.mkdir()
    with start(folder, port=port) as server:  # type: ignore[attr-defined]
        with opened(server) as store:
            load(release("old", 40), store)
        with (
            Proxy(server.url, nth_add(3, Fault(first=server.kill, reset=True))) as proxy,
            opened(server, proxy.url) as store,
            pytest.raises(StoreError, match="broke the connection"),
        ):
            load(release("new", 90), store, statements=100, lease=LEASE)
    (folder / "virtuoso.lck").unlink(missing_ok=True)
    with start(folder, port=port) as server:  # type: ignore[attr-defined]
        old_answers_then_new(server, release)


def test_a_switch_that_stops_half_way(server: Server, release: Make) -> None:
    """A store without transactions over several operations, as Virtuoso is, that dies after the first of them."""
    dead = threading.Event()

    def plan(_number: int, request: Request) -> Fault | None:
        if dead.is_set():
            return Fault(reset=True)
        if b"INSERT+%7B+GRAPH" not in request.body or b"DROP" not in request.body:
            return None
        dead.set()
        return Fault(cut_body=lambda body: body.split(b"%3B%0A")[0])

    with (
        Proxy(server.url, plan) as proxy,
        opened(server, proxy.url) as store,
        pytest.raises(StoreError, match="broke the connection"),
    ):
        load(release("new", 90), store, lease=LEASE)
    with opened(server) as store:
        assert "actions" not in graphs(store)
        assert "switching" in journal(store)
        other = load(release("third", 20), store, lease=LEASE)
        assert other.proof.holds
        assert graphs(store) == {"actions": 100, "vocabulary": 20, "load": 3}
        assert journal(store) == {"sha256", "graph"}


def test_a_switch_that_stopped_is_finished_by_the_next_run(server: Server, release: Make) -> None:
    dead = threading.Event()

    def plan(_number: int, request: Request) -> Fault | None:
        if dead.is_set() or b"DROP" not in request.body or b"INSERT+%7B+GRAPH" not in request.body:
            return Fault(reset=True) if dead.is_set() else None
        dead.set()
        return Fault(reset=True)

    with (
        Proxy(server.url, plan) as proxy,
        opened(server, proxy.url) as store,
        pytest.raises(StoreError, match="broke the connection"),
    ):
        load(release("new", 90), store, lease=LEASE)
    old_answers_then_new(server, release)


def test_a_load_killed_when_all_but_the_clearing_was_done(server: Server, release: Make) -> None:
    def plan(_number: int, request: Request) -> Fault | None:
        return Fault(reset=True) if b"DROP" in request.body and b"INSERT" not in request.body else None

    with (
        Proxy(server.url, plan) as proxy,
        opened(server, proxy.url) as store,
        pytest.raises(StoreError, match="broke the connection"),
    ):
        load(release("new", 90), store, lease=LEASE)
    with opened(server) as store:
        assert len([name for name in graphs(store) if name.startswith("staging/")]) == 2
        again = load(release("new", 90), store, lease=LEASE)
        assert again.proof.holds
        assert not again.changed
        assert graphs(store) == NEW
        assert journal(store) == {"sha256", "graph"}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(reset=True),
        Fault(status=500, text="out of luck"),
        Fault(status=503, headers=(("Retry-After", "0"),)),
        Fault(status=429),
        Fault(cut_answer=True),
    ],
    ids=["reset", "500", "503", "429", "cut answer"],
)
def test_trouble_that_passes_is_not_noticed(server: Server, release: Make, fault: Fault) -> None:
    plan = nth_add(2, fault) if not fault.cut_answer else every(7, fault)
    with Proxy(server.url, plan) as proxy, opened(server, proxy.url) as store:
        assert load(release("new", 90), store, statements=100).proof.holds
        assert graphs(store) == NEW


def every(number: int, fault: Fault) -> Callable[[int, Request], Fault | None]:
    """A plan in which each ``number``-th request fails."""
    return lambda count, _request: fault if count % number == 0 else None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(status=500, text="out of luck"), "status 500 (“out of luck”): see the store's own log"),
        (Fault(status=413, text="<html><body><h1>Too large</h1></body></html>"), "lower --statements"),
        (Fault(status=403), "may read but not write"),
        (Fault(status=404), "check --into and --store"),
        (Fault(status=507), "disk is full"),
        (Fault(status=301, headers=(("Location", "https://example.com/"),)), "on to https://example.com/"),
        (Fault(reset=True), "broke the connection off"),
    ],
    ids=["500", "413", "403", "404", "507", "redirect", "reset"],
)
def test_trouble_that_stays_is_a_sentence(server: Server, release: Make, fault: Fault, words: str) -> None:
    with (
        Proxy(server.url, lambda _n, request: fault if request.adds else None) as proxy,
        opened(server, proxy.url) as store,
        pytest.raises(StoreError) as caught,
    ):
        load(release("new", 90), store, statements=100)
    assert words in str(caught.value)
    with opened(server) as store:
        assert graphs(store) == OLD
    old_answers_then_new(server, release)


@pytest.mark.parametrize("text", ["<html>Welcome</html>", '{"head": {"vars": ["n"]}, "results": {"bindi', ""])
def test_an_answer_that_is_none_is_a_sentence(server: Server, release: Make, text: str) -> None:
    fault = Fault(status=200, text=text, headers=(("Content-Type", "application/sparql-results+json"),))
    with (
        Proxy(server.url, lambda _n, _request: fault) as proxy,
        opened(server, proxy.url) as store,
        pytest.raises(StoreError, match="cannot be read"),
    ):
        load(release("new", 90), store)


def test_a_full_disk(release: Make, tmp_path: Path) -> None:
    folder, port = tmp_path / "server", free_port()
    folder.mkdir()
    with oxigraph(folder, port=port) as server, opened(server) as store:
        load(release("old", 40), store)
    with (
        oxigraph(folder, port=port, full_at=300_000) as server,
        opened(server) as store,
        pytest.raises(StoreError, match="status 500"),
    ):
        load(release("large", 6_000), store, statements=4_000, lease=LEASE)
    with oxigraph(folder, port=port) as server:
        old_answers_then_new(server, release)


def test_a_read_only_store(release: Make, tmp_path: Path) -> None:
    folder, port = tmp_path / "server", free_port()
    folder.mkdir()
    with oxigraph(folder, port=port) as server, opened(server) as store:
        load(release("old", 40), store)
    with oxigraph(folder, port=port, read_only=True) as server, opened(server) as store:
        with pytest.raises(StoreError, match="read-only"):
            load(release("new", 90), store)
        assert load(release("old", 40), store).changed is False
        assert graphs(store) == OLD


def test_two_loaders_at_once(server: Server, release: Make) -> None:
    started, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        started.set()
        go_on.wait(30)

    ended: list[object] = []

    def first(store: Store) -> None:
        ended.append(load(release("new", 90), store, statements=100, lease=LEASE).proof.holds)

    with Proxy(server.url, nth_add(2, Fault(first=hold))) as proxy, opened(server, proxy.url) as one:
        thread = threading.Thread(target=first, args=(one,))
        thread.start()
        assert started.wait(30)
        with opened(server) as two, pytest.raises(StoreError, match="Another load is at work"):
            load(release("third", 20), two, lease=LEASE)
        go_on.set()
        thread.join(30)
    assert ended == [True]
    with opened(server) as store:
        assert graphs(store) == NEW
        assert load(release("third", 20), store, lease=LEASE).proof.holds


def test_a_load_that_was_taken_for_dead_gives_up(server: Server, release: Make) -> None:
    """Its machine slept; meanwhile another has loaded: it must not put its graphs over the other's."""
    started, go_on = threading.Event(), threading.Event()
    said: list[str] = []

    def plan(number: int, request: Request) -> Fault | None:
        if b"beat" in request.body and number > 3:
            return Fault(reset=True)
        return plan_add(number, request)

    def hold() -> None:
        started.set()
        go_on.wait(30)

    def sleeper(store: Store) -> None:
        try:
            load(release("new", 90), store, statements=100, lease=LEASE)
        except StoreError as error:
            said.append(str(error))

    plan_add = nth_add(6, Fault(first=hold))
    with Proxy(server.url, plan) as proxy, opened(server, proxy.url) as one:
        thread = threading.Thread(target=sleeper, args=(one,))
        thread.start()
        assert started.wait(30)
        with opened(server) as two:
            assert load(release("third", 20), two, lease=LEASE).proof.holds
        go_on.set()
        thread.join(30)
    assert len(said) == 1
    assert "Another load took over" in said[0]
    with opened(server) as store:
        left = {name: n for name, n in graphs(store).items() if name in ("actions", "vocabulary")}
        assert left == {"actions": 100, "vocabulary": 20}
        load(release("fourth", 10), store, lease=LEASE)
        assert graphs(store) == {"actions": 50, "vocabulary": 10, "load": 3}


def changing(change: Callable[[bytes], bytes]) -> Callable[[int, Request], Fault | None]:
    """A plan in which every request with statements is changed on its way."""
    fault = Fault(cut_body=lambda body: gzip.compress(change(gzip.decompress(body))))
    return lambda _number, request: fault if request.adds else None


@pytest.mark.parametrize(
    ("change", "found", "words"),
    [
        (lambda body: b"\n".join(body.split(b"\n")[:-3]) + b"\n", 4, "lost"),
        (lambda body: body.replace(b"@nl", b"@en"), 40, "@en"),
        (lambda body: body.replace(b" 723,", b""), 40, 'kept "COM(2025) A3-'),
        (lambda body: body.replace(b"XMLSchema#date>", b"XMLSchema#string>"), 40, "kept"),
        (lambda body: b"" if b"label" in body else body, 40, "vocabulary: lost"),
        (lambda body: body + body.replace(b"id/action", b"id/acti%6Fn"), 0, "should have"),
    ],
    ids=["cut body", "language", "cut text", "datatype", "dropped graph", "too many"],
)
def test_a_store_that_changes_statements_never_shows_them(
    server: Server, release: Make, change: Callable[[bytes], bytes], found: int, words: str
) -> None:
    from policygraph.cli.load import _as_text

    with Proxy(server.url, changing(change)) as proxy, opened(server, proxy.url) as store:
        loaded = load(release("changed", 40, wording="Anders "), store)
        assert not loaded.changed
        assert not loaded.proof.holds
        assert len(loaded.proof.damage) == found
        assert words in _as_text(loaded)
        assert graphs(store) == OLD
    old_answers_then_new(server, release)


def test_nothing_listens(release: Make) -> None:
    retry = RetryPolicy(timeout=2, attempts=2, first=0.01, longest=0.02)
    nobody = Server("fuseki", f"http://127.0.0.1:{free_port()}/ds", None)  # type: ignore[arg-type]
    with opened(nobody, retry=retry) as store, pytest.raises(StoreError, match="Nothing answers at"):
        load(release("one"), store)


def test_a_store_that_takes_too_long(server: Server, release: Make) -> None:
    go_on = threading.Event()
    slow = Fault(first=lambda: bool(go_on.wait(20)))
    retry = RetryPolicy(timeout=0.3, attempts=2, first=0.01, longest=0.02)
    with Proxy(server.url, lambda _n, _request: slow) as proxy:
        with opened(server, proxy.url, retry) as store, pytest.raises(StoreError, match=r"within 0\.3 seconds"):
            load(release("new", 90), store)
        go_on.set()


def test_no_secret_in_what_goes_wrong(server: Server, release: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_STORE_TOKEN", "geheim-4711")
    seen: list[str] = []

    def plan(_number: int, request: Request) -> Fault | None:
        seen.append(request.headers.get("authorization", request.headers.get("Authorization", "")))
        return Fault(status=401, text="no")

    with (
        Proxy(server.url, plan) as proxy,
        opened(server, proxy.url, QUICK) as store,
        pytest.raises(StoreError, match="status 401") as caught,
    ):
        load(release("new", 90), store)
    assert set(seen) == {"Bearer geheim-4711"}
    assert "4711" not in str(caught.value)
