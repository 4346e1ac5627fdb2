"""The history beside a release: a file a step, replayed to each hash; never a part of what is hashed."""

from __future__ import annotations

import datetime
import hashlib
import json
import lzma
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from places import SEED
from planting import PlannedAction, plant, printed, release
from policygraph.cli import cli
from policygraph.errors import ReleaseError
from policygraph.history.steps import FOLDER, INDEX, lines_on, record, replay, steps, verify
from policygraph.pipeline.build import build
from policygraph.release import Release


def chain(folder: Path, count: int) -> list[Release]:
    """Releases of ``count`` versions of one document, each with the history of those before it."""
    chance = random.Random(7)
    actions = [
        PlannedAction(n, "Energie", f"Een {n} voor het veld van de {n * 7} maken.", 8100 + n) for n in range(9)
    ]
    releases = [release(folder / "0", printed(actions), [])]
    for number in range(1, count):
        at = chance.randrange(len(actions))
        actions[at] = PlannedAction(
            at, "Energie", actions[at].text.replace("Een", f"Een {number}e"), 8100 + number
        )
        new = release(folder / str(number), printed(actions), [])
        record(releases[-1], new.folder, new.manifest, datetime.date(2026, 1, number))
        releases.append(new)
    return releases


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Release]:
    return chain(tmp_path_factory.mktemp("chain"), 5)


def test_each_form_comes_back_with_its_hash(releases: list[Release]) -> None:
    assert [step.number for step in verify(releases[-1])] == [1, 2, 3, 4]
    for number, old in enumerate(releases[:-1], 1):
        content = b"".join(replay(releases[-1], number))
        assert content == old.canonical.read_bytes()
        assert steps(releases[-1])[number - 1].old == hashlib.sha256(content).hexdigest()


def test_the_form_of_a_day_is_that_of_its_end(releases: list[Release]) -> None:
    for day, number in ((1, 1), (2, 2), (4, 4), (28, 4)):
        content = b"".join(lines_on(releases[-1], datetime.date(2026, 1, day)))
        assert content == releases[number].canonical.read_bytes(), day
    assert b"".join(lines_on(releases[-1], datetime.date(2025, 1, 1))) == releases[0].canonical.read_bytes()


@pytest.fixture
def copy(releases: list[Release], tmp_path: Path) -> Release:
    shutil.copytree(releases[-1].folder, tmp_path / "copy")
    return Release(tmp_path / "copy", releases[-1].manifest)


def test_a_step_that_was_changed_is_found(copy: Release) -> None:
    path = copy.folder / FOLDER / "0002.nq-patch.xz"
    lines = lzma.decompress(path.read_bytes())
    path.write_bytes(lzma.compress(lines.replace(b"A ", b"D ", 1)))
    with pytest.raises(ReleaseError, match=r"0002\.nq-patch\.xz is not what the index says"):
        verify(copy)


def test_a_step_that_fits_its_index_but_not_the_form_is_found(copy: Release) -> None:
    path = copy.folder / FOLDER / "0002.nq-patch.xz"
    path.write_bytes(lzma.compress(lzma.decompress(path.read_bytes()).replace(b"A ", b"D ", 1)))
    index = copy.folder / FOLDER / INDEX
    content = json.loads(index.read_text("utf-8"))
    content["steps"][1]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    index.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ReleaseError, match=r"does not fit|its replay has"):
        verify(copy)


@pytest.mark.parametrize("text", ["", "[]", '{"steps": [{}]}', '{"steps": []}{'])
def test_an_index_that_is_none(text: str, copy: Release) -> None:
    (copy.folder / FOLDER / INDEX).write_text(text, "utf-8")
    with pytest.raises(ReleaseError, match="is no index of a history"):
        steps(copy)


def test_an_index_of_another_release(copy: Release, releases: list[Release]) -> None:
    shutil.copyfile(releases[2].folder / FOLDER / INDEX, copy.folder / FOLDER / INDEX)
    with pytest.raises(ReleaseError, match="does not lead to this release"):
        steps(copy)


def test_a_release_that_was_changed_by_hand_is_not_followed(copy: Release, tmp_path: Path) -> None:
    copy.canonical.write_bytes(copy.canonical.read_bytes()[:-100])
    with pytest.raises(ReleaseError, match="is not what the release's manifest says"):
        record(copy, tmp_path, copy.manifest, datetime.date(2026, 2, 1))


def test_the_command_tells_and_proves(releases: list[Release], tmp_path: Path) -> None:
    folder = releases[-1].folder
    (folder / "manifest.json").write_text(releases[-1].manifest.to_json(), "utf-8")
    run = CliRunner().invoke(cli, ["history", str(folder), "--verify"])
    assert run.exit_code == 0, run.output
    assert run.output.splitlines()[0].startswith(f"   1  2026-01-01  {releases[0].manifest.canonical[:12]} → ")
    assert run.output.splitlines()[-1] == "4 step(s) replayed, each form has its hash."
    run = CliRunner().invoke(cli, ["history", str(folder), "--before", "3", "-o", str(tmp_path / "out.nq")])
    assert run.exit_code == 0
    assert (tmp_path / "out.nq").read_bytes() == releases[2].canonical.read_bytes()
    run = CliRunner().invoke(cli, ["history", str(folder), "-f", "json"])
    assert [step["number"] for step in json.loads(run.output)] == [1, 2, 3, 4]
    assert CliRunner().invoke(cli, ["history", str(folder), "--before", "9"]).exception is not None


@pytest.mark.slow
def test_a_build_keeps_the_history_and_hashes_nothing_of_it(tmp_path: Path) -> None:
    from test_differences import EDITS, edited

    out, fresh, source = tmp_path / "release", tmp_path / "fresh", tmp_path / "52025DC0723"
    build([SEED], out)
    assert not (out / FOLDER).exists()
    first = Release.open(out)
    build([edited(source, EDITS, 71)], out)
    build([source], fresh)
    second = Release.open(out)
    assert second.manifest == Release.open(fresh).manifest
    (step,) = verify(second)
    assert (step.old, step.new) == (first.manifest.canonical, second.manifest.canonical)
    build([source], out)  # the same again is no step
    assert verify(Release.open(out)) == (step,)
    build([SEED], tmp_path / "other", after=out)
    assert [one.new for one in verify(Release.open(tmp_path / "other"))] == [step.new, step.old]
    compressed = len(lzma.compress((out / "policygraph.nq").read_bytes()))
    kept = sum(file.stat().st_size for file in (out / FOLDER).glob("*.xz"))
    assert kept <= compressed / 2, (kept, compressed)
    (out / "manifest.json").write_text("{}", "utf-8")
    assert "is no manifest" in build([SEED], out).without_history
    with pytest.raises(ReleaseError, match="holds no release"):
        build([SEED], out, after=tmp_path / "nowhere")


@pytest.mark.slow
def test_a_long_chain_comes_back(tmp_path: Path) -> None:
    assert len(verify(chain(tmp_path, 28)[-1])) == 27
    old, new, _ = plant(random.Random(3), tmp_path / "planted", 10)
    record(old, new.folder, new.manifest, datetime.date(2026, 1, 1))
    assert len(verify(new)) == 1
