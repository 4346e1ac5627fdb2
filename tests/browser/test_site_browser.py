"""The site as files, below a folder of a server that knows nothing: searched and asked in the browser."""

from __future__ import annotations

import contextlib
import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urljoin, urlsplit

import pytest
from required import lacking
from test_pages_browser import violations, watched

from policygraph.web.pages.views.scripts import is_built

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from publishing import Server

pytestmark = pytest.mark.browser


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is written down."""


@contextlib.contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """A server that sends the files of a folder and nothing else; its address."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site of the first document below ``/a/sub folder/`` of a plain file server; its address."""
    if not is_built():
        lacking("the engine for the browser is not built: make web")
    host = tmp_path_factory.mktemp("host")
    (host / "a").mkdir()
    (host / "a" / "sub folder").symlink_to(request.getfixturevalue("seed_site"), target_is_directory=True)
    with hosted(host) as address:
        yield f"{address}a/sub%20folder/"


@pytest.fixture
def page(browser: Browser, files: str) -> Iterator[Page]:
    """A fresh window; at its end nothing was missing, asked of elsewhere, or complained of."""
    context = browser.new_context(base_url=files)
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    hosts, complaints = watched(opened)
    missing: list[str] = []
    opened.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
    yield opened
    context.close()
    assert {host for host in hosts if host} == {urlsplit(files).netloc}
    assert complaints == [] and missing == []


def narrowed(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("html[data-narrowed]").wait_for()


def rows(page: Page) -> list[str]:
    return page.locator("table.actions tbody td:first-child").all_inner_texts()


def test_home_leads_everywhere(page: Page, axe: str) -> None:
    page.goto("index.html")
    assert page.locator("h1").inner_text() == "What EU strategies announce, and by when"
    assert violations(page, axe) == []
    for words in page.locator(".main-nav a").all_inner_texts():
        page.locator(".main-nav a", has_text=words).click()
        assert page.locator('.main-nav [aria-current="page"]').inner_text() == words
    page.locator(".languages a", has_text="Nederlands").click()
    assert page.url.endswith("/nl/about.html")
    assert page.locator("html").get_attribute("lang") == "nl"


@pytest.mark.parametrize("query", ["AI factories", "salud", "zorg", "robotics", "wat heeft", "ŁÓDŹ"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_search_finds_in_the_browser_what_the_server_finds(
    page: Page, browser: Browser, site: Server, language: str, query: str
) -> None:
    page.goto("index.html" if language == "en" else "nl/index.html")
    page.locator("#search").fill(query)
    page.keyboard.press("Enter")
    page.locator("#found h2").wait_for()
    assert parse_qs(urlsplit(page.url).query)["q"] == [query]
    served = browser.new_context(java_script_enabled=False).new_page()
    served.goto(f"{site.address}search?q={quote(query)}&lang={language}")

    def hits(shown: Page) -> list[str]:
        return [
            re.sub(r"\s+", " ", text)
            for text in shown.locator("#found h2, #found h3, #found ol li").all_inner_texts()
        ]

    assert hits(page) == hits(served)
    served.context.close()


def test_proposals_while_typing_lead_to_a_thing_and_to_a_kind(page: Page, axe: str) -> None:
    page.goto("index.html")
    page.locator("#search").press_sequentially("healthc")
    page.locator(".suggested [role=option]").first.wait_for()
    assert violations(page, axe) == []
    kinds = page.locator(".suggested .of-kind").all_inner_texts()
    assert any(words.startswith("Actions") for words in kinds)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#found h2").wait_for()
    assert parse_qs(urlsplit(page.url).query)["kind"] == ["action"]


@pytest.mark.parametrize(
    "state",
    [
        "",
        "q=gezondheid+AI",
        "sector=HEALTH&kind=flagship&sort=due&order=desc",
        "heading=COM-2025-723%2F01&heading=COM-2025-723%2F02&sort=description",
        "period=2026-Q4&report=none",
        "modality=from&start_before=2026-11-24&sort=due",
        "due_before=2026-01-01",
        "due_from=2027-01-01&sort=heading",
        "q=zzzz",
    ],
)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_list_is_narrowed_as_the_server_narrows_it(
    page: Page, browser: Browser, site: Server, state: str, language: str
) -> None:
    narrowed(page, f"{'nl/' if language == 'nl' else ''}actions.html?{state}")
    context = browser.new_context(base_url=site.address)
    served = context.new_page()
    served.goto(f"/actions?{state}&lang={language}")
    assert rows(page) == rows(served)
    for part in (
        "#results",
        ".chosen",
        ".facet summary",
        ".choice .count",
        ".choice.empty",
        "th[aria-sort]",
        ".nothing",
    ):
        here, there = (
            [" ".join(words.split()) for words in one.locator(part).all_inner_texts()] for one in (page, served)
        )
        assert here == there, part
    ticked = "[...document.querySelectorAll('.choice input:checked')].map(one => one.name + one.value)"
    assert page.evaluate(ticked) == served.evaluate(ticked)
    context.close()


@pytest.mark.parametrize("state", ["sector=HEALTH", "q=gezondheid", "report=none&strategy=COM-2019-640", "q=zzzz"])
def test_timeline_is_narrowed_as_the_server_narrows_it(
    page: Page, browser: Browser, site: Server, state: str
) -> None:
    narrowed(page, f"timeline.html?{state}")
    context = browser.new_context(base_url=site.address)
    served = context.new_page()
    served.goto(f"/timeline?{state}&lang=en")
    for part in ("#results", ".chosen", ".lane-group h3", "svg.lanes text", ".unbarred", ".nothing"):
        assert page.locator(part).all_inner_texts() == served.locator(part).all_inner_texts(), part
    page.locator(".results-head .views a").first.click()
    assert page.url.endswith(f"/actions.html?{state}")
    context.close()


def test_facet_is_ticked_and_taken_out_again(page: Page, axe: str) -> None:
    narrowed(page, "actions.html")
    with page.expect_navigation():
        page.locator('input[name="kind"][value="flagship"]').check()
    page.locator("html[data-narrowed]").wait_for()
    assert len(rows(page)) == 38
    assert violations(page, axe) == []
    with page.expect_navigation():
        page.locator(".chosen a").click()
    page.locator("html[data-narrowed]").wait_for()
    assert len(rows(page)) == 70


def test_download_holds_what_is_shown(page: Page) -> None:
    narrowed(page, "actions.html?sector=HEALTH&kind=flagship&sort=due&order=desc")
    shown = rows(page)
    for words in ("CSV", "JSON"):
        with page.expect_download() as download:
            page.locator(".downloads a", has_text=words).click()
        text = download.value.path().read_text("utf-8")
        assert re.findall(r"/id/action/COM-2025-723/(A3-\d+)", text) == shown
    assert "Other formats hold all actions" in page.locator(".downloads").inner_text()


def test_sparql_is_answered_in_the_browser(page: Page, axe: str) -> None:
    page.goto("nl/editor.html?example=actions-by-heading&run=1")
    page.locator("#result tbody tr").nth(15).wait_for()
    assert page.locator("#told").inner_text().startswith("16 rijen")
    assert violations(page, axe) == []
    page.locator(".workbench-side summary", has_text="Dialogen").click()
    page.locator('[data-example="dialogues"]').click()
    page.keyboard.press("Control+Enter")
    page.locator("#result tbody tr").nth(18).wait_for()
    page.locator("#result a").first.click()
    page.wait_for_url("**/nl/id/dialogue/COM-2025-723/*.html")


def test_nonsense_is_refused_in_words_in_the_browser(page: Page) -> None:
    page.goto("editor.html?query=SELECT+nonsense&run=1")
    page.get_by_role("alert").wait_for()
    assert "was not answered" in page.get_by_role("alert").inner_text()


def test_canned_query_is_asked_again_with_other_values(page: Page, axe: str) -> None:
    page.goto("nl/queries/actions-mentioning.html")
    page.locator("[name=text]").fill("robot")
    page.keyboard.press("Enter")
    page.locator("#answer", has_text="4 rijen").wait_for()
    assert parse_qs(urlsplit(page.url).query)["text"] == ["robot"]
    assert '"robot"' in page.locator("section[aria-labelledby=sparql] pre").inner_text()
    assert violations(page, axe) == []
    page.reload()
    page.locator("#answer", has_text="4 rijen").wait_for()
    page.locator("[name=text]").fill("x" * 1001)
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert "of --text is not understood" in page.get_by_role("alert").inner_text()
    page.locator("[name=text]").fill('") } # ')
    page.keyboard.press("Enter")
    page.locator("#answer", has_text="0 rijen").wait_for()


def test_link_to_a_query_with_a_value_is_answered(page: Page) -> None:
    page.goto("id/action/COM-2025-723/A3-010.html")
    page.locator(".take-away a", has_text="The query behind it").click()
    page.locator(".as-link", has_text="Turtle").wait_for()
    assert "A3-010" in page.locator("section[aria-labelledby=answer] pre").inner_text()
    page.locator("section[aria-labelledby=sparql] a.button").click()
    page.locator(".cm-content").wait_for()
    assert "A3-010" in page.locator("#query").input_value()


@pytest.mark.parametrize("name", ["index.html", "actions.html", "editor.html", "queries/load-by-period.html"])
def test_dark_pages_are_accessible(page: Page, axe: str, name: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"nl/{name}")
    assert violations(page, axe) == []


def test_list_of_several_parts_is_narrowed_over_all_of_them(
    browser: Browser, seed_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts of 20 actions, each a file: what fits is found on all of them, and has parts of its own."""
    from policygraph.site import action_index, crawling, write
    from policygraph.site.addresses import SiteAddress
    from policygraph.web.viewmodels import filter as selection

    monkeypatch.setattr(selection, "SIZE", 20)
    monkeypatch.setattr(action_index, "SIZE", 20)
    monkeypatch.setattr(crawling, "START", [SiteAddress("/actions", "nl")])
    monkeypatch.setattr(crawling, "is_copied", lambda address: not address.path.startswith("/actions"))
    write(seed_release, tmp_path / "site")
    assert (tmp_path / "site" / "nl" / "actions" / "page-4.html").is_file()
    with hosted(tmp_path / "site") as address:
        page = browser.new_context(base_url=address).new_page()
        narrowed(page, "nl/actions.html?sort=due")
        assert len(rows(page)) == 20
        days = page.locator("table.actions tbody .target-cell time").evaluate_all(
            "all => all.map(one => one.dateTime)"
        )
        assert days == sorted(days)
        found = set(rows(page))
        for _ in range(3):
            with page.expect_navigation():
                page.locator('.pager a[rel="next"]').click()
            page.locator("html[data-narrowed]").wait_for()
            found |= set(rows(page))
        assert len(found) == 70 and page.locator('.pager a[rel="next"]').count() == 0
        narrowed(page, "nl/actions.html?heading=COM-2025-723%2F16&heading=COM-2025-723%2F01")
        assert len(rows(page)) > 10 and page.locator(".pager").count() == 0
        link = page.locator("table.actions tbody a").last.get_attribute("href")
        assert link and "/nl/id/" in urljoin(page.url, link)
        page.context.close()


def test_first_page_is_light(page: Page) -> None:
    """The engine comes only where it is needed: the first page asks for less than half a megabyte."""
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("index.html", wait_until="networkidle")
    assert sum(sizes) < 500_000
