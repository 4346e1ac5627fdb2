"""A release of three strategies, of which two have dates, headings and files unlike the first: nothing is lost."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import vobject

from policygraph.queries import open_release
from policygraph.queries.canned import names
from policygraph.rdf.iris import BASE
from policygraph.release import Release
from policygraph.site.action_index import action_index
from policygraph.web.pages.listing import PAGES
from policygraph.web.pages.views import strategies
from policygraph.web.pages.views.about import source_page
from policygraph.web.viewmodels import evidence
from publishing import Server, serving
from visiting import html, made, moved, visiting

DAY = "2026-11-26"
ACTIONS = 153
PREFIXES = "PREFIX pg: <https://w3id.org/policygraph/def#> "
TWO_TARGETS = "/id/action/COM-2021-572/B3.4-05"
MILESTONE = "/id/action/COM-2021-572/M-07"


@pytest.fixture(scope="session")
def three(corpus: Path) -> Iterator[Server]:
    """A server of the three strategies, with room for all of them."""
    room = {"seconds": 10, "quick_seconds": 5, "memory_mib": 512, "rows": 100_000, "answer_mib": 32}
    with serving(corpus, limits={**room, "queue": 64, "queue_seconds": 10}) as running:
        yield running


def things(server: Server, pattern: str) -> set[str]:
    """The paths of the things that fit a pattern."""
    return {
        "/" + row["thing"].removeprefix(BASE)
        for row in server.rows(f"{PREFIXES} SELECT DISTINCT ?thing WHERE {{ {pattern} }}")
    }


def page(server: Server, path: str, language: str = "en", **parameters: str) -> str:
    headers = {"Accept": "text/html", "Accept-Language": language}
    response = server.client.get(path, params=parameters, headers=headers, follow_redirects=True)
    assert response.status_code == 200, (path, language, response.text[:500])
    return response.text


def table(server: Server, path: str, **parameters: str) -> list[dict[str, str]]:
    response = server.client.get(path, params=parameters)
    assert response.status_code == 200, (path, response.text[:500])
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def links_of(text: str) -> set[str]:
    return set(re.findall(r'href="(/id/action/[^".?]+(?:\.[0-9]-[0-9]+)?)', text))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_listed_page_answers(three: Server, language: str) -> None:
    paths = {path for listed in PAGES for path in listed.crawled()} | {"/api"}
    assert len(paths) > len(names())
    for path in sorted(paths):
        text = page(three, path, language)
        assert f'<html lang="{language}"' in text, path
        # A code of a period may stand in an address or a value, never in words.
        words = re.sub(r"<(script|code|pre|textarea)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        if not path.startswith(("/queries", "/api", "/concepts", "/def", "/shapes")):
            assert not re.search(r"20\d\d-(summer|spring|autumn|winter)|20\d\d--20", words), path


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_of_each_kind_of_thing_answers(three: Server, language: str) -> None:
    every = sorted(things(three, f"?thing a ?kind FILTER(STRSTARTS(STR(?thing), '{BASE}id/'))"))
    every = [
        path for path in every if "/distribution/" not in path
    ]  # named as files are: the ending asks for a format
    kinds: dict[tuple[str, ...], str] = {}
    for path in every:
        kinds.setdefault((*path.split("/")[2:4], str(path.count("/"))), path)
    assert len(kinds) > 40
    for path in (*kinds.values(), *things(three, "?thing a pg:PolicyAction FILTER(CONTAINS(STR(?thing), '572'))")):
        page(three, path, language)


def test_no_action_is_missing(three: Server) -> None:
    every = things(three, "?thing a pg:PolicyAction")
    assert len(every) == ACTIONS
    assert {path.partition("?")[0].removesuffix(".html") for path in hrefs(page(three, "/actions"))} >= every
    for path in ("/actions.csv", "/queries/actions.csv", "/queries/actions-without-report.csv"):
        listed = {"/" + row["action"].removeprefix(BASE) for row in table(three, path)}
        reported = things(three, "?report pg:about ?thing ; pg:status ?status")
        assert listed == every - (reported if "report" in path else set()), path
    shown = three.client.get("/actions.json").json()["actions"]
    assert len({row["action"] for row in shown}) == ACTIONS


def hrefs(text: str) -> set[str]:
    return set(re.findall(r'href="(/id/action/[^"]+)"', text))


def test_only_what_had_to_be_complete_is_ever_overdue(three: Server) -> None:
    before = f'?deadline pg:completionDueBy ?day FILTER(?day < "{DAY}"^^<http://www.w3.org/2001/XMLSchema#date>)'
    # A search that found nothing is about the action too, and no report.
    report = "FILTER NOT EXISTS { ?report a pg:StatusReport ; pg:about ?thing }"
    due = things(three, f"?thing pg:deadline ?deadline . {before} {report}")
    overdue = table(three, "/actions.csv", due_before=DAY, report="none")
    assert {"/" + row["action"].removeprefix(BASE) for row in overdue} == due and due
    canned = table(three, "/queries/actions-due-without-report.csv", as_of=DAY)
    assert {"/" + row["action"].removeprefix(BASE) for row in canned} == due
    bound = "?thing a pg:PolicyAction FILTER NOT EXISTS { ?thing pg:deadline/pg:completionDueBy ?day }"
    assert not due & things(three, bound)
    for row in table(three, "/actions.csv"):
        modality = row["modality"]
        assert bool(row["completion_due_by"]) <= (modality in ("within", "between", "by")), row
        assert bool(row["start_due_by"]) == (modality == "from"), row
    assert {row["modality"] for row in table(three, "/actions.csv")} >= {"", "within", "between", "by", "from"}


def test_what_names_no_day_says_so(three: Server) -> None:
    undated = things(three, "?thing a pg:PolicyAction FILTER NOT EXISTS { ?thing pg:deadline ?deadline }")
    assert len(undated) == 21
    for path in undated:
        facts = re.search(r'<dl class="facts">.*?</dl>', page(three, path), re.DOTALL)
        assert facts and "no date given" in facts[0] and "”" not in facts[0], path
    assert "21 actions name no period" in page(three, "/timeline")


def test_each_of_several_targets_is_shown_with_what_it_is_for(three: Server) -> None:
    purposes = ("Develop a definition and adopt", "as well as voluntary closer-to-nature")
    for path in (TWO_TARGETS, "/actions"):
        text = page(three, path)
        assert all(words in text for words in (*purposes, "30 June 2022", "31 March 2023")), path
    calendar = three.client.get("/calendar.ics").text
    events = {event.uid.value: event for event in vobject.readOne(calendar).vevent_list}
    uid = "COM-2021-572-B3.4-05"
    assert str(events[f"action-{uid}@w3id.org"].dtend.value) == "2022-07-01"
    second = events[f"deadline-{uid}-2@w3id.org"]
    assert (
        str(second.dtend.value) == "2023-04-01" and "To be completed by 31 March 2023" in second.description.value
    )
    assert purposes[1] in second.description.value


def test_each_target_with_a_last_day_is_in_the_calendar(three: Server) -> None:
    dated = things(
        three, "?action a pg:PolicyAction ; pg:deadline ?thing . ?thing pg:completionDueBy|pg:startDueBy ?d"
    )
    events = vobject.readOne(three.client.get("/calendar.ics").text).vevent_list
    assert len(events) == len({event.uid.value for event in events}) == len(dated)


@pytest.mark.slow
def test_every_period_narrows_the_list_and_the_calendar(three: Server) -> None:
    periods = {path.rpartition("/")[2] for path in things(three, "?deadline pg:period ?thing")}
    assert {"2020-summer", "2020-03", "2020--2021", "2022-Q1"} <= periods
    for period in sorted(periods):
        listed = {row["identifier"] for row in table(three, "/actions.csv", period=period)}
        own = {row["period"] for row in table(three, "/actions.csv", period=period)}
        assert listed and period in own
        assert three.client.get(f"/calendar/period/{period}.ics").status_code == 200, period
    assert three.client.get("/calendar.ics", params={"period": "2020-monsoon"}).status_code == 400


def test_a_milestone_without_heading_and_page_has_its_place(three: Server) -> None:
    text = page(three, MILESTONE)
    assert "/html[1]/body[1]/div[2]/div[3]/p[3]" in text and "<td>294</td>" in text
    assert "complete by" in text and "by Q1 2022" in text
    line = page(three, "/timeline", group="heading")
    assert "Without a heading" in line and "/id/action/COM-2021-572/M-07" in line
    assert "Without a heading" in page(three, "/strategy/COM-2021-572")


def test_counts_by_heading_have_every_action_that_stands_under_one(three: Server) -> None:
    headed = things(three, "?thing a pg:PolicyAction ; pg:heading ?heading")
    assert len(headed) == ACTIONS - 7
    rows = table(three, "/queries/actions-by-heading.csv")
    assert sum(int(row["actions"]) for row in rows) == len(headed)
    for row in rows:
        listed = table(three, "/queries/actions-of-heading.csv", heading=row["heading_iri"])
        assert len({each["action"] for each in listed}) == int(row["actions"])
    dated = "?thing a pg:PolicyAction ; pg:heading ?heading ; pg:deadline/pg:period ?period"
    load = table(three, "/queries/load-by-sector-and-quarter.csv")
    assert {row["heading_iri"] for row in load} < {row["heading_iri"] for row in rows} and len(load) > 46
    assert sum(int(row["actions"]) for row in load) >= len(things(three, dated))


def source_text(release: Release, document: str, language: str) -> str:
    """The page of a source over a release, where no source folder is at hand."""
    store = ox.Store()
    store.bulk_load(path=release.canonical, format=ox.RdfFormat.N_QUADS)
    visit = visiting(store, f"/source/{document}/{language}", release=release)
    return html(source_page, visit, document, language)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No source folder comes with this installation."""
    monkeypatch.setattr(evidence, "_from_source", lambda _: None)


@pytest.mark.usefixtures("nowhere")
def test_the_whole_of_a_file_without_pages_is_one_sheet(corpus: Path) -> None:
    text = source_text(Release.open(corpus), "COM-2021-572", "en")
    assert "The file has no pages" in text and "Read from this file" in text and 'rel="next"' not in text
    assert links_of(text) >= {MILESTONE} and "<mark" in text


@pytest.mark.usefixtures("nowhere")
def test_a_text_is_the_one_that_the_release_publishes_and_no_other(corpus: Path, tmp_path: Path) -> None:
    release = Release.open(corpus)
    assert "Roadmap - Key actions" in source_text(release, "COM-2019-640", "en")
    sha256, stream = next(pair for pair in release.manifest.streams.items() if "52021DC0572" in pair[1].file)
    (tmp_path / stream.file).parent.mkdir(parents=True)
    changed = (corpus / stream.file).read_text("utf-8").replace("forest", "desert")
    (tmp_path / stream.file).write_text(changed, "utf-8")
    assert evidence.document(sha256, release) is not None
    for folder in (tmp_path, tmp_path / "empty"):
        assert evidence.document(sha256, replace(release, folder=folder)) is None


def test_headings_tell_their_strategy_and_what_is_not_mapped(three: Server) -> None:
    home = page(three, "/")
    titles = ("The European Green Deal", "New EU Forest Strategy for 2030", "Apply AI Strategy")
    assert all(home.count(f">{title}<") == 1 for title in titles)
    pages = (page(three, f"/strategy/{key}") for key in ("COM-2019-640", "COM-2021-572", "COM-2025-723"))
    against = "".join(text[text.index('id="against"') :] for text in pages)
    pattern = r'<th scope="row"><a href="/id/heading/([^".?]+)[^"]*">.*?</th>(.*?)</tr>'
    rows = dict(re.findall(pattern, against, re.DOTALL))
    assert len(rows) == 30
    themes = {"COM-2019-640": ("03", "08", "09", "10"), "COM-2021-572": ("01", "02", "03", "04")}
    for heading, row in rows.items():
        document, number = heading.split("/")
        is_theme = number in themes.get(document, ("12", "13", "14", "15", "16"))
        assert ("not mapped to a sector" in row) == is_theme, heading
        is_told = document == "COM-2025-723" or is_theme
        assert ("the document lists no dialogues" in row) == (not is_told), heading
    listed = page(three, "/sectors")
    assert listed.count("not mapped to a sector") == 13 and listed.count("COM(2021) 572") == 4


def test_a_strategy_shows_what_it_says_about_others(three: Server) -> None:
    text = page(three, "/strategy/COM-2021-572")
    assert "What it says about other documents" in text
    assert re.search(
        r'Replaces <a [^>]*href="[^"]*52013DC0659"[^>]*><bdi>EU Forest Strategy adopted in 2013', text
    )
    assert "<q><bdi>This Strategy replaces the EU Forest Strategy adopted in 2013</bdi></q>" in text
    assert re.search(r'Refers to <a href="/id/doc/COM-2019-640.html"><bdi>The European Green Deal', text)


def test_what_stands_under_no_heading_is_a_choice(three: Server) -> None:
    rows = table(three, "/actions.csv", heading="none")
    assert sorted({row["identifier"] for row in rows}) == [f"M-0{number}" for number in range(1, 8)]
    text = page(three, "/actions", heading="none")
    assert re.search(
        r'value="none" checked> <span><bdi>Without a heading</bdi></span> <span class="count">7<', text
    )
    assert "/actions?heading=none&amp;period=2022-Q1" in page(three, "/strategy/COM-2021-572")


def test_a_list_without_a_server_knows_every_due_day(corpus: Path) -> None:
    release = Release.open(corpus)
    store = ox.Store()
    store.bulk_load(path=release.canonical, format=ox.RdfFormat.N_QUADS)
    index = json.loads(asyncio.run(action_index(visiting(store, "/actions", release=release))))
    actions = {action["iri"].removeprefix(BASE): action for action in index["actions"]}
    assert actions[TWO_TARGETS[1:]]["due_days"] == ["2022-06-30", "2023-03-31"]
    assert actions[TWO_TARGETS[1:]]["due"] == ["2022-Q2", "2023-Q1"]
    assert (
        actions[MILESTONE[1:]]["heading"] == ["none"] and actions["id/action/COM-2021-572/M-02"]["due_days"] == []
    )


def test_strategies_come_in_pages_the_latest_first(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visiting(open_release(corpus)[0], "/strategies")
    whole = made(strategies.strategy_list, visit).values["lines"]
    assert [one.key for one, _ in whole] == ["COM-2025-723", "COM-2021-572", "COM-2019-640"]
    monkeypatch.setattr(strategies, "SHOWN", 2)
    first = made(strategies.strategy_list, visit).values
    assert first["lines"] == whole[:2] and first["part"].last == 2
    assert made(strategies.strategy_list, moved(visit, "/strategies?page=2")).values["lines"] == whole[2:]
    assert 'href="/strategies?page=2' in html(strategies.strategy_list, visit)
