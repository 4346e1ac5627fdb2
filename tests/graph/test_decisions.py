"""What people settled stands in graph ``curated``, with its reason and its words, or is refused with its row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from places import ROOT
from policygraph.errors import MappingError
from policygraph.graph import convert
from policygraph.rdf.iris import BASE, CELEX, DCT, OWL, PROV, RDF, SKOS

FOREST = ROOT / "data" / "sources" / "52021DC0572"
ID, PG, CURATED = f"{BASE}id/", f"{BASE}def#", NamedNode(f"{BASE}graph/curated")
NODE = f"{ID}decision/COM-2021-572/en/replaces-52013DC0659"


@pytest.fixture(scope="module")
def forest() -> list[Quad]:
    return convert(FOREST)


def objects(quads: list[Quad], subject: str, predicate: str) -> list[str]:
    return [q.object.value for q in quads if q.subject.value == subject and q.predicate.value == predicate]  # type: ignore[union-attr]


def test_the_forest_strategy_says_what_it_replaces(forest: list[Quad]) -> None:
    """Read in the page: its introduction, third paragraph, and footnote 7."""
    work, other = f"{ID}doc/COM-2021-572", f"{CELEX}52013DC0659"
    assert objects(forest, work, f"{DCT}replaces") == [other]
    assert Quad(NamedNode(work), NamedNode(f"{DCT}replaces"), NamedNode(other), CURATED) in forest
    assert objects(forest, NODE, f"{OWL}annotatedSource") == [work]
    assert objects(forest, NODE, f"{OWL}annotatedTarget") == [other]
    words = ["This Strategy replaces the EU Forest Strategy adopted in 2013", "(7) COM(2013) 659 final."]
    assert objects(forest, NODE, f"{PG}wording") == words
    cells = objects(forest, NODE, f"{PROV}wasDerivedFrom")
    assert [objects(forest, cell, f"{PG}quote") for cell in cells] == [[text] for text in words]


def test_what_people_settled_is_never_said_as_if_the_table_had_said_it() -> None:
    quads = convert(ROOT / "data" / "sources" / "52025DC0723")
    heading, label = f"{ID}heading/COM-2025-723/01", f"{ID}sector-label/COM-2025-723/01"
    settled = [
        Quad(NamedNode(heading), NamedNode(f"{DCT}type"), NamedNode(f"{ID}heading-role/sector"), CURATED),
        Quad(NamedNode(label), NamedNode(f"{SKOS}altLabel"), Literal("mobiliteit", language="nl"), CURATED),
    ]
    stated = {(quad.subject, quad.predicate, quad.object): quad.graph_name for quad in quads}
    assert [stated[quad.subject, quad.predicate, quad.object] for quad in settled] == [CURATED, CURATED]
    decisions = {
        quad.subject.value
        for quad in quads
        if quad.predicate.value == f"{RDF}type" and quad.object == NamedNode(f"{PG}CuratedDecision")
    }
    assert len(decisions) == 16 + 3 + 1, "16 headings, 3 short forms, 1 relation"


@pytest.mark.parametrize(
    ("was", "will_be", "message"),
    [
        (
            ",replaces,",
            ",repeals,",
            "“repeals” is no relation of documents: use one of replaces, references, revises",
        ),
        ("52013DC0659", "COM(2013) 659", "is no CELEX number and no address"),
        (
            "adopted in 2013,(7)",
            "adopted in 2014,(7)",
            r"“This Strategy .* 2014” do not stand in en.html: quote them",
        ),
        (
            "(7) COM(2013) 659 final.",
            "final.",
            r"the words “final.” stand \d+ times in en.html: quote more of them",
        ),
        ("final.,,", "final.,3,", "do not stand in en.html, page 3"),
        ("The developers of policygraph,2026-11-26", ",2026-11-26", "“author” is empty: fill it in"),
        ("2026-11-26", "26 November", "the date “26 November” is no day: write it as 2026-11-26"),
        ("2026-11-26", "", "“date” is empty: fill it in"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, was: str, will_be: str, message: str) -> None:
    folder = shutil.copytree(FOREST, tmp_path / FOREST.name)
    table = folder / "curated" / "relations.csv"
    header, first = table.read_text("utf-8").splitlines()[:2]
    assert was in first
    table.write_text(f"{header}\n{first.replace(was, will_be, 1)}\n", "utf-8")
    with pytest.raises(MappingError, match=rf"relations.csv, row 1 \(line 2\): .*{message}"):
        convert(folder)
