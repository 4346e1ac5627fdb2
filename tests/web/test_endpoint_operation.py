"""Start, swap, stop: what an operator relies on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from publishing import Server, children, eventually, n_quads, quads, serving, write_release

QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SLOW = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l "
    "FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j))) > 100000) }"
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "release"
    write_release(folder, quads(60))
    return folder


@pytest.fixture
def published(release: Path) -> Iterator[Server]:
    with serving(release) as running:
        yield running


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "policygraph", "serve", "--port=0", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_new_release_is_swapped_in_without_a_lost_request(published: Server, release: Path) -> None:
    answers: list[str] = []
    stop = threading.Event()

    def keep_asking() -> None:
        with httpx.Client(base_url=published.address, trust_env=False, timeout=20) as client:
            while not stop.is_set():
                response = client.get("/sparql", params={"query": QUICK}, headers={"Accept": "text/csv"})
                answers.append(f"{response.status_code} {response.text.split()[-1]}")

    asking = [threading.Thread(target=keep_asking) for _ in range(3)]
    for thread in asking:
        thread.start()
    eventually(lambda: len(answers) > 20)
    write_release(release, quads(70))
    eventually(lambda: answers[-1] == "200 287")
    stop.set()
    for thread in asking:
        thread.join()
    assert set(answers) == {"200 247", "200 287"}
    eventually(lambda: len(children(published.process.pid)) == 3)


def test_sighup_loads_at_once(published: Server) -> None:
    before = published.client.get("/healthz").json()["since"]
    published.process.send_signal(signal.SIGHUP)
    eventually(lambda: published.client.get("/healthz").json()["since"] != before)
    assert published.rows(QUICK) == [{"n": "247"}]


def test_a_broken_release_leaves_the_old_one_served(published: Server, release: Path) -> None:
    manifest = (release / "manifest.json").read_text("utf-8")
    (release / "policygraph.nq").write_bytes(n_quads(quads(3)))
    (release / "manifest.json").write_text(manifest + " ", "utf-8")
    eventually(lambda: any("SHA-256 differs" in str(line) for line in published.log))
    assert published.rows(QUICK) == [{"n": "247"}]
    (release / "manifest.json").write_text("{", "utf-8")
    eventually(lambda: any("no manifest of a release" in str(line) for line in published.log))
    assert published.rows(QUICK) == [{"n": "247"}]
    write_release(release, quads(61))
    eventually(lambda: published.rows(QUICK) == [{"n": "251"}])


def test_an_answer_has_another_tag_in_another_release(published: Server, release: Path) -> None:
    tag = published.ask("ASK {}").headers["etag"]
    write_release(release, quads(61))
    eventually(lambda: published.ask("ASK {}").headers["etag"] != tag)


def test_a_stop_waits_for_what_is_being_answered(release: Path) -> None:
    with serving(release, limits={"seconds": 3, "quick_seconds": 2}) as server:
        answers: list[httpx.Response] = []
        asking = threading.Thread(target=lambda: answers.append(server.post(SLOW)))
        asking.start()
        eventually(lambda: server.workers("busy") == 1)
        below = children(server.process.pid)
        server.process.send_signal(signal.SIGTERM)
        asking.join()
        assert answers[0].status_code in (200, 503)
        assert server.process.wait(60) == 0
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))


def test_a_killed_server_leaves_no_process_behind(release: Path) -> None:
    with serving(release) as server:
        below = children(server.process.pid)
        assert len(below) == 3
        server.process.kill()
        eventually(lambda: not any(_runs(pid) for pid in below))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_health_and_metrics(server: Server) -> None:
    health = server.client.get("/healthz")
    assert health.status_code == 200
    assert {name: health.json()[name] for name in ("status", "triples", "graphs", "release")} == {
        "status": "ok",
        "triples": 247,
        "graphs": 3,
        "release": None,
    }
    server.ask(QUICK)
    lines = server.client.get("/metrics").text.splitlines()
    assert "policygraph_triples 247.0" in lines
    assert any(
        line.startswith('policygraph_requests_total{method="GET",route="/sparql",status="200"}') for line in lines
    )
    assert not any("/nothing" in line for line in lines)


def test_engine_calls_are_told(server: Server) -> None:
    assert 'desc="1 calls"' in server.ask(QUICK).headers["server-timing"]
    assert 'desc="0 calls"' in server.client.get("/healthz").headers["server-timing"]


def test_each_request_is_one_line_of_json(server: Server) -> None:
    server.ask("ASK { ?x ?y ?z }")
    eventually(lambda: any(line.get("query") == "ASK { ?x ?y ?z }" for line in server.events("request")))
    line = next(line for line in server.events("request") if line.get("query") == "ASK { ?x ?y ?z }")
    assert (line["status"], line["form"], line["rows"], line["path"]) == (200, "ASK", 1, "/sparql")


def test_a_port_in_use_is_one_sentence(server: Server, data: Path) -> None:
    result = run(data, f"--port={server.port}")
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1 and "choose another --port" in result.stderr


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<a> <b> .", "broken.ttl", "is not RDF as its ending says"),
        (b"", "data.csv", "no known RDF ending"),
        (None, "missing.ttl", "does not exist"),
    ],
)
def test_data_that_cannot_be_served_are_one_sentence(
    tmp_path: Path, content: bytes | None, name: str, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1 and words in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--limit", "second=1"], "no limit “second”"),
        (["--limit", "rows=many"], "is no number"),
        (["--limit", "seconds=0"], "not greater than 0"),
        (["--public-url", "example.org"], "no address"),
        (["--endpoint", "http://127.0.0.1:9/sparql"], "does not answer as a SPARQL store"),
    ],
)
def test_wrong_options_are_one_sentence(data: Path, options: list[str], words: str) -> None:
    result = run(data, *options)
    assert result.returncode == 2
    assert words in result.stderr and result.stderr.count("\n") == 1


def test_a_folder_without_release_says_how_to_get_one(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.returncode == 2 and "policygraph build" in result.stderr


def test_turtle_files_are_served_in_the_union(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<http://x/a> <http://x/b> 1 .", "utf-8")
    (tmp_path / "b.jsonld").write_text('{"@id": "http://x/a", "http://x/c": 2}', "utf-8")
    with serving(tmp_path / "a.ttl", tmp_path / "b.jsonld", "--public-url=https://data.example.org/x") as server:
        assert server.rows(QUICK) == [{"n": "2"}]
        assert "<https://data.example.org/x/sparql>" in server.client.get("/sparql").text
