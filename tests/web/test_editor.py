"""The editor without a browser: the form that works as it is, its answers, and what a script is given."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape

import pyoxigraph as ox
import pytest

from policygraph.engine.settings import Limits, Settings
from policygraph.files import folder
from policygraph.queries.canned import catalogue, get
from policygraph.rdf.iris import DCT, OWL, RDF, RDFS, SKOS, Names, prefixes
from policygraph.web.pages.page import MEDIA
from policygraph.web.pages.views import scripts
from policygraph.web.pages.views.editor import FORMATS, editor, with_prefixes
from policygraph.web.viewmodels.links import STATIC
from publishing import ACTIONS, Server
from visiting import html, visiting

NAMES = Names()
SETTINGS = re.compile(r'<script type="application/json" id="editor-settings">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def ontology() -> ox.Store:
    """The ontology and code lists, and one concept of a document, which no editor should offer."""
    store = ox.Store()
    for path in (folder("ontology")).glob("*.ttl"):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=NAMES.graph("ontology"))
    scheme, heading = NAMES.id("heading", "D"), NAMES.id("heading", "D", "01")
    said = [
        (scheme, RDF + "type", ox.NamedNode(SKOS + "ConceptScheme")),
        (scheme, NAMES.term("schemeOf").value, NAMES.id("doc", "D")),
        (heading, SKOS + "inScheme", scheme),
        (heading, SKOS + "prefLabel", ox.Literal("Gezondheid", language="nl")),
    ]
    for subject, predicate, term in said:
        store.add(ox.Quad(subject, ox.NamedNode(predicate), term, NAMES.graph("vocabulary")))
    return store


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the parts from npm packages are built, whether they are or not."""
    monkeypatch.setattr(scripts, "is_built", lambda: True)
    monkeypatch.setattr("policygraph.web.viewmodels.links._fingerprint", lambda _: "0")
    yield


def settings(text: str) -> dict[str, object]:
    found = SETTINGS.search(text)
    assert found
    return dict(json.loads(found[1]))


def area(text: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert found
    return unescape(found[1])


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("language", ["en", "nl"])
def test_script_is_given_terms_with_labels_in_the_language_of_the_page(ontology: ox.Store, language: str) -> None:
    given = settings(html(editor, visiting(ontology, "/editor", language)))
    terms = {term["iri"]: term for term in given["terms"]}  # type: ignore[attr-defined]
    deadline = terms[NAMES.term("deadline").value]
    labels = {
        one.object.language: one.object.value
        for one in ontology.quads_for_pattern(NAMES.term("deadline"), ox.NamedNode(RDFS + "label"), None, None)
    }
    assert deadline["label"] == labels[language] and deadline["kind"] == "ObjectProperty"
    assert len(deadline["definition"]) > 20
    assert terms[NAMES.id("sector", "HEALTH").value]["kind"] == "Concept"
    assert terms[DCT + "title"]["label"]
    assert NAMES.id("heading", "D", "01").value not in terms


@pytest.mark.usefixtures("built")
def test_every_term_of_the_ontology_is_completed(ontology: ox.Store) -> None:
    given = settings(html(editor, visiting(ontology, "/editor")))
    offered = {term["iri"] for term in given["terms"]}  # type: ignore[attr-defined]
    kinds = [ox.NamedNode(OWL + kind) for kind in ("Class", "ObjectProperty", "DatatypeProperty")]
    own = {
        str(quad.subject.value)
        for kind in kinds
        for quad in ontology.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind, None)
        if str(quad.subject.value).startswith(NAMES.definitions)
    }
    assert len(own) > 20 and own <= offered


@pytest.mark.usefixtures("built")
def test_every_canned_query_is_an_example_with_its_question(ontology: ox.Store) -> None:
    given = settings(html(editor, visiting(ontology, "/editor", "nl")))
    examples = dict(given["examples"])  # type: ignore[call-overload]
    assert set(examples) == {query.name for query in catalogue()}
    for name, text in examples.items():
        assert text.startswith(f"# {get(name).question['nl']}\n") and "#+" not in text
        list_ = ox.Store().query(text)
        assert list_ is not None


def test_limits_are_told_in_words_on_both_pages(ontology: ox.Store) -> None:
    limits = Limits().with_settings(["rows=1234", "seconds=7"])
    english = html(editor, visiting(ontology, "/editor", settings=Settings(limits=limits)))
    dutch = html(editor, visiting(ontology, "/editor", "nl", settings=Settings(limits=limits)))
    assert "<dd>1,234</dd>" in english and "<dd>7\N{NO-BREAK SPACE}s</dd>" in english
    assert "<dd>1.234</dd>" in dutch and "lengte van een vraag" in dutch


def test_without_the_built_parts_the_form_says_how_to_get_them(
    ontology: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "is_built", lambda: False)
    text = html(editor, visiting(ontology, "/editor"))
    assert "make web" in text and "vendor" not in text and not SETTINGS.search(text)
    assert '<textarea id="query" name="query"' in text


@pytest.mark.usefixtures("built")
def test_page_has_no_inline_script_or_style(ontology: ox.Store) -> None:
    text = html(editor, visiting(ontology, "/editor"))
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>(?!\s*<)", text)
    for kind in re.findall(r"<script([^>]*)>", text):
        assert "src=" in kind or "application/" in kind


def test_query_in_the_address_comes_back_whole(ontology: ox.Store) -> None:
    query = 'SELECT ?s {\n  ?s ?p "</textarea><b>ü" # ' + "x" * 1_000 + "\n}"
    visit = visiting(ontology, "/editor")
    asked = type(visit)(visit.view, "/editor", (("query", query.replace("\n", "\r\n")),), "en", visit.today)
    assert area(html(editor, asked)) == query


def test_example_in_the_address_fills_the_form(ontology: ox.Store) -> None:
    text = area(html(editor, visiting(ontology, "/editor?example=totals")))
    assert text.startswith("# ") and "SELECT" in text
    assert "pg:PolicyAction" in area(html(editor, visiting(ontology, "/editor?example=none-such")))


def run(server: Server, query: str, **more: str) -> tuple[int, str]:
    response = server.client.get(
        "/editor", params={"query": query, "run": "1", **more}, headers={"Accept": "text/html"}
    )
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.status_code, response.text


def test_form_is_answered_as_a_table_whose_iris_lead_to_our_pages(server: Server) -> None:
    status, text = run(
        server, f"SELECT ?s ?n {{ GRAPH <{ACTIONS}> {{ ?s <{NAMES.term('number').value}> ?n }} }} ORDER BY ?n"
    )
    assert status == 200 and "<p>60 rows</p>" in text
    assert '<th scope="col">s</th><th scope="col">n</th>' in text
    assert '<a href="/id/action/COM-2025-723/A3-001.html">id:action/COM-2025-723/A3-001</a>' in text


def test_form_answers_ask_and_construct_and_nothing(server: Server) -> None:
    assert "Yes: there is such a pattern." in run(server, "ASK { ?s ?p ?o }")[1]
    assert "Nee: zo’n patroon bestaat niet." in run(server, "ASK { <x:a> <x:b> <x:c> }", lang="nl")[1]
    assert "No row fits." in run(server, "SELECT * { <x:a> ?p ?o }")[1]
    graph = run(server, "CONSTRUCT { <x:a> <x:b> ?o } WHERE { VALUES ?o { '<i>' } }")[1]
    assert "&lt;x:a&gt; &lt;x:b&gt; &#34;&lt;i&gt;&#34;" in graph


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { ?s ?p ?o", 400, "open"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("CLEAR ALL", 400, "read-only"),
        ("SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }", 400, "none is fetched"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 413, "none of it is sent"),
    ],
)
def test_refusal_stands_on_the_page_in_words(server: Server, query: str, status: int, words: str) -> None:
    got, text = run(server, query)
    alert = re.search(r'<p class="problem" role="alert">(.*?)</p>', text, re.DOTALL)
    assert alert and words in unescape(alert[1])
    assert got == status and "<table" not in text
    assert area(text) == query


def test_strangers_words_in_an_answer_are_escaped(server: Server) -> None:
    text = run(server, f"SELECT ?o {{ ?s <{DCT}description> ?o FILTER(!STRSTARTS(STR(?o), 'Actie')) }}")[1]
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text
    assert 'href="javascript:' not in text


@pytest.mark.parametrize("extension", FORMATS)
def test_answer_can_be_taken_away_in_each_format(server: Server, extension: str) -> None:
    makes_graph = extension in ("ttl", "nt", "jsonld", "rdf", "trig")
    pattern = f"GRAPH <{ACTIONS}> {{ ?s <{NAMES.term('heading').value}> ?o }}"
    form = "CONSTRUCT { ?s <x:h> ?o } WHERE" if makes_graph else "SELECT *"
    query = f"{form} {{ {pattern} }}"
    response = server.client.get(f"/editor.{extension}", params={"query": query}, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(MEDIA[extension])
    assert response.headers["content-disposition"] == f'attachment; filename="policygraph.{extension}"'
    same = server.ask(query, MEDIA[extension])
    assert sorted(same.text.splitlines()) == sorted(response.text.splitlines())


def test_script_of_the_editor_is_served_where_it_is_built(server: Server) -> None:
    script = STATIC / scripts.EDITOR
    if not script.is_file():
        pytest.skip("the parts from npm packages are not built: make web")
    response = server.client.get(f"/static/{scripts.EDITOR}")
    assert response.status_code == 200 and "javascript" in response.headers["content-type"]
    assert "unsafe" not in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("query", "declared"),
    [
        ("SELECT * { ?s pg:number ?n }", ["pg"]),
        ("PREFIX pg: <x:> SELECT * { ?s pg:number ?n ; skos:notation ?m }", ["skos"]),
        ('SELECT * { ?s ?p "pg:a", \'dct:b\' , """skos:c""" } # eli:title', []),
        ("SELECT * { ?s <dct:a> foo:b ; ?p _:pg }", []),
    ],
)
def test_prefixes_that_are_missing_are_added(query: str, declared: list[str]) -> None:
    completed = with_prefixes(query, prefixes())
    assert completed.endswith(query)
    lines = completed.removesuffix(query).splitlines()
    assert lines == [f"PREFIX {name}: <{prefixes()[name]}>" for name in declared]


@pytest.mark.parametrize(
    "query", ["SELECT ?s { ?s pg:number 44 ; dct:identifier ?i }", "SELECT ('a\"b\\\\' AS ?x) {}"]
)
def test_code_for_other_tools_asks_the_same(site: Server, query: str) -> None:
    response = site.client.get("/editor", params={"query": query, "run": "1", "lang": "en"})
    codes = dict(re.findall(r'<code data-snippet="(\w+)"[^>]*>(.*?)</code>', response.text, re.DOTALL))
    codes = {name: unescape(code) for name, code in codes.items()}
    assert set(codes) == {"curl", "Python", "R"}
    python = subprocess.run(
        [sys.executable, "-c", codes["Python"] + "\nprint(rows)"], capture_output=True, text=True, timeout=60
    )
    shell = subprocess.run(["sh", "-c", codes["curl"] + " --silent"], capture_output=True, text=True, timeout=60)
    assert python.returncode == 0, python.stderr
    expected = site.client.get("/editor.csv", params={"query": with_prefixes(query, prefixes())}).text
    assert shell.stdout.replace("\r", "") == expected.replace("\r", "") and len(expected.splitlines()) == 2
    assert str(list(csv.DictReader(io.StringIO(expected)))) == python.stdout.strip()
