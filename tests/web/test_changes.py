"""The changes of a release as an event stream and as Atom; a client for such streams reads every event."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pyoxigraph as ox
import pytest

from places import ROOT
from policygraph.history.differences import compare
from policygraph.pipeline.build import build
from policygraph.release import Release
from publishing import Server, serving
from test_differences import EDITS, edited

CLIENT = ROOT / "tests" / "browser" / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"
TREE = "https://w3id.org/tree#"


@pytest.fixture(scope="module")
def releases(seed_release: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """The release of the first document, and one that replaced it with edits."""
    folder = tmp_path_factory.mktemp("changes")
    shutil.copytree(seed_release, folder / "new")
    build([edited(folder / "52025DC0723", EDITS, 71)], folder / "new")
    return Release.open(seed_release), Release.open(folder / "new")


@pytest.fixture(scope="module")
def changing(releases: tuple[Release, Release]) -> Iterator[Server]:
    room = {"seconds": 10, "quick_seconds": 5, "memory_mib": 512, "rows": 100_000, "answer_mib": 32}
    with serving(releases[1].folder, limits={**room, "queue": 64, "queue_seconds": 10}) as running:
        yield running


def objects(content: bytes, predicate: str) -> set[str]:
    quads = ox.parse(content, format=ox.RdfFormat.TURTLE)
    return {quad.object.value for quad in quads if quad.predicate.value == predicate}


@pytest.mark.slow
def test_the_first_page_leads_to_every_event(changing: Server, releases: tuple[Release, Release]) -> None:
    expected = compare(*releases)
    first = changing.client.get("/ldes")
    assert first.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert first.content == changing.client.get("/ldes.ttl").content
    (page,) = objects(first.content, f"{TREE}node")
    assert page == f"{changing.address}ldes/1.ttl"
    content = changing.client.get(page).content
    members = objects(content, f"{TREE}member")
    assert len(members) == len(expected.changes) > 70
    reasons = objects(content, "http://purl.org/vocab/changeset/schema#changeReason")
    assert reasons == {str(change) for change in expected.changes}
    assert changing.client.get("/ldes/2.ttl").status_code == 404
    assert "/ldes/{number}.ttl" in changing.client.get("/openapi.json").json()["paths"]


@pytest.mark.slow
def test_the_feed_has_an_entry_a_step(changing: Server, releases: tuple[Release, Release]) -> None:
    feed = feedparser.parse(changing.client.get("/changes.atom").content)
    assert not feed.bozo
    (entry,) = feed.entries
    assert all(str(change) in entry.summary for change in compare(*releases).changes if "“" not in str(change))


@pytest.mark.slow
def test_a_client_for_event_streams_reads_them_all(changing: Server, releases: tuple[Release, Release]) -> None:
    if not CLIENT.exists():
        pytest.skip("ldes-client is not installed: npm ci --prefix tests/browser")
    command = ["node", str(CLIENT), f"{changing.address}ldes.ttl"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    # the client prints quads for people, without escapes, so they are looked for line by line
    events = re.findall(
        r"^<([^>]+)> <[^>]+#type> <https://w3id.org/policygraph/def#ChangeEvent>", run.stdout, re.M
    )
    assert len(set(events)) == len(events) == len(compare(*releases).changes)
