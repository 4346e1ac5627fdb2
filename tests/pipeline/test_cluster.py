"""Documents done elsewhere: nothing shared, the same bytes, and a lost worker costs a retry."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

import pytest
from click.testing import CliRunner

from places import SEED
from policygraph.cli import cli
from policygraph.errors import MissingExtra, NotUnderstood, ReleaseError, SourceError
from policygraph.pipeline import cluster
from policygraph.pipeline.build import build
from policygraph.pipeline.context import knowledge_hash
from policygraph.pipeline.jobs import Job, do
from policygraph.rdf.iris import BASE
from policygraph.release import Release
from small_sources import contents

# --- Any executor ---


def test_a_source_travels_with_all_its_files(sources: Callable[..., list[Path]], tmp_path: Path) -> None:
    """Also with what it brings in ``curated/``, which says what its heading is."""
    (one,) = sources(1)
    (one / "curated").mkdir()
    rows = "document,number,words,role,reason\nCOM-2099-0,01,Robotica,theme,Nothing stands above it\n"
    (one / "curated" / "headings.csv").write_text(rows, "utf-8")
    build([one], tmp_path / "here")
    with ThreadPoolExecutor(1) as executor:
        build([one], tmp_path / "there", executor=executor)
        assert executor.submit(int, "1").result() == 1, "an executor that was lent is left open"
    assert contents(tmp_path / "here") == contents(tmp_path / "there")
    assert b"heading-role/theme" in (tmp_path / "there" / "policygraph.nt").read_bytes()
    named = [(entry.document, entry.file) for entry in Release.open(tmp_path / "there").manifest.inputs]
    assert ("COM-2099-0", "curated/headings.csv") in named


@pytest.mark.slow
def test_processes_of_others_give_the_same_bytes(sources: Callable[..., list[Path]], tmp_path: Path) -> None:
    folders = [SEED, *sources(3)]
    build(folders, tmp_path / "one")
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        build(folders, tmp_path / "others", executor=executor)
    assert contents(tmp_path / "one") == contents(tmp_path / "others")


class Counting(ThreadPoolExecutor):
    """Knows how many calls were under way at once, at most."""

    def __init__(self) -> None:
        super().__init__(2)
        self.sent: list[Future[object]] = []

    def submit(self, *call: object, **options: object) -> Future[object]:  # type: ignore[override]
        self.sent.append(super().submit(*call, **options))  # type: ignore[arg-type]
        return self.sent[-1]


def test_no_more_is_sent_than_can_be_held(
    sources: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "UNDER_WAY", 2)
    with Counting() as executor:
        jobs = iter(sources(6))
        done = cluster.RemoteWorkers(executor).map(do, _jobs(jobs, tmp_path))
        next(done)
        assert len(executor.sent) == 2
        assert [part.part.document for part in done] == [f"COM-2099-{number}" for number in range(1, 6)]


def _jobs(folders: Iterator[Path], scratch: Path) -> Iterator[Job]:
    return (Job((folder,), scratch, BASE, knowledge_hash()) for folder in folders)


def test_what_is_not_understood_elsewhere_comes_home_with_its_place(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    bad = sources(1, "Vijfde kwartaal 2026")
    with ThreadPoolExecutor(1) as executor, pytest.raises(NotUnderstood) as caught:
        build(bad, tmp_path / "release", executor=executor)
    assert caught.value.place.words == "Vijfde kwartaal 2026"
    assert not (tmp_path / "release").exists()


def test_a_source_that_cannot_be_read_is_named_by_the_users_path(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    (one,) = sources(1)
    (one / "nl.txt").write_text("iets anders", "utf-8")
    with ThreadPoolExecutor(1) as executor, pytest.raises(SourceError, match=r"s000/nl\.txt” is not the file"):
        build([one], tmp_path / "release", executor=executor)


def test_a_worker_with_another_ontology_is_refused(sources: Callable[..., list[Path]], tmp_path: Path) -> None:
    (job,) = _jobs(iter(sources(1)), tmp_path)
    remote = cluster.packed(dataclasses.replace(job, knowledge="other"))
    with pytest.raises(ReleaseError, match=r"has another policygraph .*: install the same there"):
        cluster.run(do, remote)


def test_a_worker_without_disk_says_where(
    sources: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job,) = _jobs(iter(sources(1)), tmp_path)
    remote = cluster.packed(job)
    monkeypatch.setattr("tempfile.tempdir", "/proc/none")
    with pytest.raises(ReleaseError, match=r"The worker on .* has no disk to work on \(.*\): free space there"):
        cluster.run(do, remote)


def test_an_executor_whose_workers_die_is_told_in_a_sentence(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    died = pytest.raises(ReleaseError, match="The workers of this build died over and over")
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=os._exit, initargs=(1,)) as executor, died:
        build(sources(1), tmp_path / "release", executor=executor)
    assert not (tmp_path / "release").exists()


# --- A Dask cluster on loopback ---


class Process:
    """A program of Dask that has said in its log that it is ready."""

    def __init__(self, *arguments: str, ready: str, place: Path) -> None:
        command = [sys.executable, "-m", *arguments]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=place
        )
        assert self.process.stderr is not None
        self.said = next((found[1] for line in self.process.stderr if (found := re.search(ready, line))), "")
        assert self.said, "it ended before it was ready"

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[tuple[str, list[Process]]]:
    """The address of a scheduler, and its two workers: processes that are not started again when they die."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'policygraph[cluster]'")
    with ExitStack() as stack:
        scheduler = stack.enter_context(_scheduler(tmp_path))
        workers = [stack.enter_context(_worker(scheduler.said, tmp_path)) for _ in range(2)]
        yield scheduler.said, workers


def _scheduler(place: Path) -> Process:
    arguments = ("distributed.cli.dask_scheduler", *LOOPBACK, "--port", "0")
    return Process(*arguments, ready=r"Scheduler at: +(tcp://\S+)", place=place)


def _worker(scheduler: str, place: Path) -> Process:
    arguments = ("distributed.cli.dask_worker", scheduler, *LOOPBACK, "--nthreads", "1", "--no-nanny")
    return Process(*arguments, ready=r"Start worker at: +(tcp://\S+)", place=place)


COMMAND = [sys.executable, "-m", "policygraph", "build"]


@pytest.mark.slow
def test_a_killed_worker_costs_a_retry_and_not_a_byte(
    dask: tuple[str, list[Process]], sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    scheduler, workers = dask
    folders = [SEED, *sources(40)]
    build(folders, tmp_path / "one")
    command = [*COMMAND, *map(str, folders), "--out", str(tmp_path / "release"), "--cluster", scheduler]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        _has_work(scheduler, workers[0].said)
        workers[0].process.kill()
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert contents(tmp_path / "release") == contents(tmp_path / "one")


def _has_work(scheduler: str, worker: str) -> None:
    """Wait until this worker has a document in hand."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        deadline = time.monotonic() + 60
        while not client.processing([worker]).get(worker):
            assert time.monotonic() < deadline, "the worker never got a document"


@pytest.mark.slow
def test_a_killed_scheduler_is_told_in_a_sentence(sources: Callable[..., list[Path]], tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'policygraph[cluster]'")
    with _scheduler(tmp_path) as scheduler, _worker(scheduler.said, tmp_path) as worker:
        command = [
            *COMMAND,
            *map(str, sources(60)),
            "--out",
            str(tmp_path / "out" / "r"),
            "--cluster",
            scheduler.said,
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
            _has_work(scheduler.said, worker.said)
            scheduler.process.kill()
            _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    (sentence,) = [line for line in errors.splitlines() if line.startswith("policygraph: ")]
    assert "gave a document up, as when its scheduler ends" in sentence
    assert "Traceback" not in errors
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.slow
def test_a_cluster_without_workers_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'policygraph[cluster]'")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with _scheduler(tmp_path) as scheduler:
        run = CliRunner().invoke(
            cli, ["build", str(SEED), "--out", str(tmp_path / "r"), "--cluster", scheduler.said]
        )
    assert isinstance(run.exception, ReleaseError)
    assert "has no worker: start some with “dask worker tcp://127.0.0.1:" in str(run.exception)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:1", "nonsense://x", "tcp://"])
def test_a_scheduler_that_cannot_be_reached_is_one_sentence(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'policygraph[cluster]'")
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    run = CliRunner().invoke(cli, ["build", str(SEED), "--out", str(tmp_path / "release"), "--cluster", address])
    assert isinstance(run.exception, ReleaseError)
    assert str(run.exception) == (
        f"No Dask scheduler answers at {address}: start one with “dask scheduler”, or correct the address."
    )


def test_without_dask_the_command_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    run = CliRunner().invoke(
        cli, ["build", str(SEED), "--out", str(tmp_path / "release"), "--cluster", "tcp://x:1"]
    )
    assert isinstance(run.exception, MissingExtra)
    assert str(run.exception) == (
        "A Dask cluster needs what is not installed here (distributed): "
        "pip install 'policygraph[cluster]' adds it."
    )
