"""The lists for analysts say what the canned queries say, in each form, and are narrowed by names."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from policygraph.cli import COMMANDS, cli
from policygraph.cli.tracking import ListedRow, language_of_environment, lines_of, table
from policygraph.errors import PolicygraphError
from policygraph.pipeline.build import build
from policygraph.queries import ask
from policygraph.queries.results import Answer
from test_differences import EDITS, edited

DAY = "2026-11-26"
AI = "id:doc/COM-2025-723"


def run(release: Path, *words: str) -> Result:
    """A list of a release as it is on ``DAY``, in English."""
    return CliRunner(env={"LC_ALL": "C"}).invoke(
        cli, [words[0], "--release", str(release), "--as-of", DAY, *words[1:]], catch_exceptions=False
    )


def rows(release: Path, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run(release, *words, "-f", "csv").output)))


def actions(release: Path, name: str, **values: str) -> list[str]:
    return sorted({row["action"] or "" for row in ask(name, release, **values).dicts()})


@pytest.mark.parametrize(
    ("words", "name", "values"),
    [
        (("due",), "actions-due-in-period", {"period": "2026-Q4"}),
        (("due", "--quarter", "2020"), "actions-due-in-period", {"period": "2020"}),
        (("due", "--strategy", "green deal"), "actions-due-in-period", {"period": "2026-Q4", "document": "green"}),
        (("due", "--before", "2021-01-01"), "actions-due-before", {"as_of": "2021-01-01"}),
        (("late",), "actions-late", {"as_of": DAY}),
    ],
)
def test_a_list_has_the_actions_of_its_query(
    words: tuple[str, ...], name: str, values: dict[str, str], corpus: Path
) -> None:
    assert sorted({row["action"] for row in rows(corpus, *words)}) == actions(corpus, name, **values)


def test_unreported_is_both_queries_each_with_its_word(corpus: Path) -> None:
    words = ("unreported", "--as-of", "2026-08-01")
    listed = rows(corpus, *words)
    expected = {
        "due, no report": "actions-due-without-report",
        "should have started, no report": "actions-should-have-started-without-report",
    }
    for word, name in expected.items():
        said = sorted({row["action"] for row in listed if row["status"] == word})
        assert said == actions(corpus, name, as_of="2026-08-01") and said
    assert {row["status"] for row in listed} == set(expected)


def test_a_sector_narrows_every_list(corpus: Path) -> None:
    inside = set(actions(corpus, "actions-in-sector", sector="energy"))
    for words in (("due", "--quarter", "2020"), ("unreported", "--as-of", "2026-08-01")):
        every = {row["action"] for row in rows(corpus, *words)}
        assert {row["action"] for row in rows(corpus, *words, "--sector", "energy")} == every & inside
        assert every & inside and every - inside


def test_a_row_tells_day_text_and_report(corpus: Path) -> None:
    (row,) = rows(corpus, "late")
    (late,) = ask("actions-late", corpus, as_of=DAY).dicts()
    assert row["day"] == "2026-03-31" and row["since"] == late["since"]
    assert row["description"].startswith("Develop guidelines") and row["text_status"] == "unofficial"
    assert rows(corpus, "late", "--lang", "nl")[0]["description"].startswith("Richtsnoeren ontwikkelen")


def test_the_language_is_that_of_the_locale(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value, language in {"nl_BE.UTF-8": "nl", "C.UTF-8": "en", "POSIX": "en", "de": "de"}.items():
        monkeypatch.setenv("LC_ALL", value)
        assert language_of_environment() == language
    output = (
        CliRunner(env={"LC_ALL": "nl_NL"}).invoke(cli, ["late", "--release", str(corpus), "--as-of", DAY]).output
    )
    assert "Richtsnoeren ontwikkelen" in output


def test_a_list_that_nobody_watches_is_whole(corpus: Path) -> None:
    output = run(corpus, "due").output
    assert output.startswith(f"Due in 2026-Q4, as reported by {DAY}\n\n2026-12-31  COM-2025-723/A3-003  ")
    texts = [" ".join(row["description"].split()) for row in rows(corpus, "due")]
    assert all(text in output for text in texts) and f"({len(texts)} rows)" in output
    assert "Some texts are unofficial translations" in output


def test_lines_end_at_a_word_within_the_terminal(corpus: Path) -> None:
    answer = ask("actions", corpus, lang="en")
    listed = Answer(
        ("day", "action", "status", "description"), tuple((row[9], row[0], row[7], row[4]) for row in answer)
    )
    shown, whole = table(lines_of(listed), 80)
    assert not whole and max(map(len, shown)) <= 80 and any(line.endswith("…") for line in shown)
    texts = {" ".join((row["description"] or "").split()) for row in listed.dicts()}
    for line in shown:
        words = line[:-1] if line.endswith("…") else line
        assert any(words.endswith(text[:length]) for text in texts for length in (len(text), *spaces(text)))


def spaces(text: str) -> list[int]:
    return [place for place, char in enumerate(text) if char == " "]


def test_sections_stand_above_their_rows() -> None:
    shown, whole = table(
        [ListedRow("due, no report", ("2026-01-01", "A"), "b"), ListedRow("late", ("2026", "B"), "c")], None
    )
    assert shown == ["Due, no report:", "2026-01-01  A  b", "Late:", "2026        B  c"] and whole
    assert table([], 80) == ([], True)


def test_an_empty_list_says_what_to_ask_next(corpus: Path) -> None:
    output = run(corpus, "due", "--quarter", "2099").output
    assert output == "No action is due in 2099: “policygraph query due-by-quarter” tells when actions are.\n"
    assert "look further back with --since" in run(corpus, "changes", "--since", "2030-01-01").output


def test_a_workbook_and_a_calendar_hold_the_list(corpus: Path, tmp_path: Path) -> None:
    listed = rows(corpus, "due", "--sector", "health")
    run(corpus, "due", "--sector", "health", "-f", "xlsx", "-o", str(tmp_path / "due.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "due.xlsx")["Answer"]
    assert [str(row[1].value) for row in sheet.iter_rows(min_row=2)] == [row["action"] for row in listed]
    assert sheet["A2"].value.date().isoformat() == listed[0]["day"]
    run(corpus, "due", "--sector", "health", "-f", "ics", "-o", str(tmp_path / "due.ics"))
    events = Calendar.from_ical((tmp_path / "due.ics").read_bytes()).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == [row["day"] for row in listed]
    assert str(events[0]["uid"]) == "action-COM-2025-723-A3-003@w3id.org"


def test_a_canned_query_is_a_calendar_where_it_has_days(corpus: Path) -> None:
    words = ["query", "actions-due-before", "--release", str(corpus), "--as-of", DAY, "-f", "ics"]
    content = CliRunner().invoke(cli, words, catch_exceptions=False).stdout_bytes
    expected = ask("actions-due-before", corpus, as_of=DAY)
    assert len(Calendar.from_ical(content).walk("VEVENT")) == len(expected)
    refused = CliRunner().invoke(cli, ["query", "totals", "--release", str(corpus), "-f", "ics"])
    assert isinstance(refused.exception, PolicygraphError)
    assert "A calendar needs rows of actions or dialogues with a day" in str(refused.exception)


def test_one_action_is_shown_whole(corpus: Path) -> None:
    output = run(corpus, "show", "A3-044").output
    assert output.startswith("COM(2025) 723 A3-044, flagship\n")
    assert "“First quarter of 2027”: due by 2027-03-31" in output
    assert "nl.txt, page 9, characters 17081 to 17152" in output
    assert (
        "Een AI-strategie voor de culturele en creatieve sectoren" in output
        and "(unofficial translation)" in output
    )
    whole = json.loads(run(corpus, "show", "apply ai 44", "-f", "json").output)
    assert whole["targets"][0]["number"] == "44" and whole["evidence"][0]["page"] == "9"
    assert whole == json.loads(run(corpus, "show", f"{AI.replace('doc', 'action')}/A3-044", "-f", "json").output)


def test_what_has_passed_is_told_of_an_action(corpus: Path) -> None:
    assert json.loads(run(corpus, "show", "apply ai 67", "-f", "json").output)["timeliness"] == ["late"]
    (first, *_) = actions(corpus, "actions-due-without-report", as_of="2026-08-01")
    words = ("show", first, "--as-of", "2026-08-01")
    assert json.loads(run(corpus, *words, "-f", "json").output)["timeliness"] == ["due, no report"]
    assert "status      no report by 2026-08-01" in run(corpus, *words).output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "44"), "names 2 things: European Green Deal 44"),
        (("show", "A3-444"), "did you mean COM(2025) 723, A3-0"),
        (("show", "id:action/COM-2025-723/A3-444"), "did you mean COM(2025) 723, A3-0"),
        (("due", "--sector", "defense"), "did you mean defence, security and space"),
        (("due", "--quarter", "2026", "--before", DAY), "exclude each other"),
        (("due", "--quarter", "soon"), "give a year or a quarter"),
        (("due", "--release", "/nowhere"), "There is no release in /nowhere"),
        (("deu",), "There is no command “deu”: did you mean due?"),
        (("xyz",), "“policygraph --help” lists them all."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(words: tuple[str, ...], sentence: str, corpus: Path) -> None:
    with pytest.raises(PolicygraphError) as refusal:
        run(corpus, *words)
    assert sentence in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.slow
def test_changes_are_events_of_builds(seed_release: Path, tmp_path: Path) -> None:
    shutil.copytree(seed_release, tmp_path / "release")
    build([edited(tmp_path / "52025DC0723", EDITS, 71)], tmp_path / "release")
    words = ["changes", "--release", str(tmp_path / "release"), "-f", "csv"]
    listed = csv.DictReader(io.StringIO(CliRunner().invoke(cli, words, catch_exceptions=False).output))
    kinds = {row["kind"] for row in listed}
    assert {"reworded", "deadline moved", "added"} <= kinds and "status changed" not in kinds


def test_changes_are_reports_that_were_recorded(corpus: Path) -> None:
    reports = [row["about"] for row in rows(corpus, "changes", "--strategy", "apply ai")]
    recorded = ask("status-as-known", corpus, as_of=DAY, document="apply ai").dicts()
    assert sorted(reports) == sorted(row["action"] for row in recorded if (row["recorded"] or "") >= "2026-10-27")
    assert reports and not rows(corpus, "changes", "--as-of", "2020-01-01")


def test_every_command_is_a_module_with_the_name() -> None:
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None and command.name == name
