"""The extract of the EU tables that is shipped: made anew it is the same, and it says what the tables say."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner

from places import ROOT, TABLES, needs_shared
from policygraph.cli import cli
from policygraph.enrich.authority_tables import read_tables, shipped_tables
from policygraph.enrich.mappings import target_quads, targets
from policygraph.enrich.table_extract import INDEX, extract
from policygraph.rdf.iris import Names

SHIPPED = ROOT / "data" / "vocabularies"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "README.md"}


def test_every_target_has_a_label_in_the_extract() -> None:
    """Where this fails, a mapping was added: policygraph tables extract --tables DIR."""
    tables = shipped_tables()
    assert [target for target in targets() if not tables.labels(target.iri)] == []


def test_the_extract_says_of_our_links_what_the_tables_say() -> None:
    assert target_quads(shipped_tables(), Names()) == target_quads(read_tables(TABLES), Names())


def test_the_extract_is_what_the_command_makes_of_the_whole_tables(tmp_path: Path) -> None:
    whole = needs_shared("vocabularies")
    extract(read_tables(whole), tmp_path)
    assert files(tmp_path) == files(SHIPPED)


def test_the_index_names_version_source_and_licence_of_each_file(tmp_path: Path) -> None:
    answer = CliRunner().invoke(cli, ["tables", "extract", "--tables", str(TABLES), "--into", str(tmp_path)])
    assert answer.exit_code == 0
    with (SHIPPED / INDEX).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {f"{row['name']}.ttl" for row in rows} | {INDEX} == set(files(SHIPPED))
    assert all(row["version"] and row["publisher"] and row["licence"] and row["source"] for row in rows)
    assert len(answer.output.splitlines()) == len(rows)
    assert sum(map(len, files(SHIPPED).values())) < 400_000


def test_a_folder_without_tables_is_refused_in_words(tmp_path: Path) -> None:
    answer = CliRunner().invoke(
        cli, ["tables", "extract", "--tables", str(tmp_path), "--into", str(tmp_path / "x")]
    )
    assert answer.exit_code != 0 and "holds no table" in str(answer.exception)
    assert not (tmp_path / "x").exists()
