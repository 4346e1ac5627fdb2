"""The ten tasks of a new user, from the home page by visible links, forms and labels only.

Each is walked on the server, on the server with a phone, and on the static site.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import openpyxl
import pytest
from test_pages_browser import violations
from test_site_browser import files  # noqa: F401  # a fixture

from policygraph.rdf.iris import BASE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

CITATION = "COM(2025) 723, Annex 3, p. 9, row 44 by our count"
QUERY = "SELECT ?action { ?action pg:number 44 }"


@dataclass(frozen=True)
class Walk:
    """A window that began at the home page, and the address of the host that it walks on."""

    page: Page
    host: str

    def follow(self, name: str | re.Pattern[str], within: str = "main", exact: bool = True) -> None:
        """Click the first visible link of this name, and wait for the page that it leads to."""
        self.go(self.page.locator(within).get_by_role("link", name=name, exact=exact).first)

    def go(self, link: Locator) -> None:
        """Click, and wait for the page that it leads to: on the static site also for its scripts."""
        with self.page.expect_navigation():
            link.click()
        if self.page.locator("script[src*='narrow.js'], script[src*='compare.js']").count():
            self.page.locator("html[data-narrowed]").wait_for()

    def tick(self, box: Locator) -> None:
        """Tick a box of a form that answers at once."""
        self.go(box)
        assert box.is_checked()

    def search(self, words: str) -> None:
        """Type words into the field at the top and press Enter."""
        self.page.locator("#search").fill(words)
        self.page.keyboard.press("Enter")
        self.page.locator("#found h2").wait_for()

    def number(self) -> int:
        """How many actions the list says that it shows."""
        return int(self.page.locator("h2#results").inner_text().split()[0])

    def served(self, address: str) -> str:
        """Where this host has what an address names that was written for another place."""
        return self.host + address.partition(urlsplit(BASE).path)[2] if "//w3id.org/" in address else address


@pytest.fixture(params=["server", "phone", "static"])
def home(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Walk]:
    """The home page in English as each of them meets it."""
    host, start = (
        (request.getfixturevalue("files"), "index.html")
        if request.param == "static"
        else (request.getfixturevalue("site").address, "?lang=en")
    )
    size = {"width": 390, "height": 844} if request.param == "phone" else {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.goto(host + start)
    yield Walk(opened, host)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_what_is_due_this_quarter(home: Walk) -> None:
    card = home.page.locator("section.card", has=home.page.locator("#due"))
    told = int(card.locator(".figure strong").inner_text())
    home.go(card.locator("p.more a"))
    assert home.number() == told == home.page.locator("table.actions tbody tr").count() > 0


def test_which_health_flagships_are_past_their_date(home: Walk) -> None:
    home.follow("health and pharmaceuticals")
    page = home.page
    assert page.locator("h1").inner_text() == "health and pharmaceuticals"
    told = int(page.locator("#state-due-without-report small").inner_text())
    home.follow("Due, no report", ".states")
    assert home.number() == told > 0
    if not page.locator("input[name=kind][value=flagship]").is_visible():
        page.locator("summary", has_text="Narrow the list").click()
    home.go(page.locator("input[name=kind][value=flagship]"))
    left = home.number()
    assert page.locator("table.actions tbody .kind-flagship").count() == left < told
    assert page.locator(".nothing", has_text="Take out one of the choices").count() == (left == 0)


def test_of_which_a_report_says_that_it_is_late_and_how_one_knows(home: Walk) -> None:
    card = home.page.locator("section.card", has=home.page.locator("#passed-late"))
    assert int(card.locator(".figure strong").inner_text()) == card.locator(".brief li").count() > 0
    home.go(card.locator(".brief a").first)
    source = home.page.locator(".reports a.out").first.get_attribute("href")
    assert source is not None and source.startswith("http")


def test_exact_words_and_page_of_row_44_with_a_citation(home: Walk, axe: str) -> None:
    page = home.page
    home.search("A3-044")
    assert violations(page, axe) == []
    page.locator("#found ol.hits a").first.click()
    page.locator(".evidence").wait_for()
    marked = " ".join(page.locator(".evidence mark").all_inner_texts())
    assert marked == "Een AI-strategie voor de culturele en creatieve sectoren vaststellen. Eerste kwartaal 2027"
    assert CITATION in page.locator(".cited").inner_text()
    assert page.locator(".sheet h3").inner_text().startswith("Page 9")
    assert violations(page, axe) == []


def test_a_sector_to_excel(home: Walk) -> None:
    """From its briefing, and from the list of its actions."""
    home.follow("energy")
    told = int(home.page.locator("header .states strong").all_inner_texts()[0])

    def rows() -> int:
        with home.page.expect_download() as download:
            home.page.get_by_role("link", name="Excel", exact=True).click()
        (sheet, *_) = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets
        return sheet.max_row - 1

    taken = rows()
    home.follow("actions", "header.page-head", exact=False)
    assert taken == rows() == home.number() >= told > 0


def test_a_sector_in_the_calendar_that_stays_up_to_date(home: Walk) -> None:
    home.follow("energy")
    addresses = [home.page.get_by_role("link", name="Subscribe in a calendar").get_attribute("href") or ""]
    home.follow("actions", "header.page-head", exact=False)
    addresses.append(home.page.get_by_role("link", name="Subscribe in a calendar").get_attribute("href") or "")
    shown = {*home.page.locator("table.actions tbody td:first-child").all_inner_texts()}
    for address in addresses:
        assert address.startswith("webcal:") and re.search("sector.ENERGY", address)
        answer = httpx.get(home.served(address).replace("webcal:", "http:"))
        assert answer.headers["content-type"].startswith("text/calendar")
        text = answer.text.replace("\r\n ", "")
        assert "REFRESH-INTERVAL" in text and text.count("BEGIN:VEVENT") > 0
        assert {*re.findall(r"A3-\d{3}", text)} <= shown


def test_two_sectors_side_by_side(home: Walk) -> None:
    home.follow("Sectors", ".main-nav")
    home.follow("Compare sectors")
    assert home.page.locator("table.compare thead th").count() > 10
    for name in ("robotics", "energy"):
        home.tick(home.page.get_by_label(name, exact=True))
    assert home.page.locator("table.compare thead th").all_inner_texts() == ["energy", "robotics"]
    numbers = home.page.locator("table.compare tbody tr:first-child td a").all_inner_texts()
    home.go(home.page.locator("table.compare tbody tr:first-child td a").first)
    assert home.number() == int(numbers[0]) > 0


def test_a_sector_beside_another_from_its_briefing(home: Walk) -> None:
    home.follow("energy")
    home.follow("robotics", "section.take-away")
    assert home.page.locator("table.compare thead th").all_inner_texts() == ["energy", "robotics"]


def test_which_actions_mention_ai_factories(home: Walk) -> None:
    home.search("AI factories")
    notes = home.page.locator("section[aria-labelledby=kind-action] li .meta").all_inner_texts()
    assert sorted(re.findall(r"A3-\d{3}", " ".join(notes))) == ["A3-007", "A3-021", "A3-028"]


def test_which_concepts_relate_to_a_sector_and_back(home: Walk, axe: str) -> None:
    page = home.page
    page.locator(".main-nav a", has_text="Sectors").click()
    page.locator("table.spread a", has_text="health and pharmaceuticals").first.click()
    page.locator(".relations a", has_text="health care").first.click()
    page.locator(".kicker", has_text="EuroVoc").wait_for()
    assert violations(page, axe) == []
    page.locator(".relations a", has_text="health and pharmaceuticals").click()
    assert page.locator("h1").inner_text() == "health and pharmaceuticals"
    page.locator(".main-nav a", has_text="Concepts").click()
    page.locator("nav a", has_text="EuroVoc").click()
    page.locator(".tree a", has_text=re.compile("^health care$")).first.click()
    assert page.locator("h1").inner_text() == "health care"


def test_own_sparql_with_a_link_that_runs_itself(home: Walk, browser: Browser) -> None:
    page = home.page
    page.locator(".main-nav a", has_text="SPARQL").click()
    page.locator(".cm-content").fill(QUERY)
    page.locator("#run").click()
    page.locator("#result table").wait_for()
    assert "PREFIX pg:" in page.locator(".cm-content").inner_text()
    again = browser.new_context().new_page()
    again.set_default_timeout(30_000)
    again.goto(page.url)
    again.locator("#result table").wait_for()
    assert "A3-044" in again.locator("#result").inner_text()
    again.context.close()


def test_what_is_new_since_last_month(home: Walk) -> None:
    home.follow("All changes, and how to subscribe")
    told = int(home.page.locator("h2#found").inner_text().split()[0])
    counted = home.page.locator("#found ~ .reports > li").count()
    while home.page.locator(".pager a[rel=next]").count():
        home.go(home.page.locator(".pager a[rel=next]"))
        counted += home.page.locator("#found ~ .reports > li").count()
    assert told == counted > 0
    assert home.page.get_by_role("link", name="Feed of changes (Atom)").count() == 1
