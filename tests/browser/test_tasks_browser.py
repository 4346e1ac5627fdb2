"""What somebody who follows strategies wants to know, found from home by clicking only, on a desk and a phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import openpyxl
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from publishing import Server

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1440, 390])
def home(request: pytest.FixtureRequest, browser: Browser, site: Server) -> Iterator[Page]:
    """The home page in English, in a window as wide as a desk's screen or a phone's."""
    window = {"width": request.param, "height": 900}
    context = browser.new_context(base_url=site.address, viewport=window)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.goto("/?lang=en")
    yield opened
    context.close()


def follow(page: Page, name: str, within: str = "main", exact: bool = True) -> None:
    """Click the first link of this name, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(within).get_by_role("link", name=name, exact=exact).first.click()


def number_of(page: Page) -> int:
    """How many actions the list says that it shows."""
    return int(page.locator("h2#results").inner_text().split()[0])


def test_what_is_due_this_quarter(home: Page) -> None:
    card = home.locator("section.card", has=home.locator("#due"))
    told = int(card.locator(".figure strong").inner_text())
    with home.expect_navigation():
        card.locator("p.more a").click()
    assert number_of(home) == told == home.locator("table.actions tbody tr").count() > 0


def test_which_health_flagships_are_past_their_date(home: Page) -> None:
    follow(home, "health and pharmaceuticals")
    assert home.locator("h1").inner_text() == "health and pharmaceuticals"
    told = int(home.locator("#state-due-without-report small").inner_text())
    follow(home, "due, no report", ".states")
    assert number_of(home) == told > 0
    if not home.locator("input[name=kind][value=flagship]").is_visible():
        home.locator("summary", has_text="Narrow the list").click()
    with home.expect_navigation():
        home.locator("input[name=kind][value=flagship]").check()
    left = number_of(home)
    assert home.locator("table.actions tbody .kind-flagship").count() == left < told
    assert home.locator(".nothing", has_text="Take out one of the choices").count() == (left == 0)


def test_of_which_a_report_says_that_it_is_late_and_how_one_knows(home: Page) -> None:
    card = home.locator("section.card", has=home.locator("#passed-late"))
    assert int(card.locator(".figure strong").inner_text()) == card.locator(".brief li").count() > 0
    with home.expect_navigation():
        card.locator(".brief a").first.click()
    assert home.locator(".reports a.out").first.get_attribute("href", timeout=15_000).startswith("http")  # type: ignore[union-attr]


def test_a_sector_to_excel(home: Page) -> None:
    follow(home, "energy")
    told = int(home.locator("header .states strong").all_inner_texts()[0])
    with home.expect_download() as download:
        home.get_by_role("link", name="Excel", exact=True).click()
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    follow(home, "actions", "header.page-head", exact=False)
    assert sheet.max_row - 1 == number_of(home) >= told > 0


def test_a_sector_in_the_calendar_that_stays_up_to_date(home: Page) -> None:
    follow(home, "energy")
    address = home.get_by_role("link", name="Subscribe in a calendar").get_attribute("href")
    assert address is not None and address.startswith("webcal:") and "sector=ENERGY" in address
    answer = httpx.get(address.replace("webcal:", "http:"))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.text.count("BEGIN:VEVENT") > 0 and "REFRESH-INTERVAL" in answer.text


def test_two_sectors_side_by_side(home: Page) -> None:
    follow(home, "Sectors", ".main-nav")
    follow(home, "Compare sectors")
    for name in ("energy", "robotics"):
        with home.expect_navigation():
            home.get_by_label(name, exact=True).check()
    assert home.locator("table.compare thead th").all_inner_texts() == ["energy", "robotics"]


def test_what_is_new_since_last_month(home: Page) -> None:
    follow(home, "All changes, and how to subscribe")
    told = int(home.locator("h2#found").inner_text().split()[0])
    assert told == home.locator("#found ~ .reports > li").count() > 0
    assert home.get_by_role("link", name="Feed of changes (Atom)").count() == 1
