"""Hostile queries against a running server: each is refused or stopped, in words, and the server lives on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publishing import NAMES, Server, children, eventually, n_quads, quads, serving

QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DOUBLING = (
    "SELECT (STRLEN(?x40) AS ?n) { BIND('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    + "}"
)
PATHS = (
    "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)* ?b . ?b (!<a:b>|^!<a:c>)* ?c . ?c (!<a:d>)+ ?d . ?e ?f ?g . ?h ?i ?j }"
)
SORTING = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g LIMIT 5"


def alive(server: Server) -> bool:
    """Whether a quick query is answered in full."""
    return server.rows(QUICK) == [{"n": "247"}]


def workers(server: Server) -> set[int]:
    """The processes that answer queries: those below the server that have none below themselves."""
    return {pid for pid in children(server.process.pid) if not children(pid)}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * " + "{" * 3_000 + "}" * 3_000, 400),
        ("SELECT * { FILTER" + "(" * 3_000 + "1" + ")" * 3_000 + "}", 400),
        ("SELECT * {" + "FILTER NOT EXISTS{" * 300 + "?s ?p ?o" + "}" * 300 + "}", 400),
        ("SELECT * {" + "FILTER EXISTS{" * 60 + "?s ?p ?o" + "}" * 60 + "}", 200),
        ("PREFIX a: <http://a/> " * 2_600 + "ASK { ?s a:b ?o }", 200),
        ("PREFIX a: <http://a/> " * 3_000 + "ASK {}", 413),
        ("ASK {} #" + "a" * 70_000, 413),
        ("ASK {} ; ASK {}", 400),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400),
        ("DELETE WHERE { ?s ?p ?o }", 400),
        ("LOAD <http://127.0.0.1/>", 400),
        ("CLEAR ALL", 400),
        ("SELECT * { ?s ?p ?o } LIMIT -1", 400),
        ("SELECT * { ?s ?p ?o } LIMIT 1 ; DROP ALL", 400),
    ],
)
def test_monsters_and_updates(server: Server, query: str, status: int) -> None:
    assert server.post(query).status_code == status
    assert alive(server)


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_updates_by_every_door(server: Server, way: str) -> None:
    update = "INSERT DATA { <a:a> <a:b> <a:c> }"
    response = {
        "get": lambda: server.client.get("/sparql", params={"update": update}),
        "form": lambda: server.client.post("/sparql", data={"update": update}),
        "direct": lambda: server.client.post(
            "/sparql", content=update, headers={"Content-Type": "application/sparql-update"}
        ),
    }[way]()
    assert response.status_code in (400, 415) and "read-only" in response.text
    assert alive(server)


@pytest.mark.parametrize("query", [CROSS, PATHS, SORTING], ids=["cross", "paths", "sorting"])
def test_what_runs_too_long_is_stopped(server: Server, query: str) -> None:
    response = server.post(query)
    assert response.status_code == 503, response.text
    assert "stopped" in response.text
    assert alive(server)


def test_what_takes_too_much_memory_costs_only_itself(server: Server) -> None:
    response = server.post(DOUBLING)
    assert response.status_code == 503
    assert "96 MiB" in response.text
    assert alive(server)


def test_too_many_rows_are_never_a_cut_answer(server: Server) -> None:
    for accept in ("application/json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"):
        response = server.post("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 501", accept)
        assert response.status_code == 413
        assert "LIMIT" in response.text and "500 rows" in response.text
        assert server.post("SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 500", accept).status_code == 200
    triples = server.post("CONSTRUCT { ?a <a:b> ?d } { ?a ?b ?c . ?d ?e ?f }", "text/turtle")
    assert triples.status_code == 413


def test_rows_without_columns_are_counted_too(server: Server) -> None:
    response = server.post("SELECT ?none { ?a ?b ?c . ?d ?e ?f }", "text/csv")
    assert response.status_code == 413


def test_too_large_an_answer_is_refused(server: Server) -> None:
    long = "CONCAT(" + ", ".join(["'" + "a" * 1_000 + "'"] * 30) + ")"
    response = server.post(f"SELECT ({long} AS ?x) {{ ?s ?p ?o }} LIMIT 100")
    assert response.status_code == 413 and "1 MiB" in response.text


def test_a_quick_query_is_answered_beside_heavy_ones(roomy: Server) -> None:
    with ThreadPoolExecutor(4) as threads:
        heavy = [threads.submit(roomy.post, CROSS) for _ in range(3)]
        assert [alive(roomy) for _ in range(5)] == [True] * 5
        responses = [one.result() for one in heavy]
    statuses = sorted(one.status_code for one in responses)
    assert set(statuses) == {429, 503}
    assert all(int(one.headers["retry-after"]) > 0 for one in responses)


def test_a_crowd_is_told_to_come_back(fresh: Server) -> None:
    with ThreadPoolExecutor(20) as threads:
        responses = list(threads.map(fresh.post, [CROSS] * 20))
    statuses = [one.status_code for one in responses]
    assert set(statuses) <= {429, 503} and statuses.count(429) > 10
    assert alive(fresh)


def test_regular_expressions_that_double_are_no_threat(server: Server) -> None:
    response = server.post(f"SELECT (REGEX('{'a' * 5_000}!', '^(a+)+$') AS ?x) {{}}")
    assert response.status_code == 200


@pytest.mark.parametrize("killed", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_worker_costs_one_query(patient: Server, killed: int) -> None:
    """No worker ends by itself meanwhile: nothing stops the query, and the zygote reaps only what was killed."""
    with ThreadPoolExecutor(1) as threads:
        response = threads.submit(patient.post, CROSS)
        eventually(lambda: patient.workers("long") == 1 and patient.workers("idle") == 2)
        below = workers(patient)
        assert len(below) == 3
        for worker in below:
            os.kill(worker, killed)
        assert response.result().status_code == 503
    eventually(lambda: not below & children(patient.process.pid))
    assert [alive(patient) for _ in range(4)] == [True] * 4


def test_a_killed_zygote_is_started_again(fresh: Server) -> None:
    (zygote,) = children(fresh.process.pid) - workers(fresh)
    before = fresh.client.get("/healthz").json()["since"]
    os.kill(zygote, signal.SIGKILL)
    fresh.post(CROSS)
    eventually(lambda: fresh.client.get("/healthz").json()["since"] != before)
    assert fresh.client.get("/healthz").status_code == 200 and alive(fresh)


def test_one_who_leaves_takes_the_query_along(patient: Server) -> None:
    body = f"query={CROSS}".replace(" ", "+").encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with patient.connect() as connection:
        connection.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode() + body)
        eventually(lambda: patient.workers("busy") == 1, 20)
    eventually(lambda: patient.workers("busy") == 0, 20)


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose data are above the size that it keeps in memory."""
    path = tmp_path_factory.mktemp("large") / "large.nq"
    path.write_bytes(n_quads(quads(2_000)))
    with serving(path, limits={"triples_in_memory": 1_000, "memory_mib": 192}) as running:
        yield running


def test_a_store_on_disk_keeps_the_same_promises(on_disk: Server) -> None:
    assert on_disk.rows(QUICK) == [{"n": "8007"}]
    assert on_disk.post(CROSS).status_code == 503
    assert on_disk.post(DOUBLING).status_code == 503
    assert on_disk.post("SELECT * { SERVICE SILENT <http://127.0.0.1/> {} }").status_code == 400
    assert on_disk.rows(QUICK) == [{"n": "8007"}]
    action = NAMES.id("action", "COM-2025-723", "A3-1999").value
    assert len(on_disk.rows(f"SELECT * {{ <{action}> ?p ?o }}")) == 4


def test_workers_can_open_nothing(server: Server, on_disk: Server) -> None:
    """The limit on descriptors is the number of those that are open, so that there is no room for one more."""
    for running in (server, on_disk):
        assert len(workers(running)) >= 2
        for pid in workers(running):
            line = next(one for one in Path(f"/proc/{pid}/limits").read_text().splitlines() if "open files" in one)
            descriptors = {int(path.name) for path in Path(f"/proc/{pid}/fd").iterdir()}
            assert {*range(int(line.split()[3]))} <= descriptors


def test_no_worker_holds_a_network_socket(server: Server) -> None:
    for pid in children(server.process.pid):
        names = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
        unix = {line.split()[6] for line in Path("/proc/net/unix").read_text().splitlines()[1:]}
        sockets = {name[8:-1] for name in names if name.startswith("socket:")}
        assert sockets <= unix
