"""Calendar and news feed, read back by libraries of others."""

from __future__ import annotations

import csv
import datetime
import io
import xml.etree.ElementTree as xml

import feedparser
import pytest
import vobject

from policygraph.rdf.iris import BASE, Names
from policygraph.vocabulary.status_reports import status_quads
from policygraph.web.feeds.atom import ATOM, AtomEntry, AtomLink, write_feed
from policygraph.web.feeds.calendar import CalendarFeed
from policygraph.web.viewmodels.actions import ActionView, TargetView
from policygraph.web.viewmodels.concepts import ConceptIndex
from policygraph.web.viewmodels.context import PageContext
from policygraph.web.viewmodels.labels import LocalizedText
from publishing import Server

STAMP = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
Date = datetime.date


def entries(site: Server, address: str) -> dict[str, vobject.base.Component]:
    """The entries of a calendar by the identifier of their action."""
    response = site.client.get(address)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = getattr(vobject.readOne(response.text), "vevent_list", [])
    return {entry.uid.value.partition("@")[0].removeprefix("action-COM-2025-723-"): entry for entry in found}


def days(entry: vobject.base.Component) -> tuple[Date, Date]:
    return entry.dtstart.value, entry.dtend.value


def test_every_action_is_an_entry_of_whole_days(site: Server) -> None:
    found = entries(site, "/calendar.ics")
    assert sorted(found) == [f"A3-{number:03}" for number in range(1, 71)]
    for entry in found.values():
        first, end = days(entry)
        assert type(first) is Date and type(end) is Date and first.day == end.day == 1
        assert entry.dtstart.params == {"VALUE": ["DATE"]} and entry.transp.value == "TRANSPARENT"
        assert entry.dtstamp.value == STAMP
        assert entry.url.value.startswith(f"{site.address}id/action/COM-2025-723/A3-")


@pytest.mark.parametrize(
    ("action", "wording", "first", "end"),
    [
        ("A3-030", "Derde kwartaal 2025", Date(2025, 7, 1), Date(2025, 10, 1)),
        ("A3-006", "Vierde kwartaal 2025", Date(2025, 10, 1), Date(2026, 1, 1)),
        ("A3-001", "Tweede kwartaal 2027", Date(2027, 4, 1), Date(2027, 7, 1)),
        ("A3-004", "2026", Date(2026, 1, 1), Date(2027, 1, 1)),
        ("A3-026", "Vanaf tweede kwartaal 2026", Date(2026, 4, 1), Date(2026, 7, 1)),
    ],
)
def test_a_period_lasts_from_its_first_to_its_last_day(
    site: Server, action: str, wording: str, first: Date, end: Date
) -> None:
    entry = entries(site, "/calendar.ics")[action]
    assert days(entry) == (first, end) and f"“{wording}”" in entry.description.value
    last = end - datetime.timedelta(days=1)
    assert f"{last.day} {last:%B %Y} at the latest" in entry.description.value


def test_an_open_ended_action_says_so_and_only_it(site: Server) -> None:
    opened = {
        *("A3-013", "A3-023", "A3-024", "A3-026", "A3-027", "A3-028", "A3-036", "A3-039", "A3-043"),
        *("A3-052", "A3-054", "A3-060", "A3-061", "A3-066", "A3-068"),
    }
    for language, summary, words in (
        ("en", "no end date", "No end date was announced"),
        ("nl", "zonder einddatum", "Er is geen einddatum aangekondigd"),
    ):
        found = entries(site, f"/calendar.ics?lang={language}")
        assert {name for name, entry in found.items() if summary in entry.summary.value} == opened
        assert {name for name, entry in found.items() if words in entry.description.value} == opened
    assert set(entries(site, "/calendar/modality/from.ics")) == opened


def test_entries_keep_their_identity_in_every_language_and_release(site: Server) -> None:
    english, dutch = entries(site, "/calendar.ics?lang=en"), entries(site, "/calendar.ics?lang=nl")
    assert list(english) == list(dutch)
    assert english["A3-001"].uid.value == dutch["A3-001"].uid.value == "action-COM-2025-723-A3-001@w3id.org"
    heading = "Healthcare, including pharmaceuticals"
    assert dutch["A3-004"].categories.value[0] == "Gezondheidszorg, met inbegrip van farmaceutische producten"
    assert "without compromising safety. (unofficial translation)" in english["A3-004"].description.value
    assert english["A3-004"].categories.value == [heading, "flagship"]
    assert dutch["A3-026"].categories.value[-1] == "zonder einddatum"
    assert "Reported for 16 December 2025: started" in english["A3-004"].description.value
    assert "Gemeld voor 16 december 2025: begonnen" in dutch["A3-004"].description.value
    assert "That does not mean that nothing was done" in english["A3-003"].description.value


def test_the_same_release_gives_the_same_bytes(site: Server) -> None:
    first = site.client.get("/calendar.ics", headers={"Accept-Language": "nl"})
    assert first.content == site.client.get("/calendar.ics?lang=nl").content
    assert "Accept-Language" in first.headers["Vary"]
    known = {"If-None-Match": first.headers["ETag"], "Accept-Language": "nl"}
    assert site.client.get("/calendar.ics", headers=known).status_code == 304


def test_lines_are_folded_and_end_as_the_format_wants(site: Server) -> None:
    content = site.client.get("/calendar.ics?lang=nl").content
    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"") and max(map(len, lines)) <= 75
    content.decode("utf-8")
    assert all(line.decode("utf-8") is not None for line in lines)


@pytest.mark.parametrize(
    "query",
    [
        "sector=HEALTH",
        "heading=COM-2025-723/03",
        "kind=flagship&period=2026-Q4",
        "modality=from&q=cyber",
        "due_before=2026-01-01&report=none",
        "start_before=2026-06-30&sort=due&order=desc",
        "sector=HEALTH&sector=ENERGY&lang=nl",
        "q=there-is-no-such-word",
    ],
)
def test_a_list_of_actions_is_a_calendar_of_the_same_actions(site: Server, query: str) -> None:
    table = site.client.get(f"/actions.csv?{query}").content.decode("utf-8-sig")
    listed = {row["identifier"] for row in csv.DictReader(io.StringIO(table))}
    assert set(entries(site, f"/actions.ics?{query}")) == listed
    if "sort" not in query:
        assert set(entries(site, f"/calendar.ics?{query}")) == listed


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("heading/01", "heading=COM-2025-723/01"),
        ("heading/COM-2025-723/01", "heading=COM-2025-723/01"),
        ("sector/HEALTH", "sector=HEALTH"),
        ("kind/flagship", "kind=flagship"),
        ("period/2026-Q4", "period=2026-Q4"),
    ],
)
def test_a_calendar_of_one_heading_sector_kind_or_period_has_its_own_address(
    site: Server, path: str, query: str
) -> None:
    found = entries(site, f"/calendar/{path}.ics")
    assert found and list(found) == list(entries(site, f"/calendar.ics?{query}"))


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/calendar/colour/red.ics", 404, ("/calendar/sector/",)),
        ("/calendar/sector/NOWHERE.ics", 404, ("HEALTH", "ENERGY")),
        ("/calendar/heading/99.ics", 404, ("99", "COM-2025-723/16")),
        ("/calendar.ics?sector=NOWHERE", 400, ("NOWHERE", "HEALTH")),
        ("/calendar.ics?heading=a%20b", 400, ("heading",)),
        ("/calendar.ics?colour=red", 400, ("colour", "sector", "kind")),
        ("/calendar.ics?due_before=soon", 400, ("soon", "due_before", "YYYY-MM-DD")),
        ("/calendar.ics?lang=xx", 400, ("xx", "en, nl")),
        ("/feed.atom?lang=xx", 400, ("xx", "en, nl")),
    ],
)
def test_a_calendar_that_cannot_be_is_told_in_a_sentence(
    site: Server, address: str, status: int, words: tuple[str, ...]
) -> None:
    response = site.client.get(address)
    assert response.status_code == status and all(word in response.text for word in words), response.text


def test_hostile_words_stay_words_in_a_calendar() -> None:
    planted = "a; b, c \\ d\r\nEND:VEVENT\nX-EVIL:1\u202e\u0007<script>"
    target = TargetView(f"{BASE}id/deadline/D/A3-001", "2026-Q4", "within", "2026-10-01", "2026-12-31")
    heading, descriptions = f"{BASE}id/heading/D/01", {LocalizedText(planted, "nl")}
    action = ActionView(
        f"{BASE}id/action/D/A3-001", 1, heading, "A3-001", targets=[target], descriptions=descriptions
    )
    nothing = ConceptIndex(BASE, "en", {})
    written = CalendarFeed(PageContext(None), nothing, STAMP, "x;y,z").written([action]).decode()  # type: ignore[arg-type]
    whole = vobject.readOne(written)
    assert "X-EVIL" not in {line.partition(":")[0] for line in written.splitlines()}
    assert "\u202e" not in written and "\u0007" not in written
    assert "a; b, c \\ d\nEND:VEVENT\nX-EVIL:1<script>" in whole.vevent.description.value.replace("\r", "")
    assert len(whole.vevent_list) == 1


def test_the_feed_tells_the_release_and_each_report(site: Server) -> None:
    response = site.client.get("/feed.atom")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert not feed.bozo and feed.version == "atom10" and feed.feed.id == f"{BASE}feed.atom"
    reports = {entry.id: entry for entry in feed.entries if "/status-report/" in entry.id}
    curated = [quad.subject.value for quad in status_quads(Names()) if quad.predicate.value.endswith("#asOf")]
    assert set(reports) == {report for report in curated if "/COM-2025-723/" in report}
    assert f"{BASE}id/status-report/COM-2025-723/A3-065/2026-02-13" in reports
    delivered = reports[f"{BASE}id/status-report/COM-2025-723/A3-069/2026-01-14"]
    assert delivered.title == "A3-069: delivered (14 January 2026)" and delivered.updated == "2026-11-24T00:00:00Z"
    assert delivered.link == f"{site.address}id/action/COM-2025-723/A3-069"
    assert next(link.href for link in delivered.links if link.rel == "via").startswith(
        "https://www.nederlanddigitaal"
    )
    assert "had the status “delivered” on 14 January 2026" in delivered.summary
    assert "op 14 januari 2026 de status “geleverd”" in delivered.summary
    (release,) = [entry for entry in feed.entries if entry.id not in reports]
    assert release.id.startswith(f"{BASE}id/activity/") and "70 actions" in release.summary
    assert release.enclosures[0].href == f"{site.address}dumps/policygraph.nq"


def test_the_feed_keeps_the_rules_of_atom(site: Server) -> None:
    ids = []
    for language in ("en", "nl"):
        root = xml.fromstring(site.client.get(f"/feed.atom?lang={language}").content)
        name = f"{{{ATOM}}}"
        assert root.tag == f"{name}feed" and len(root.findall(f"{name}author/{name}name")) == 1
        (self_link,) = [link for link in root.findall(f"{name}link") if link.get("rel") == "self"]
        assert self_link.get("href") == f"{site.address}feed.atom?lang={language}"
        for node in (root, *root.findall(f"{name}entry")):
            for one in ("id", "title", "updated"):
                assert len(node.findall(name + one)) == 1, one
            kinds = [
                (link.get("type"), link.get("hreflang")) for link in node.findall(f"{name}link[@rel='alternate']")
            ]
            assert kinds and len(kinds) == len(set(kinds))
        ids.append([node.findtext(f"{name}id") for node in root.findall(f"{name}entry")])
        (summaries,) = {len(node.findall(f"{name}summary")) for node in root.findall(f"{name}entry")}
        assert summaries == 1
    assert ids[0] == ids[1] and len(set(ids[0])) == len(ids[0])


def test_hostile_words_stay_words_in_a_feed() -> None:
    planted = "]]></title><script>\u0000\u202e&"
    entry = AtomEntry(
        "urn:x:1", planted, "2026-01-01", (AtomLink("https://a.test/?a=1&b=2"),), (("en", (planted,)),), planted
    )
    words = {"title": planted, "subtitle": planted, "author": planted}
    feed = write_feed((entry,), (), id="urn:x:0", language="en", updated="2026-01-01", **words)
    read = feedparser.parse(feed)
    assert not read.bozo and read.entries[0].link == "https://a.test/?a=1&b=2"
    assert b"<script>" not in feed and xml.fromstring(feed).findtext(f"{{{ATOM}}}title") == "]]></title><script>&"


def test_plain_files_have_a_feed_and_a_calendar_too(server: Server) -> None:
    assert entries(server, "/calendar.ics") == {}
    feed = feedparser.parse(server.client.get("/feed.atom").content)
    assert not feed.bozo and len(feed.entries) == 1 and "published" in feed.entries[0].summary
