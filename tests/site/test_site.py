"""The site as files: same content as the server's, every link leads to a file, nothing needs a server."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from policygraph.cli import cli
from policygraph.errors import ReleaseError, ServerError
from policygraph.pipeline.build import build
from policygraph.queries.canned import catalogue
from policygraph.rdf.iris import BASE
from policygraph.release import Release
from policygraph.release.checksum_file import digest
from policygraph.site import Site, write
from policygraph.site.addresses import WITHOUT_PAGE, FileHost, FileLinks, SiteAddress, relative
from policygraph.web.pages.listing import PAGES
from policygraph.web.pages.rendering import content_policy
from policygraph.web.pages.views.scripts import is_built

if TYPE_CHECKING:
    from publishing import Server

ADDRESS = "https://data.example.eu/plans/"
LINKS = re.compile(r'(?<![-\w])(?:href|src|action)="([^"]*)"')
ONLY_SERVED = re.compile(
    r'<li>\s*<a [^>]*href="/(?:sparql|openapi\.json|id/[^"]*\.(?:nt|rdf|trig)|queries/[^"]*\.xlsx[^"]*)"'
    r"[^>]*>[^<]*</a>[^<]*</li>"
    r"|<(div|form|p|a)\b[^>]*\bdata-served\b[^>]*>.*?</\1>",
    re.DOTALL,
)
"""What a site without a server leaves out."""
ONLY_STATIC = re.compile(r"<p [^>]*data-static>.*?</p>")
"""What it says because nothing answers there."""

PLACED = re.compile(rf"/id/({'|'.join(WITHOUT_PAGE)})/")
"""Where links of the server lead to what has no page of its own in a static site."""


ANNEX = """ Bijlage 3: Acties

Acties van de Commissie Streefdatum

Robotica

Vlaggenschipinitiatief

Een netwerk oprichten voor robotica.

Vierde kwartaal 2026

Andere relevante acties

Richtsnoeren opstellen over het gebruik van robots in de zorg.

Vanaf 2027

Een onderzoeksprogramma beginnen.

Tweede kwartaal 2026
"""


SOURCE = """
celex = "52099DC0001"
id = "COM-2099-1"
identifier = "COM(2099) 1"
date = 2026-01-08
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/52099DC0001"
licence = "COM_REUSE"
rights = "© European Union"
title = {{ nl = "Een strategie", en = "A strategy" }}

[[file]]
name = "nl.txt"
language = "nl"
sha256 = "{sha256}"
"""


def small(folder: Path) -> Release:
    """A release of a short annex: all graphs but the long catalogue, and what strangers might have planted."""
    from publishing import quads, write_release

    source = folder / "source"
    source.mkdir(parents=True)
    (source / "nl.txt").write_text(ANNEX, "utf-8")
    sha256 = hashlib.sha256(ANNEX.encode()).hexdigest()
    (source / "source.toml").write_text(SOURCE.format(sha256=sha256), "utf-8")
    assert build([source], folder / "whole").manifest
    whole = Release.open(folder / "whole")
    kept = [
        quad
        for quad in ox.parse(path=str(whole.canonical), format=ox.RdfFormat.N_QUADS)
        if not str(quad.graph_name.value).endswith("/graph/catalogue")
    ]
    statements = [*kept, *(quad for quad in quads(1) if "planted" in str(quad.subject.value))]
    write_release(folder / "release", statements)
    manifest = Release.open(folder / "release").manifest
    (folder / "release" / "policygraph.trig").write_bytes(
        ox.serialize(statements, format=ox.RdfFormat.TRIG) or b""
    )
    (folder / "release" / "catalogue.ttl").write_bytes((whole.folder / "catalogue.ttl").read_bytes())
    for name in ("policygraph.trig", "catalogue.ttl"):
        manifest.files[name] = digest(folder / "release" / name, name)
    (folder / "release" / "manifest.json").write_text(manifest.to_json(), "utf-8")
    return Release.open(folder / "release")


@pytest.fixture(scope="module")
def release(once: Callable[[str, Callable[[Path], object]], Path]) -> Release:
    return Release.open(once("small", small) / "release")


@pytest.fixture(scope="module")
def site(once: Callable[[str, Callable[[Path], object]], Path], release: Release) -> Site:
    """A small site; one process writes it."""
    folder = once("small-site", lambda out: write(release, out, address=ADDRESS))
    return Site(folder, ADDRESS, sum(path.is_file() for path in folder.rglob("*")), is_built())


def pages(folder: Path) -> Iterator[Path]:
    """Every page but that for unknown addresses, whose links begin at the root of the host."""
    yield from (path for path in sorted(folder.rglob("*.html")) if path.name != "404.html")


def leads_nowhere(folder: Path) -> list[str]:
    """Links between files that lead to no file, or to no element of it."""
    marks: dict[Path, set[str]] = {}
    wrong = []
    for path in pages(folder):
        for link in map(unescape, LINKS.findall(path.read_text("utf-8"))):
            split = urlsplit(link)
            if split.scheme or split.netloc:
                continue
            target = (path.parent / unquote(split.path)).resolve() if split.path else path
            if link.startswith("/") or not target.is_file() or folder.resolve() not in target.parents:
                wrong.append(f"{path}: {link}")
            elif split.fragment and target.suffix == ".html":
                known = marks.setdefault(target, set(re.findall(r'\bid="([^"]*)"', target.read_text("utf-8"))))
                if unquote(split.fragment) not in known:
                    wrong.append(f"{path}: {link}")
    return wrong


PART_OF_LIST = re.compile(
    r"(?P<list>/(?:actions|changes|strategies))"
    r"(?:/(?P<name>sector|strategy)-(?P<value>[^/]+))?(?:/page-(?P<page>\d+))?"
)
"""A list, what it is narrowed to, and the number of its part, in the name of a file without its extension."""


class Words(HTMLParser):
    """The words in the main part of a page, those of scripts left out, and the elements they stand in.

    Of each the link that it stands in: "" for none, the attributes of the link, or FREE where it leads to what has
    no page of its own in a static site, which may lead to where that is shown, or nowhere.
    """

    FREE = "free"

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._inside = self._skipped = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = " ".join(
            f"{name}={value}" for name, value in attrs if name in ("id", "class", "lang", "aria-label")
        )
        if tag == "main":
            self._inside += 1
        elif self._inside and tag in ("script", "noscript"):
            self._skipped += 1
        elif tag == "a":
            self._link = self.FREE if PLACED.search(dict(attrs).get("href") or "") else f"<a {kept}>"
        elif self._inside and not self._skipped and tag not in ("link", "input"):
            self.found.append((f"<{tag} {kept}>", self._link))

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "main"
        self._skipped -= bool(self._inside and tag in ("script", "noscript"))
        self._link = "" if tag == "a" else self._link

    def handle_data(self, data: str) -> None:
        if self._inside and not self._skipped and data.strip():
            self.found.append((" ".join(data.split()), self._link))


def content(text: str) -> list[tuple[str, str]]:
    """What a page says, how it is built, and what of it is a link."""
    words = Words()
    words.feed(ONLY_STATIC.sub("", ONLY_SERVED.sub("", text)))
    return words.found


def alike(served: str, static: str) -> bool:
    """Whether a page of the static site says what the server's page says, with the same links."""
    ours, theirs = content(static), content(served)
    return len(ours) == len(theirs) and all(
        words == said and linked in (link, Words.FREE)
        for (words, link), (said, linked) in zip(ours, theirs, strict=True)
    )


def differing(site: Site, server: Server) -> list[str]:
    """Pages whose main part is not that of the server; the editor tells of limits that a browser has not."""
    folder = site.folder
    wrong = []
    for path in pages(folder):
        name = path.relative_to(folder).as_posix()
        language, _, rest = name.partition("/") if name.startswith("nl/") else ("en", "", name)
        if rest == "editor.html":
            continue
        address = "/" + (rest if rest.startswith("id/") else rest.removesuffix(".html").removesuffix("index"))
        parameters = {"lang": language}
        if part := PART_OF_LIST.fullmatch(address):
            address = part["list"]
            parameters |= {part["name"]: part["value"]} if part["name"] else {}
            parameters |= {"page": part["page"]} if part["page"] else {}
        response = server.client.get(address, params=parameters, headers={"Accept": "text/html"})
        said = response.text.replace(server.address, site.address)
        if response.status_code != 200 or not alike(said, path.read_text("utf-8")):
            wrong.append(name)
    return wrong


@pytest.mark.slow
def test_every_link_leads_to_a_file_and_an_element(site: Site) -> None:
    assert len(list(pages(site.folder))) > 100
    assert leads_nowhere(site.folder) == []


@pytest.mark.slow
def test_pages_say_what_the_server_says(site: Site, release: Release) -> None:
    from publishing import serving

    with serving(release.folder, limits={"rows": 10_000, "answer_mib": 16}) as server:
        assert differing(site, server) == []


def test_both_languages_and_all_sections_are_there(site: Site) -> None:
    names = [page.path[1:] or "index" for page in PAGES if page.static and "{" not in page.path]
    assert len(names) >= 12
    for name in names:
        english = (site.folder / f"{name}.html").read_text("utf-8")
        dutch = (site.folder / "nl" / f"{name}.html").read_text("utf-8")
        assert '<html lang="en">' in english and '<html lang="nl">' in dutch
        assert f'href="nl/{name}.html"' in english and f'href="../{name}.html"' in dutch
    for query in catalogue():
        assert (site.folder / "nl" / "queries" / f"{query.name}.html").is_file()


def test_nothing_in_it_needs_a_server_and_whole_addresses_lead_to_files(site: Site) -> None:
    """Also in feeds, calendars and workbooks, which are read elsewhere."""
    addresses = re.compile(re.escape(ADDRESS) + r"[^\s\"'<>\\,;]*")
    for path in site.folder.rglob("*"):
        if path.suffix in (".html", ".xml", ".atom", ".ics", ".json", ".csv", ".txt"):
            text = path.read_text("utf-8").replace("\r\n ", "")
            for address in map(unescape, addresses.findall(text)):
                name = unquote(urlsplit(address.removeprefix(ADDRESS)).path)
                assert (site.folder / (name or "index.html")).is_file(), f"{path}: {address}"
    assert not list(site.folder.rglob("openapi.json"))
    for path in pages(site.folder):
        text = path.read_text("utf-8")
        assert 'name="lang"' not in text and "/sparql" not in "".join(LINKS.findall(text))


def test_policy_stands_in_every_page_and_allows_the_engine_only_where_it_runs(site: Site) -> None:
    asks = re.compile(r"(?:nl/)?(?:editor|queries/[^/]+)\.html")
    for path in pages(site.folder):
        found = re.search(
            r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', path.read_text("utf-8")
        )
        name = path.relative_to(site.folder).as_posix()
        assert found and found[1].startswith("default-src 'self'") and "unsafe-inline" not in found[1]
        assert ("wasm-unsafe-eval" in found[1]) == bool(asks.fullmatch(name)), name
    assert "frame-ancestors" not in content_policy(engine=True)


def test_data_stand_beside_each_thing(site: Site, release: Release) -> None:
    thing = site.folder / "id" / "action" / "COM-2099-1" / "A3-001"
    for extension, syntax in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        found = list(ox.parse(path=str(thing.with_suffix(f".{extension}")), format=syntax))
        assert any(quad.subject.value.endswith("/A3-001") for quad in found)
    for name in release.manifest.files:
        assert (site.folder / "dumps" / name).read_bytes() == (release.folder / name).read_bytes()


def test_addresses_for_others_are_whole_and_lead_to_files(site: Site) -> None:
    text = (site.folder / "actions.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{ADDRESS}actions.html">' in text
    assert f'<link rel="alternate" hreflang="nl" href="{ADDRESS}nl/actions.html">' in text
    places = [
        node.text or ""
        for node in ElementTree.parse(site.folder / "sitemap.xml").getroot().iter()
        if node.tag.endswith("}loc")
    ]
    assert len(places) == len(set(places)) and ADDRESS in places
    for place in places:
        assert place.startswith(ADDRESS)
        assert (site.folder / (unquote(place.removeprefix(ADDRESS)) or "index.html")).is_file(), place
    feed = (site.folder / "feed.atom").read_text("utf-8")
    assert f"{ADDRESS}feed.atom" in feed
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site.folder / "robots.txt").read_text("utf-8")


def test_page_for_unknown_addresses_works_from_any_of_them(site: Site) -> None:
    text = (site.folder / "404.html").read_text("utf-8")
    for link in map(unescape, LINKS.findall(text)):
        if not urlsplit(link).scheme and not link.startswith("#"):
            assert link.startswith("/plans/"), link
            assert (site.folder / urlsplit(link).path.removeprefix("/plans/")).exists(), link


def test_canned_queries_name_no_endpoint_that_is_not_there(site: Site) -> None:
    found = list(ox.parse(path=str(site.folder / "queries.ttl"), format=ox.RdfFormat.TURTLE))
    assert found and not any("target" in quad.predicate.value for quad in found)


def test_index_holds_what_the_selection_goes_by(site: Site) -> None:
    index = json.loads((site.folder / "nl" / "actions-index.json").read_text("utf-8"))
    assert len(index["actions"]) == 3 and index["words"]["found"]["other"] == "{n} acties"
    for action in index["actions"]:
        assert (site.folder / "nl" / action["href"]).is_file()
    assert all(len(ranks) == 3 for ranks in index["orders"].values())


def test_pages_say_what_they_need_of_the_reader(site: Site) -> None:
    text = (site.folder / "nl" / "actions.html").read_text("utf-8")
    assert "<noscript>" in text and "vraagt JavaScript" in text
    text = (site.folder / "queries" / "totals.html").read_text("utf-8")
    assert "This is the answer as it was when the site was made" in text
    text = (site.folder / "editor.html").read_text("utf-8")
    assert "This site has no server" in text and "<summary>Limits" not in text


def test_site_without_the_parts_from_npm_is_whole_and_says_so(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policygraph.site import crawling
    from policygraph.web.pages.views import scripts

    monkeypatch.setattr(scripts, "is_built", lambda: False)
    monkeypatch.setattr(crawling, "START", [SiteAddress("/queries/totals"), SiteAddress("/editor")])
    monkeypatch.setattr(crawling, "is_copied", lambda address: address not in crawling.START)
    made = write(release, tmp_path / "site")
    assert not made.built
    text = (made.folder / "queries" / "totals.html").read_text("utf-8")
    assert "vendor" not in text and "<noscript>" not in text and "when the site was made" in text
    assert "make web" in (made.folder / "editor.html").read_text("utf-8")


def test_second_site_takes_the_place_of_the_first_and_a_strange_folder_is_left_alone(
    release: Release, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me", "utf-8")
    with pytest.raises(ReleaseError, match="is a folder, but no site: choose another --out"):
        write(release, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text("utf-8") == "keep me"
    with pytest.raises(ServerError, match="is no address"):
        write(release, tmp_path / "other", address="data.example.eu")
    assert not (tmp_path / "other").exists()


def test_dead_link_publishes_nothing(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from policygraph.site import crawling

    monkeypatch.setattr(crawling, "START", [SiteAddress("/queries"), SiteAddress("/nothing-of-ours")])
    monkeypatch.setattr(crawling, "is_copied", lambda address: address not in crawling.START)
    with pytest.raises(ServerError, match=r"to /nothing-of-ours leads nowhere .* nothing was published"):
        write(release, tmp_path / "site")
    assert not (tmp_path / "site").exists() and list(tmp_path.iterdir()) == []


def test_command_refuses_what_is_no_release(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["site", str(tmp_path), "--out", str(tmp_path / "site")])
    assert isinstance(result.exception, ReleaseError) and "holds no release" in str(result.exception)


@pytest.mark.parametrize(
    ("address", "file", "query"),
    [
        ("/", "index.html", ""),
        ("/?lang=nl", "nl/index.html", ""),
        ("/?lang=en", "index.html", ""),
        ("/?lang=xx", "index.html", ""),
        ("/actions?heading=COM-2025-723%2F01&lang=nl", "nl/actions.html", "heading=COM-2025-723%2F01"),
        ("/actions?page=2", "actions/page-2.html", ""),
        ("/actions?page=2&q=robot", "actions.html", "page=2&q=robot"),
        ("/actions.csv?lang=nl", "nl/actions.csv", ""),
        ("/actions.xlsx?sector=ENERGY&lang=nl", "nl/actions/sector-ENERGY.xlsx", ""),
        ("/actions.ics?strategy=COM-2019-640", "actions/strategy-COM-2019-640.ics", ""),
        ("/actions.ics?sector=ENERGY&kind=flagship", "actions.ics", "sector=ENERGY&kind=flagship"),
        ("/actions.ics?sector=..%2Fup", "actions.ics", "sector=..%2Fup"),
        ("/changes?sector=ENERGY&page=2&lang=nl", "nl/changes/sector-ENERGY/page-2.html", ""),
        ("/strategies?page=3", "strategies/page-3.html", ""),
        ("/compare?sector=ENERGY&sector=HEALTH", "compare.html", "sector=ENERGY&sector=HEALTH"),
        ("/id/doc/D/nl/txt.html", "id/doc/D/nl/txt.html", ""),
        ("/id/action/A3-001.ttl?lang=nl", "id/action/A3-001.ttl", ""),
        ("/id/action/A3-001", "id/action/A3-001.html", ""),
        ("/id/heading/a%20b%3Fc.html", "id/heading/a b?c.html", ""),
        ("/queries/totals", "queries/totals.html", ""),
        ("/queries/totals.csv?lang=nl", "nl/queries/totals.csv", ""),
        ("/static/site.css?v=1", "static/site.css", "v=1"),
        ("/sparql", "editor.html", ""),
        ("/catalogue", "about.html", ""),
        ("/calendar.ics?lang=nl", "calendar.ics", ""),
    ],
)
def test_address_of_the_server_has_its_file(address: str, file: str, query: str) -> None:
    found, kept = SiteAddress.of(address)
    assert (found.file, kept) == (file, query)
    assert SiteAddress.of(found.request) == (found, "")


def test_links_between_files_go_up_and_down() -> None:
    assert relative("/actions?q=a&lang=nl#results", "nl/id/action")[1] == "../../actions.html?q=a#results"
    assert relative("/static/site.css?v=1", "nl")[1] == "../static/site.css?v=1"
    assert relative("/id/heading/a%20b%3Fc.html", "")[1] == "id/heading/a%20b%3Fc.html"
    assert SiteAddress("/queries/totals", "nl").root == "../" and SiteAddress("/queries", "nl").root == ""


def test_links_of_a_page_keep_its_language_and_say_where_they_lead() -> None:
    host = FileHost(BASE, ADDRESS, "/dumps/policygraph.trig", 1)
    links = host.links("/queries/totals", (), "nl")
    assert isinstance(links, FileLinks) and links.page == SiteAddress("/queries/totals", "nl")
    assert links.to("/actions", [("q", "a")]) == "../actions.html?q=a" and links.sent_language is None
    assert links.thing(f"{BASE}id/action/A1") == "../id/action/A1.html"
    assert links.thing("https://example.com/") == "https://example.com/"
    assert links.absolute("/actions?q={search}&lang=nl") == f"{ADDRESS}nl/actions.html?q=%7Bsearch%7D"
    assert links.absolute("/") == ADDRESS and links.absolute("/id/action/A1") == f"{ADDRESS}id/action/A1.html"
    assert SiteAddress("/id/action/A1.html", "nl") in host.met
    assert not any(map(links.answers, ("/sparql", "/api", "/id/action/A1.trig", "/queries/totals.xlsx")))
    assert all(map(links.answers, ("/actions.xlsx", "/id/action/A1.ttl", "/queries/totals.csv")))


def files_of_things(site: Site) -> set[str]:
    """The pages of things in both languages and the data beside them, as paths below the site's folder."""
    kept = [*(site.folder / "id").rglob("*"), *(site.folder / "nl" / "id").rglob("*")]
    return {path.relative_to(site.folder).as_posix() for path in kept if path.is_file()}


def files_of_things_with_a_page(release: Release) -> set[str]:
    """What these should be, by what the release says anything of."""
    start = f"{release.base}id/"
    stated = {quad.subject for quad in ox.parse(path=str(release.canonical), format=ox.RdfFormat.N_QUADS)}
    things = {node.value.removeprefix(start) for node in stated if str(node).startswith(f"<{start}")}
    paged = {f"id/{thing}" for thing in things if thing.partition("/")[0] not in WITHOUT_PAGE}
    return {
        name
        for thing in paged
        for name in (f"{thing}.html", f"nl/{thing}.html", f"{thing}.ttl", f"{thing}.jsonld")
    }


@pytest.mark.slow
def test_site_of_the_first_document_is_the_server_written_down(seed_release: Path, tmp_path: Path) -> None:
    """Every page of the seed in both languages: no dead link, the server's content, by two processes."""
    from publishing import serving

    made = write(seed_release, tmp_path / "site", jobs=2)
    assert made.address == "https://w3id.org/policygraph/"
    assert 3_620 < made.files == sum(path.is_file() for path in made.folder.rglob("*")) < 3_660
    assert files_of_things(made) == files_of_things_with_a_page(Release.open(seed_release))
    assert leads_nowhere(made.folder) == []
    with serving(seed_release, limits={"rows": 100_000, "answer_mib": 32, "seconds": 20}) as server:
        assert differing(made, server) == []
