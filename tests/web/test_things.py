"""Every IRI answers: redirects by Accept, data by extension, the same data in every syntax, refusals in words."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pyoxigraph as ox
import pytest

from policygraph.rdf.iris import BASE
from policygraph.rdf.media_types import N_TRIPLES, TURTLE
from policygraph.web.things.negotiate import _shapes
from publishing import Server

ACTION = "id/action/COM-2025-723/A3-003"
SYNTAXES = {
    "ttl": ("text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "trig": ("application/trig; charset=utf-8", ox.RdfFormat.TRIG),
}
ACCEPTS = {
    "text/html": "html",
    "application/xhtml+xml,text/html;q=0.9,*/*;q=0.8": "html",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/trig": "trig",
    "text/turtle;q=0.3,text/html;q=0.9": "html",
    "text/turtle;q=0.9,text/html;q=0.3": "ttl",
    "*/*": "ttl",
}


def test_json_ld_of_a_thing_is_compacted_like_the_release(site: Server) -> None:
    answer = site.client.get(f"/{ACTION}.jsonld")
    document = answer.json()
    context = site.client.get("/context.jsonld")
    assert context.headers["content-type"] == "application/ld+json"
    assert document["@context"] == context.json()["@context"]
    assert '/context.jsonld>; rel="http://www.w3.org/ns/json-ld#context"' in answer.headers["link"]
    (node,) = (one for one in document["@graph"] if one["@id"] == ACTION.replace("/", ":", 1))
    assert "pg:PolicyAction" in node["@type"] and "rdf:type" not in node
    assert node["dct:isPartOf"] == {"@id": "id:doc/COM-2025-723"}
    assert node["dct:description"]["@language"] == "nl"
    assert site.client.get("/queries/about.jsonld").json()["@context"] == document["@context"]


MEMBER = "http://www.w3.org/2000/01/rdf-schema#member"


@pytest.mark.parametrize(
    ("container", "member"),
    [
        ("id", "id/action"),
        ("graph", "graph/actions"),
        ("id/action", "id/action/COM-2025-723"),
        ("id/action/COM-2025-723", ACTION),
        ("id/period", "id/period/2026-Q4"),
    ],
)
def test_a_container_lists_its_members(site: Server, container: str, member: str) -> None:
    site.client.follow_redirects = True
    try:
        answer = site.client.get(f"/{container}", headers={"Accept": "text/turtle"})
        member_answer = site.client.get(f"/{member}", headers={"Accept": "text/turtle"})
    finally:
        site.client.follow_redirects = False
    quads = list(ox.parse(answer.content, format=ox.RdfFormat.TURTLE))
    assert {quad.subject.value for quad in quads} == {f"{BASE}{container}"}
    assert f"{BASE}{member}" in {quad.object.value for quad in quads if quad.predicate.value == MEMBER}
    assert member_answer.status_code == 200


@pytest.mark.parametrize("iri", ["def/0.1.0", "0.1.0/shapes"])
def test_the_iri_of_a_version_answers(site: Server, iri: str) -> None:
    whole = site.client.get("/def" if iri.startswith("def") else "/shapes", headers={"Accept": "text/turtle"})
    answer = site.client.get(f"/{iri}", headers={"Accept": "text/turtle"})
    assert answer.status_code == 200 and answer.content == whole.content
    assert f"{BASE}{iri}".encode() in answer.content.replace(b"pg:", b"") or iri.encode() in answer.content


def test_size_and_checksum_of_a_file_answer(site: Server) -> None:
    about = site.client.get("/id/distribution/policygraph.nq.ttl").text
    assert "dcat:byteSize" in about and "spdx:checksum id:checksum\\/policygraph.nq" in about
    checksum = site.client.get("/id/checksum/policygraph.nq", headers={"Accept": "text/html"})
    assert checksum.status_code in (303, 406)
    assert "spdx:checksumValue" in site.client.get("/id/checksum/policygraph.nq.ttl").text


@pytest.mark.parametrize("accept", ACCEPTS)
def test_a_thing_redirects_by_accept(accept: str, site: Server) -> None:
    answer = site.client.get(f"/{ACTION}", headers={"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/{ACTION}.{ACCEPTS[accept]}"
    assert "Accept" in answer.headers["vary"]
    assert f'<{BASE}{ACTION}>; rel="cite-as"' in answer.headers["link"]


@pytest.mark.parametrize("extension", SYNTAXES)
def test_the_data_of_a_thing_in_every_syntax(extension: str, site: Server) -> None:
    media, syntax = SYNTAXES[extension]
    answer = site.client.get(f"/{ACTION}.{extension}")
    assert answer.status_code == 200 and answer.headers["content-type"] == media
    triples = {quad.triple for quad in ox.parse(answer.content, format=syntax)}
    reference = site.client.get(f"/{ACTION}.nt").content
    assert triples == {quad.triple for quad in ox.parse(reference, format=ox.RdfFormat.N_TRIPLES)}
    subject = ox.NamedNode(f"{BASE}{ACTION}")
    assert any(triple.subject == subject for triple in triples)
    assert any(triple.subject.value.startswith(f"{BASE}id/deadline/") for triple in triples)


def test_trig_tells_which_graph_says_it(site: Server) -> None:
    quads = ox.parse(site.client.get(f"/{ACTION}.trig").content, format=ox.RdfFormat.TRIG)
    graphs = {quad.graph_name.value.removeprefix(f"{BASE}graph/") for quad in quads}
    assert {"actions", "document", "derived", "inferred"} <= graphs


def test_a_representation_is_asked_for_once(site: Server) -> None:
    first = site.client.get(f"/{ACTION}.ttl")
    again = site.client.get(f"/{ACTION}.ttl", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content
    modified = parsedate_to_datetime(first.headers["last-modified"])
    assert again.headers["last-modified"] == first.headers["last-modified"] and modified <= datetime.now(UTC)
    assert site.client.head(f"/{ACTION}.ttl").headers["content-length"] == first.headers["content-length"]
    assert site.client.get(f"/{ACTION}.nt").headers["etag"] != first.headers["etag"]


def test_the_page_of_a_thing_points_to_its_data(site: Server) -> None:
    page = site.client.get(f"/{ACTION}.html")
    assert page.status_code == 200 and "<html" in page.text
    assert 'rel="describedby"; type="text/turtle"' in page.headers["link"]


@pytest.mark.parametrize("path", ["def", "shapes"])
def test_ontology_and_shapes_answer_in_every_syntax(path: str, site: Server) -> None:
    turtle = site.client.get(f"/{path}", headers={"Accept": "text/turtle"})
    assert turtle.status_code == 200 and turtle.headers["content-type"].startswith("text/turtle")
    count = sum(1 for _ in ox.parse(turtle.content, format=ox.RdfFormat.TURTLE))
    for extension, (_, syntax) in SYNTAXES.items():
        assert sum(1 for _ in ox.parse(site.client.get(f"/{path}.{extension}").content, format=syntax)) == count
    assert (
        site.client.get(f"/{path}", headers={"Accept": "text/html"})
        .headers["content-type"]
        .startswith("text/html")
    )


def test_a_named_graph_answers(site: Server) -> None:
    answer = site.client.get("/graph/actions", headers={"Accept": "application/trig"})
    assert answer.status_code == 303 and answer.headers["location"] == "/graph/actions.trig"
    quads = list(ox.parse(site.client.get("/graph/actions.trig").content, format=ox.RdfFormat.TRIG))
    own = [quad for quad in quads if quad.graph_name == ox.NamedNode(f"{BASE}graph/actions")]
    told = {quad.predicate.value.rpartition("#")[2] for quad in quads if quad not in own}
    assert {quad.subject.value for quad in quads if quad not in own} == {f"{BASE}graph/actions"}
    assert {"triples", "wasGeneratedBy"} <= told, "what the catalogue tells about the graph comes with it"
    assert sum(1 for quad in quads if quad.object == ox.NamedNode(f"{BASE}def#PolicyAction")) == 70


@pytest.mark.parametrize(
    ("path", "accept", "status", "words"),
    [
        ("id/action/COM-2025-723/A3-999", "text/turtle", 404, "No graph says anything about"),
        ("id/action/COM-2025-723/A3-999.ttl", "*/*", 404, "No graph says anything about"),
        ("id/a%20b", "text/turtle", 404, "is no IRI"),
        ("id/%3E%20%7D%20UNION%20%7B", "text/turtle", 404, "is no IRI"),
        ("graph/secret", "text/turtle", 404, "There is no such graph"),
        (ACTION, "image/png", 406, "text/turtle"),
    ],
)
def test_refusals_in_words(path: str, accept: str, status: int, words: str, site: Server) -> None:
    answer = site.client.get(f"/{path}", headers={"Accept": accept})
    assert answer.status_code == status and words in answer.text


def test_no_header_moves_an_iri_or_a_redirect(site: Server) -> None:
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Accept": "text/turtle"}
    answer = site.client.get(f"/{ACTION}", headers=hostile)
    assert "evil" not in str(answer.headers)
    assert b"evil" not in site.client.get(f"/{ACTION}.ttl", headers=hostile).content


def test_shapes_are_the_same_bytes_whenever_they_are_read() -> None:
    """Their ETag comes from the data and not from the bytes, and blank nodes have other names in each reading."""
    for syntax in (TURTLE, N_TRIPLES):
        assert _shapes.__wrapped__(syntax, BASE) == _shapes.__wrapped__(syntax, BASE)


@pytest.mark.parametrize(
    "name", ["policygraph.ttl", "policygraph.jsonld", "policygraph.nt", "tables/csv-metadata.json"]
)
def test_a_thing_whose_own_name_ends_in_an_extension_answers(site: Server, name: str) -> None:
    path = f"id/distribution/{name}"
    led = site.client.get(f"/{path}", headers={"Accept": "application/n-triples"}, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, f"/{path}.nt")
    triples = list(ox.parse(site.client.get(led.headers["location"]).content, format=ox.RdfFormat.N_TRIPLES))
    assert {quad.subject for quad in triples} >= {ox.NamedNode(BASE + path)}


def test_data_of_nothing_are_still_not_found(site: Server) -> None:
    assert site.client.get("/id/distribution/nothing.ttl").status_code == 404
