"""The annexes are read whole and right; what is not understood is refused with its place."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from places import ROOT, needs_shared
from policygraph.errors import NotUnderstood, SourceError, TextLost
from policygraph.sources.annexes import accounted, read
from policygraph.sources.folder import documents, open_source
from policygraph.sources.records import Annexes

HAND_READ = ROOT / "tests" / "queries"
AUDIENCES = {
    "chief executives": "chief-executives",
    "consumer representatives": "consumer-representatives",
    "experts": "experts",
    "worker representatives": "worker-representatives",
}
ACCESS = {"publicly accessible": "public", "experts only": "experts-only", "": None}


def rows(name: str) -> Iterator[dict[str, str]]:
    with (HAND_READ / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def reading(folder: Path) -> Annexes:
    return read(documents(open_source(folder))[0])


def without_space(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- the first document, field by field, against a reading by hand ---------------------------------------------


def test_every_action_is_as_read_by_hand(seed: Annexes) -> None:
    expected = list(rows("reading-annex-3.csv"))
    assert len(expected) == len(seed.actions) == 70
    for action, row in zip(seed.actions, expected, strict=True):
        assert action.number == int(row["number"])
        assert f"{action.heading:02}" == row["heading"]
        assert action.kind == row["kind"]
        assert action.words.quote.startswith(row["begins"])
        assert action.deadlines[0].reading.period.code == row["period"]
        assert action.deadlines[0].reading.modality == row["modality"]


def test_every_dialogue_is_as_read_by_hand(seed: Annexes) -> None:
    expected = list(rows("reading-annex-1.csv"))
    labels = {label.number: label.words.quote for label in seed.sector_labels}
    assert len(expected) == len(seed.dialogues) == 19
    for dialogue, row in zip(seed.dialogues, expected, strict=True):
        assert dialogue.number == int(row["number"])
        assert dialogue.date.isoformat() == row["date"]
        assert dialogue.kind == row["kind"]
        assert [labels[sector] for sector in dialogue.sectors] == row["sectors"].split(";")
        assert dialogue.access == ACCESS[row["access"]]
        assert set(dialogue.audiences) == {AUDIENCES[word] for word in row["audience"].split(";") if word}
        assert dialogue.attendance.value == int(row["attendees"])
        assert dialogue.attendance.qualifier == "approximately"


def test_every_heading_is_as_read_by_hand(seed: Annexes) -> None:
    expected = list(rows("reading-headings.csv"))
    assert [heading.words.quote for heading in seed.headings] == [row["words"] for row in expected]
    assert [grouping.words.quote for grouping in seed.groupings] == ["Strategische industriële sectoren"]
    assert [heading.role for heading in seed.headings] == ["sector"] * 11 + ["theme"] * 5


def test_counts_of_the_first_document(seed: Annexes) -> None:
    assert Counter(dialogue.kind for dialogue in seed.dialogues) == {"sectoral": 17, "high-level": 2}
    assert [len(dialogue.sectors) for dialogue in seed.dialogues[-2:]] == [2, 8]
    assert len(seed.dialogues[-1].audiences) == 3
    assert Counter(initiative.kind for initiative in seed.initiatives) == {"objective": 4, "example": 2}


def test_six_actions_are_cut_by_a_page_break(seed: Annexes) -> None:
    cut = [action for action in seed.actions if len({span.page for span in action.words.spans}) > 1]
    assert [action.number for action in cut] == [3, 21, 27, 35, 41, 58]
    for action in cut:
        first, second = action.words.spans
        date = action.deadlines[0].words.spans[0]
        assert first.end <= date.start < date.end <= second.start
        assert second.page == first.page + 1


def test_initiatives_have_their_full_text_and_footnotes(seed: Annexes) -> None:
    register, gpt, translation = seed.initiatives[1], seed.initiatives[4], seed.initiatives[5]
    assert register.objective == (
        "oprichting van een intern register van AI-systemen en risicogebaseerde classificatie"
    )
    assert register.words.quote.endswith("om naleving van wettelijke normen te waarborgen;")
    assert gpt.deadline and gpt.deadline.reading.period.code == "2026"
    assert gpt.deadline.words.quote == "gepland voor 2026"
    assert translation.words.quote.startswith("taalhulpmiddelen zoals eTranslation bieden")
    assert [note.address for note in translation.notes] == [
        "https://commission.europa.eu/resources/etranslation_en"
    ]


def test_a_footnote_broken_over_lines_gives_one_address(seed: Annexes) -> None:
    annex = seed.annexes[1]
    assert annex.text and "(AI@EC)”, waarin" in annex.text.quote
    (note,) = annex.notes
    assert note.address and note.address.startswith("https://commission.europa.eu/publications/")
    assert note.address.endswith("lawful%2C%20safe%20and%20trustworthy%20Artificial%20Intelligence%20systems")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (22, "specifieke edge-/omloopbaancomputing, ruimtegebaseerde"),
        (25, "cyberbeveiligingsarchitecturen en -infrastructuren en"),
        (17, "grensverleggende AI-modellen en AI-agenten"),
        (31, "mobiliteits- en automobielgegevens"),
    ],
)
def test_lines_that_end_in_a_hyphen(seed: Annexes, number: int, words: str) -> None:
    assert words in seed.actions[number - 1].words.quote


def test_pages_meet_the_printed_numbers(seed: Annexes) -> None:
    pages = seed.document.pages
    assert [page.number for page in pages] == list(range(1, 13))
    assert [page.number for page in pages if page.basis == "printed"] == [10, 11]
    assert seed.actions[50 - 1].words.spans[0].page == 10
    assert seed.dialogues[7].date_words.spans[0].page == 1  # its cell begins with a blank, and begins no page


# --- nothing is lost ---------------------------------------------------------------------------------------------


def test_every_character_is_accounted_for(seed: Annexes, seed_text: str) -> None:
    assert sum(accounted(seed).values()) == len(without_space(seed_text))


def test_spans_joined_equal_the_quote(seed: Annexes, seed_text: str) -> None:
    for _, fragment in seed.fragments():
        joined = "".join(seed_text[span.start : span.end] for span in fragment.spans)
        assert without_space(joined) == without_space(fragment.quote)


def test_words_that_no_rule_claims_are_reported(source_of: Callable[..., Path], seed_text: str) -> None:
    with pytest.raises(TextLost, match=r"line 1, “Een woord vooraf\.”"):
        reading(source_of(" Een woord vooraf.\n\n" + seed_text[1:]))


# --- what is not understood is refused: see refusals/, and here what needs many texts ------------------------


def test_a_text_cut_off_anywhere_is_refused(source_of: Callable[..., Path], seed_text: str) -> None:
    """Cuts at 40 places; one between two rows is only found by the count in source.toml."""
    counted = '[rows]\n"1" = 19\n"2" = 6\n"3" = 70'
    for cut in range(600, len(seed_text) - 60, len(seed_text) // 40):
        with pytest.raises(SourceError):
            reading(source_of(seed_text[:cut], counted))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_lost_date_never_goes_unseen(
    data: st.DataObject, source_of: Callable[..., Path], seed: Annexes, seed_text: str
) -> None:
    """Without any of the 70 target dates the text is refused, with the rows counted in source.toml."""
    span = data.draw(st.sampled_from(seed.actions)).deadlines[0].words.spans[0]
    blanked = seed_text[: span.start] + " " * (span.end - span.start) + seed_text[span.end :]
    with pytest.raises(NotUnderstood):
        reading(source_of(blanked, '[rows]\n"3" = 70'))


def test_a_document_without_such_annexes_is_refused(source_of: Callable[..., Path]) -> None:
    """The Dutch food and feed programme has action tables of another layout and no annex title."""
    text = needs_shared("documents", "nl-food-feed-programme-2014-2015", "text.txt").read_text("utf-8")
    with pytest.raises(NotUnderstood, match="No annex begins anywhere"):
        reading(source_of(text))


# --- another document is a folder, another layout is data

SMALL = """ Bijlage 1: Acties die volgen

Acties van de Commissie Streefdatum

Visserij

Vlaggenschipinitiatief

Een kaart van vangstgebieden maken.

Vanaf derde kwartaal 2026

Andere relevante actie

Havens verbinden met het net.

2027
"""


def test_a_second_strategy_needs_no_code(source_of: Callable[..., Path]) -> None:
    annexes = reading(source_of(SMALL, id="COM-2099-1"))
    assert [heading.words.quote for heading in annexes.headings] == ["Visserij"]
    assert [heading.role for heading in annexes.headings] == [None]
    assert [
        (a.kind, a.deadlines[0].reading.period.code, a.deadlines[0].reading.modality) for a in annexes.actions
    ] == [
        ("flagship", "2026-Q3", "from"),
        ("other", "2027", "within"),
    ]


def test_a_target_date_wrapped_over_two_lines(source_of: Callable[..., Path]) -> None:
    annexes = reading(source_of(SMALL.replace("derde kwartaal 2026", "derde kwartaal\n\n2026"), id="COM-2099-1"))
    assert annexes.actions[0].deadlines[0].reading.period.code == "2026-Q3"
    assert annexes.actions[0].deadlines[0].words.quote == "Vanaf derde kwartaal 2026"
