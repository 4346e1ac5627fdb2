"""What a release said on another day: its history undone, and reports recorded later left out."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygraph.cli import cli
from policygraph.errors import QueryError
from policygraph.history.steps import record
from policygraph.queries import ask
from policygraph.release import Manifest, Release, digest


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Path:
    return seed_release


def statuses(release: Path, day: str) -> set[tuple[str, str]]:
    rows = ask("status-as-known", release, as_known_on=datetime.date.fromisoformat(day)).dicts()
    return {(str(row["action"])[-6:], str(row["since"])) for row in rows}


def test_reports_that_were_recorded_later_are_not_known(release: Path) -> None:
    assert statuses(release, "2026-11-23") == set()
    first = statuses(release, "2026-11-24")
    assert ("A3-065", "2026-02-13") in first and ("A3-006", "2025-10-17") not in first
    assert {("A3-065", "2026-06-19"), ("A3-006", "2025-10-08")} <= statuses(release, "2026-11-26")


def test_a_day_before_a_build_gives_what_stood_there_then(release: Path, tmp_path: Path) -> None:
    lines = (release / "policygraph.nq").read_bytes().splitlines(keepends=True)
    gone = [line for line in lines if b"/A3-070>" not in line]
    (tmp_path / "policygraph.nq").write_bytes(b"".join(gone))
    old = Release.open(release)
    content = old.manifest.to_json().replace(old.manifest.canonical, digest(tmp_path / "policygraph.nq").sha256)
    (tmp_path / "manifest.json").write_text(content, "utf-8")
    record(old, tmp_path, Manifest.from_json(content), datetime.date(2026, 11, 25))
    days = [datetime.date(2026, 11, day) for day in (24, 25)]
    assert [len(ask("actions", tmp_path, as_known_on=day).rows) for day in days] == [70, 69]


def test_the_command_takes_the_day_for_the_day_of_reference_too(release: Path) -> None:
    command = ["query", "actions-due-without-report", "--release", str(release), "-f", "csv"]
    run = CliRunner().invoke(cli, [*command, "--as-known-on", "2026-01-05"])
    assert run.exit_code == 0
    assert run.output == CliRunner().invoke(cli, [*command, "--as-of", "2026-01-05"]).output
    assert "A3-030" in run.output and "A3-007" not in run.output


def test_only_a_release_knows_what_it_said(release: Path) -> None:
    assert release.is_dir()
    with pytest.raises(QueryError, match="Only a release knows"):
        ask("actions", "https://example.org/sparql", as_known_on=datetime.date(2026, 1, 1))
