"""The SPARQL editor in a real browser: with a pointer, with the keyboard alone, with eyes that need contrast."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from required import lacking
from test_pages_browser import violations, watched

from policygraph.web.pages.views.scripts import is_built

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from publishing import Server

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def page(browser: Browser, theme: str, site: Server) -> Iterator[Page]:
    """A fresh window at a server whose editor is built."""
    if not is_built():
        lacking("the editor is not built: make web")
    context = browser.new_context(color_scheme=theme, base_url=site.address)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()


def opened(page: Page, address: str = "/editor?lang=en") -> None:
    page.goto(address)
    page.locator(".cm-content").wait_for()


def written(page: Page, query: str) -> None:
    """Write over what stands in the editor, a key at a time."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(query)
    page.keyboard.press("Escape")


only_light = pytest.mark.parametrize("theme", ["light"], indirect=True)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_example_runs_and_shows_rows_as_table_and_chart(page: Page, site: Server, axe: str, language: str) -> None:
    hosts, complaints = watched(page)
    opened(page, f"/editor?lang={language}")
    assert violations(page, axe) == []
    page.locator('[data-example="actions-by-heading"]').click()
    page.locator("#run").click()
    page.locator("#result tbody tr").nth(15).wait_for()
    assert page.locator("#result tbody tr").count() == 32  # 16 in the table, 16 in the chart that is hidden
    assert page.locator("#told").inner_text().startswith({"en": "16 rows, ", "nl": "16 rijen, "}[language])
    assert violations(page, axe) == []
    page.locator("#views button").nth(1).click()
    assert page.locator(".chart-part .bar-fill").count() == 16
    assert violations(page, axe) == []
    assert set(hosts) == {urlsplit(site.address).netloc} and complaints == []


@only_light
def test_share_link_brings_the_query_back(page: Page) -> None:
    opened(page)
    written(page, "SELECT ?a WHERE { ?a a <https://w3id.org/policygraph/def#Dialogue> ")
    page.locator("#share").click()
    page.get_by_text("Link copied").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(address).query)["query"] == [page.locator("#query").input_value()]
    opened(page, address)
    assert "def#Dialogue>" in page.locator("#query").input_value()
    page.locator("#run").click()
    page.locator("#result tbody tr").nth(18).wait_for()
    assert page.locator("#told").inner_text().startswith("19 rows")


@only_light
def test_iris_lead_to_our_pages(page: Page) -> None:
    opened(page)
    page.locator("#run").click()
    link = page.locator("#result a").first
    link.wait_for()
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/id/action/COM-2025-723/*.html?lang=en")
    assert words.startswith("id:action/COM-2025-723/A3-")
    assert page.locator("main .iri").first.inner_text().endswith(words.removeprefix("id:"))


@only_light
def test_keyboard_alone_asks_and_gets_out(page: Page) -> None:
    """To the editor by Tab, a term by its label, Ctrl+Enter, then out by Esc and Tab: no pointer."""
    opened(page)
    in_editor = "document.activeElement?.shadowRoot?.activeElement?.classList.contains('cm-content') ?? false"
    for _ in range(30):
        if page.evaluate(in_editor):
            break
        page.keyboard.press("Tab")
    assert page.evaluate(in_editor)
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?a WHERE { ?a flagsh")
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * WHERE { ?a pg:deadl")
    page.locator(".cm-tooltip-autocomplete li", has_text="pg:deadline").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ?d")
    written_so_far = page.locator("#query").input_value()
    assert (
        "PREFIX pg: <https://w3id.org/policygraph/def#>" in written_so_far
        and "?a pg:deadline ?d" in written_so_far
    )
    page.keyboard.press("Tab")
    assert page.evaluate(in_editor), "Tab indents"
    page.keyboard.press("Control+Enter")
    page.locator("#result tbody tr").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(in_editor)


@only_light
def test_completion_shows_labels_in_the_language_of_the_page(page: Page) -> None:
    opened(page, "/editor?lang=nl")
    written(page, "SELECT * WHERE { ?a pg:completionDue")
    page.keyboard.press("Control+Space")
    option = page.locator(".cm-tooltip-autocomplete li[aria-selected]")
    option.wait_for()
    label = page.locator(".cm-completionDetail").first.inner_text()
    assert "pg:completionDueBy" in option.inner_text() and label and "pg:" not in label
    assert page.locator(".cm-completionInfo").inner_text()


@only_light
def test_refusal_is_told_in_words_and_marked(page: Page) -> None:
    opened(page)
    written(page, "SELECT * WHERE { ?a nope:b ?c ")
    page.locator("#run").click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "nope:" in alert.inner_text() and "line 1" in alert.inner_text()
    assert page.locator(".cm-lintRange-error, .cm-lintPoint-error").count() == 1
    written(page, "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?i) ")
    page.locator("#run").click()
    page.locator("#stop").click()
    page.get_by_text("The query was stopped.").wait_for()


@only_light
@pytest.mark.parametrize(
    ("query", "formats", "start"),
    [
        (
            "SELECT ?s WHERE { ?s a <https://w3id.org/policygraph/def#Dialogue> ",
            ["CSV", "TSV", "JSON", "XML"],
            "s",
        ),
        (
            "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t ",
            ["Turtle", "N-Triples", "JSON-LD", "RDF/XML", "TriG"],
            "<",
        ),
    ],
)
def test_answer_is_taken_away_in_each_format(page: Page, query: str, formats: list[str], start: str) -> None:
    opened(page)
    written(page, query)
    page.locator("#run").click()
    page.locator("#downloads").wait_for()
    buttons = page.locator("#downloads button")
    assert buttons.all_inner_texts() == formats
    with page.expect_download() as download:
        buttons.first.click()
    assert download.value.path().read_text("utf-8").startswith(start)


@only_light
def test_phone_holds_the_editor(page: Page, axe: str) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    opened(page, "/editor?lang=nl&example=load-by-sector-and-quarter&run=1")
    page.locator("#result tbody tr").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page, axe) == []


def test_form_works_without_script(browser: Browser, site: Server, theme: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.address, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/editor?lang=nl&example=totals")
    assert page.locator("#query").is_visible() and not page.locator("#share").is_visible()
    page.locator("#run").click()
    assert page.locator("#result tbody tr").count() == 1
    assert page.locator("#downloads a").all_inner_texts() == ["CSV", "TSV", "JSON", "XML"]
    assert "lang=nl" in page.url
    context.close()
