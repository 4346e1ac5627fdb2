"""Four tasks of a new user, from the home page by what is seen: on the server, on a phone, on the static site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from test_pages_browser import violations
from test_site_browser import files  # noqa: F401  # a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CITATION = "COM(2025) 723, Annex 3, p. 9, row 44 by our count"
QUERY = "SELECT ?action { ?action pg:number 44 }"


@pytest.fixture(params=["server", "phone", "static"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """The home page as each of them meets it."""
    if request.param == "static":
        address = request.getfixturevalue("files") + "index.html"
    else:
        address = request.getfixturevalue("site").address + "?lang=en"
    size = {"width": 390, "height": 844} if request.param == "phone" else {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    opened.goto(address)
    yield opened
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def search(page: Page, words: str) -> None:
    """Type words into the field at the top and press Enter."""
    page.locator("#search").fill(words)
    page.keyboard.press("Enter")
    page.locator("#found h2").wait_for()


def test_exact_words_and_page_of_row_44_with_a_citation(page: Page, axe: str) -> None:
    search(page, "A3-044")
    assert violations(page, axe) == []
    page.locator("#found ol.hits a").first.click()
    page.locator(".evidence").wait_for()
    marked = " ".join(page.locator(".evidence mark").all_inner_texts())
    assert marked == "Een AI-strategie voor de culturele en creatieve sectoren vaststellen. Eerste kwartaal 2027"
    assert CITATION in page.locator(".cited").inner_text()
    assert page.locator(".sheet h3").inner_text().startswith("Page 9")
    assert violations(page, axe) == []


def test_which_actions_mention_ai_factories(page: Page) -> None:
    search(page, "AI factories")
    notes = page.locator("section[aria-labelledby=kind-action] li .meta").all_inner_texts()
    assert sorted(re.findall(r"A3-\d{3}", " ".join(notes))) == ["A3-007", "A3-021", "A3-028"]


def test_which_concepts_relate_to_a_sector_and_back(page: Page, axe: str) -> None:
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


def test_own_sparql_with_a_link_that_runs_itself(page: Page, browser: Browser) -> None:
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
