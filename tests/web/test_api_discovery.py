"""Downloads, catalogue, sitemap and the other things that a program looks for first."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.robotparser
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from starlette.routing import Match, Route

from policygraph.rdf.iris import BASE
from policygraph.release import Release
from policygraph.version import VERSION
from policygraph.web.app import routes
from policygraph.web.delivery.link_header import TypedLink
from policygraph.web.delivery.operations import OperationRoute
from policygraph.web.delivery.problems import HTTPProblem
from publishing import Server

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
ALTERNATE = "{http://www.w3.org/1999/xhtml}link"
SYNTAXES = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
    "trig": ("application/trig", RdfFormat.TRIG),
}


def links(header: str) -> dict[str, list[str]]:
    """The targets in a Link header by relation."""
    found: dict[str, list[str]] = {}
    for target, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', header):
        found.setdefault(rel, []).append(target)
    return found


def test_every_file_arrives_as_the_manifest_says(site: Server, release: Path) -> None:
    manifest = Release.open(release).manifest
    for name, written in manifest.files.items():
        response = site.client.get(f"/dumps/{name}", headers={"Accept-Encoding": "identity"})
        assert response.status_code == 200 and response.headers["ETag"] == f'"{written.sha256}"', name
        assert hashlib.sha256(response.content).hexdigest() == written.sha256
        assert int(response.headers["Content-Length"]) == written.bytes
    told = site.client.get("/dumps/manifest.json")
    assert told.headers["Content-Type"] == "application/json"
    assert told.content == (release / "manifest.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("policygraph.nq", "application/n-quads"),
        ("CITATION.cff", "application/yaml"),
        ("ro-crate-metadata.json", "application/json"),
        ("policygraph.ttl", "text/turtle; charset=utf-8"),
        ("policygraph.jsonld", "application/ld+json"),
        ("policygraph.rdf", "application/rdf+xml"),
        ("tables/actions.csv", "text/csv; charset=utf-8"),
        ("tables/csv-metadata.json", "application/json"),
    ],
)
def test_a_file_says_what_it_is(site: Server, name: str, media_type: str) -> None:
    response = site.client.head(f"/dumps/{name}")
    assert response.status_code == 200 and response.headers["Content-Type"] == media_type
    assert f"{site.address}catalogue" in links(response.headers["Link"])["collection"]


def test_a_file_comes_in_parts(site: Server, release: Path) -> None:
    content = (release / "policygraph.nq").read_bytes()

    def part(ranges: str, **headers: str) -> tuple[int, bytes, str]:
        sent = {"Range": f"bytes={ranges}", "Accept-Encoding": "gzip", **headers}
        response = site.client.get("/dumps/policygraph.nq", headers=sent)
        assert response.status_code == 200 or "Content-Encoding" not in response.headers
        return response.status_code, response.content, response.headers.get("Content-Range", "")

    assert part("0-99") == (206, content[:100], f"bytes 0-99/{len(content)}")
    assert part("100-")[:2] == (206, content[100:])
    assert part("-10")[:2] == (206, content[-10:])
    assert part(f"{len(content)}-")[0] == 416
    tag = site.client.head("/dumps/policygraph.nq", headers={"Accept-Encoding": "identity"}).headers["ETag"]
    assert part("0-9", **{"If-Range": tag})[0] == 206
    assert part("0-9", **{"If-Range": '"another"'})[:2] == (200, content)


def test_other_sites_may_read_a_table_part_by_part(site: Server) -> None:
    """As a database in a browser reads Parquet: sizes from HEAD, then ranges."""
    origin = {"Origin": "https://notebook.test", "Accept-Encoding": "gzip"}
    head = site.client.head("/dumps/tables/actions.parquet", headers=origin)
    told = [head.headers[name] for name in ("Content-Type", "Accept-Ranges")]
    assert told == ["application/vnd.apache.parquet", "bytes"]
    size = int(head.headers["Content-Length"])
    end = site.client.get("/dumps/tables/actions.parquet", headers={**origin, "Range": f"bytes={size - 4}-"})
    assert (end.status_code, end.content) == (206, b"PAR1")
    assert {"Content-Range", "Accept-Ranges"} <= set(end.headers["Access-Control-Expose-Headers"].split(", "))


def test_a_file_is_compressed_for_those_who_take_it(site: Server, release: Path) -> None:
    response = site.client.get("/dumps/policygraph.nt", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip" and response.headers["ETag"].startswith('W/"')
    assert response.content == (release / "policygraph.nt").read_bytes()
    again = site.client.get("/dumps/policygraph.nt", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        "policygraf.nq",
        "../manifest.json",
        "%2e%2e/x",
        "/etc/passwd",
        "tables/",
        "tables",
        "policygraph.nq%00",
    ],
)
def test_only_files_of_the_release_are_handed_out(site: Server, name: str) -> None:
    assert site.client.get(f"/dumps/{name}").status_code in (400, 404)


def test_a_wrong_name_gets_those_that_are_near(site: Server) -> None:
    assert "policygraph.nq" in site.client.get("/dumps/policygraf.nq").text


def test_a_file_that_is_no_longer_what_the_manifest_says_is_not_handed_out(cramped: Server) -> None:
    path = cramped.folder / "report.ttl"
    content = path.read_bytes()
    assert cramped.client.get("/dumps/report.ttl").status_code == 200
    path.write_bytes(content + b"\n")
    refused = cramped.client.get("/dumps/report.ttl")
    assert refused.status_code == 503 and "Retry-After" in refused.headers
    path.unlink()
    assert cramped.client.get("/dumps/report.ttl").status_code == 503
    path.write_bytes(content)
    assert cramped.client.get("/dumps/report.ttl").content == content


def test_plain_files_have_no_downloads(server: Server) -> None:
    response = server.client.get("/dumps/policygraph.nq")
    assert response.status_code == 404 and "/sparql" in response.text
    assert server.client.get("/catalogue").headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("extension", SYNTAXES)
def test_the_catalogue_is_the_same_in_every_syntax(site: Server, release: Path, extension: str) -> None:
    media_type, syntax = SYNTAXES[extension]
    expected = {quad.triple for quad in parse((release / "catalogue.ttl").read_bytes(), format=RdfFormat.TURTLE)}
    named = site.client.get(f"/catalogue.{extension}")
    asked = site.client.get("/catalogue", headers={"Accept": media_type})
    assert asked.content == named.content and asked.headers["Content-Type"].startswith(media_type)
    assert {quad.triple for quad in parse(named.content, format=syntax)} == expected and len(expected) > 1_000


def test_the_catalogue_has_signposts(site: Server) -> None:
    header = site.client.head("/catalogue").headers["Link"]
    found = links(header)
    assert len(header) < 4_096
    assert found["cite-as"] == [f"{BASE}id/dataset/policygraph"] and found["type"] == [
        "https://schema.org/Dataset"
    ]
    assert found["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert f"{site.address}dumps/policygraph.nq" in found["item"]
    assert f"{site.address}.well-known/api-catalog" in found["api-catalog"]
    for target in (*found["item"], *found["describedby"], *found["alternate"], *found["api-catalog"]):
        assert site.client.head(target).status_code == 200, target


def test_the_pages_that_stand_for_the_dataset_have_the_same_signposts(site: Server) -> None:
    told = links(site.client.head("/catalogue").headers["Link"])
    for path in ("/", "/about"):
        assert links(site.client.get(path, headers={"Accept": "text/html"}).headers["Link"]) == told


def test_browsers_are_led_from_the_catalogue_to_the_page(site: Server) -> None:
    response = site.client.get("/catalogue", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (
        303,
        "/about",
    ) and "Accept" in response.headers["Vary"]


def test_the_catalogue_of_services_leads_to_what_there_is(site: Server) -> None:
    response = site.client.get("/.well-known/api-catalog")
    assert response.headers["Content-Type"].startswith("application/linkset+json; profile=")
    first, *services = response.json()["linkset"]
    assert {one["href"] for one in first["item"]} == {one["anchor"] for one in services}
    for service in services:
        assert site.client.get(service["anchor"]).status_code == 200
        for relation in ("service-desc", "service-doc", "service-meta", "status"):
            for link in service[relation]:
                told = site.client.get(link["href"], headers={"Accept": link["type"]})
                assert told.status_code == 200 and told.headers["Content-Type"].startswith(link["type"])


def test_void_names_the_files_that_there_are(site: Server) -> None:
    void = {
        str(quad.object) for quad in parse(site.client.get("/.well-known/void").content, format=RdfFormat.TURTLE)
    }
    assert f"<{BASE}dumps/policygraph.nq>" in void and f"<{BASE}sparql>" in void


def test_crawlers_may_read_pages_and_leave_the_endpoint_alone(site: Server) -> None:
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(site.client.get("/robots.txt").text.splitlines())
    for path in (
        "/",
        "/actions",
        "/queries/actions.csv",
        "/id/sector/HEALTH.html?lang=nl",
        "/dumps/policygraph.nq",
    ):
        assert robots.can_fetch("any", path), path
    for path in ("/sparql?query=x", "/reconcile", "/metrics", "/editor?run=1", "/editor.csv?query=x"):
        assert not robots.can_fetch("any", path), path
    assert robots.site_maps() == [f"{site.address}sitemap.xml"]


def test_the_sitemap_has_every_page_in_every_language(site: Server) -> None:
    root = xml.fromstring(site.client.get("/sitemap.xml").content)
    pages = {
        url.findtext(LOC): {one.get("hreflang"): one.get("href") for one in url.iter(ALTERNATE)} for url in root
    }
    assert f"{site.address}?lang=en" in pages and f"{site.address}queries/actions?lang=nl" in pages
    for identifier in (
        "action/COM-2025-723/A3-070",
        "dialogue/COM-2025-723/A1-19",
        "sector/HEALTH",
        "period/2026",
    ):
        english, dutch = (f"{site.address}id/{identifier}.html?lang={language}" for language in ("en", "nl"))
        assert pages[english] == pages[dutch] == {"en": english, "nl": dutch}
    assert all(set(others.values()) <= set(pages) for others in pages.values())
    for address in [*sorted(pages)[::400], *(one for one in pages if "/id/" not in one and one.endswith("nl"))][
        :40
    ]:
        response = site.client.get(address, headers={"Accept": "text/html"})
        assert response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"), address


def test_a_sitemap_that_would_be_too_long_becomes_an_index(cramped: Server, site: Server) -> None:
    index = xml.fromstring(cramped.client.get("/sitemap.xml").content)
    assert index.tag.endswith("sitemapindex")
    parts = [node.findtext(LOC) or "" for node in index]
    found = [url.findtext(LOC) or "" for part in parts for url in xml.fromstring(cramped.client.get(part).content)]
    whole = [url.findtext(LOC) or "" for url in xml.fromstring(site.client.get("/sitemap.xml").content)]
    assert [one.removeprefix(cramped.address) for one in found] == [
        one.removeprefix(site.address) for one in whole
    ]
    assert cramped.client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404


def test_a_signpost_cannot_be_broken_out_of() -> None:
    assert str(TypedLink('https://a.test/"><x>\r\n?é', "item", 'a"b')) == (
        '<https://a.test/%22%3E%3Cx%3E%0D%0A?%C3%A9>; rel="item"; type="a\'b"'
    )


def test_a_refusal_keeps_its_headers() -> None:
    assert HTTPProblem(503, "x", retry_after=3).headers == {"Retry-After": "3"}


def test_the_document_describes_every_route(site: Server) -> None:
    """Whatever is served for programs is in the OpenAPI document; pages are for people."""
    described = json.loads(site.client.get("/openapi.json").content)["paths"]
    shaped = {re.sub(r"\{[^}]*\}", "{}", path) for path in described}
    beside = {"/dumps", "/dumps/", "/sitemap-{}.xml", "/reconcile/view", "/graph/{}.{}"}
    beside |= {"/id", "/id/", "/graph", "/graph/", f"/def/{VERSION}", f"/{VERSION}/shapes"}
    beside |= {"/ldes/{}.ttl"}  # described where the release has a history (test_changes)
    beside |= {f"/{path}.{{}}" for path in ("catalogue", "queries", "def", "shapes")}
    like = {"/queries/{}": "/queries/actions", "/queries/{}.{}": "/queries/actions.{}", "/id/{}": "/id/{}/{}"}
    like |= {"/id/{}.{}": "/id/{}/{}.{}", "/id/{}.html": "/id/{}/{}.{}"}
    data = [route for route in routes() if isinstance(route, Route) and not for_people(route)]
    for route in data:
        path = re.sub(r"\{[^}]*\}", "{}", route.path)
        assert like.get(path, path) in shaped | beside, path
    assert len(data) > 25


def for_people(route: Route) -> bool:
    module = route.endpoint.__module__
    return module.startswith("policygraph.web.pages") and module != "policygraph.web.pages.sitemap"


def test_each_operation_is_described_where_it_is_answered(site: Server) -> None:
    """No path of the document is answered by a route that does not describe it."""
    described = json.loads(site.client.get("/openapi.json").content)["paths"]
    for path in described:
        example = path.replace("{extension}", "ttl").replace("{file}", "policygraph.ttl")
        example = re.sub(r"\{[^}]*\}", "kind", example)
        scope = {"type": "http", "method": "GET", "path": example, "headers": [(b"accept", b"text/turtle")]}
        first = next(route for route in routes() if route.matches(scope)[0] is Match.FULL)
        assert isinstance(first, OperationRoute) and first.described, path


def test_every_address_in_the_catalogue_answers(site: Server) -> None:
    """Distributions, their files, partitions, graphs, activity: whatever of ours the catalogue names."""
    quads = list(parse(site.client.get("/catalogue.ttl").content, format=RdfFormat.TURTLE))
    named = {
        term.value.removeprefix(BASE).split("#")[0]
        for quad in quads
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(BASE)
    }
    skip = ("id/partition/", "id/checksum/tables/", "id/distribution/tables/", "queries/")
    some = (
        sorted(name for name in named if not name.startswith(skip))
        + sorted(name for name in named if name.startswith(skip))[::9]
    )
    statuses = {
        name: site.client.get(
            f"/{name}", headers={"Accept": "text/turtle,*/*;q=0.1"}, follow_redirects=True
        ).status_code
        for name in some
    }
    assert len(statuses) > 100
    assert {name: status for name, status in statuses.items() if status != 200} == {}
    downloads = [quad.object.value for quad in quads if quad.predicate.value.endswith("downloadURL")]
    for address in downloads:
        answer = site.client.head(f"/{address.removeprefix(BASE)}")
        assert answer.status_code == 200, address
