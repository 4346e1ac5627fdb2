"""Several languages of one document: one thing a row, and each planted disagreement is told, none invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import pytest
from pyoxigraph import Literal, Quad

from fidelity.plans import Plan, plan
from fidelity.typeset import forms, markup
from made_source import make_source
from places import needs_shared
from policygraph.errors import NotUnderstood
from policygraph.graph import convert
from policygraph.pipeline.build import build
from policygraph.queries import ask
from policygraph.rdf.iris import RDFS, Names
from policygraph.release import Release
from policygraph.sources import open_source, read_source
from policygraph.sources.alignment import AlignedLine, align
from policygraph.sources.check import check_source
from policygraph.sources.records import Annexes
from policygraph.verification import verify

PLAN = """ignore = ["Sector(s)", "Sektor(en)", "Secteur(s)"]
[[part]]
kind = "table"
sections = "spanning"
columns.en = { description = ["Commission actions"], deadline = ["Target date"] }
columns.de = { description = ["Maßnahmen der Kommission"], deadline = ["Zieldatum"] }
columns.fr = { description = ["Actions de la Commission"], deadline = ["Échéance"] }
"""
DIRECTIVE = """[[part]]
kind = "table"
begins = "^(ANNEX|ANNEXE) II$"
[part.columns.en]
description = ["Directive"]
deadline = ["Time-limit for transposition", "Deadline for transposition"]
[part.columns.fr]
description = ["Directive"]
deadline = ["Date limite de transposition"]
"""
OTHER_DATE = {"en": "Second quarter 2031", "de": "Zweites Quartal 2031", "fr": "Deuxième trimestre 2031"}
PAIRS = list(permutations(["en", "de", "fr"], 2))


def source(folder: Path, *plans: Plan) -> Path:
    files = {f"{of.language}.html": (of.language, markup(of).encode()) for of in plans}
    return make_source(folder, files, layout=PLAN)


def merged(folder: Path, *plans: Plan) -> list[Annexes]:
    return read_source(open_source(source(folder, *plans)))


def told(texts: Sequence[Annexes]) -> list[tuple[str, str]]:
    """Kind and identifier of each disagreement of the second version with the first."""
    return [(one.kind, one.identifier) for one in texts[1].disagreements]


def with_actions(of: Plan, actions: list[tuple[str, str, str, str]]) -> Plan:
    return replace(of, actions=tuple(actions))


def test_versions_that_agree_have_one_identifier_a_row_and_no_disagreement(tmp_path: Path) -> None:
    texts = merged(tmp_path / "P", plan("en"), plan("de"), plan("fr"))
    for text in texts:
        assert [action.identifier for action in text.actions] == [f"A1-{n:03}" for n in range(1, 13)]
        assert text.disagreements == ()
        assert [action.words.quote for action in text.actions] == [
            action[2] for action in plan(text.document.file.language).actions
        ]


@pytest.mark.parametrize("at", range(12))
def test_another_date_is_told_with_both_wordings(at: int, tmp_path: Path) -> None:
    for number, (first, second) in enumerate(PAIRS):
        actions = list(plan(second).actions)
        actions[at] = (*actions[at][:3], OTHER_DATE[second])
        texts = merged(tmp_path / f"P{number}", plan(first), with_actions(plan(second), actions))
        assert told(texts) == [("deadline", f"A1-{at + 1:03}/deadline")]
        (one,) = texts[1].disagreements
        assert (one.first.language, one.first.says) == (first, plan(first).actions[at][3])
        assert (one.other.language, one.other.says) == (second, OTHER_DATE[second])
        assert texts[1].actions[at].deadlines == ()
        assert texts[1].actions[at].words.quote == actions[at][2]


def test_check_lists_what_versions_do_not_say_alike(tmp_path: Path) -> None:
    actions = list(plan("de").actions)
    actions[4] = (*actions[4][:3], OTHER_DATE["de"])
    folder = source(tmp_path / "P", plan("en"), with_actions(plan("de"), actions))
    ours = plan("en").actions[4][3]
    assert check_source(open_source(folder)).disagreements == (
        f"de.html: deadline of A1-005/deadline: en says “{ours}”, de says “Zweites Quartal 2031”",
    )


@pytest.mark.parametrize("at", range(12))
def test_a_lost_row_is_told(at: int, tmp_path: Path) -> None:
    """Which is lost can be unclear where neighbours agree in all else: then all that may be it are named.

    The ninth row is the only one of its section, whose heading goes with it.
    """
    for number, (first, second) in enumerate(PAIRS):
        actions = list(plan(second).actions)
        del actions[at]
        texts = merged(tmp_path / f"P{number}", plan(first), with_actions(plan(second), actions))
        places = [words.quote for one in texts[1].disagreements for _, words in one.first.places]
        assert plan(first).actions[at][2] in places
        lost = sum(len(one.first.places) - len(one.other.places) for one in texts[1].disagreements)
        assert lost == (2 if at == 8 else 1)
        assert {one.kind for one in texts[1].disagreements} <= {"missing", "unclear"}
        words = {action.identifier: action.words.quote for action in texts[1].actions}
        right = {f"A1-{n:03}": row[2] for n, row in enumerate(plan(second).actions, 1)}
        assert words.items() <= right.items() and len(words) >= 10


@pytest.mark.parametrize("at", [0, 2, 4, 6, 9, 10])
def test_two_rows_in_turned_order_are_told_as_such(at: int, tmp_path: Path) -> None:
    for number, (first, second) in enumerate(PAIRS):
        actions = list(plan(second).actions)
        actions[at], actions[at + 1] = actions[at + 1], actions[at]
        texts = merged(tmp_path / f"P{number}", plan(first), with_actions(plan(second), actions))
        assert told(texts) == [("order", f"A1-{at + 2:03}/order")], (first, second)
        assert [action.words.quote for action in texts[1].actions] == [row[2] for row in plan(second).actions]


def test_a_row_more_is_told_and_no_action_of_the_document(tmp_path: Path) -> None:
    actions = list(plan("fr").actions)
    actions.insert(5, (*actions[4][:2], "Publier un rapport 2031/7.", "2031"))
    texts = merged(tmp_path / "P", plan("en"), with_actions(plan("fr"), actions))
    assert told(texts) == [("extra", "extra-1")]
    assert len(texts[1].actions) == 12


def test_a_lost_heading_is_told_once_and_its_rows_keep_theirs(tmp_path: Path) -> None:
    gone = markup(plan("fr")).replace("<tr><td colspan=2>Énergie</td></tr>", "")
    files = {"en.html": ("en", markup(plan("en")).encode()), "fr.html": ("fr", gone.encode())}
    texts = read_source(open_source(make_source(tmp_path / "P", files, layout=PLAN)))
    assert told(texts) == [("missing", "heading/G3/missing")]
    assert [action.heading for action in texts[1].actions] == [action.heading for action in texts[0].actions]


def test_a_disagreement_is_published_and_warned_of_in_words(tmp_path: Path) -> None:
    actions = list(plan("fr").actions)
    actions[0] = (*actions[0][:3], OTHER_DATE["fr"])
    actions.pop()
    folder = source(tmp_path / "sources" / "P", plan("en"), with_actions(plan("fr"), actions))
    built = build([folder], tmp_path / "release")
    sentence = "en says “Second quarter 2027”, fr says “Deuxième trimestre 2031”"
    warnings = [
        dict(finding.messages)["en"] for finding in built.report.findings if "Disagreement" in finding.shape
    ]
    assert built.manifest is not None and len(warnings) == 2
    assert any(message.startswith(f"{sentence}: the first version answers") for message in warnings)
    assert any(str(finding.severity) == "Warning" and finding.place for finding in built.report.findings)
    rows = ask("actions", tmp_path / "release", lang="fr").dicts()
    assert len(rows) == 12
    assert (rows[0]["period"], rows[0]["wording"]) == ("2027-Q2", "Second quarter 2027")
    assert str(rows[11]["description"]).startswith("Set up a hub")
    checked = verify(Release.open(tmp_path / "release"), [tmp_path / "sources"])
    assert checked.holds, checked.failures


def test_what_a_person_settled_is_no_warning(tmp_path: Path) -> None:
    actions = list(plan("fr").actions)
    actions[0] = (*actions[0][:3], OTHER_DATE["fr"])
    folder = source(tmp_path / "P", plan("en"), with_actions(plan("fr"), actions))
    (folder / "curated").mkdir()
    row = "document,language,identifier,reason\nP,fr,A1-001/deadline,The French file has a misprint.\n"
    (folder / "curated" / "disagreements.csv").write_text(row, "utf-8")
    notes = [quad.object for quad in convert(folder) if quad.predicate.value.endswith("#note")]
    assert notes == [Literal("The French file has a misprint.", language="en")]


FORMS = [("oj", ".xhtml"), ("consolidated", ".html"), ("consolidated", ".fmx4.xml")]


@pytest.mark.parametrize(("first", "second"), list(product(FORMS, FORMS)), ids=str)
def test_the_five_rows_of_a_directive_are_the_same_in_two_languages(
    first: tuple[str, str], second: tuple[str, str], tmp_path: Path
) -> None:
    files = {}
    for code, (form, ending) in (("en", first), ("fr", second)):
        path = needs_shared("documents", "dir-2012-30-annex-ii", f"{form}-{code}{ending}")
        files[f"{code}{ending}"] = (code, path.read_bytes())
    folder = make_source(tmp_path / "D", files, layout=DIRECTIVE)
    texts = read_source(open_source(folder))
    assert [len(text.actions) for text in texts] == [5, 5]
    assert texts[1].disagreements == ()
    actions = {quad.subject for quad in of_type(convert(folder), "PolicyAction")}
    assert len(actions) == 5


def of_type(quads: list[Quad], name: str) -> list[Quad]:
    return [quad for quad in quads if quad.object == Names().term(name)]


def test_a_version_never_says_a_thing_twice_in_one_language(tmp_path: Path) -> None:
    quads = convert(source(tmp_path / "P", plan("en"), plan("de"), plan("fr")))
    labels = [(quad.subject, quad.object.language) for quad in quads if quad.predicate.value == f"{RDFS}comment"]
    assert labels == []
    words = [
        (quad.subject, quad.predicate, quad.object.language)
        for quad in quads
        if isinstance(quad.object, Literal)
        and quad.object.language
        and quad.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        in ("description", "prefLabel", "wording", "title", "columnHeader")
    ]
    assert len(words) == len(set(words)) and len(words) > 100


def two_formats(folder: Path, word: Plan) -> Path:
    """A source with the English plan in HTML and this one in DOCX, which is named first."""
    name, content = dict(forms())["docx merged"](word)
    files = {name: ("en", content), "en.html": ("en", markup(plan("en")).encode())}
    return make_source(folder, files, layout=PLAN)


def test_two_formats_of_one_language_are_one_version(tmp_path: Path) -> None:
    """The one with more structure is published; the other was held against it, row by row."""
    [text] = read_source(open_source(two_formats(tmp_path / "P", plan("en"))))
    [alone] = merged(tmp_path / "Q", plan("en"))
    assert text.document.format == "html" and len(text.actions) == 12
    assert [action.words.quote for action in text.actions] == [action.words.quote for action in alone.actions]
    assert check_source(open_source(tmp_path / "P")).counts() == {"A1": 12}


@pytest.mark.parametrize(("cell", "words"), [(2, "Another text."), (3, "First quarter 2031")])
def test_formats_of_one_language_that_differ_are_refused_with_both_quotes(
    cell: int, words: str, tmp_path: Path
) -> None:
    actions = list(plan("en").actions)
    row = list(actions[-1])
    row[cell] = words
    folder = two_formats(
        tmp_path / "P", with_actions(plan("en"), [*actions[:-1], (row[0], row[1], row[2], row[3])])
    )
    with pytest.raises(NotUnderstood, match="Two formats of one language do not say the same") as refused:
        read_source(open_source(folder))
    assert refused.value.place.file.endswith(".docx") and refused.value.place.words == words
    assert f"en.html has “{actions[-1][cell][:40]}" in str(refused.value)


def test_a_row_that_one_format_lacks_is_refused(tmp_path: Path) -> None:
    actions = list(plan("en").actions)
    folder = two_formats(tmp_path / "P", with_actions(plan("en"), actions[:-1]))
    with pytest.raises(NotUnderstood, match="docx has nothing here") as refused:
        read_source(open_source(folder))
    assert refused.value.place.file.endswith("en.html")


def test_rows_that_nothing_tells_apart_are_not_paired() -> None:
    lines = [AlignedLine("action", "A1", 100, ("2026",)) for _ in range(3)]
    alignment = align(lines, lines[:2])
    assert alignment.pairs == {} and alignment.unclear == (((0, 1, 2), (0, 1)),)
