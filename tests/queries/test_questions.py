"""Ten questions as a new analyst would write them from docs/model.md alone, each in four triple patterns at most.

The answers stand in the readings of the annexes by hand (reading-annex-1.csv, reading-annex-3.csv, gold.csv).
"""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Literal, NamedNode, Store

from policygraph.rdf.iris import BASE, prefixes

HEAD = f"BASE <{BASE}id/> " + " ".join(f"PREFIX {name}: <{iri}>" for name, iri in prefixes().items())
COUNT = "SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE"

QUESTIONS = {
    "actions in a strategy": (f"{COUNT} {{ ?a a pg:PolicyAction ; dct:isPartOf <doc/COM-2025-723> }}", "70"),
    "actions in health": (f"{COUNT} {{ ?a a pg:PolicyAction ; pg:inSector <sector/HEALTH> }}", "12"),
    "dialogues on health": (f"{COUNT} {{ ?a a pg:Dialogue ; pg:inSector <sector/HEALTH> }}", "5"),
    "people at dialogues on energy": (
        "SELECT (SUM(?people) AS ?n) WHERE "
        "{ ?d a pg:Dialogue ; pg:inSector <sector/ENERGY> ; pg:approximateAttendees ?people }",
        "550",
    ),
    "actions due by the end of 2026": (
        f"{COUNT} {{ ?a a pg:PolicyAction ; pg:deadline ?d . ?d pg:completionDueBy ?day . "
        'FILTER(?day <= "2026-12-31"^^xsd:date) }',
        "43",
    ),
    "flagships in robotics": (
        f"{COUNT} {{ ?a dct:type <action-kind/flagship> ; pg:inSector <sector/ROBOTICS> }}",
        "1",
    ),
    "who names Horizon Europe": (
        "SELECT (?number AS ?n) WHERE { ?a dct:identifier ?number ; "
        "pg:names <http://publications.europa.eu/resource/authority/eu-programme/HORIZONEU> }",
        "A3-030",
    ),
    "actions on digital twins": (f"{COUNT} {{ ?a pg:theme <theme/digital-twin> }}", "5"),
    "sectors that action 66 names": (
        "SELECT (COUNT(?s) AS ?n) WHERE { <action/COM-2025-723/A3-066> pg:mentionsSector ?s }",
        "5",
    ),
    "what a person calls action 44": (
        "SELECT (?label AS ?n) WHERE { ?a a pg:PolicyAction ; pg:number 44 ; skos:altLabel ?label }",
        "Apply AI 44: Een AI-strategie voor de culturele en creatieve sectoren vaststellen",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_short_and_has_its_answer(question: str, store: Store) -> None:
    query, expected = QUESTIONS[question]
    (row,) = store.query(f"{HEAD} {query}", use_default_graph_as_union=True)
    assert isinstance(row["n"], Literal) and row["n"].value == expected


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_needs_more_than_four_triple_patterns(question: str) -> None:
    pattern = re.sub(r"FILTER\(.*?\) ?(?=\})|<[^>]*>", "", QUESTIONS[question][0].partition("WHERE")[2])
    assert 1 <= len(re.findall(r"[;.]", pattern.rstrip("} ."))) + 1 <= 4
    assert not re.search(r"[*+|/]", pattern), "no path"


def test_every_term_that_the_questions_use_has_statements(store: Store) -> None:
    """A question with a misspelt or unused term would give zero without a word."""
    used = {name for query, _ in QUESTIONS.values() for name in re.findall(r"pg:(\w+)", query)}
    for name in used - {"PolicyAction", "Dialogue"}:
        assert any(store.quads_for_pattern(None, NamedNode(f"{BASE}def#{name}"), None, None)), name
