"""A build with the EU tables at hand: labels in every language, the way up to EuroVoc, each table named."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from places import SEED, TABLES
from policygraph.cli import cli
from policygraph.enrich.authority_tables import read_tables
from policygraph.errors import MappingError
from policygraph.pipeline.build import build
from policygraph.queries import ask
from policygraph.rdf.iris import SKOS, Names
from policygraph.release import Release

LABEL = NamedNode(f"{SKOS}prefLabel")
HEALTH = NamedNode("http://publications.europa.eu/resource/authority/data-theme/HEAL")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["build", str(SEED), *map(str, arguments)])


@pytest.fixture(scope="module")
def vocabularies() -> Path:
    return TABLES


@pytest.fixture(scope="module")
def linked(vocabularies: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    out = tmp_path_factory.mktemp("linked") / "release"
    build([SEED], out, tables=read_tables(vocabularies))
    return Release.open(out)


def mapped(release: Release) -> list[Quad]:
    graph = Names().graph("mappings")
    return [q for q in parse(path=release.canonical, format=RdfFormat.N_QUADS) if q.graph_name == graph]


def test_targets_are_called_by_name_in_every_language(linked: Release) -> None:
    labels = {
        quad.object.language: quad.object.value
        for quad in mapped(linked)
        if quad.subject == HEALTH and quad.predicate == LABEL and isinstance(quad.object, Literal)
    }
    assert len(labels) == 24
    assert (labels["nl"], labels["en"]) == ("Gezondheid", "Health")


def test_actions_lie_in_domains_of_eurovoc(linked: Release) -> None:
    rows = {row["domain_label"]: row["actions"] for row in ask("actions-by-eurovoc", linked.folder).dicts()}
    assert rows["66 ENERGY"] == "3", "the three actions under the heading on energy"
    assert len(rows) >= 10
    dutch = ask("actions-by-eurovoc", linked.folder, lang="nl").dicts()
    assert "66 ENERGIE" in [row["domain_label"] for row in dutch]


def test_the_extract_that_is_shipped_gives_the_same_statements_as_the_tables(
    linked: Release, tmp_path: Path
) -> None:
    build([SEED], tmp_path / "without")
    without = Release.open(tmp_path / "without")
    assert linked.manifest.tables == without.manifest.tables
    ours = {graph: count for graph, count in linked.manifest.graphs.items() if graph != "catalogue"}
    assert {graph: without.manifest.graphs[graph] for graph in ours} == ours
    assert set(mapped(without)) == set(mapped(linked))


def test_the_manifest_names_each_table_by_its_hash(linked: Release, vocabularies: Path, tmp_path: Path) -> None:
    named = {entry.file: entry.sha256 for entry in linked.manifest.inputs if entry.file.startswith("eu-tables/")}
    files = [path for path in vocabularies.rglob("*") if path.is_file()]
    assert named == {
        f"eu-tables/{path.relative_to(vocabularies).as_posix()}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    shutil.copytree(vocabularies, tmp_path / "copy")
    build([SEED], tmp_path / "again", tables=read_tables(tmp_path / "copy"))
    again = {path.relative_to(tmp_path / "again"): path.read_bytes() for path in _files(tmp_path / "again")}
    assert again == {path.relative_to(linked.folder): path.read_bytes() for path in _files(linked.folder)}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_each_rule_was_read_from_is_an_input(linked: Release) -> None:
    files = {entry.file for entry in linked.manifest.inputs}
    assert {"ontology/derivation/nl.tsv", "ontology/mappings/rejected.csv"} <= files


def test_the_command_takes_tables_from_where_fetch_puts_them(
    vocabularies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(vocabularies, tmp_path / "tables")
    done = run("--out", "unasked")
    assert done.exit_code == 0
    assert "left out" not in done.stderr
    assert len(ask("actions-by-eurovoc", tmp_path / "unasked").rows) >= 10
    asked = run("--out", "asked", "--tables", vocabularies)
    assert asked.exit_code == 0
    hashes = [
        json.loads((tmp_path / name / "manifest.json").read_text())["canonical"] for name in ("unasked", "asked")
    ]
    assert hashes[0] == hashes[1]


def test_without_tables_the_extract_that_is_shipped_names_every_target(
    linked: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("--out", "release")
    assert done.exit_code == 0
    assert "left out" not in done.stderr.replace("Parquet was left out", "")
    release = Release.open(tmp_path / "release")
    assert [row for row in ask("links", release.folder).dicts() if not row["target_label"]] == []
    assert set(mapped(release)) == set(mapped(linked)), "the extract says what the tables say of our links"


def test_a_table_that_is_missing_is_named(vocabularies: Path, tmp_path: Path) -> None:
    done = run("--out", tmp_path / "release", "--tables", vocabularies / "eu-authority")
    assert done.exit_code == 0
    (line,) = [line for line in done.stderr.splitlines() if "hierarchy" in line]
    assert "http://data.europa.eu/ux2/nace2/nace2, http://eurovoc.europa.eu/100141 were left out" in line


def test_a_folder_without_tables_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("--out", tmp_path / "release", "--tables", tmp_path / "empty")
    assert isinstance(done.exception, MappingError)
    assert "holds no table" in str(done.exception)
    assert "reading" not in done.stderr
    assert not (tmp_path / "release").exists()
