"""The graph says what the records say, in the terms and IRIs of docs/model.md."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from places import SEED
from policygraph.graph import convert
from policygraph.rdf.iris import BASE, Names
from policygraph.sources.records import Annexes

DOCUMENT = "COM-2025-723"
NAMES = Names()


@cache
def quads() -> tuple[Quad, ...]:
    return tuple(convert(SEED))


def values(subject: str, predicate: str) -> list[str]:
    """What a thing (path below id/) says by a predicate (local name, ours or a standard's), as text."""
    node = NamedNode(f"{BASE}id/{subject}")
    found = (q for q in quads() if q.subject == node and re.split("[#/]", q.predicate.value)[-1] == predicate)
    return [q.object.value.removeprefix(f"{BASE}id/") for q in found]  # type: ignore[union-attr]


def test_an_action_within_a_quarter() -> None:
    assert values(f"action/{DOCUMENT}/A3-001", "identifier") == ["A3-001"]
    assert values(f"action/{DOCUMENT}/A3-001", "heading") == [f"heading/{DOCUMENT}/01"]
    assert values(f"action/{DOCUMENT}/A3-001", "type")[1:] == ["action-kind/flagship"]
    deadline = f"deadline/{DOCUMENT}/A3-001"
    assert values(deadline, "period") == ["period/2027-Q2"]
    assert values(deadline, "earliest") == ["2027-04-01"]
    assert values(deadline, "completionDueBy") == ["2027-06-30"]
    assert values(deadline, "startDueBy") == []


def test_an_action_from_a_quarter_on_has_no_end() -> None:
    deadline = f"deadline/{DOCUMENT}/A3-013"
    assert values(deadline, "wording") == ["Vanaf vierde kwartaal 2025"]
    assert values(deadline, "period") == ["period/2025-Q4"]
    assert values(deadline, "modality") == ["modality/from"]
    assert values(deadline, "startDueBy") == ["2025-12-31"]
    assert values(deadline, "completionDueBy") == []


def test_a_sector_label_has_its_short_forms_beside_it() -> None:
    """Those that data/curated/sector-labels.csv gives, by hand; none for a label that nothing shortens."""
    label = f"sector-label/{DOCUMENT}"
    assert values(f"{label}/01", "prefLabel") == ["Mobiliteit, vervoer en autosector"]
    assert values(f"{label}/01", "altLabel") == ["mobiliteit"]
    assert values(f"{label}/06", "altLabel") == ["cultuur en creatieve beroepen"]
    assert values(f"{label}/02", "altLabel") == []


def test_the_last_dialogue_counts_once_in_each_of_eight_sectors() -> None:
    dialogue = f"dialogue/{DOCUMENT}/A1-19"
    assert values(dialogue, "sector") == [
        f"sector-label/{DOCUMENT}/{number}" for number in ("01", "02", "03", "10", "11", "04", "12", "06")
    ]
    assert sorted(values(dialogue, "audience")) == [
        "audience/chief-executives",
        "audience/consumer-representatives",
        "audience/worker-representatives",
    ]
    assert values(dialogue, "access") == []
    assert values(dialogue, "approximateAttendees") == ["20"]
    assert values(f"reported-count/{DOCUMENT}/A1-19", "wording") == ["Ongeveer 20"]


def test_a_period_has_its_days_and_its_ordinal() -> None:
    assert values("period/2026-Q4", "startDate") == ["2026-10-01"]
    assert values("period/2026-Q4", "endDate") == ["2026-12-31"]
    assert values("period/2026-Q4", "quarterOrdinal") == [str(2026 * 4 + 3)]
    assert values("period/2026-Q4", "intervalIn") == ["period/2026"]
    assert values("period/2026", "quarterOrdinal") == []


def test_a_heading_leads_to_its_grouping_and_its_words() -> None:
    assert values(f"heading/{DOCUMENT}/11", "broader") == [f"heading/{DOCUMENT}/G1"]
    assert values(f"heading/{DOCUMENT}/12", "broader") == []
    assert values(f"heading/{DOCUMENT}/12", "type")[1:] == ["heading-role/theme"]


def test_each_row_leads_straight_to_its_document_and_has_a_label_for_people() -> None:
    rows = ("action/{}/A3-044", "dialogue/{}/A1-04", "initiative/{}/A2-01")
    things = [row.format(DOCUMENT) for row in rows]
    assert [values(thing, "isPartOf") for thing in things] == [[f"doc/{DOCUMENT}"]] * 3
    assert [values(thing, "altLabel") for thing in things] == [
        ["Apply AI 44: Een AI-strategie voor de culturele en creatieve sectoren vaststellen"],
        ["Apply AI A1-04: Energie, 2024-09-20"],
        ["Apply AI A2-01: ontwikkeling van interne operationele richtsnoeren"],
    ]
    (cut,) = values(f"action/{DOCUMENT}/A3-001", "altLabel")
    assert cut == "Apply AI 1: Een Europees netwerk van door AI ondersteunde geavanceerde screeningscentra…"


def test_one_statement_each_and_no_blank_node() -> None:
    assert len(set(quads())) == len(quads())
    assert not [q for q in quads() if isinstance(q.subject, BlankNode) or isinstance(q.object, BlankNode)]


def test_numbers_of_things(seed: Annexes) -> None:
    counts = Counter(
        q.object.value.removeprefix(NAMES.definitions)
        for q in quads()
        if q.predicate.value.endswith("#type") and isinstance(q.object, NamedNode)
    )
    assert counts["PolicyAction"] == 70
    assert counts["Dialogue"] == 19
    assert counts["InternalInitiative"] == 6
    assert counts["Deadline"] == 71
    assert counts["SourceRow"] == 70 + 19 + 6
    assert counts["ReportedCount"] == len(seed.dialogues)


def test_every_word_of_the_source_has_the_language_of_its_file() -> None:
    texts = {"description", "wording", "quote", "exact", "objective"}
    for q in quads():
        if re.split("[#/]", q.predicate.value)[-1] in texts:
            assert isinstance(q.object, Literal) and q.object.language == "nl"


@pytest.mark.parametrize("base", ["https://example.eu/annexes/"])
def test_another_base_moves_every_iri_of_ours(base: str) -> None:
    moved = convert(SEED, Names(base))
    assert len(moved) == len(quads())
    assert not [q for q in moved if BASE in f"{q.subject}{q.predicate}{q.object}{q.graph_name}"]
