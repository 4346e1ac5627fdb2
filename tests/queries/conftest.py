"""The statements of the real source for the tests of queries: in a Store, and as the files of a release."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, serialize

from places import SEED
from policygraph.enrich.derivation import derive
from policygraph.enrich.mappings import mapping_quads
from policygraph.enrich.reasoning import infer
from policygraph.enrich.translations import translate
from policygraph.graph import convert
from policygraph.rdf.iris import BASE, Names
from policygraph.version import MODEL
from policygraph.vocabulary.codelists import static_quads
from policygraph.vocabulary.status_reports import status_quads

HERE = Path(__file__).parent
AS_OF = "2026-11-24"


def real_quads(names: Names) -> list[Quad]:
    """All that a release of our one source holds, but for its catalogue."""
    document = convert(SEED, names)
    stated = [
        *document,
        *derive(document, names),
        *translate(document, SEED, "COM-2025-723", names),
        *static_quads(names),
        *mapping_quads(names),
        *status_quads(names),
    ]
    return sorted({*stated, *infer(stated, names)}, key=str)


@pytest.fixture(scope="session")
def quads() -> list[Quad]:
    return real_quads(Names())


@pytest.fixture(scope="session")
def store(quads: list[Quad]) -> Store:
    filled = Store()
    filled.extend(quads)
    return filled


def write_release(folder: Path, quads: list[Quad], base: str = BASE) -> Path:
    """The two files of a release that queries read."""
    folder.mkdir()
    (folder / "policygraph.nq").write_bytes(serialize(quads, format=RdfFormat.N_QUADS))
    (folder / "manifest.json").write_text(
        json.dumps({"base": base, "versions": {"model": MODEL}}), encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory, quads: list[Quad]) -> Path:
    return write_release(tmp_path_factory.mktemp("queries") / "release", quads)


def reading(name: str) -> list[dict[str, str]]:
    """What a person read in the source: one of the ``reading-*.csv`` beside this file."""
    with (HERE / f"reading-{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
