"""Formex manifests and archives: their files in order, and what is no archive of a document."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellar_server import Answer, CellarServer, cellar_server, recorded, recorded_list
from policygraph.errors import SourceError
from policygraph.http.client import Client, RetryPolicy
from policygraph.sources import open_source, packages, read_source
from policygraph.sources.cellar import Cellar
from policygraph.sources.intake import cellar_files, incoming_files
from sources.test_sources_command import A_PLAN, add

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<DOC><BIB.DOC/><FMX><DOC.MAIN.PUB><LG.DOC>EN</LG.DOC><REF.PHYS FILE="L_1.01.xml" TYPE="DOC.XML"/></DOC.MAIN.PUB>
<DOC.SUB.PUB><REF.PHYS FILE="L_1.02.xml" TYPE="DOC.XML"/><REF.PHYS FILE="L_1.tif" TYPE="IMAGE"/>
</DOC.SUB.PUB></FMX>
</DOC>"""
ROW = "<ROW><CELL COL='1'>{}</CELL><CELL COL='2'>{}</CELL></ROW>"
HEADER = "<ROW TYPE='HEADER'><CELL COL='1'>Action</CELL><CELL COL='2'>Timetable</CELL></ROW>"


def part(root: str, *rows: tuple[str, str]) -> bytes:
    table = "".join(ROW.format(*row) for row in rows)
    return (
        f"<{root}><BIB.INSTANCE><LG.DOC>EN</LG.DOC></BIB.INSTANCE><TITLE><TI><P>A plan</P></TI></TITLE>"
        f"<CONTENTS><TBL COLS='2'><CORPUS>{HEADER}{table}</CORPUS></TBL></CONTENTS></{root}>"
    ).encode()


PARTS = {
    "L_1.01.xml": part("ACT", ("Propose a law", "2026"), ("Open a call", "From 2027")),
    "L_1.02.xml": part("ANNEX", ("Publish guidance", "Q1 2028")),
}


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return stream.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def assert_read_as_one(folder: Path) -> None:
    assert [file.name for file in open_source(folder).files] == ["L_1.01.xml", "L_1.02.xml"]
    texts = read_source(open_source(folder))
    rows = [(action.identifier, action.words.quote) for text in texts for action in text.actions]
    assert rows == [("A1-001", "Propose a law"), ("A1-002", "Open a call"), ("A1-003", "Publish guidance")]


def test_a_manifest_brings_the_parts_beside_it(tmp_path: Path) -> None:
    write(tmp_path, {"L_1.doc.xml": MANIFEST.encode(), **PARTS})
    assert_read_as_one(add(tmp_path / "L_1.doc.xml", *A_PLAN, "--into", tmp_path / "sources"))


def test_an_archive_brings_its_parts_in_the_order_of_the_manifest(tmp_path: Path) -> None:
    turned = dict(reversed(PARTS.items())) | {"fmx4/L_1.doc.xml": MANIFEST.encode()}
    write(tmp_path, {"L_1.zip": archive(turned)})
    assert_read_as_one(add(tmp_path / "L_1.zip", *A_PLAN, "--into", tmp_path / "sources"))


def test_a_part_that_is_nowhere_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"L_1.doc.xml": MANIFEST.encode(), "L_1.01.xml": PARTS["L_1.01.xml"]})
    with pytest.raises(SourceError, match=r"L_1.doc.xml names “L_1.02.xml”, which is not there: put it beside"):
        incoming_files([tmp_path / "L_1.doc.xml"], None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (archive({"../../etc/x;y": b"<ACT/>"}), "has signs besides letters"),
        (archive({"a/x.xml": b"<ACT/>", "b/x.xml": b"<ACT/>"}), "a name that is there twice"),
        (archive({f"{n}.xml": b"<ACT/>" for n in range(201)}), "holds more than 200 files"),
        (archive({"x/": b""}), "holds no file"),
        (archive(PARTS)[:-30], "no valid ZIP archive"),
    ],
    ids=["name", "twice", "many", "empty", "cut"],
)
def test_what_is_no_archive_of_a_document_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    write(tmp_path, {"L_1.zip": content})
    with pytest.raises(SourceError, match=words):
        incoming_files([tmp_path / "L_1.zip"], "en")


def test_an_archive_that_unpacks_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_BYTES", 100_000)
    write(tmp_path, {"L_1.zip": archive({"a.xml": b" " * 60_000, "b.xml": b" " * 60_000})})
    assert (tmp_path / "L_1.zip").stat().st_size < 1_000
    with pytest.raises(SourceError, match="unpacks to more than 100,000 bytes"):
        incoming_files([tmp_path / "L_1.zip"], "en")


def test_a_manifest_without_files_is_refused() -> None:
    with pytest.raises(SourceError, match="names no file"):
        packages.document_files({"x.doc.xml": b"<DOC><FMX/></DOC>"})


@pytest.fixture
def server() -> Iterator[CellarServer]:
    with cellar_server() as state:
        yield state


def test_the_publishers_wrapper_gives_way_to_the_act(server: CellarServer) -> None:
    server.on("/resource/celex/32016R0679", Answer(300, recorded_list("300_32016R0679_fmx4.html", server)))
    item = "/resource/cellar/3e485e15-11bd-11e6-ba9a-01aa75ed71a1.0006.02/DOC_"
    bodies = [recorded("32016R0679_fmx4_DOC_1.xml"), recorded("32016R0679_fmx4_DOC_2_trimmed.xml")]
    for number, body in enumerate(bodies, 1):
        server.on(f"{item}{number}", Answer(200, body, {"Content-Type": "application/xml;type=fmx4"}))
    with Client(RetryPolicy(timeout=20, attempts=2, first=0.01)) as client:
        served = Cellar(client, server.address).fetch("32016R0679", "eng", format="formex")
    [act] = cellar_files(served, "en")
    assert (act.name, act.content) == ("eng-2.xml", bodies[1])
