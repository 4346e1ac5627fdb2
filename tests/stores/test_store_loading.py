"""Loads into real stores: what arrives, what a second run does, what goes, who may."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from asking import QUICK, clean, everything_below, graphs, journal, opened
from faults import Fault, Proxy, Request
from policygraph.cli import cli
from policygraph.errors import StoreError
from policygraph.rdf.iris import BASE
from policygraph.stores import connect, load, prove_release, remove
from policygraph.stores.release_source import read_release
from servers import STORES, Server, fuseki
from small_releases import quads, write_release

pytestmark = pytest.mark.stores

Make = Callable[..., Path]


@pytest.fixture(params=list(STORES))
def server(
    request: pytest.FixtureRequest, running: Callable[[str], Server], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    """An empty store of each kind, with the credentials that it wants."""
    found = running(request.param)
    if found.user:
        monkeypatch.setenv("POLICYGRAPH_STORE_USER", found.user)
        monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", found.password)
    clean(found)
    yield found
    clean(found)


def passing(_number: int, _request: Request) -> Fault | None:
    """A plan in which nothing goes wrong."""
    return None


def test_every_statement_arrives(server: Server, release: Make) -> None:
    with connect(server.url, retry=QUICK) as store:
        assert store.vendor.name == server.name
        loaded = load(release("one"), store)
        assert loaded.changed
        assert loaded.proof.holds
        assert not loaded.proof.respelt
        assert loaded.proof.statements == 240
        assert graphs(store) == {"actions": 200, "vocabulary": 40, "load": 3}
        assert journal(store) == {"sha256", "graph"}


def test_a_second_run_changes_nothing(server: Server, release: Make) -> None:
    with opened(server) as store:
        load(release("one"), store)
    with Proxy(server.url, passing) as proxy, opened(server, proxy.url) as store:
        again = load(release("one"), store)
        assert not again.changed
        assert again.proof.holds
        query = store.endpoints.query.removeprefix(proxy.url)
        assert proxy.seen
        assert all(request.path.endswith(query) for request in proxy.seen)


def test_a_new_release_takes_the_place_of_the_old(server: Server, release: Make) -> None:
    with opened(server) as store:
        load(release("old", 40), store)
        loaded = load(release("new", 37, graphs=("actions", "dialogues")), store)
        assert loaded.proof.holds
        assert graphs(store) == {"actions": 185, "dialogues": 37, "load": 3}
        back = load(release("old", 40), store)
        assert back.proof.holds
        assert graphs(store) == {"actions": 200, "vocabulary": 40, "load": 3}


def test_the_old_release_answers_until_the_new_one_is_whole(server: Server, release: Make) -> None:
    counts: list[int] = []

    def look(_number: int, request: Request) -> Fault | None:
        return Fault(first=count) if request.adds else None

    def count() -> None:
        with opened(server) as beside:
            counts.append(graphs(beside)["actions"])

    with opened(server) as store:
        load(release("old", 40), store)
    with Proxy(server.url, look) as proxy, opened(server, proxy.url) as store:
        load(release("new", 90), store, statements=100)
    assert counts == [200] * 6


def test_what_others_keep_in_the_store_stays(server: Server, release: Make) -> None:
    theirs = "GRAPH <https://example.com/theirs> { <https://example.com/a> <https://example.com/b> 1 }"
    with opened(server) as store:
        store.update(f"INSERT DATA {{ {theirs} }}")
        load(release("one"), store)
        assert len(remove(release("one"), store)) == 2
        assert graphs(store) == {}
        assert len(store.select(f"SELECT ?x WHERE {{ {theirs.replace(' 1 ', ' ?x ')} }}")) == 1
        store.update("DROP SILENT GRAPH <https://example.com/theirs>")


def test_a_statement_that_someone_changed_is_found_and_mended(server: Server, release: Make) -> None:
    with opened(server) as store:
        load(release("one"), store)
        label = "<http://www.w3.org/2000/01/rdf-schema#label>"
        place = f"GRAPH <{BASE}graph/vocabulary> {{ <{BASE}id/action/COM-2025-723/A3-00007> {label}"
        store.update(f'DELETE WHERE {{ {place} ?o }} }}; INSERT DATA {{ {place} "COM(2025)" }} }}')
        proof = prove_release(release("one"), store).proof
        assert not proof.holds
        assert [str(difference) for difference in proof.damage] == [
            f'vocabulary: sent <{BASE}id/action/COM-2025-723/A3-00007> {label} "COM(2025) 723, A3-00007", '
            'kept "COM(2025)"'
        ]
        mended = load(release("one"), store)
        assert mended.changed
        assert mended.proof.holds


def test_what_the_store_s_own_loader_brought_is_proved_and_kept(server: Server, release: Make) -> None:
    folder = release("one")
    with opened(server) as store:
        for graph, rows in read_release(folder).chunks(1_000):
            store.add(graph, rows)
        adopted = load(folder, store)
        assert not adopted.changed
        assert adopted.proof.statements == 240
        assert journal(store) == {"sha256", "graph"}
        load(release("new", 37, graphs=("actions", "dialogues")), store)
        assert graphs(store) == {"actions": 185, "dialogues": 37, "load": 3}


def test_the_command_line_loads_and_proves(server: Server, release: Make) -> None:
    run = CliRunner().invoke(cli, ["load", str(release("one")), "--into", server.url, "--lease", "1"])
    assert run.exit_code == 0, run.output
    assert "all 240 statements are there" in run.stdout
    proved = CliRunner().invoke(cli, ["stores", "prove", str(release("one")), "--in", server.url, "-f", "json"])
    assert proved.exit_code == 0
    assert json.loads(proved.stdout)["complete"] is True
    other = CliRunner().invoke(cli, ["stores", "prove", str(release("other", 41)), "--in", server.url])
    assert other.exit_code == 1
    assert "actions should have 205 statements and has 200." in other.stdout
    assert "A3-00041> <http://purl.org/dc/terms/identifier>" in other.stdout
    gone = CliRunner().invoke(cli, ["stores", "remove", str(release("one")), "--from", server.url])
    assert gone.exit_code == 0
    assert "2 graphs" in gone.stdout


def test_another_base_has_a_release_and_a_journal_of_its_own(
    server: Server, release: Make, tmp_path: Path
) -> None:
    base = f"{BASE}elsewhere/"
    moved = [quad for quad in quads(5) if quad.graph_name.value.endswith("actions")]
    theirs = [
        type(quad)(quad.subject, quad.predicate, quad.object, type(quad.subject)(f"{base}graph/actions"))
        for quad in moved
    ]
    with opened(server) as store:
        load(release("one"), store)
        load(write_release(tmp_path / "theirs", theirs, base), store)
        assert load(release("one"), store).changed is False
        remove(tmp_path / "theirs", store)
        assert graphs(store) == {"actions": 200, "vocabulary": 40, "load": 3}


def test_the_generic_driver_needs_query_and_update_alone(running: Callable[[str], Server], release: Make) -> None:
    server = running("oxigraph")
    clean(server)
    with connect(server.url, "generic", query=f"{server.url}/query", update=f"{server.url}/update") as store:
        assert store.endpoints.graphs is None
        assert load(release("one"), store).proof.holds
        assert graphs(store) == {"actions": 200, "vocabulary": 40, "load": 3}


def test_basic_authentication(release: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "passwd").write_text("loader: Geheim-4711\n", encoding="ascii")
    folder = tmp_path / "server"
    folder.mkdir()
    with fuseki(folder, passwd=tmp_path / "passwd") as server:
        with opened(server) as store, pytest.raises(StoreError, match="status 401"):
            load(release("one"), store)
        monkeypatch.setenv("POLICYGRAPH_STORE_USER", "loader")
        monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "Geheim-4711")
        with opened(server) as store:
            assert load(release("one"), store).proof.holds
            assert graphs(store) == {"actions": 200, "vocabulary": 40, "load": 3}
    assert b"4711" not in everything_below(folder)


def test_a_wrong_password_is_said_and_not_repeated(
    running: Callable[[str], Server], release: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = running("virtuoso")
    monkeypatch.setenv("POLICYGRAPH_STORE_USER", "dba")
    monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", "Geheim-4711")
    with (
        opened(server) as store,
        pytest.raises(StoreError, match=r"status 401.*POLICYGRAPH_STORE_PASSWORD") as caught,
    ):
        load(release("one"), store)
    assert "4711" not in str(caught.value)
    assert "4711" not in repr(vars(store))
