"""The lean edition: nothing but what the release says, each item with one link to its source, and far smaller."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from policygraph.rdf.iris import BASE, DCT, PROV, RDF, SKOS
from policygraph.release.core_edition import CORE, core_lines


@pytest.fixture(scope="module")
def folder(seed_release: Path) -> Path:
    return seed_release


@pytest.fixture(scope="module")
def core(folder: Path) -> set[Triple]:
    return {quad.triple for quad in parse(path=folder / CORE, format=RdfFormat.TURTLE)}


def test_it_says_nothing_that_the_release_does_not_say(folder: Path, core: set[Triple]) -> None:
    union = {quad.triple for quad in parse(path=folder / "policygraph.nt", format=RdfFormat.N_TRIPLES)}
    assert core < union
    assert (folder / CORE).stat().st_size < (folder / "policygraph.ttl").stat().st_size / 2


def test_every_fact_about_an_action_is_there(folder: Path, core: set[Triple]) -> None:
    """All that graph ``actions`` says of actions and target dates, but for the places of their words."""
    said = {
        quad.triple
        for quad in parse(path=folder / "policygraph.nq", format=RdfFormat.N_QUADS)
        if quad.graph_name == NamedNode(f"{BASE}graph/actions")
    }
    assert {triple.predicate.value for triple in said - core} == {f"{PROV}wasDerivedFrom"}
    kinds = Counter(triple.object.value for triple in core if triple.predicate.value == f"{RDF}type")
    assert kinds[f"{BASE}def#PolicyAction"] == 70 and kinds[f"{BASE}def#Dialogue"] == 19
    assert f"{BASE}def#Derivation" not in kinds


def test_each_item_has_one_link_to_its_source(core: set[Triple]) -> None:
    items = {
        triple.subject
        for triple in core
        if triple.predicate.value == f"{RDF}type"
        and triple.object.value.startswith(f"{BASE}def#")
        and "/id/status-" not in triple.subject.value
    }
    links = Counter(
        triple.subject for triple in core if triple.predicate.value in (f"{DCT}source", f"{PROV}wasDerivedFrom")
    )
    assert len(items) > 150
    assert {links[item] for item in items if "/deadline/" in str(item) or "/action/" in str(item)} == {1}
    assert max(links[item] for item in items) == 1


def test_labels_of_others_are_in_english(core: set[Triple]) -> None:
    others = [
        triple.object
        for triple in core
        if triple.predicate.value == f"{SKOS}prefLabel" and not str(triple.subject).startswith(f"<{BASE}")
    ]
    assert others and all(isinstance(label, Literal) and label.language == "en" for label in others)


def test_another_base_and_inferred_graphs() -> None:
    base = "https://data.test/"
    thing, graph = f"<{base}id/action/1>", f"<{base}graph/"
    lines = [
        f"{thing} <{base}def#inSector> <{base}id/sector/A> {graph}inferred> .\n",
        f"{thing} <{base}def#other> <{base}id/sector/A> {graph}inferred> .\n",
        f"{thing} <{PROV}wasDerivedFrom> <{base}id/source/1> {graph}actions> .\n",
        f"{thing} <{PROV}wasDerivedFrom> <{base}id/source/2> {graph}actions> .\n",
        f'<{base}id/source/1> <{base}def#quote> "a" {graph}document> .\n',
    ]
    written = [line.decode() for line in core_lines((line.encode() for line in lines), base)]
    assert written == [line.rpartition(" <")[0] + " .\n" for line in (lines[0], lines[2])]
