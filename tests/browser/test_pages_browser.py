"""Every kind of page in a real browser: accessible, quiet, alone, and good to use with the keyboard only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from publishing import Server

pytestmark = pytest.mark.browser

KINDS = {
    "home": "/",
    "actions": "/actions",
    "some actions": "/actions?heading=COM-2025-723/01&kind=flagship&due_before=2027-01-01&sort=due",
    "no action": "/actions?q=zzzz",
    "timeline": "/timeline",
    "timeline by body": "/timeline?group=body&zoom=3&sector=HEALTH",
    "strategies": "/strategies",
    "strategy": "/strategy/COM-2025-723",
    "briefing": "/sector/HEALTH",
    "sectors side by side": "/compare?sector=HEALTH&sector=ENERGY",
    "changes": "/changes?since=2026-01-01",
    "no changes": "/changes?since=2099-01-01",
    "counting": "/counting",
    "action": "/id/action/COM-2025-723/A3-003.html",
    "action with a report": "/id/action/COM-2025-723/A3-004.html",
    "open-ended action": "/id/action/COM-2025-723/A3-013.html",
    "dialogue": "/id/dialogue/COM-2025-723/A1-19.html",
    "initiative": "/id/initiative/COM-2025-723/A2-05.html",
    "sector": "/id/sector/HEALTH.html",
    "heading": "/id/heading/COM-2025-723/01.html",
    "period": "/id/period/2026-Q4.html",
    "concept": "/id/modality/from.html",
    "document": "/id/doc/COM-2025-723.html",
    "source row": "/id/source/COM-2025-723/nl/A3-003.html",
    "sectors": "/sectors",
    "dialogues": "/dialogues",
    "initiatives": "/initiatives",
    "periods": "/periods",
    "concepts": "/concepts",
    "queries": "/queries",
    "query with a grid": "/queries/load-by-sector-and-quarter",
    "query with bars": "/queries/load-by-period",
    "query with a form": "/queries/actions-due-before?as_of=2026-06-30",
    "query with a graph": "/queries/about",
    "query with a wrong value": "/queries/actions-due-before?as_of=tomorrow",
    "ontology": "/def",
    "shapes": "/shapes",
    "about": "/about",
    "source page": "/source/COM-2025-723/nl/4",
    "nothing here": "/nothing-here",
    "no such strategy": "/strategy/COM-1900-1",
}
FAULTY = {"nothing here": 404, "no such strategy": 404, "query with a wrong value": 400}


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, theme: str, site: Server) -> Iterator[Page]:
    """A fresh window; what it asks for, and what it complains of, is kept."""
    context = browser.new_context(color_scheme=theme, base_url=site.address)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    yield opened
    context.close()


def watched(page: Page) -> tuple[list[str], list[str]]:
    """The hosts that a page asks and the complaints of its console, as they come."""
    hosts: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: hosts.append(urlsplit(request.url).netloc))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return hosts, complaints


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds on the page, with the elements."""
    page.evaluate(axe)
    found: Any = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:4]]}" for one in found]


def with_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_accessible_quiet_and_alone(
    page: Page, site: Server, axe: str, kind: str, language: str
) -> None:
    hosts, complaints = watched(page)
    response = page.goto(with_language(KINDS[kind], language))
    assert response is not None and response.status == FAULTY.get(kind, 200)
    assert violations(page, axe) == []
    assert page.locator("html").get_attribute("lang") == language
    assert set(hosts) == {urlsplit(site.address).netloc}
    assert [words for words in complaints if kind not in FAULTY or "Failed to load resource" not in words] == []


@pytest.mark.parametrize("theme", ["light"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_sticks_out_on_a_phone(page: Page, kind: str) -> None:
    page.set_viewport_size({"width": 320, "height": 780})
    page.goto(with_language(KINDS[kind], "nl"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def focused(page: Page) -> str:
    """What has the focus: its text or label."""
    return str(
        page.evaluate(
            "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
        )
    )


def test_the_keyboard_alone_reaches_an_action(page: Page) -> None:
    """Skip link, search field, the first action that is found, its page: no pointer."""
    page.goto("/?lang=en")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    for _ in range(12):
        if page.evaluate("document.activeElement.name") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("robotica")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "q=robotica" in page.url and "lang=en" in page.url
    for _ in range(120):
        page.keyboard.press("Tab")
        if "/id/action/" in page.evaluate("document.activeElement.href ?? ''"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/id/action/" in page.url
    assert page.locator("mark").count() > 0


def test_the_skip_link_goes_to_the_content(page: Page) -> None:
    page.goto("/actions?lang=en")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_focus_is_seen_wherever_it_is(page: Page) -> None:
    page.goto("/?lang=en")
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", focused(page)


def test_the_theme_switch_lasts(page: Page, theme: str) -> None:
    page.goto("/?lang=en")
    before = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.locator("[data-theme-switch]").click()
    after = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert after != before
    page.goto("/about?lang=en")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == after
    other = {"light": "dark", "dark": "light"}[theme]
    assert page.locator("html").get_attribute("data-theme") == other


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_a_tick_narrows_the_list_and_its_address_stays(page: Page) -> None:
    page.goto("/actions?lang=nl")
    with page.expect_navigation():
        page.locator("input[name=kind][value=flagship]").check()
    assert "kind=flagship" in page.url and "lang=nl" in page.url and "q=" not in page.url
    shown = page.locator("table.actions tbody tr").count()
    assert page.locator("h2#results").inner_text().startswith(str(shown))
    assert page.locator("table.actions tbody .kind-flagship").count() == shown


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_a_tick_keeps_the_place_and_the_focus(page: Page) -> None:
    page.goto("/actions?lang=en")
    box = page.locator("input[name=status][value=started]")
    page.evaluate("scrollTo(0, 300)")
    before = page.evaluate("scrollY")
    with page.expect_navigation():
        box.evaluate("box => box.click()")
    page.wait_for_function("document.activeElement.name === 'status'")
    assert page.evaluate("document.activeElement.value") == "started"
    assert abs(page.evaluate("scrollY") - before) < 5 and before > 0


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_the_language_switch_keeps_the_state(page: Page) -> None:
    page.goto("/actions?kind=flagship&sort=due&lang=en")
    page.get_by_role("link", name="Nederlands", exact=True).click()
    assert "kind=flagship" in page.url and "sort=due" in page.url and "lang=nl" in page.url
    assert page.locator("h1").inner_text() == "Acties"


def test_without_javascript_everything_still_works(browser: Browser, site: Server) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.address)
    page = context.new_page()
    page.goto("/actions?lang=en")
    page.locator("input[name=kind][value=flagship]").check()
    page.get_by_role("button", name="Show", exact=True).click()
    assert "kind=flagship" in page.url
    assert page.locator("table.actions tbody tr").count() > 0
    assert not page.locator("[data-theme-switch]").is_visible()
    page.goto("/queries/actions-mentioning?lang=en")
    page.locator("input[name=text]").fill("robotica")
    page.get_by_role("button", name="Ask", exact=True).click()
    assert "text=robotica" in page.url
    assert page.locator("table.answer tbody tr").count() > 0
    context.close()


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_paper_has_no_navigation_and_nothing_folded(page: Page) -> None:
    page.goto("/id/action/COM-2025-723/A3-003.html?lang=en")
    page.emulate_media(media="print")
    assert not page.locator(".main-nav").is_visible()
    assert page.locator("mark").first.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


@pytest.mark.parametrize("theme", ["light"], indirect=True)
def test_structured_data_is_json(page: Page) -> None:
    page.goto("/id/action/COM-2025-723/A3-003.html?lang=en")
    found = [json.loads(words) for words in page.locator('script[type="application/ld+json"]').all_inner_texts()]
    assert [one["@type"] for one in found] == ["CreativeWork", "BreadcrumbList"]
    assert found[0]["temporalCoverage"] == "2026-10-01/2026-12-31"
