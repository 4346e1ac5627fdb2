"""``policygraph sources``: documents that come in by file and by CELEX number, checked, accepted and built."""

from __future__ import annotations

import html
import re
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner, Result

from cellar_server import ITEM, Answer, cellar_server
from fidelity.plans import plan
from fidelity.typeset import forms
from made_source import make_source
from places import SEED, needs_shared
from policygraph.cli import cli
from policygraph.errors import NotUnderstood, PolicygraphError, SourceError
from policygraph.queries import ask
from policygraph.sources import open_source, read_source
from policygraph.sources.folder import belonging
from sources.test_versions import PLAN

FOREST = ("documents", "en-forest-strategy-2030", "CELEX_52021DC0572.html")
TABLE = """<html lang="en"><body><p>Annex</p><table>
<tr><td>What</td><td>When</td></tr>
<tr><td colspan="2">Energy</td></tr>
<tr><td>Publish guidance</td><td>Q1 2026</td></tr>
<tr><td>Propose a law</td><td>By the end of 2027</td></tr>
<tr><td>Open a call</td><td>From 2026</td></tr></table></body></html>"""
DETAILS = ["--identifier", "COM(2026) 1", "--date", "2026-01-31", "--type", "COMMUNIC", "--author", "COM"]


A_PLAN = ["--title", "A plan", "--address", "http://example.invalid/", *DETAILS]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["sources", *map(str, arguments)])


def add(*arguments: str | Path) -> Path:
    """Add a source and give its folder back."""
    result = run("add", *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    into = Path(str(arguments[arguments.index("--into") + 1]))
    [folder] = [path for path in into.iterdir() if path.is_dir()]
    return folder


def added(tmp_path: Path, name: str, text: str, *options: str) -> Path:
    """Write a file, add it with the details of a plan, and give the folder back."""
    (tmp_path / name).write_text(text, "utf-8")
    return add(tmp_path / name, *A_PLAN, *options, "--into", tmp_path / "sources")


def test_a_communication_as_published_becomes_a_release(tmp_path: Path) -> None:
    folder = add(
        needs_shared(*FOREST), "--celex", "52021DC0572", "--type", "COMMUNIC", "--into", tmp_path / "sources"
    )
    source = open_source(folder)
    assert (source.id, source.rules.layout, source.rules.authentic) == ("COM-2021-572", "boxes", False)
    assert source.rules.obtained_from == "CELEX_52021DC0572.html"
    checked = run("check", folder, "--rows", "--report", tmp_path / "report.html")
    assert checked.exit_code == 0
    assert "B, boxes: 28 entries" in checked.output and "M, milestones: 7 entries, 5 with a date" in checked.output
    assert "by Q1 2022 → by 2022-Q1" in checked.output
    report = (tmp_path / "report.html").read_text("utf-8")
    assert len(re.findall(r"<tr id=f1r\d+", report)) == 35
    assert report.count("<section>") >= 4 and "MILESTONE 1" in report
    assert run("accept", folder).output == "[rows] now says B = 28, M = 7.\n"
    assert open_source(folder).rules.rows == {"B": 28, "M": 7}
    built = CliRunner().invoke(cli, ["build", str(folder), "--out", str(tmp_path / "release")])
    assert built.exit_code == 0, built.output
    assert len({row[0] for row in ask("actions", tmp_path / "release", lang="en")}) == 35
    verified = CliRunner().invoke(
        cli, ["verify", str(tmp_path / "release"), "--sources", str(tmp_path / "sources")]
    )
    assert verified.exit_code == 0 and "0 failure(s)" in verified.output


def test_a_table_that_no_layout_knows_gets_a_draft(tmp_path: Path) -> None:
    folder = added(tmp_path, "annex.html", TABLE)
    draft = (folder / "layout.toml").read_text("utf-8")
    assert 'description = ["What"]' in draft and 'deadline = ["When"]' in draft
    assert "# When: 3 of 3 cells are dates" in draft and 'sections = "spanning"' in draft
    checked = run("check", folder, "--rows")
    assert checked.exit_code == 0
    assert "A1, table: 3 entries, 3 with a date" in checked.output and "3  Energy" in checked.output
    assert "[From 2026 → from 2026]" in checked.output


def test_a_draft_guesses_no_row_without_date_where_a_row_is_one_cell(tmp_path: Path) -> None:
    """It may be a heading, or the rest of a row that a page cut: a person says which."""
    odd = TABLE.replace("</table>", "<tr><td>and the rest of it</td><td></td></tr></table>")
    folder = added(tmp_path, "annex.html", odd)
    assert '\n# may_lack = ["deadline"]' in (folder / "layout.toml").read_text("utf-8")
    checked = run("check", folder)
    assert "A row without deadline" in str(checked.exception) and "may_lack" in str(checked.exception)


def test_a_table_whose_dates_no_rule_covers_gets_a_draft_and_the_lines_to_add(tmp_path: Path) -> None:
    odd = TABLE.replace("Q1 2026", "moon 7 of 2026").replace("From 2026", "moon 9 of 2026")
    folder = added(tmp_path, "annex.html", odd)
    assert 'deadline = ["When"]' in (folder / "layout.toml").read_text("utf-8")
    assert "not understood, 2 time(s): “moon 9 of 9999”" in run("check", folder).output


def test_a_source_of_which_nothing_is_read_cannot_be_accepted(tmp_path: Path) -> None:
    folder = added(tmp_path, "annex.html", "<html lang='en'><body><p>Nothing is planned.</p></body></html>")
    accepted = run("accept", folder)
    assert isinstance(accepted.exception, SourceError) and "No layout finds an entry" in str(accepted.exception)
    assert open_source(folder).rules.rows == {}


def test_wordings_that_no_rule_covers_are_grouped_with_their_place(tmp_path: Path) -> None:
    odd = TABLE.replace("Q1 2026", "in 7 moons").replace("From 2026", "in 9 moons")
    folder = added(tmp_path, "annex.html", odd)
    layout = '[[part]]\nkind = "table"\nsections = "spanning"\n'
    layout += 'columns.en = { description = ["What"], deadline = ["When"] }\n'
    (folder / "layout.toml").write_text(layout, "utf-8")
    checked = run("check", folder)
    assert checked.exit_code == 1
    assert "not understood, 2 time(s): “in 9 moons”" in checked.output
    assert "add the wording to grammar.en.toml beside source.toml" in checked.output
    refused = run("accept", folder)
    assert isinstance(refused.exception, PolicygraphError) and "in 7 moons" in str(refused.exception)
    assert open_source(folder).rules.rows == {}
    (folder / "grammar.en.toml").write_text("[modality]\nunspecified = ['in [0-9] moons']\n", "utf-8")
    checked = run("check", folder, "--rows")
    assert checked.exit_code == 0 and "[in 9 moons → unspecified]" in checked.output
    assert "grammar.en.toml" in belonging(open_source(folder))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[modality]\nby = ['by {moon}']\n", "line 2: “by {moon}” has the unknown slot {moon}"),
        ("[units]\nmoons = 'moon'\n", "line 2: “units.moons” must be one of"),
        ("[modality]\nrelative = ['in {duration}']\n", "line 2: “in {duration}” has no slot {event}; put it in"),
        (
            "[period]\nhalf = ['half of {year}']\n",
            "line 2: “half of {year}” has no slot {ordinal} or {n}; put it in",
        ),
        ("planned = ['({period}']\n", "is no regular expression"),
        ("language = 'fr'\n", "line 1: the key “language” is unknown"),
    ],
)
def test_what_is_wrong_in_an_added_grammar_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    folder = added(tmp_path, "annex.html", TABLE)
    (folder / "grammar.en.toml").write_text(text, "utf-8")
    refused = run("check", folder)
    assert isinstance(refused.exception, PolicygraphError) and message in str(refused.exception)
    assert "grammar.en.toml" in str(refused.exception)


def test_counts_that_differ_are_findings(tmp_path: Path) -> None:
    folder = added(tmp_path, "annex.html", TABLE)
    run("accept", folder)
    settings = (folder / "source.toml").read_text("utf-8")
    assert "A1 = 3" in settings
    (folder / "source.toml").write_text(settings.replace("A1 = 3", "A1 = 4"), "utf-8")
    checked = run("check", folder)
    assert checked.exit_code == 1 and "A1 has 3 rows where source.toml counts 4" in checked.output
    with pytest.raises(NotUnderstood, match=r"Part A1 has 3 rows where source\.toml counts 4"):
        read_source(open_source(folder))


def test_the_first_document_is_checked_as_it_is_read() -> None:
    checked = run("check", SEED)
    assert checked.exit_code == 0
    assert "A3, table: 70 entries, 70 with a date" in checked.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--title", "A plan"], "give --celex or --identifier"),
        (["--celex", "52026DC0001", "--title", "A plan", "--type", "COMMUNIC"], "give --date"),
    ],
)
def test_what_nobody_says_is_asked_for_by_its_option(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "annex.html").write_text(TABLE, "utf-8")
    result = run("add", tmp_path / "annex.html", *arguments, "--into", tmp_path / "sources")
    assert isinstance(result.exception, PolicygraphError) and words in str(result.exception)
    assert not (tmp_path / "sources").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = added(tmp_path, "annex.html", TABLE)
    before = (folder / "source.toml").read_bytes()
    result = run("add", tmp_path / "annex.html", *A_PLAN, "--into", tmp_path / "sources")
    assert isinstance(result.exception, PolicygraphError) and "is there already" in str(result.exception)
    assert (folder / "source.toml").read_bytes() == before


def test_a_document_comes_by_its_celex_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYGRAPH_CACHE", str(tmp_path / "cache"))
    notice = needs_shared("documents", "cellar", "notices", "52018PC0340_branch.xml").read_bytes()
    path = "/resource/celex/52018PC0340"
    with cellar_server() as server:
        server.on(
            path, Answer(200, notice, {"Content-Type": "application/xml"}), accept="application/xml;notice=branch"
        )
        server.on(path, Answer(404, b"does not hold a content datastream"), accept="application/xml;type=fmx4")
        server.on(path, Answer(303, headers={"Location": "{home}" + ITEM}), accept="application/xhtml+xml")
        server.on(ITEM, Answer(200, TABLE.encode(), {"Content-Type": "application/xhtml+xml"}))
        into = tmp_path / "sources"
        folder = add("52018PC0340", "--cellar", server.address, "--into", into)
    rules = open_source(folder).rules
    assert (rules.identifier, rules.type, rules.author) == ("COM(2018) 340", "PROP_DIR", "COM")
    assert rules.title["en"].startswith("Proposal for a DIRECTIVE")
    assert rules.authentic is False  # it came from another repository than the publisher's
    assert (folder / "eng.html").read_bytes() == TABLE.encode()


def test_nothing_is_written_where_the_publisher_has_no_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLICYGRAPH_CACHE", str(tmp_path / "cache"))
    with cellar_server() as server:
        result = run("add", "52018PC0340", "--cellar", server.address, "--into", tmp_path / "sources")
    assert isinstance(result.exception, PolicygraphError) and "check the CELEX number" in str(result.exception)
    assert not (tmp_path / "sources").exists()


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> ' \" \u202egnp.exe"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "annex.html",
            TABLE.replace("Publish guidance", html.escape(HOSTILE)).replace("Energy", html.escape(HOSTILE)),
        ),
        ("annex.txt", f"Actions\n\nTimetable\n\n{HOSTILE}\n\n2026\n\nDo it\n\n2027\n\nDo more\n\n2028\n"),
    ],
)
def test_hostile_words_stay_words_in_the_report(name: str, text: str, tmp_path: Path) -> None:
    folder = added(tmp_path, name, text, "--language", "en")
    report = (folder / "report.html").read_text("utf-8")
    assert "<section>" in report and "&lt;script&gt;alert(1)" in report
    assert "\u202e" not in report
    tree = lxml.html.document_fromstring(report)
    assert not tree.xpath("//script | //img | //*[@onerror] | //@src | //link | //iframe")
    assert {href[0] for href in tree.xpath("//@href")} == {"#"}
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_the_report_shows_each_row_beside_its_page_of_print(tmp_path: Path) -> None:
    name, content = dict(forms())["pdf reportlab grid"](plan("en"))
    folder = make_source(tmp_path / "P", {name: ("en", content)}, layout=PLAN)
    assert run("check", folder, "--report", tmp_path / "report.html").exit_code == 0
    tree = lxml.html.document_fromstring((tmp_path / "report.html").read_text("utf-8"))
    (page,) = tree.xpath("//section[h3='page 1']")
    boxes = page.xpath(".//div[@class='page']/div")
    assert [box.text_content() for box in boxes][:2] == ["Commission actions", "Target date"]
    for row, (_, _, text, date) in zip(page.xpath(".//tr[@id]"), plan("en").actions, strict=False):
        marked = page.xpath(f".//mark[a/@href='#{row.get('id')}']")
        words = " ".join(" ".join(mark.text_content() for mark in marked if mark.get("class") == "").split())
        assert (words, row[3].text) == (text, date)


TEXT = """A plan

What we do

By when

Energy

Publish guidance on grids

Q1 2026

Propose a law on storage

By the end of 2027

Transport

Open a call

From 2026

(1) A note.
"""


def test_a_text_with_a_cell_a_paragraph_gets_a_draft(tmp_path: Path) -> None:
    folder = added(tmp_path, "annex.txt", TEXT, "--language", "en")
    checked = run("check", folder, "--rows")
    assert checked.exit_code == 0, checked.output
    assert "A1, cells: 3 entries, 3 with a date" in checked.output
    assert "2  Energy" in checked.output and "1  Transport" in checked.output


@pytest.mark.parametrize(
    ("place", "options", "rows", "longest"),
    [
        (("eu-water-resilience-annex-2025", "annex.txt"), ["--language", "en"], "A1, cells: 49 entries", 30),
        (("dir-2012-30-annex-ii", "oj-fr.xhtml"), ["--language", "fr"], "A1, table: 5 entries", 10),
    ],
)
def test_documents_of_others_need_no_hand(
    place: tuple[str, str], options: list[str], rows: str, longest: int, tmp_path: Path
) -> None:
    folder = add(needs_shared("documents", *place), *A_PLAN, *options, "--into", tmp_path / "sources")
    checked = run("check", folder)
    assert checked.exit_code == 0 and rows in checked.output
    assert len((folder / "layout.toml").read_text("utf-8").splitlines()) <= longest


def test_files_of_two_languages_get_one_draft(tmp_path: Path) -> None:
    files = [
        needs_shared("documents", "dir-2012-30-annex-ii", f"consolidated-{code}.fmx4.xml") for code in ("en", "fr")
    ]
    folder = add(*files, *A_PLAN, "--into", tmp_path / "sources")
    draft = (folder / "layout.toml").read_text("utf-8")
    assert "[part.columns.en]" in draft and "[part.columns.fr]" in draft
    texts = read_source(open_source(folder))
    assert [len(text.actions) for text in texts] == [5, 5] and texts[1].disagreements == ()


def test_a_source_like_another_takes_its_layout_and_roles(tmp_path: Path) -> None:
    like = added(tmp_path, "annex.html", TABLE)
    (like / "curated").mkdir()
    roles = "document,number,words,role,reason\nCOM-2026-1,1,Energy,sector,As the table says.\n"
    (like / "curated" / "headings.csv").write_text(roles, "utf-8")
    second = tmp_path / "second.html"
    second.write_text(TABLE.replace("guidance", "advice"), "utf-8")
    options = ["--celex", "52027DC0002", "--like", str(like), "--into", str(tmp_path / "others")]
    folder = add(second, "--title", "B", "--type", "COMMUNIC", "--date", "2027-01-31", *options)
    assert (folder / "layout.toml").read_bytes() == (like / "layout.toml").read_bytes()
    [text] = read_source(open_source(folder))
    assert [heading.role for heading in text.headings] == ["sector"]


def test_what_is_no_source_is_nothing_to_be_like(tmp_path: Path) -> None:
    (tmp_path / "annex.html").write_text(TABLE, "utf-8")
    result = run("add", tmp_path / "annex.html", *A_PLAN, "--like", "52000DC0000", "--into", tmp_path / "sources")
    assert isinstance(result.exception, PolicygraphError) and "is no source: take" in str(result.exception)
    assert not (tmp_path / "sources").exists()


def test_the_first_document_needs_no_layout(tmp_path: Path) -> None:
    details = ["--celex", "52025DC0723", "--title", "De AI-toepassingsstrategie", "--type", "COMMUNIC"]
    folder = add(SEED / "nl.txt", "--language", "nl", "--date", "2025-10-08", *details, "--into", tmp_path)
    assert not (folder / "layout.toml").exists() and open_source(folder).rules.layout is None
