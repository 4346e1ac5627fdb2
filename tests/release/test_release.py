"""The pieces of a release: sorted runs, syntaxes, tables, staging, manifest."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from policygraph.errors import ReleaseError
from policygraph.rdf.iris import BASE, RDF, Names, prefixes
from policygraph.rdf.media_types import RDF_XML, TRIG, TURTLE, Format
from policygraph.rdf.serialise import SortedHead, serialise
from policygraph.release import Manifest, Release, digest
from policygraph.release import merge_sort as lines
from policygraph.release.atomic_publish import StagingFolder
from policygraph.release.checksum_file import ChecksumFile, disk_errors_in_words
from policygraph.release.merge_sort import batches, merge, merge_batch, quad_lines, write_run
from policygraph.release.syntaxes import write_canonical, write_syntax
from policygraph.release.tables import CsvwColumn, CsvwTable, split_rows, tables, write_csv, write_parquet

NAMES = Names()
ACTIONS, STATUS = NAMES.graph("actions"), NAMES.graph("status")
THING, SAYS = NAMES.id("action", "D", "A3-001"), NamedNode("http://purl.org/dc/terms/description")


def quads(count: int = 20) -> list[Quad]:
    return [
        Quad(
            NAMES.id("action", "D", f"A3-{number:03}"),
            SAYS,
            Literal(f"nr {number}\nnieuw", language="nl"),
            graph,
        )
        for number in range(count)
        for graph in (ACTIONS, STATUS)
    ]


@given(st.lists(st.lists(st.integers(0, 300), max_size=60), max_size=6), st.integers(8, 64))
def test_merged_runs_are_the_sorted_union(
    tmp_path_factory: pytest.TempPathFactory, runs: list[list[int]], block: int
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    encoded = [sorted({b"%d\n" % number for number in run}) for run in runs]
    paths = [write_run(run, folder / f"{index}") for index, run in enumerate(encoded)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "BLOCK", block)
        blocks = list(merge(paths))
    assert [line for block in blocks for line in block] == sorted({line for run in encoded for line in run})


def test_many_runs_are_merged_in_batches_that_few_open_files_allow(tmp_path: Path) -> None:
    numbers = list(range(500))
    random.Random(1).shuffle(numbers)
    paths = [write_run([b"%03d\n" % number], tmp_path / f"run-{number}") for number in numbers]
    plan = batches(paths, tmp_path / "all")
    assert max(len(batch) for batch, _ in plan) == lines.FAN_IN
    merged = [merge_batch(batch) for batch in plan]
    assert not any(path.exists() for path in paths)
    assert [line for block in merge(merged) for line in block] == [b"%03d\n" % number for number in range(500)]
    assert batches(merged, tmp_path / "all") == []


def test_lines_are_sorted_by_bytes_and_each_is_there_once() -> None:
    found = quad_lines([*quads(), *reversed(quads())])
    assert found == sorted(set(found))
    assert len(found) == 40
    assert {quad for line in found for quad in parse(line, format=RdfFormat.N_QUADS)} == set(quads())


@pytest.mark.parametrize(
    "quad", [Quad(BlankNode("x"), SAYS, THING, ACTIONS), Quad(THING, SAYS, BlankNode("x"), ACTIONS)]
)
def test_a_blank_node_is_refused(quad: Quad) -> None:
    with pytest.raises(ReleaseError, match="blank node cannot be published"):
        quad_lines([quad])


def test_every_syntax_holds_the_same_statements(tmp_path: Path) -> None:
    written = write_canonical([quad_lines(quads())], tmp_path, tmp_path / "parts")
    names = {
        "policygraph.ttl": RdfFormat.TURTLE,
        "policygraph.rdf": RdfFormat.RDF_XML,
        "policygraph.jsonld": RdfFormat.JSON_LD,
    }
    written += [write_syntax(tmp_path, tmp_path / "parts", BASE, name) for name in (*names, "policygraph.trig")]
    union = {quad.triple for quad in quads()}
    for name, syntax in {**names, "policygraph.nt": RdfFormat.N_TRIPLES}.items():
        assert {quad.triple for quad in parse(path=tmp_path / name, format=syntax)} == union
    assert (tmp_path / "policygraph.nt").read_bytes().count(b"\n") == len(union) == 20
    assert set(parse(path=tmp_path / "policygraph.trig", format=RdfFormat.TRIG)) == set(quads())
    assert set(parse(path=tmp_path / "policygraph.nq", format=RdfFormat.N_QUADS)) == set(quads())
    assert [digest(tmp_path / file.name) for file in written] == written


def test_turtle_and_json_ld_read_well(tmp_path: Path) -> None:
    """What a thing is comes first, an empty line or a line of its own parts it from the next, names are short."""
    thing, kind = NamedNode(f"{BASE}id/action/D/A3-001"), NamedNode(f"{BASE}def#PolicyAction")
    text = NamedNode("http://purl.org/dc/terms/description")
    said = [
        Quad(thing, text, Literal("One .\n@prefix x: <y> .", language="en"), ACTIONS),
        Quad(thing, NamedNode(f"{RDF}type"), kind, ACTIONS),
        Quad(NamedNode(f"{BASE}id/action/D/A3-002"), text, Literal("Two", language="en"), ACTIONS),
    ]
    write_canonical([quad_lines(said)], tmp_path, tmp_path / "parts")
    for name in ("policygraph.ttl", "policygraph.jsonld"):
        write_syntax(tmp_path, tmp_path / "parts", BASE, name)
    turtle = (tmp_path / "policygraph.ttl").read_text("utf-8")
    assert turtle.endswith(
        "id:action\\/D\\/A3-001 a pg:PolicyAction ;\n"
        '\tdct:description "One .\\n@prefix x: <y> ."@en .\n'
        "\n"
        'id:action\\/D\\/A3-002 dct:description "Two"@en .\n'
        "\n"
    )
    document = json.loads((tmp_path / "policygraph.jsonld").read_text("utf-8"))
    assert document["@context"]["id"] == f"{BASE}id/"
    assert document["@graph"] == [
        {
            "@id": "id:action/D/A3-001",
            "@type": ["pg:PolicyAction"],
            "dct:description": {"@language": "en", "@value": "One .\n@prefix x: <y> ."},
        },
        {"@id": "id:action/D/A3-002", "dct:description": {"@language": "en", "@value": "Two"}},
    ]
    assert {quad.triple for quad in parse(path=tmp_path / "policygraph.jsonld", format=RdfFormat.JSON_LD)} == {
        quad.triple for quad in said
    }


@pytest.mark.parametrize("syntax", [TURTLE, TRIG, RDF_XML])
def test_prefixes_come_in_one_order(syntax: Format) -> None:
    assert len({serialise(quads(), syntax, prefixes(BASE)) for _ in range(8)}) == 1


def test_the_head_of_rdf_xml_is_sorted_whatever_letters_its_prefixes_have() -> None:
    declared = {f"z-{letter}.x": f"http://{letter}/" for letter in "hgfedcba"}
    written = [serialise(quads(), RDF_XML, declared) for _ in range(8)]
    assert len(set(written)) == 1
    assert written[0].index(b"xmlns:z-a.x=") < written[0].index(b"xmlns:z-h.x=")


def test_a_head_is_sorted_however_small_the_pieces_in_which_it_comes() -> None:
    whole = serialise(quads(), TURTLE, prefixes(BASE))
    head, _, rest = whole.partition(b"<")
    pieces: list[bytes] = []
    writer = SortedHead(pieces.append, RdfFormat.TURTLE)
    shuffled = b"@prefix z: <http://z/> .\n@prefix a: <http://a/> .\n<http://s> a a:b .\n"
    for at in range(len(shuffled)):
        writer.write(shuffled[at : at + 1])
    writer.close()
    assert b"".join(pieces) == b"@prefix a: <http://a/> .\n@prefix z: <http://z/> .\n<http://s> a a:b .\n"
    assert head.startswith(b"@prefix adms:")
    assert rest


TABLE = CsvwTable(
    "things",
    "Things",
    "Things with quirks.",
    ("thing",),
    (
        CsvwColumn("thing", "anyURI", "It"),
        CsvwColumn("day", "date", "When"),
        CsvwColumn("count", "integer", "How many"),
        CsvwColumn("text", "string", "Says"),
    ),
    (),
    "",
)
ROWS = [["http://a", "2026-01-31", 3, 'a "quoted", text\nof two lines'], ["http://b", None, None, "=1+1"]]


def test_a_table_is_csv_as_rfc_4180_has_it(tmp_path: Path) -> None:
    block = [json.dumps(row).encode() + b"\n" for row in ROWS]
    written, count, empty = write_csv(TABLE, [block], tmp_path)
    assert empty == {"day", "count"}
    content = (tmp_path / "tables/things.csv").read_bytes()
    assert count == 2
    assert written == digest(tmp_path / "tables/things.csv", "tables/things.csv")
    assert content.startswith(
        b'thing,day,count,text\r\nhttp://a,2026-01-31,3,"a ""quoted"", text\nof two lines"\r\n'
    )
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert rows[1] == {"thing": "http://b", "day": "", "count": "", "text": "=1+1"}


def test_a_table_is_parquet_with_types(tmp_path: Path) -> None:
    parquet = pytest.importorskip(
        "pyarrow.parquet", reason="Parquet is optional: pip install 'policygraph[parquet]'"
    )
    import datetime

    written = write_parquet(TABLE, [[json.dumps(row).encode() + b"\n" for row in ROWS]], tmp_path)
    assert written == digest(tmp_path / "tables/things.parquet", "tables/things.parquet")
    read = parquet.read_table(tmp_path / "tables/things.parquet")
    assert read.to_pylist()[0]["day"] == datetime.date(2026, 1, 31)
    assert [str(field.type) for field in read.schema] == ["string", "date32[day]", "int64", "string"]
    assert read.to_pylist()[1] == {"thing": "http://b", "day": None, "count": None, "text": "=1+1"}


def test_rows_are_split_by_table_and_a_table_without_rows_is_there(tmp_path: Path) -> None:
    paths = split_rows([[b'actions\t["b"]\n'], [b'actions\t["c"]\n', b'periods\t["p"]\n']], tmp_path)
    assert paths["actions"].read_bytes() == b'["b"]\n["c"]\n'
    assert paths["periods"].read_bytes() == b'["p"]\n'
    assert paths["dialogues"].read_bytes() == b""


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_the_head_of_a_table_is_what_its_query_selects(table: CsvwTable) -> None:
    selected = table.query[table.query.index("SELECT DISTINCT ") :].split("\n")[0].split()[2:]
    assert selected == [f"?{column.name}" for column in table.columns]
    assert set(table.key) <= {column.name for column in table.columns}
    assert all(
        column.description and column.datatype in ("anyURI", "string", "integer", "date")
        for column in table.columns
    )
    known = {other.name: {column.name for column in other.columns} for other in tables()}
    assert all(
        column in known[table.name] and target in known[other] for column, other, target in table.references
    )


def release_in(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)


def test_a_release_is_there_only_when_it_is_published(tmp_path: Path) -> None:
    out = tmp_path / "new" / "release"
    with StagingFolder(out) as staging:
        release_in(staging.folder, "1")
        assert not out.exists()
        assert sorted(path.name for path in out.parent.iterdir()) == [
            ".release.lock",
            f"release.building-{os.getpid()}",
        ]
        staging.publish()
    assert (out / "manifest.json").read_text() == "1"
    assert [path.name for path in out.parent.iterdir()] == ["release"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_release_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool) -> None:
    if not can_exchange:
        monkeypatch.setattr("policygraph.release.atomic_publish._exchange", lambda *_: False)
    out = tmp_path / "release"
    for text in ("old", "new"):
        with StagingFolder(out) as staging:
            release_in(staging.folder, text)
            (staging.folder / text).touch()
            staging.publish()
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "new"]
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_failure_leaves_the_old_release_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "release"
    out.mkdir()
    release_in(out, "old")
    with pytest.raises(RuntimeError), StagingFolder(out) as staging:
        release_in(staging.folder, "half")
        raise RuntimeError
    assert (out / "manifest.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_what_a_dead_writer_left_is_cleaned_up(tmp_path: Path) -> None:
    (tmp_path / "release.building-1").mkdir()
    (tmp_path / "release.building-notes").mkdir()
    (tmp_path / "release.replaced").mkdir()
    release_in(tmp_path / "release.replaced", "old")
    with StagingFolder(tmp_path / "release"):
        assert (tmp_path / "release" / "manifest.json").read_text() == "old", "killed between two renames"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release", "release.building-notes"]


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    out = tmp_path / "release"
    with StagingFolder(out):
        with pytest.raises(ReleaseError, match="Another build is writing"), StagingFolder(out):
            pass
        second = "from pathlib import Path; from policygraph.release.atomic_publish import StagingFolder\n"
        second += f"StagingFolder(Path({str(out)!r})).__enter__()"
        run = subprocess.run([sys.executable, "-c", second], capture_output=True, text=True)
        assert "Another build is writing" in run.stderr
    with StagingFolder(out) as staging:
        assert staging.folder.is_dir(), "the lock went with its holder"


def test_the_lock_ends_with_a_writer_that_is_killed(tmp_path: Path) -> None:
    out = tmp_path / "release"
    writer = (
        "import time; from pathlib import Path; from policygraph.release.atomic_publish import StagingFolder\n"
    )
    writer += f"with StagingFolder(Path({str(out)!r})): print('writing', flush=True); time.sleep(100)"
    with subprocess.Popen([sys.executable, "-c", writer], stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None and killed.stdout.readline()
        with pytest.raises(ReleaseError, match="Another build is writing"), StagingFolder(out):
            pass
        killed.kill()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".release.lock", f"release.building-{killed.pid}"]
    with StagingFolder(out) as staging:
        assert sorted(path.name for path in tmp_path.iterdir()) == [".release.lock", staging.folder.name]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "make", [lambda path: (path.mkdir(), (path / "thesis.doc").touch()), lambda path: path.touch()]
)
def test_what_is_no_release_is_never_replaced(tmp_path: Path, make: object) -> None:
    make(tmp_path / "home")  # type: ignore[operator]
    with pytest.raises(ReleaseError, match="choose another --out"), StagingFolder(tmp_path / "home"):
        pass
    assert (tmp_path / "home").exists()


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / "full").symlink_to("/dev/full")
    with (
        pytest.raises(ReleaseError, match=r"could not be written \(No space left on device\): free space"),
        disk_errors_in_words(tmp_path / "release"),
        ChecksumFile(tmp_path, "full") as file,
    ):
        file.write(b"x" * 100_000)


def test_a_manifest_comes_back_as_it_was() -> None:
    manifest = Manifest(BASE, {"policygraph": "1"}, "ab", (), {"actions": 3}, {"actions": 1}, {})
    assert Manifest.from_json(manifest.to_json()) == manifest
    assert json.loads(manifest.to_json())["quads"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "holds no release"), ("{", "no manifest"), ("{}", "no manifest"), ('{"base": 1', "no manifest")],
)
def test_what_is_no_release_cannot_be_opened(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        release_in(tmp_path, text)
    with pytest.raises(ReleaseError, match=words):
        Release.open(tmp_path)


def test_a_changed_or_missing_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    files = {"a.txt": digest(tmp_path / "a.txt")}
    release_in(tmp_path, Manifest(BASE, {}, "", (), {}, {}, files).to_json())
    Release.open(tmp_path).check()
    (tmp_path / "a.txt").write_text("b")
    with pytest.raises(ReleaseError, match=r"a\.txt is not what the release's manifest says"):
        Release.open(tmp_path).check()
    (tmp_path / "a.txt").unlink()
    with pytest.raises(ReleaseError, match=r"a\.txt is missing"):
        Release.open(tmp_path).check()
