"""A release from before the model that our queries and pages ask for is refused by every command that asks it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygraph.cli import cli
from policygraph.engine.dataset import Dataset
from policygraph.engine.settings import Settings
from policygraph.errors import ReleaseError
from policygraph.release.manifest import Manifest

SENTENCE = (
    "earlier was built before the graph said what our queries ask for (its model is 1, that of this policygraph "
    "2): build it again with “policygraph build”."
)


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A release that does not say its model: it is of the first."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    (folder / "policygraph.nq").touch()
    manifest = Manifest("https://w3id.org/policygraph/", {"policygraph": "0.1.0"}, "", (), {}, {})
    (folder / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ["query", "totals", "--release"],
        ["site", "--out=site"],
        ["mcp"],
    ],
    ids=lambda command: command[0],
)
def test_each_command_refuses_it_in_the_same_words(
    command: list[str], earlier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(cli, [*command, str(earlier)])
    assert isinstance(result.exception, ReleaseError)
    assert str(result.exception).endswith(SENTENCE)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:9/sparql"])
def test_serve_refuses_it_also_over_another_store(earlier: Path, endpoint: str | None) -> None:
    """What ``serve`` loads before it answers anybody."""
    with pytest.raises(ReleaseError) as caught:
        asyncio.run(Dataset(Settings(sources=(earlier,), endpoint=endpoint)).open())
    assert str(caught.value).endswith(SENTENCE)
