"""What every page carries, and what strangers' data cannot do to it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph.queries import open_release
from policygraph.queries.canned import names
from policygraph.rdf.iris import DCT, RDF, RDFS, SKOS, Names
from policygraph.release import Release
from policygraph.web.delivery.problems import HTTPProblem
from policygraph.web.pages.listing import PAGES
from policygraph.web.pages.rendering import render
from policygraph.web.pages.views.about import about, source_page
from policygraph.web.pages.views.actions import action_list, action_timeline
from policygraph.web.pages.views.canned_queries import query_page
from policygraph.web.pages.views.definitions import definitions
from policygraph.web.pages.views.sectors import sector_page
from policygraph.web.pages.views.shapes import shapes
from policygraph.web.pages.views.strategies import strategy_page
from policygraph.web.pages.views.thing import thing
from publishing import Server, serving
from visiting import Asked, html, made, visiting

DATA_BLOCKS = ("application/ld+json", "application/json")
"""Script elements that are never run."""

ID = "https://w3id.org/policygraph/id/"
PATHS = [
    *(page.path for page in PAGES if "{" not in page.path),
    "/actions?kind=flagship",
    "/queries/actions-due-before?as_of=2026-06-30",
    "/sector/HEALTH",
    "/strategy/COM-2025-723",
    "/compare?sector=HEALTH&sector=ENERGY",
    "/timeline?group=body&zoom=3",
    "/changes?since=2026-01-01&sector=HEALTH",
    "/source/COM-2025-723/nl",
    "/source/COM-2025-723/nl/4",
    "/id/action/COM-2025-723/A3-003.html",
    "/id/dialogue/COM-2025-723/A1-19.html",
    "/id/sector/HEALTH.html",
    "/id/period/2026-Q4.html",
    "/id/doc/COM-2025-723/nl/txt.html",
]


@pytest.fixture(scope="module")
def store(release: Path) -> ox.Store:
    return open_release(release)[0]


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and the text within ``mark`` elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.marked, self._inside = "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = self._inside or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.marked += data + " "

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(site: Server, path: str, language: str = "en") -> tuple[str, Elements]:
    response = site.client.get(
        f"{path}{'&' if '?' in path else '?'}lang={language}", headers={"Accept": "text/html"}
    )
    assert response.status_code == 200, path
    assert response.headers["content-language"] == language
    return response.text, Elements(response.text)


def test_what_one_page_has_asked_others_need_not(release: Path) -> None:
    """The pages in one order on one server that has made none: whose turn a test is must not matter."""
    with serving(release, limits={"seconds": 10, "quick_seconds": 5, "memory_mib": 512, "rows": 100_000}) as fresh:
        calls = {
            path: int(re.findall(r'desc="(\d+) calls', fresh.client.get(path).headers["server-timing"])[0])
            for path in PATHS
        }
    first, *others = PATHS
    assert calls[first] <= 9
    assert {path: calls[path] for path in others if calls[path] > 3} == {}


@pytest.mark.parametrize("path", PATHS)
def test_every_page_carries_what_it_must(site: Server, path: str) -> None:
    text, page = page_of(site, path)
    links = page.of("link")
    canonical = [link["href"] for link in links if link["rel"] == "canonical"]
    assert len(canonical) == 1 and canonical[0].startswith(site.address) and "lang=en" in canonical[0]
    assert {link["hreflang"] for link in links if "hreflang" in link} == {"en", "nl"}
    assert {meta.get("property") for meta in page.of("meta")} >= {"og:title", "og:url", "og:description"}
    assert re.search(r"<title>\S.*</title>", text)
    assert len(page.of("h1")) == 1 and len(page.of("main")) == 1
    for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL):
        assert json.loads(data)["@context"] == "https://schema.org"


@pytest.mark.parametrize("path", PATHS)
def test_no_page_needs_inline_script_or_style_or_another_host(site: Server, path: str) -> None:
    _, page = page_of(site, path)
    for tag, attributes in page.tags:
        assert tag != "style" and "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag in ("script", "img", "iframe", "source") or (
            tag == "link" and attributes["rel"] in ("stylesheet", "icon")
        ):
            address = attributes.get("src", attributes.get("href", ""))
            assert attributes.get("type") in DATA_BLOCKS or address.startswith("/static/"), attributes
    assert all(script.get("src") or script.get("type") in DATA_BLOCKS for script in page.of("script"))


@pytest.mark.parametrize("path", PATHS)
def test_links_keep_the_language(site: Server, path: str) -> None:
    _, page = page_of(site, path, "nl")
    data = re.compile(
        r"^/(sparql|openapi|calendar|feed|dumps|catalogue|\.well-known|static|queries/[\w-]+\.|\w+\.\w+)"
    )
    for link in page.of("a"):
        href = link.get("href", "")
        if href.startswith("/") and not data.match(href) and ".html" in href + ".html" and "hreflang" not in link:
            path_only = href.partition("?")[0]
            is_data = re.search(r"\.(ttl|nt|jsonld|rdf|trig|csv|xlsx|json|tsv|xml|ics)$", path_only)
            assert is_data or "lang=nl" in href, href


@pytest.mark.parametrize("path", ["/actions", "/initiatives", "/id/action/COM-2025-723/A3-003.html"])
def test_english_pages_show_translations_that_open_to_the_dutch_original(site: Server, path: str) -> None:
    text, english = page_of(site, path)
    assert any(one.get("lang") == "nl" for one in english.of("bdi")), "the original stands in the page"
    assert not any("-t-" in one.get("lang", "") for one in english.of("bdi")), "a reader hears English"
    assert text.count("<summary>Unofficial translation: show the original</summary>") >= 1
    assert {one.get("title") for one in english.of("span") if one.get("class") == "mark"} - {None} == {
        "unofficial translation"
    }
    assert "Only the text that the Commission published counts." in text


def test_the_dutch_page_of_a_thing_has_its_translation_among_the_statements_alone(site: Server) -> None:
    text, _ = page_of(site, "/id/action/COM-2025-723/A3-003.html", "nl")
    head, statements = text.split('id="statements">')
    assert "Een uitdaging lanceren" in head and 'class="mark"' not in head
    assert '<bdi lang="en">Launch a challenge' in statements and "Deze pagina met de oorspronkelijke" not in text


@pytest.mark.parametrize("path", ["/", "/actions", "/sectors", "/dialogues"])
def test_dutch_pages_hold_no_translation(site: Server, path: str) -> None:
    text, dutch = page_of(site, path, "nl")
    assert not any(one.get("lang") == "nl" for one in dutch.of("bdi"))
    assert not [one for one in dutch.of("span") if one.get("class") == "mark"]
    assert "Niet-officiële" not in text


@pytest.mark.parametrize(("words", "number"), [("storytelling", "A3-048"), ("verteltechnieken", "A3-048")])
def test_the_list_is_searched_in_both_languages(site: Server, words: str, number: str) -> None:
    answer = site.client.get("/actions.json", params={"q": words, "lang": "en"}).json()
    [action] = answer["actions"]
    assert (action["identifier"], action["text_status"]) == (number, "unofficial")
    assert "storytelling" in action["description"] and "verteltechnieken" in action["original"]


def test_headings_are_searched_in_english_too(site: Server) -> None:
    actions = site.client.get("/actions.json", params={"q": "agri-food", "lang": "nl"}).json()["actions"]
    assert {"A3-041", "A3-042", "A3-043"} <= {one["identifier"] for one in actions}
    assert {one["text_status"] for one in actions} == {"official"} and not any(one["original"] for one in actions)


def test_accept_language_chooses_and_the_address_wins(site: Server) -> None:
    plain = site.client.get("/about", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert plain.headers["content-language"] == "nl" and "Accept-Language" in plain.headers["vary"]
    assert 'href="/actions"' in plain.text
    named = site.client.get("/about?lang=en", headers={"Accept": "text/html", "Accept-Language": "nl"})
    assert named.headers["content-language"] == "en"


def test_a_page_that_is_known_is_not_sent_again(site: Server) -> None:
    first = site.client.get("/sectors?lang=en", headers={"Accept": "text/html"})
    again = site.client.get(
        "/sectors?lang=en", headers={"Accept": "text/html", "If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/id/action/none.html", 404), ("/queries/none", 404), ("/actions?due_before=x", 400)],
)
def test_problems_are_pages_in_the_visitors_language(site: Server, path: str, status: int, language: str) -> None:
    accept = {"Accept": "text/html", "Accept-Language": language}
    response = site.client.get(path, headers=accept)
    page = Elements(response.text)
    assert response.status_code == status
    assert page.of("html")[0]["lang"] == language
    assert {"name": "robots", "content": "noindex"} in page.of("meta")


@pytest.mark.parametrize(
    ("path", "canonical"),
    [("/sector/health", "/sector/HEALTH"), ("/strategy/com-2025-723", "/strategy/COM-2025-723")],
)
def test_a_key_in_other_letters_leads_to_its_page(site: Server, path: str, canonical: str) -> None:
    response = site.client.get(f"{path}?lang=nl", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["location"]) == (301, f"{canonical}?lang=nl")
    assert site.client.get(response.headers["location"]).status_code == 200
    assert site.client.get(f"{path}x").status_code == 404


def test_the_source_stands_beside_a_thing_with_its_words_marked(store: ox.Store, seed_text: str) -> None:
    """A page break cuts A3-003: both pages are shown, and the marks are the quote."""
    page = html(thing, visiting(store), f"{ID}action/COM-2025-723/A3-003")
    elements = Elements(page)
    marked = " ".join(elements.marked.split())
    assert marked == (
        "Een uitdaging lanceren om met behulp van AI potentiële nieuwe geneesmiddelen te ontdekken die kunnen "
        "worden Vierde kwartaal 2026 gebruikt om onvervulde medische behoeften te vervullen en ziekten te "
        "behandelen die moeilijk te genezen zijn."
    )
    lines = seed_text.split("\n")
    numbers = [int(one["value"]) for one in elements.of("li") if "value" in one]
    assert len(numbers) == len(set(numbers)) > 50
    assert "Een uitdaging lanceren" in lines[279 - 1] and 279 in numbers
    assert "Page 3" in page and "Page 4" in page and "number counted" in page


@pytest.mark.parametrize(
    ("thing_path", "citation"),
    [
        ("action/COM-2025-723/A3-044", "COM(2025) 723, Annex 3, p. 9, row 44 by our count"),
        ("action/COM-2025-723/A3-003", "COM(2025) 723, Annex 3, pp. 3, 4, row 3 by our count"),
        ("dialogue/COM-2025-723/A1-01", "COM(2025) 723, Annex 1, p. 1, row 1 by our count"),
        ("deadline/COM-2025-723/A3-044", "COM(2025) 723, p. 9 by our count"),
    ],
)
def test_words_are_cited_and_lead_to_the_official_text(store: ox.Store, thing_path: str, citation: str) -> None:
    page = html(thing, visiting(store), f"{ID}{thing_path}")
    assert f"<span data-copy>{citation}</span>" in page
    assert 'href="https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:52025DC0723"' in page
    assert page.index('class="evidence"') < page.index('id="statements"')


def test_no_heading_is_an_iri(store: ox.Store) -> None:
    for path in (
        "action/COM-2025-723/A3-044",
        "deadline/COM-2025-723/A3-044",
        "source/COM-2025-723/nl/A3-044/span-1",
    ):
        page = html(thing, visiting(store), f"{ID}{path}")
        headings = re.findall(r"<(h[123])\b[^>]*>(.*?)</\1>", page, re.DOTALL)
        assert headings and not [words for _, words in headings if "id:" in words]


def test_a_text_that_is_not_at_hand_is_quoted_from_the_data(store: ox.Store) -> None:
    """Another hash: the file is not the one that the data were read from."""
    other = ox.Store()
    hashed = Names().term("sha256")
    other.extend(quad for quad in store if quad.predicate != hashed)
    page = html(thing, visiting(other), f"{ID}action/COM-2025-723/A3-005")
    assert "<mark" not in page and "not at hand" in page and "<blockquote" in page


def test_every_page_of_the_source_can_be_read(store: ox.Store) -> None:
    for number in range(1, 13):
        page = made(source_page, visiting(store), "COM-2025-723", "nl", number)
        assert page.values["sheet"].number == number
    with pytest.raises(HTTPProblem):
        made(source_page, visiting(store), "COM-2025-723", "nl", 13)
    with pytest.raises(HTTPProblem):
        made(source_page, visiting(store), "../../etc", "nl", 1)


def test_an_open_ended_action_says_so(store: ox.Store) -> None:
    page = html(thing, visiting(store), f"{ID}action/COM-2025-723/A3-013")
    assert "start by" in page and "open-ended" in page and "complete by" not in page


def test_links_to_other_vocabularies_say_their_relation(store: ox.Store) -> None:
    page = html(thing, visiting(store, language="nl"), f"{ID}sector/HEALTH")
    assert re.search(r'is ruimer dan</span>\s*<a href="/concepts/eurovoc/5899\?lang=nl"', page)
    assert 'rel="external" href="http://eurovoc.europa.eu/5899"' in page
    assert "EuroVoc" in page and "NACE Rev. 2" in page


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_canned_query_is_a_page(store: ox.Store, name: str, language: str) -> None:
    visit = visiting(store, f"/queries/{name}", language)
    page = made(query_page, visit, name)
    assert page.status == 200 and page.values["error"] == ""
    assert (
        isinstance(visit.view, Asked) and visit.view.calls <= 4
    )  # two of them for the names of things, once a release
    text = render(page, visit)
    assert 'class="hl-k"' in text and "/editor?query=" in text and "#+" not in text


def test_a_wrong_value_is_said_beside_the_form(store: ox.Store) -> None:
    visit = visiting(store, "/queries/actions-due-before?as_of=<b>tomorrow")
    page = made(query_page, visit, "actions-due-before")
    assert page.status == 400
    text = html(query_page, visit, "actions-due-before")
    assert "&lt;b&gt;tomorrow" in text and "<b>tomorrow" not in text and 'role="alert"' in text


def test_the_ontology_is_told_term_by_term(store: ox.Store) -> None:
    page = made(definitions, visiting(store))
    terms = [term for found in page.values["terms"].values() for term in found]
    text = html(definitions, visiting(store, language="nl"))
    elements = Elements(text)
    anchors = {one.get("id") for _, one in elements.tags}
    for term in terms:
        assert term.name in anchors
        assert term.text("definition", "nl") and term.text("example", "nl") and term.text("source", "nl"), (
            term.name
        )
    assert {"PolicyAction", "deadline", "completionDueBy"} <= {term.name for term in terms}


def test_the_shapes_are_told_rule_by_rule(store: ox.Store) -> None:
    rules = {
        shape["name"]: {rule["iri"].rpartition("#")[2]: rule for rule in shape["rules"]}
        for shape in made(shapes, visiting(store, language="nl")).values["shapes"]
    }
    severities = {rule["severity"] for own in rules.values() for rule in own.values()}
    assert severities <= {"Violation", "Warning", "Info"}
    modality = rules["Deadline"]["Deadline-modality"]
    assert modality["path"] == "pg:modality" and ("sh:minCount", "1") in modality["constraints"]
    assert modality["message"] and modality["message"].language == "nl"
    ids = [one["id"] for _, one in Elements(html(shapes, visiting(store))).tags if "id" in one]
    assert len(ids) == len(set(ids))


def test_about_tells_every_file_with_size_and_hash(store: ox.Store, release: Path) -> None:
    opened = Release.open(release)
    text = html(about, visiting(store, release=opened))
    for name, file in opened.manifest.files.items():
        assert f"/dumps/{name}" in text and file.sha256 in text
    assert opened.manifest.canonical in text and "The data conform" in text


HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\u202e'


@pytest.fixture(scope="module")
def hostile(store: ox.Store) -> ox.Store:
    """The release, with markup in every text of one action and of its heading, and a link that is code."""
    planted = ox.Store()
    planted.extend(store)
    action, heading = Names().id("action", "COM-2025-723", "A3-001"), Names().id("heading", "COM-2025-723", "01")
    graph = Names().graph("actions")
    for subject, predicate in (
        (action, DCT + "description"),
        (action, RDFS + "label"),
        (action, DCT + "identifier"),
        (heading, SKOS + "prefLabel"),
        (Names().term("PolicyAction"), RDFS + "label"),
    ):
        for quad in list(planted.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)):
            planted.remove(quad)
        for name in ("actions", "ontology"):
            said = ox.Literal(HOSTILE, language="nl")
            planted.add(ox.Quad(subject, ox.NamedNode(predicate), said, Names().graph(name)))
    for code in ("javascript:alert(3)", "data:text/html,x"):
        planted.add(ox.Quad(action, ox.NamedNode(RDFS + "seeAlso"), ox.NamedNode(code), graph))
        planted.add(ox.Quad(ox.NamedNode(code), ox.NamedNode(RDF + "value"), action, graph))
    return planted


@pytest.mark.parametrize("language", ["en", "nl"])
def test_markup_and_code_in_data_stay_words(hostile: ox.Store, language: str) -> None:
    iri = f"{ID}action/COM-2025-723/A3-001"
    texts = [
        html(action_list, visiting(hostile, "/actions", language)),
        html(action_timeline, visiting(hostile, "/timeline?group=heading", language)),
        html(strategy_page, visiting(hostile, language=language), "COM-2025-723"),
        html(sector_page, visiting(hostile, language=language), "HEALTH"),
        html(thing, visiting(hostile, language=language), iri),
        html(query_page, visiting(hostile, "/queries/actions", language), "actions"),
        html(query_page, visiting(hostile, f"/queries/about?iri={iri}", language), "about"),
        html(definitions, visiting(hostile, language=language)),
    ]
    for text in texts:
        page = Elements(text)
        assert "alert(1)" in text and not page.of("img")
        assert all(one.get("src") or one.get("type") == "application/ld+json" for one in page.of("script"))
        assert not [
            link for link in page.of("a") if link.get("href", "").lower().startswith(("javascript", "data"))
        ]
        assert "\u202e" not in re.sub(r"\bvalue=\"[^\"]*\"", "", text)
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL):
            json.loads(data)


def test_markup_in_the_address_stays_words(site: Server) -> None:
    for path in ('/actions?q="><script>alert(1)</script>', "/nowhere/<script>alert(1)</script>"):
        text = site.client.get(path, headers={"Accept": "text/html"}).text
        assert "<script>alert(1)" not in text
