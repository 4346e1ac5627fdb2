"""A document whose headings nobody has mapped to sectors: its dialogues are not counted as none."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from places import ROOT, SEED
from policygraph.cli import cli
from policygraph.queries import ask

NAMES = {"COM-2025-723": "COM-2099-1", "COM(2025) 723": "COM(2099) 1", '"52025DC0723"': '"52099DC0001"'}


def renamed(text: str) -> str:
    for old, new in NAMES.items():
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first document under another number, with the short forms of its labels and no mappings."""
    folder = tmp_path_factory.mktemp("sources") / "copy"
    shutil.copytree(SEED, folder)
    (folder / "source.toml").write_text(renamed((SEED / "source.toml").read_text("utf-8")), "utf-8")
    (folder / "curated").mkdir(exist_ok=True)
    labels = (ROOT / "data" / "curated" / "sector-labels.csv").read_text("utf-8")
    (folder / "curated" / "sector-labels.csv").write_text(renamed(labels), "utf-8")
    return folder


@pytest.fixture(scope="module")
def built(copied: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    out = tmp_path_factory.mktemp("release") / "release"
    return out, CliRunner().invoke(
        cli, ["build", str(copied), str(SEED), "--out", str(out), "--as-of", "2026-11-26"]
    )


def test_build_prints_its_warnings(built: tuple[Path, Result]) -> None:
    _, result = built
    assert result.exit_code == 0, result.output
    warnings = [line for line in result.output.splitlines() if line.startswith("Warning, ")]
    assert any("12 time(s)" in line and "maps the label to a concept of id:sector" in line for line in warnings)


def test_dialogues_of_headings_that_nobody_mapped_are_not_none(built: tuple[Path, Result]) -> None:
    out, _ = built
    for name in ("dialogues-by-heading", "actions-against-dialogues"):
        rows = ask(name, out).dicts()
        by_document = {
            number: [row["dialogues"] for row in rows if number in str(row["heading_iri"])]
            for number in ("COM-2025-723", "COM-2099-1")
        }
        assert by_document["COM-2099-1"] == [None] * 16
        assert None not in by_document["COM-2025-723"] and "0" in by_document["COM-2025-723"]


def test_the_mapped_document_keeps_its_answers_beside_one_that_is_not(built: tuple[Path, Result]) -> None:
    out, _ = built
    for name in ("dialogues-by-heading", "headings-without-dialogue"):
        expected = (ROOT / "tests" / "kept" / "answers" / f"{name}.csv").read_text("utf-8")
        kept = [row["heading"] for row in csv.DictReader(expected.splitlines())]
        rows = ask(name, out).dicts()
        assert [row["heading"] for row in rows if "COM-2025-723" in str(row["heading_iri"])] == kept
    assert not any(
        "COM-2099-1" in str(row["heading_iri"]) for row in ask("headings-without-dialogue", out).dicts()
    )
