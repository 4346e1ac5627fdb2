"""Every quote of the seed is proved, and every planted fault is found at its place."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygraph.cli import cli
from policygraph.errors import ReleaseError, SourceError
from policygraph.files import folder
from policygraph.rdf.iris import DCT, SKOS
from policygraph.release import Release, digest
from policygraph.verification import verify

SEED = folder("data") / "sources" / "52025DC0723"
SOURCE = "/id/source/COM-2025-723/nl"


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Release:
    return Release.open(seed_release)


def altered(release: Release, place: Path, old: str, new: str) -> Release:
    """A copy of the release with one statement changed, whose manifest says so."""
    shutil.copytree(release.folder, place)
    path = place / "policygraph.nq"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")
    files = {**release.manifest.files, path.name: digest(path)}
    (place / "manifest.json").write_text(dataclasses.replace(release.manifest, files=files).to_json(), "utf-8")
    return Release.open(place)


def test_every_quote_of_the_seed_is_proved(release: Release) -> None:
    proof = verify(release)
    assert proof.failures == []
    assert proof.holds
    assert (proof.files, proof.rows) == (1, 19 + 6 + 70)
    assert proof.cells > 200
    assert proof.spans > proof.rows + proof.cells, "some are cut by a page"
    assert proof.texts >= 70 + 6 + 70 + 19, "descriptions, target dates, reported numbers"


PG, DATE = "https://w3id.org/policygraph/def#", f"{SOURCE}/A3-001/deadline/span-1"
FAULTS = [
    (f'{SOURCE}/A3-001/quote> <http://www.w3.org/ns/oa#exact> "Een', "x", "no quote selector", "Een Europees"),
    (f'{SOURCE}/A3-003> <{PG}quote> "Een uitdaging', "x", "do not hold", "Een uitdaging"),
    (f'{DATE}> <{PG}line> "', "1", "stands on line", "Tweede kwartaal 2027"),
    (f'{DATE}> <{PG}page> "', "7", "pages are not", "Tweede kwartaal 2027"),
    (f'{DATE}> <{PG}order> "', "7", "not numbered", "Tweede kwartaal 2027"),
    (f'{SOURCE}/A1-04/attendance/span-1> <http://www.w3.org/ns/oa#start> "', "9", "do not hold", "Ongeveer 280"),
    (f'/A3-013> <{DCT}description> "Een', "x", "other words", "Een katalysator"),
    (f'/id/deadline/COM-2025-723/A3-001> <{PG}wording> "Tweede', "x", "other words", "Tweede kwartaal 2027"),
    (f'/id/heading/COM-2025-723/02> <{SKOS}prefLabel> "Robotica', "x", "other words", "Robotica"),
    (f'/id/doc/COM-2025-723/nl/txt> <{PG}sha256> "', "0", "SHA-256 differs", "Bijlage 1"),
]


@pytest.mark.parametrize(("before", "put", "what", "words"), FAULTS, ids=[fault[0][10:60] for fault in FAULTS])
def test_a_planted_fault_is_found_at_its_place(
    release: Release, tmp_path: Path, before: str, put: str, what: str, words: str
) -> None:
    proof = verify(altered(release, tmp_path / "release", before, before + put))
    found = [failure for failure in proof.failures if what in failure.what]
    assert found, [str(failure) for failure in proof.failures]
    assert not proof.holds
    assert any(failure.place.words.startswith(words) for failure in found)
    assert all(failure.place.file == "52025DC0723/nl.txt" and failure.place.line >= 1 for failure in found)


def test_a_file_with_one_other_letter_is_found(release: Release, tmp_path: Path) -> None:
    shutil.copytree(SEED, tmp_path / "52025DC0723")
    path = tmp_path / "52025DC0723" / "nl.txt"
    path.write_text(path.read_text("utf-8").replace("Ongeveer 280", "Ongeveer 290"), "utf-8")
    proof = verify(release, [tmp_path])
    assert sorted(failure.place.words for failure in proof.failures) == [
        "Bijlage 1: Overzichtstabel van de gestructureerde dialogen die zijn georganiseerd ter",
        "Energie 20.9.2024 Openbaar toegankelijk Ongeveer 280",
        "Ongeveer 280",
    ]
    assert {failure.place.page for failure in proof.failures} == {None, 1}


def test_a_missing_file_is_an_error_that_names_the_cure(release: Release, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nl\.txt of COM-2025-723 is not in .*: say with --sources"):
        verify(release, [tmp_path])


def test_a_release_that_is_not_whole_is_not_verified(release: Release, tmp_path: Path) -> None:
    shutil.copytree(release.folder, tmp_path / "release")
    (tmp_path / "release" / "policygraph.ttl").unlink()
    with pytest.raises(ReleaseError, match=r"policygraph\.ttl is missing"):
        verify(Release.open(tmp_path / "release"))


def test_the_command_prints_counts_and_failures(release: Release, tmp_path: Path) -> None:
    good = CliRunner().invoke(cli, ["verify", str(release.folder)])
    assert good.exit_code == 0
    assert good.output.startswith("95 rows and ")
    assert good.output.endswith(": 0 failure(s).\n")
    bad = altered(release, tmp_path / "release", FAULTS[5][0], FAULTS[5][0] + "9")
    found = CliRunner().invoke(cli, ["verify", str(bad.folder)])
    assert found.exit_code == 1
    assert "52025DC0723/nl.txt, page 1, line " in found.output
    assert "“Ongeveer 280”: the spans do not hold these words" in found.output
