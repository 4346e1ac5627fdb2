"""Questions as a new analyst would write them from docs/model.md alone, each in four triple patterns at most.

Ten are put to the first strategy; their answers stand in the readings of the annexes by hand (reading-annex-1.csv,
reading-annex-3.csv, gold.csv). Ten are put to the release of all three; what they must give is counted here from
the readings of the other two, the list of names read by hand, and the rows of the ledger.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from places import ROOT
from policygraph.queries import open_release
from policygraph.rdf.iris import BASE, prefixes

from .conftest import reading

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


Rows = list[dict[str, str]]


def read(*parts: str) -> Rows:
    """The rows of a table of ours."""
    with ROOT.joinpath(*parts).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def ledger(wanted: Callable[[dict[str, str]], bool]) -> int:
    """How many actions the status reports are about of which this holds."""
    rows = read("data", "curated", "status-reports.csv")
    return len({row["about"] for row in rows if wanted(row)})


def wordings(strategy: str, pattern: str) -> int:
    """How many actions of a reading have a date in these words."""
    rows = reading(strategy)
    return sum(bool(re.search(pattern, row.get("wording") or row.get("wordings", ""))) for row in rows)


OF_ALL: dict[str, tuple[str, Callable[[], object]]] = {
    "how many actions has each strategy": (
        "SELECT (COUNT(?a) AS ?n) WHERE { ?a a pg:PolicyAction ; dct:isPartOf ?document } GROUP BY ?document",
        lambda: " ".join(map(str, sorted(len(reading(name)) for name in ("green-deal", "forest", "annex-3")))),
    ),
    "which milestones does the forest strategy set": (
        f"{COUNT} {{ ?a dct:type <action-kind/milestone> ; dct:isPartOf <doc/COM-2021-572> }}",
        lambda: sum(row["identifier"].startswith("M-") for row in reading("forest")),
    ),
    "what of the Green Deal is on energy": (
        f"{COUNT} {{ ?a dct:isPartOf <doc/COM-2019-640> ; pg:inSector <sector/ENERGY> }}",
        lambda: sum(row["heading"] == "02" for row in reading("green-deal")),
    ),
    "what has a start and no end in the Green Deal": (
        f"{COUNT} {{ ?a dct:isPartOf <doc/COM-2019-640> ; pg:deadline ?d . ?d pg:startDueBy ?day }}",
        lambda: wordings("green-deal", "^From"),
    ),
    "what names no period in the forest strategy": (
        f"{COUNT} {{ ?a a pg:PolicyAction ; dct:isPartOf <doc/COM-2021-572> MINUS {{ ?a pg:deadline ?d }} }}",
        lambda: sum(not row["wordings"] for row in reading("forest")),
    ),
    "what is named by its name in the Green Deal": (
        "SELECT (COUNT(*) AS ?n) WHERE { ?a dct:isPartOf <doc/COM-2019-640> ; pg:names ?thing }",
        lambda: sum(row["predicate"] == "names" for row in read("tests", "enrich", "gold-52019DC0640.csv")),
    ),
    "of what is it reported that it is delivered": (
        f"{COUNT} {{ ?r pg:status <status/delivered> ; pg:about ?a }}",
        lambda: ledger(lambda row: row["status"] == "delivered"),
    ),
    "what is reported to be late": (
        f"{COUNT} {{ ?r pg:late true ; pg:about ?a }}",
        lambda: ledger(lambda row: row["late"] == "yes"),
    ),
    "where was looked and nothing found": (
        f"{COUNT} {{ ?s a pg:StatusSearch ; pg:about ?a }}",
        lambda: ledger(lambda row: row["status"] == "nothing-found"),
    ),
    "how sure is the link of energy to the energy industry": (
        "SELECT ?n WHERE { ?row owl:annotatedSource <sector/ENERGY> ; "
        "owl:annotatedTarget <http://eurovoc.europa.eu/3737> ; sssom:confidence ?n }",
        lambda: next(
            row.split("\t")[10]
            for row in (ROOT / "ontology/mappings/sectors-eurovoc.sssom.tsv").read_text("utf-8").splitlines()
            if row.startswith("pgid:sector/ENERGY\t") and "\tev:3737\t" in row
        ),
    ),
}


@pytest.fixture(scope="module")
def three(corpus: Path) -> Store:
    return open_release(corpus)[0]


@pytest.mark.parametrize("question", OF_ALL)
def test_a_question_to_three_strategies_has_its_answer(question: str, three: Store) -> None:
    query, count = OF_ALL[question]
    found = sorted(row["n"].value for row in three.query(f"{HEAD} {query}", use_default_graph_as_union=True))
    expected = str(count())
    assert expected != "0", "a question whose answer is none would not notice a misspelt term"
    assert " ".join(found) == expected


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_short_and_has_its_answer(question: str, store: Store) -> None:
    query, expected = QUESTIONS[question]
    (row,) = store.query(f"{HEAD} {query}", use_default_graph_as_union=True)
    assert isinstance(row["n"], Literal) and row["n"].value == expected


@pytest.mark.parametrize("question", [*QUESTIONS, *OF_ALL])
def test_no_question_needs_more_than_four_triple_patterns(question: str) -> None:
    query = (
        {name: text for name, (text, _) in QUESTIONS.items()} | {name: text for name, (text, _) in OF_ALL.items()}
    )[question]
    pattern = re.sub(r"FILTER\(.*?\) ?(?=\})|<[^>]*>| GROUP BY.*", "", query.partition("WHERE")[2])
    pattern = pattern.replace("MINUS {", ". ").replace("} }", "}")
    assert 1 <= len(re.findall(r"[;.]", pattern.rstrip("} ."))) + 1 <= 4
    assert not re.search(r"[*+|/]", pattern), "no path"


def test_every_term_that_the_questions_use_has_statements(store: Store) -> None:
    """A question with a misspelt or unused term would give zero without a word."""
    used = {name for query, _ in QUESTIONS.values() for name in re.findall(r"pg:(\w+)", query)}
    for name in used - {"PolicyAction", "Dialogue"}:
        assert any(store.quads_for_pattern(None, NamedNode(f"{BASE}def#{name}"), None, None)), name
