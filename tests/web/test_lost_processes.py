"""A process that is killed or hangs is noticed, told and replaced; a log that nobody reads stops nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from publishing import LIMITS, Server, children, eventually, n_quads, quads, serving
from test_threats_queries import CROSS, QUICK, alive, workers


@pytest.fixture
def fresh(data: Path) -> Iterator[Server]:
    with serving(data) as running:
        yield running


def processes(server: Server) -> dict[str, int]:
    told: dict[str, int] = server.client.get("/healthz").json()["processes"]
    return told


def zygote_of(server: Server) -> int:
    (zygote,) = children(server.process.pid) - workers(server)
    return zygote


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_worker_is_told_and_replaced(fresh: Server, sent: signal.Signals) -> None:
    below = workers(fresh)
    victim = min(below)
    os.kill(victim, sent)
    eventually(lambda: processes(fresh)["lost"] >= 1, 20)
    eventually(lambda: processes(fresh)["idle"] == LIMITS["workers"])
    eventually(lambda: victim not in workers(fresh) and len(workers(fresh)) == len(below))
    assert alive(fresh)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_a_lost_zygote_is_told_and_replaced(fresh: Server, sent: signal.Signals) -> None:
    zygote, before = zygote_of(fresh), fresh.client.get("/healthz").json()["since"]
    os.kill(zygote, sent)
    seen = set()

    def replaced() -> bool:
        assert fresh.ask(f"{QUICK} # {time.monotonic_ns()}").status_code == 200, "the others go on answering"
        health = fresh.client.get("/healthz")
        seen.add(health.status_code)
        return health.json()["since"] != before

    eventually(replaced, 60)
    assert 503 in seen
    eventually(lambda: zygote not in children(fresh.process.pid))
    eventually(lambda: processes(fresh)["idle"] == LIMITS["workers"])


def test_a_query_whose_process_hangs_is_told_so(patient: Server) -> None:
    with ThreadPoolExecutor(1) as threads:
        response = threads.submit(patient.post, CROSS)
        eventually(lambda: patient.workers("long") == 1)
        os.kill(max(workers(patient), key=_ticks), signal.SIGSTOP)
        assert (response.result().status_code, "hangs" in response.result().text) == (503, True)
    assert alive(patient)


def _ticks(pid: int) -> int:
    """What a process has used of the processor."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


@pytest.mark.slow
def test_nothing_stays_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    data = tmp_path / "data.nq"
    data.write_bytes(n_quads(quads(300)))
    with serving(data, limits={"triples_in_memory": 1_000}) as server:
        assert len(list(temporary.iterdir())) == 1
        server.process.kill()
        eventually(lambda: not list(temporary.iterdir()))
    with serving(data, limits={"triples_in_memory": 1_000}) as server:
        assert alive_with(server, 1_207)
    assert list(temporary.iterdir()) == []


def alive_with(server: Server, triples: int) -> bool:
    return server.rows(QUICK) == [{"n": str(triples)}]


@pytest.mark.slow
def test_a_log_that_nobody_reads_stops_nothing(data: Path) -> None:
    command = [sys.executable, "-m", "policygraph", "serve", str(data), "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split(" at ")[1].split()[0]
        with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
            agent = {"User-Agent": "x" * 6_000}
            assert [client.get("/healthz", headers=agent).status_code for _ in range(60)] == [200] * 60
        process.terminate()
        assert process.wait(20) == 0
