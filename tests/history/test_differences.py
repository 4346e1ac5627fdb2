"""What changed between two releases, told in the domain's words."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, RdfFormat, parse

from policygraph.cli import cli
from policygraph.errors import ReleaseError
from policygraph.files import folder
from policygraph.history.differences import Differences, compare
from policygraph.history.entries import EntryState
from policygraph.history.matching import pair
from policygraph.pipeline.build import build
from policygraph.release import Release

SEED = folder("data") / "sources" / "52025DC0723"
NEW_ACTION = "Een nieuwe uitdaging voor de Unie\n\nlanceren.\n\nEerste kwartaal 2028\n\n"
EDITS = [
    ("Een uitdaging lanceren om met behulp", NEW_ACTION + "Een uitdaging lanceren om met behulp"),
    ("Investeren in O&O om basismodellen", "Investeren in R&D om basismodellen"),
    ("brengen. \n\nTweede kwartaal 2027", "brengen. \n\nDerde kwartaal 2028"),
    ("robotica. \n\nVanaf vierde", "robotica. \n\nVierde"),
    ("Ongeveer 400", "Ongeveer 450"),
    ("10.6.2025 Alleen deskundigen", "11.6.2025 Alleen deskundigen"),
]


def edited(place: Path, edits: list[tuple[str, str]], rows: int) -> Path:
    """The seed with words replaced, and the source.toml that says so."""
    shutil.copytree(SEED, place)
    text = (place / "nl.txt").read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    (place / "nl.txt").write_text(text, "utf-8")
    about = (place / "source.toml").read_text("utf-8")
    about = re.sub(r'sha256 = "\w+"', f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"', about)
    (place / "source.toml").write_text(about.replace('"3" = 70', f'"3" = {rows}'), "utf-8")
    return place


@pytest.fixture(scope="module")
def old(seed_release: Path) -> Release:
    return Release.open(seed_release)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Release:
    place = tmp_path_factory.mktemp("new")
    build([edited(place / "52025DC0723", EDITS, 71)], place / "release")
    return Release.open(place / "release")


@pytest.fixture(scope="module")
def found(old: Release, new: Release) -> Differences:
    return compare(old, new)


def test_each_change_is_told_once(found: Differences) -> None:
    told = [str(change) for change in found.changes if change.kind != "renumbered" and change.noun != "wording"]
    assert told == [
        "Action A3-001 of COM-2025-723: deadline moved from 2027-Q2 to 2028-Q3",
        "Action A3-003 of COM-2025-723 is new: “Een nieuwe uitdaging voor de Unie lanceren.”, deadline 2028-Q1",
        "Action A3-014 of COM-2025-723: its deadline said “from”, now says “within”",
        "Dialogue A1-01 of COM-2025-723: number of participants changed from 400 to 450",
        "Dialogue A1-06 of COM-2025-723: date changed from 2025-06-10 to 2025-06-11",
    ]


def test_a_reworded_action_is_told_with_both_wordings(found: Differences) -> None:
    (change,) = [change for change in found.changes if change.noun == "wording"]
    assert change.thing == "Action A3-016 of COM-2025-723"
    assert change.before.startswith("Investeren in O&O om basismodellen te bevorderen")
    assert change.after == change.before.replace("O&O", "R&D")


def test_an_inserted_row_does_not_reword_those_below_it(found: Differences) -> None:
    numbers = [(change.before, change.after) for change in found.changes if change.kind == "renumbered"]
    assert numbers == [(f"A3-{number:03}", f"A3-{number + 1:03}") for number in range(3, 71)]
    assert "68 have another number: from “A3-003 is now A3-004” to “A3-070 is now A3-071”" in found.to_text()


def test_the_other_way_round_what_was_new_is_gone(old: Release, new: Release) -> None:
    back = [str(change) for change in compare(new, old).changes]
    assert (
        "Action A3-003 of COM-2025-723 is gone: “Een nieuwe uitdaging voor de Unie lanceren.”, deadline 2028-Q1"
        in back
    )
    assert "Action A3-001 of COM-2025-723: deadline moved from 2028-Q3 to 2027-Q2" in back


def test_a_release_does_not_differ_from_itself(old: Release) -> None:
    same = compare(old, old)
    assert same.changes == []
    assert same.to_text() == "Nothing that the annexes say changed, and no mapping or status report.\n"
    assert json.loads(same.to_json())["graphs"] == {}


def test_counts_by_graph_are_those_of_the_lines(old: Release, new: Release, found: Differences) -> None:
    before, after = (set(release.canonical.read_text("utf-8").splitlines()) for release in (old, new))
    assert sum(found.came.values()) == len(after - before)
    assert sum(found.went.values()) == len(before - after)


def test_mappings_and_status_reports_that_come_and_go(old: Release, tmp_path: Path) -> None:
    base, match = old.base, "http://www.w3.org/2004/02/skos/core#exactMatch"
    lines = old.canonical.read_text("utf-8").splitlines(keepends=True)
    mapping = next(line for line in lines if line.endswith(f"<{base}graph/mappings> .\n") and "Match> " in line)
    report = sorted({line.split(">")[0][1:] for line in lines if line.endswith(f"<{base}graph/status> .\n")})[0]
    kept = [line for line in lines if line != mapping and not line.startswith(f"<{report}>")]
    kept.append(f"<{base}id/sector/HEALTH> <{match}> <http://eurovoc.europa.eu/0> <{base}graph/mappings> .\n")
    other = tmp_path / "release"
    other.mkdir()
    (other / "policygraph.nq").write_text("".join(sorted(kept)), "utf-8")
    told = [str(change) for change in compare(old, Release(other, old.manifest)).changes]
    assert "Mapping of sector/HEALTH is new: exactMatch http://eurovoc.europa.eu/0" in told
    assert any(
        line.startswith(f"Mapping of {mapping.split('>')[0].removeprefix(f'<{base}id/')} is gone: ")
        for line in told
    )
    assert any(
        line.startswith(f"Status report {report.removeprefix(f'{base}id/status-report/')} is gone: ")
        for line in told
    )
    assert len(told) == 3


def test_turtle_has_a_change_set_a_change(found: Differences) -> None:
    quads = list(parse(found.to_turtle(), format=RdfFormat.TURTLE))
    of = NamedNode("http://purl.org/vocab/changeset/schema#subjectOfChange")
    assert sum(quad.predicate == of for quad in quads) == len(found.changes)


def test_other_bases_cannot_be_compared(old: Release) -> None:
    other = dataclasses.replace(old.manifest, base="https://example.eu/")
    with pytest.raises(ReleaseError, match="build one again with the base of the other"):
        compare(old, Release(old.folder, other))


def test_rows_are_paired_by_text_then_by_likeness() -> None:
    def rows(*texts: str) -> dict[str, EntryState]:
        return {
            f"i/{n}": EntryState(f"i/{n}", f"Action {n} of D", "D", {"wording": text}, {})
            for n, text in enumerate(texts)
        }

    same, moved, alike, other = "een platform voor gegevens", "een netwerk", "richtsnoeren voor modellen", "zzzzzz"
    assert pair(rows(same, moved, alike), rows(same, f"{alike} en meer", moved, other)) == {
        "i/0": "i/0",
        "i/1": "i/2",
        "i/2": "i/1",
    }


@pytest.mark.parametrize("syntax", ["text", "json", "turtle"])
def test_the_command_prints_each_form(old: Release, new: Release, found: Differences, syntax: str) -> None:
    run = CliRunner().invoke(cli, ["diff", str(old.folder), str(new.folder), "-f", syntax])
    assert run.exit_code == 0
    assert run.output == {"text": found.to_text, "json": found.to_json, "turtle": found.to_turtle}[syntax]()


def test_the_patch_makes_one_of_the_other(old: Release, new: Release) -> None:
    run = CliRunner().invoke(cli, ["diff", str(old.folder), str(new.folder), "-f", "patch"])
    assert run.exit_code == 0
    lines = set(old.canonical.read_text("utf-8").splitlines())
    for line in run.output.splitlines():
        (lines.remove if line[0] == "D" else lines.add)(line[2:])
    assert lines == set(new.canonical.read_text("utf-8").splitlines())


def test_a_moved_deadline_is_an_event_with_quarters_and_both_cells(found: Differences) -> None:
    (change,) = [change for change in found.changes if change.noun == "deadline"]
    assert (change.type, change.quarters) == ("deadline-moved", 5)
    assert "Tweede kwartaal 2027" in [passage.quote for passage in change.sources_before]
    assert "Derde kwartaal 2028" in [passage.quote for passage in change.sources_after]


def test_an_added_word_before_everything_is_no_change(old: Release, tmp_path: Path) -> None:
    """Every offset in the file moves, and nothing is told."""
    edits = [("Bijlage 1:", "Bijlage  1:")]
    build([edited(tmp_path / "52025DC0723", edits, 70)], tmp_path / "release")
    differences = compare(old, Release.open(tmp_path / "release"))
    assert differences.changes == []
    assert differences.came["document"] > 300
