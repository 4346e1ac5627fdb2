"""A release is what its manifest says, or its first file that is not is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policygraph.errors import ReleaseError
from policygraph.release import Release
from policygraph.release.checksum_file import digest
from small_releases import quads, write_release


@pytest.fixture
def stated(tmp_path: Path) -> Path:
    """A small release whose manifest lists its canonical file."""
    folder = write_release(tmp_path / "release", quads(3))
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    file = digest(folder / "policygraph.nq")
    manifest["files"] = {"policygraph.nq": {"bytes": file.bytes, "sha256": file.sha256}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def test_a_whole_release_passes(stated: Path) -> None:
    Release.open(stated).check()


def test_a_missing_file_is_named(stated: Path) -> None:
    (stated / "policygraph.nq").unlink()
    with pytest.raises(ReleaseError, match=r"policygraph\.nq.* is missing from the release: build or fetch it"):
        Release.open(stated).check()


def test_a_changed_file_is_named(stated: Path) -> None:
    file = stated / "policygraph.nq"
    file.write_bytes(file.read_bytes().replace(b"A3-00001", b"A3-00009", 1))
    with pytest.raises(ReleaseError, match=r"policygraph\.nq.* is not what the release's manifest says \(its SHA"):
        Release.open(stated).check()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"base": 1}'])
def test_what_is_no_manifest_is_refused(content: str, stated: Path) -> None:
    (stated / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(ReleaseError, match=r"manifest\.json.* is no manifest of a release \(.*\): build it again"):
        Release.open(stated)
