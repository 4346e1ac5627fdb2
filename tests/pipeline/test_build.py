"""The whole build: the same bytes, all or nothing, and words where it cannot be done."""

from __future__ import annotations

import csv
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import BlankNode, RdfFormat, Triple, parse
from rdflib import Dataset, Graph

from places import ROOT
from policygraph.cli import cli
from policygraph.errors import NotUnderstood, ReleaseError, SourceError
from policygraph.files import folder
from policygraph.graph import convert
from policygraph.pipeline.build import build
from policygraph.rdf.files import read
from policygraph.rdf.iris import GRAPHS, Names
from policygraph.release import Manifest, Release
from policygraph.release.citation import CITATION, CRATE
from policygraph.release.core_edition import CORE
from policygraph.validation import validate
from small_sources import ANNEX, contents

SEED = folder("data") / "sources" / "52025DC0723"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    out = tmp_path_factory.mktemp("building") / "release"
    build([SEED], out)
    return Release.open(out)


def test_the_published_release_conforms_as_a_whole(release: Release) -> None:
    """Documents are validated one by one while they are built; here all graphs are, the catalogue too."""
    report = validate(read(release.canonical))
    assert report.conforms and report.findings == ()
    assert report.targeted


def rows(release: Release, table: str) -> list[dict[str, str]]:
    with (release.folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_release_is_the_folder_that_is_promised(release: Release) -> None:
    names = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    syntaxes = {f"policygraph.{suffix}" for suffix in ("nq", "ttl", "nt", "trig", "jsonld", "rdf")} | {CORE}
    texts = {"ontology.ttl", "shapes.ttl", "catalogue.ttl", "report.ttl", "manifest.json", CITATION, CRATE}
    assert syntaxes | texts <= names
    streams = {"sources/52025DC0723/nl.txt.stream.txt"}
    assert streams <= names
    assert all(name.startswith("tables/") for name in names - syntaxes - texts - streams)
    assert "tables/csv-metadata.json" in names
    assert names == {*release.manifest.files, "manifest.json"}
    release.check()


def test_the_canonical_form_is_sorted_lines_each_once_of_our_graphs(release: Release) -> None:
    lines = release.canonical.read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    graphs = {line[line.rindex(b"/") + 1 : -4].decode() for line in lines}
    assert graphs == set(GRAPHS) == set(release.manifest.graphs)
    assert sum(release.manifest.graphs.values()) == len(lines)
    assert release.manifest.canonical == release.manifest.files["policygraph.nq"].sha256


@pytest.mark.slow
def test_every_syntax_says_the_same_to_other_parsers(release: Release) -> None:
    union = set(Graph().parse(release.folder / "policygraph.nt", format="nt"))
    for name, syntax in {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}.items():
        assert set(Graph().parse(release.folder / f"policygraph.{name}", format=syntax)) == union
    quads = set(parse(path=release.canonical, format=RdfFormat.N_QUADS))
    assert set(parse(path=release.folder / "policygraph.trig", format=RdfFormat.TRIG)) == quads
    dataset = Dataset()
    dataset.parse(release.folder / "policygraph.trig", format="trig")
    assert len(list(dataset.quads())) == len(quads)
    assert {quad.triple for quad in quads} == set(map(_triple, parse(path=release.folder / "policygraph.nt")))
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    for name in ("ontology.ttl", "catalogue.ttl", "report.ttl"):
        said = parse(path=release.folder / name, format=RdfFormat.TURTLE)
        assert not any(isinstance(term, BlankNode) for quad in said for term in (quad.subject, quad.object))


def _triple(quad: object) -> Triple:
    return quad.triple  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(("name", "syntax"), [("ttl", "turtle"), ("rdf", "rdfxml"), ("nt", "ntriples")])
def test_rapper_reads_it_and_counts_the_same(release: Release, name: str, syntax: str) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed: apt-get install raptor2-utils")
    path = release.folder / f"policygraph.{name}"
    run = subprocess.run([rapper, "-q", "-i", syntax, "-o", "ntriples", path], capture_output=True, check=True)
    assert run.stderr == b""
    assert len(set(run.stdout.splitlines())) == (release.folder / "policygraph.nt").read_bytes().count(b"\n")


def test_tables_hold_every_row_and_join(release: Release) -> None:
    counts = {name: len(rows(release, name)) for name in release.manifest.tables}
    assert counts == release.manifest.tables
    assert (counts["actions"], counts["dialogues"], counts["initiatives"]) == (70, 19, 6)
    assert (counts["deadlines"], counts["dialogue-sectors"], counts["headings"]) == (71, 27, 17)
    first = rows(release, "actions")[0]
    assert first["description"].startswith(
        "Een Europees netwerk van door AI ondersteunde geavanceerde screeningscentra"
    )
    assert (first["identifier"], first["kind"], first["period"], first["modality"]) == (
        "A3-001",
        "flagship",
        "2027-Q2",
        "within",
    )
    assert (first["earliest"], first["completion_due_by"], first["start_due_by"]) == (
        "2027-04-01",
        "2027-06-30",
        "",
    )
    headings = {row["heading"]: row["label"] for row in rows(release, "headings")}
    assert headings[first["heading"]] == "Gezondheidszorg, met inbegrip van farmaceutische producten"
    labels = {row["sector_label"]: row["label"] for row in rows(release, "sector-labels")}
    last = [row for row in rows(release, "dialogue-sectors") if row["dialogue"].endswith("/A1-19")]
    assert len(last) == 8
    assert labels[last[0]["sector_label"]] == "Mobiliteit, vervoer en autosector"


def test_the_manifest_names_every_input_by_its_hash(release: Release) -> None:
    inputs = {entry.file: entry for entry in release.manifest.inputs}
    assert inputs["nl.txt"].document == "COM-2025-723"
    assert inputs["nl.txt"].sha256 == "0c15ca1e9e4ef89419a35240fe4739938b28db5f7807dc58db9eac7a82890994"
    assert {"source.toml", "ontology/core.ttl", "data/catalogue.ttl", "data/curated/headings.csv"} <= set(inputs)
    assert set(release.manifest.versions) == {"policygraph", "ontology", "shapes", "model"}


def test_the_same_input_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    build([SEED], tmp_path / "again")
    assert contents(tmp_path / "again") == contents(release.folder)


@pytest.mark.slow
def test_the_same_bytes_from_one_process_two_or_any_executor(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    folders = [SEED, *sources(3)]
    build(folders, tmp_path / "one", jobs=1)
    build(reversed(folders), tmp_path / "two", jobs=2)
    with ThreadPoolExecutor(2) as executor:
        build(folders, tmp_path / "any", executor=executor)
        assert executor.submit(int, "1").result() == 1, "an executor that was lent is left open"
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "any")
    assert len(rows(Release.open(tmp_path / "one"), "actions")) == 73


def test_another_base_moves_the_whole_graph(tmp_path: Path) -> None:
    base = "https://data.example.eu/strategies/"
    build([SEED], tmp_path / "release", names=Names(base))
    moved = Release.open(tmp_path / "release")
    assert moved.base == base
    assert all(
        b"w3id.org/policygraph" not in content
        for name, content in contents(moved.folder).items()
        if name != "manifest.json"
    )
    assert moved.manifest.tables["actions"] == 70


def test_what_is_about_documents_that_are_not_built_stays_out(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    build(sources(1), tmp_path / "release")
    release = Release.open(tmp_path / "release")
    subjects = {line.split(">")[0] for line in release.canonical.read_text("utf-8").splitlines()}
    assert not [subject for subject in subjects if "/COM-2025-723" in subject]
    assert "status" not in release.manifest.graphs


def test_more_documents_than_may_be_open_together(
    sources: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = sources(8)
    build(folders, tmp_path / "at-once")
    monkeypatch.setattr("policygraph.release.merge_sort.FAN_IN", 3)
    build(folders, tmp_path / "in-batches")
    assert contents(tmp_path / "in-batches") == contents(tmp_path / "at-once")
    assert len({row["document"] for row in rows(Release.open(tmp_path / "at-once"), "actions")}) == 8


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_not_understood_comes_with_its_place(
    sources: Callable[..., list[Path]], tmp_path: Path, jobs: int
) -> None:
    folders = [*sources(2), sources(3, "Vijfde kwartaal 2026")[2]]
    with pytest.raises(NotUnderstood) as caught:
        build(folders, tmp_path / "out" / "release", jobs=jobs)
    assert caught.value.place.words == "Vijfde kwartaal 2026"
    assert list((tmp_path / "out").iterdir()) == []


def test_two_folders_of_one_document_are_refused(tmp_path: Path) -> None:
    shutil.copytree(SEED, tmp_path / "copy")
    with pytest.raises(SourceError, match="both say that they are COM-2025-723: keep one"):
        build([SEED, tmp_path / "copy"], tmp_path / "release")
    with pytest.raises(SourceError, match="There is no source"):
        build([], tmp_path / "release")


def test_the_command_exits_2_with_one_sentence(source_of: Callable[..., Path], tmp_path: Path) -> None:
    bad = source_of(ANNEX.format(number=1, date="Vijfde kwartaal 2026"))
    run = subprocess.run([*COMMAND, str(bad), "--out", str(tmp_path / "release")], capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stdout == ""
    (sentence,) = [line for line in run.stderr.splitlines() if line.startswith("policygraph: ")]
    assert "“Vijfde kwartaal 2026”" in sentence
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "release").exists()


def test_what_does_not_conform_is_reported_and_not_published(
    sources: Callable[..., list[Path]], tmp_path: Path
) -> None:
    out = tmp_path / "out" / "release"
    good, bad = sources(2)
    build([good], out)
    before = contents(out)
    titles = 'title = { nl = "Een strategie", en = "A strategy" }'
    about = (bad / "source.toml").read_text("utf-8").replace(titles, 'title = { fr = "Une stratégie" }')
    (bad / "source.toml").write_text(about, "utf-8")
    run = CliRunner().invoke(cli, ["build", str(good), str(bad), "--out", str(out)])
    assert run.exit_code == 1
    assert "VIOLATION" in run.stdout
    assert "Give exactly one dct:title with its language" in run.stdout
    assert "id/doc/COM-2099-1" in run.stdout
    assert run.stderr.endswith("the sources do not conform to the shapes; nothing was published.\n")
    assert contents(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["release"]


def test_the_command_builds_and_answers(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        cli,
        ["build", str(SEED), "--out", str(tmp_path / "release"), "--as-of", "2027-06-30"],
        env={"LC_ALL": "C.UTF-8"},
    )
    assert run.exit_code == 0
    first, due, *others = run.stdout.splitlines()
    assert first.endswith("70 actions (38 flagships, 15 open-ended), 19 dialogues, 6 initiatives, 16 headings.")
    assert due.startswith("Due next, from 2027-06-30 (")
    assert "  2027-06-30  COM(2025) 723, A3-001  Healthcare, including pharmaceuticals" in others
    assert (
        "Behind “Healthcare, including pharmaceuticals”: 5 dialogue(s), about 325 people, 12 action(s)." in others
    )
    assert others[-2].startswith("Some headings are unofficial translations: ")
    assert run.stderr.splitlines()[:2] == ["reading: 1 document(s)", "writing"]


COMMAND = [sys.executable, "-m", "policygraph", "build"]


@pytest.fixture
def running(sources: Callable[..., list[Path]], tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A build with two workers that has begun, over a release that stands already."""
    out = tmp_path / "out" / "release"
    folders = sources(60)
    build(folders[:1], out)
    command = [*COMMAND, *map(str, folders), "--out", str(out), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "reading: 60 document(s)\n"
        yield process, out
        process.kill()


def test_a_killed_build_leaves_the_old_release_and_no_worker(
    running: tuple[subprocess.Popen[str], Path], sources: Callable[..., list[Path]]
) -> None:
    process, out = running
    before = contents(out)
    workers = _children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _all_end(workers)
    assert contents(out) == before
    assert [path.name for path in out.parent.glob("release.building-*")] == [f"release.building-{process.pid}"]
    build(sources(2), out)
    assert [path.name for path in out.parent.iterdir()] == ["release"], "the next start cleans up"
    assert Release.open(out).manifest.tables["actions"] == 2


def _children(pid: int) -> list[int]:
    """Descriptors that become readable when the processes that this one started have ended."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("this system cannot wait for processes that are not its children")
    found: list[str] = []
    deadline = time.monotonic() + 20
    while len(found) < 2 and time.monotonic() < deadline:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert len(found) >= 2, "no worker was started"
    return [os.pidfd_open(int(child)) for child in found]


def _all_end(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        ended, _, _ = select.select([descriptor], [], [], 20)
        os.close(descriptor)
        assert ended, "a worker outlived its parent"


def test_a_second_build_at_the_same_place_is_told_so(running: tuple[subprocess.Popen[str], Path]) -> None:
    _, out = running
    before = contents(out)
    with pytest.raises(ReleaseError, match="Another build is writing"):
        build([SEED], out)
    assert contents(out) == before


def test_a_full_disk_leaves_the_old_release(tmp_path: Path) -> None:
    out = tmp_path / "release"
    build([SEED], out)
    before = contents(out)

    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    run = subprocess.run(
        [*COMMAND, str(SEED), "--out", str(out)], capture_output=True, text=True, preexec_fn=small_files_only
    )
    assert run.returncode == 2
    assert "could not be written (File too large): free space or rights there" in run.stderr
    assert "Traceback" not in run.stderr
    assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_read_only_place_is_told_in_words() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc, which nobody can write to")
    with pytest.raises(ReleaseError, match=r"The release /proc/release could not be written \(.*\)"):
        build([SEED], Path("/proc/release"))


def test_without_pyarrow_the_graph_is_the_same_and_the_build_says_how_to_get_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: Release
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    run = CliRunner().invoke(cli, ["build", str(SEED), "--out", str(tmp_path / "release")])
    assert run.exit_code == 0
    assert "Parquet was left out: pip install 'policygraph[parquet]' adds it." in run.stderr
    assert not list((tmp_path / "release" / "tables").glob("*.parquet"))
    assert (tmp_path / "release" / "tables" / "actions.csv").is_file()
    without = Release.open(tmp_path / "release")
    assert without.manifest.canonical == release.manifest.canonical
    described = (without.folder / "catalogue.ttl").read_text("utf-8")
    assert ".parquet" not in described, "what is not there is no distribution"
    assert ".parquet" in (release.folder / "catalogue.ttl").read_text("utf-8")


def test_manifests_come_back(release: Release) -> None:
    text = (release.folder / "manifest.json").read_text("utf-8")
    assert Manifest.from_json(text).to_json() == text


SYNTAXES = {
    "turtle": RdfFormat.TURTLE,
    "nquads": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "xml": RdfFormat.RDF_XML,
}


@pytest.mark.parametrize("name", SYNTAXES)
def test_convert_writes_what_the_source_says_and_no_more(tmp_path: Path, name: str) -> None:
    syntax, output = SYNTAXES[name], tmp_path / "out.rdf"
    run = CliRunner().invoke(cli, ["convert", str(SEED), "-f", name, "-o", str(output)])
    assert run.exit_code == 0
    assert run.output == ""
    stated = convert(SEED)
    found = list(parse(path=output, format=syntax))
    assert {quad.triple for quad in found} == {quad.triple for quad in stated}
    if syntax in (RdfFormat.N_QUADS, RdfFormat.TRIG):
        assert set(found) == set(stated)
    printed = CliRunner().invoke(cli, ["convert", str(SEED), "-f", name])
    assert printed.stdout_bytes == output.read_bytes(), "the same bytes, wherever they go"


def test_convert_refuses_with_the_place(source_of: Callable[..., Path], tmp_path: Path) -> None:
    bad = source_of(ANNEX.format(number=1, date="Vijfde kwartaal 2026"))
    run = CliRunner().invoke(cli, ["convert", str(bad), "-o", str(tmp_path / "out.nq")])
    assert isinstance(run.exception, NotUnderstood)
    assert not (tmp_path / "out.nq").exists()


def test_the_document_on_releases_names_every_file_and_table(release: Release) -> None:
    text = (ROOT / "docs" / "reference" / "release.md").read_text("utf-8")
    assert [name for name in release.manifest.tables if f"| `{name}` |" not in text] == []
    stems = {Path(name).name for name in release.manifest.files if not name.startswith("tables/")}
    assert [name for name in stems if name not in text and f"`.{name.rsplit('.')[-1]}`" not in text] == []
