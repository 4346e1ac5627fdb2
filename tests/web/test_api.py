"""Canned queries over HTTP: the same rows as from Python, in every format, and errors that say what to do."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from policygraph.queries import ask, open_release
from policygraph.queries.canned import catalogue, get, names
from policygraph.queries.results import Answer
from policygraph.rdf.iris import BASE, XSD
from policygraph.rdf.json_ld import document_prefixes
from policygraph.rdf.media_types import JSON
from policygraph.release.examples import query_iri, query_text
from policygraph.web.api.canned import offers
from policygraph.web.api.xlsx import CHARACTERS, LINKS, workbook
from policygraph.web.delivery.problems import HTTPProblem
from publishing import CONTROLS, MARKUP, Server, serving

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def store(release: Path) -> Store:
    return open_release(release)[0]


def values(name: str) -> dict[str, str]:
    """What is asked: the day is fixed, all else has its default."""
    query = next(one for one in catalogue() if one.name == name)
    return {"as_of": DAY} if any(one.name == "as_of" for one in query.parameters) else {}


@pytest.mark.parametrize("name", names())
def test_every_query_gives_the_rows_that_python_gives(site: Server, store: Store, name: str) -> None:
    expected = ask(name, store, **values(name))
    answers = {
        one: site.client.get(f"/queries/{name}.{one}", params=values(name)) for one in ("csv", "tsv", "json")
    }
    assert {response.status_code for response in answers.values()} == {200}
    for syntax, response in answers.items():
        assert response.content == expected.serialize(syntax), syntax
    assert len(answers["json"].json()["results"]["bindings"]) == len(expected.rows)


@pytest.mark.parametrize("name", ["actions", "dialogues", "about"])
def test_every_extension_says_what_it_is_and_accept_gives_the_same(site: Server, name: str) -> None:
    query = next(one for one in catalogue() if one.name == name)
    for extension, offer in offers(query).items():
        named = site.client.get(f"/queries/{name}.{extension}")
        assert named.status_code == 200 and named.headers["Content-Type"].startswith(offer.media_type)
        asked = site.client.get(f"/queries/{name}", headers={"Accept": offer.media_type})
        assert asked.content == named.content
        assert "Accept" in asked.headers["Vary"].split(", ") and "Accept" not in named.headers["Vary"].split(", ")


def test_a_graph_is_the_same_in_every_syntax(site: Server, store: Store) -> None:
    action = "id:action/COM-2025-723/A3-001"
    expected = {tuple(row) for row in ask("about", store, iri=action).rows}
    assert len(expected) > 20
    syntaxes = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
    for extension, syntax in {**syntaxes, "jsonld": RdfFormat.JSON_LD}.items():
        content = site.client.get(f"/queries/about.{extension}", params={"iri": action}).content
        found = {(quad.subject, quad.predicate, quad.object) for quad in parse(content, format=syntax)}
        assert found == expected, extension


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("text/csv;q=0.5, text/turtle;q=0.9", "text/turtle; charset=utf-8"),
        ("text/html;q=0.1, text/csv", "text/csv; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
    ],
)
def test_accept_chooses_and_browsers_get_the_page(site: Server, accept: str, media_type: str) -> None:
    response = site.client.get("/queries/load-by-period", headers={"Accept": accept})
    assert response.status_code == 200 and response.headers["Content-Type"] == media_type
    assert "Accept" in response.headers["Vary"].replace(" ", "").split(",")


def test_what_accept_bars_is_406(site: Server) -> None:
    response = site.client.get("/queries/actions", headers={"Accept": "image/png"})
    assert response.status_code == 406 and "text/csv" in response.text


def test_an_answer_is_known_by_its_tag(site: Server) -> None:
    first = site.client.get("/queries/actions.csv")
    again = site.client.get("/queries/actions.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.content
    assert again.headers["ETag"].removeprefix("W/") == first.headers["ETag"].removeprefix("W/")
    tags = {
        site.client.get(address).headers["ETag"]
        for address in ("/queries/actions.csv", "/queries/actions.json", "/queries/actions.csv?lang=nl")
    }
    assert len(tags) == 3
    head = site.client.head("/queries/actions.csv")
    assert head.status_code == 200 and not head.content
    assert {name: head.headers[name] for name in ("ETag", "Link")} == {
        name: first.headers[name] for name in ("ETag", "Link")
    }


def test_other_sites_may_ask(site: Server) -> None:
    response = site.client.get("/queries/totals.json", headers={"Origin": "https://analyst.test"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    asked = {"Origin": "https://analyst.test", "Access-Control-Request-Method": "GET"}
    assert site.client.options("/queries/totals.json", headers=asked).status_code == 200


def test_links_lead_to_licence_description_and_other_formats(site: Server) -> None:
    link = site.client.get("/queries/actions-due-in-period.csv?period=2026-Q4").headers["Link"]
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in link
    assert f'<{site.address}openapi.json>; rel="service-desc"' in link
    assert f'<{site.address}queries/actions-due-in-period.xlsx?period=2026-Q4>; rel="alternate"' in link
    assert "actions-due-in-period.csv" not in link


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/queries/actions?colour=red", 400, ("colour", "lang")),
        ("/queries/actions?lang=en&lang=nl", 400, ("lang", "more than once")),
        ("/queries/actions-due-before?as_of=31.6.2025", 400, ("31.6.2025", "as_of", "YYYY-MM-DD", "lang")),
        ("/queries/actions-due-before?as_of=2025-02-30", 400, ("2025-02-30", "as_of")),
        ("/queries/actions-due-before?as_of=", 400, ("as_of", "YYYY-MM-DD")),
        ("/queries/actions-due-in-period?period=2026-Q5", 400, ("2026-Q5", "period", "2026-Q4")),
        ("/queries/neighbours-in-time?within=many", 400, ("many", "within", "centre")),
        ("/queries/about?iri=javascript:alert(1)", 400, ("iri",)),
        ("/queries/actions?lang=%FF", 400, ("UTF-8",)),
        ("/queries/actiosn", 404, ("actiosn", "actions")),
        ("/queries/zzzzzzzz", 404, ("/queries",)),
        ("/queries/actions.pdf", 404, ("actions", ".csv", ".xlsx")),
        ("/queries/actions.nt", 404, ("actions", ".ttl")),
    ],
)
def test_what_cannot_be_answered_is_told_in_a_sentence(
    site: Server, address: str, status: int, words: tuple[str, ...]
) -> None:
    response = site.client.get(address, headers={"Accept": "application/problem+json, */*;q=0.1"})
    assert response.status_code == status and response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and problem["detail"].count("\n") == 0
    for word in words:
        assert word in problem["detail"]


@pytest.mark.parametrize(
    "text",
    [
        '") } UNION { ?action ?p ?o } #',
        "\\u0022) } #",
        '"@en . ?x ?y ?z',
        "} SERVICE <http://127.0.0.1:1/> { ",
        "' OR 1=1 --",
    ],
)
def test_a_parameter_stays_one_term(site: Server, text: str) -> None:
    response = site.client.get("/queries/actions-mentioning.json", params={"text": text})
    assert response.status_code == 200 and response.json()["results"]["bindings"] == []


def test_a_workbook_has_days_numbers_links_and_a_frozen_header(site: Server) -> None:
    content = site.client.get("/queries/actions.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Answer"]
    header = [cell.value for cell in sheet[1]]
    first = dict(zip(header, sheet[2], strict=True))
    assert sheet.max_row == 71 and sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:N71"
    assert first["action"].value == f"{BASE}id/action/COM-2025-723/A3-001"
    assert first["action"].hyperlink.target == f"{site.address}id/action/COM-2025-723/A3-001"
    assert first["number"].value == 1 and first["number"].data_type == "n"
    assert first["earliest"].value == datetime.datetime(2027, 4, 1) and first["earliest"].is_date
    assert first["completion_due_by"].value == datetime.datetime(2027, 6, 30)
    told = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert told["Question"] == "Which actions does the document announce, and by when?"
    assert told["Address"] == f"{site.address}queries/actions" and "pg:PolicyAction" in told["SPARQL"]
    assert content == site.client.get("/queries/actions.xlsx").content


def test_no_cell_of_a_workbook_is_a_formula_or_a_hostile_link() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "a\u0001b"]
    rows = [(Literal(text),) for text in hostile]
    rows += [(NamedNode("javascript:alert(1)"),), (Literal("-5", datatype=NamedNode(XSD + "integer")),)]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(Answer(("a",), tuple(rows)), (), lambda _: None)))["Answer"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * 8 + ["n"]
    assert [cell.value for cell in cells[:2]] == ["=1+1", "+1"] and cells[-1].value == -5
    assert all(cell.quotePrefix for cell in cells[:6]) and not any(cell.hyperlink for cell in cells)


def test_values_that_a_sheet_would_change_stay_text() -> None:
    def typed(text: str, name: str) -> Literal:
        return Literal(text, datatype=NamedNode(XSD + name))

    given = [typed("1899-12-31", "date"), typed("2026-02-30", "date"), typed(str(2**53 + 1), "integer")]
    given += [typed("NaN", "double"), typed("true", "boolean"), typed("1.5", "decimal"), Literal("2026-Q4")]
    content = workbook(Answer(("a",), tuple((term,) for term in given)), (), lambda _: None)
    found = [row[0].value for row in openpyxl.load_workbook(io.BytesIO(content))["Answer"].iter_rows(min_row=2)]
    assert found == ["1899-12-31", "2026-02-30", str(2**53 + 1), "NaN", True, 1.5, "2026-Q4"]


def test_what_a_sheet_cannot_hold_is_refused_and_not_cut() -> None:
    with pytest.raises(HTTPProblem, match="32,767 characters") as refused:
        workbook(Answer(("a",), ((Literal("x" * (CHARACTERS + 1)),),)), (), lambda _: None)
    assert refused.value.status == 413


@pytest.mark.slow
def test_a_sheet_with_more_links_than_it_can_hold_keeps_every_address() -> None:
    rows = tuple((NamedNode(f"{BASE}id/x/{number}"),) for number in range(LINKS + 3))
    content = workbook(Answer(("a",), rows), (), lambda iri: iri)
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Answer"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [row[0].value for row in rows]


def planted(name: str) -> dict[str, str]:
    return {"iri": f"id:planted/{name}"}


def test_hostile_words_leave_in_every_format_as_words(server: Server) -> None:
    """The strings that ``publishing`` plants: markup, a formula, control characters, an address that is code."""
    for name, words in (("0", MARKUP), ("1", "=1+1"), ("2", CONTROLS)):
        answers = {
            one: server.client.get(f"/queries/about.{one}", params=planted(name)) for one in ("json", "ttl", "nt")
        }
        (row,) = answers["json"].json()["results"]["bindings"]
        assert row["object"]["value"] == words
        for syntax in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES):
            content = answers[{RdfFormat.TURTLE: "ttl"}.get(syntax, "nt")].content
            assert [quad.object for quad in parse(content, format=syntax)] == [Literal(words)]
        assert answers["ttl"].headers["X-Content-Type-Options"] == "nosniff"
    book = server.client.get("/queries/about.xlsx", params=planted("1")).content
    cell = openpyxl.load_workbook(io.BytesIO(book))["Answer"]["C2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    book = server.client.get("/queries/about.xlsx", params=planted("iri")).content
    cell = openpyxl.load_workbook(io.BytesIO(book))["Answer"]["C2"]
    assert cell.value == "javascript:alert(1)" and cell.hyperlink is None


@pytest.mark.parametrize("extension", ["xml", "rdf"])
def test_what_xml_cannot_carry_is_406_and_not_broken_xml(server: Server, extension: str) -> None:
    refused = server.client.get(f"/queries/about.{extension}", params=planted("2"))
    assert refused.status_code == 406 and "JSON" in refused.text
    assert server.client.get(f"/queries/about.{extension}", params=planted("0")).status_code == 200


def test_another_store_behind_the_site_gives_the_same_answers(site: Server, release: Path) -> None:
    room = {"seconds": 10, "rows": 100_000, "answer_mib": 32}
    with serving(release, "--endpoint", f"{site.address}sparql", limits=room) as front:
        for address in (
            "dialogues.csv",
            "load-by-period.json",
            "about.nt",
            "actions-due-in-period.csv?period=2026",
        ):
            mine, theirs = front.client.get(f"/queries/{address}"), site.client.get(f"/queries/{address}")
            assert mine.status_code == 200 and mine.content == theirs.content, address
            tag = {"If-None-Match": mine.headers["ETag"]}
            assert front.client.get(f"/queries/{address}", headers=tag).status_code == 304
        assert front.client.get("/calendar.ics").text.count("BEGIN:VEVENT") == 70


def test_an_answer_past_a_limit_is_refused_and_not_cut(cramped: Server) -> None:
    for extension in ("csv", "json", "xlsx", "ttl"):
        response = cramped.client.get(f"/queries/actions.{extension}")
        assert response.status_code == 413 and "50 rows" in response.text
    assert cramped.client.get("/queries/totals.csv").status_code == 200


@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld", "rdf"])
def test_the_queries_are_rdf_that_editors_read(site: Server, extension: str) -> None:
    from rdflib import DCTERMS, OWL, RDF, RDFS, BNode, Graph, Namespace, URIRef

    sh, schema = Namespace("http://www.w3.org/ns/shacl#"), Namespace("https://schema.org/")
    syntax = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}[extension]
    graph = Graph().parse(data=site.client.get(f"/queries.{extension}").content, format=syntax)
    assert not any(isinstance(term, BNode) for triple in graph for term in triple)
    found = set(graph.subjects(RDF.type, sh.SPARQLExecutable))
    assert found == {URIRef(query_iri(name).value) for name in names()}
    assert set(graph.subjects(RDF.type, sh.SPARQLConstructExecutable)) == {URIRef(f"{BASE}queries/about")}
    for query in found:
        assert [comment.language for comment in graph.objects(query, RDFS.comment)] == ["en"]
        assert [words.language for words in graph.objects(query, DCTERMS.description)] == ["nl"]
        assert graph.value(query, schema.target) == URIRef(f"{site.address}sparql")
        assert graph.value(query, schema.keywords) is not None
        text = graph.value(query, sh.select) or graph.value(query, sh.construct)
        assert "#+ " not in str(text).replace("#+ parameters", "")
        Store().query(str(text))
    prefixes = graph.value(found.pop(), sh.prefixes)
    assert (prefixes, RDF.type, OWL.Ontology) in graph and len(set(graph.objects(prefixes, sh.declare))) > 15


def test_an_editor_finds_the_queries_in_the_service_description(site: Server) -> None:
    """As SIB's editor asks for examples where the endpoint itself has none, in a query of our own words."""
    store = Store()
    store.load(site.client.get("/sparql", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE)
    found = store.query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?example ?words ?text {
          ?example a sh:SPARQLExecutable ; rdfs:comment ?words ; sh:select|sh:construct ?text }"""
    )
    rows = [tuple(row) for row in found]  # type: ignore[union-attr]
    assert len(rows) == len(names()) and {row[0].value.rpartition("/")[2] for row in rows} == set(names())


def asked_by_editor(site: Server, query: str) -> list[dict[str, str]]:
    """As SIB's editor asks, with a parameter of its own beside the query."""
    answer = site.client.get("/sparql", params={"ac": "1", "query": query}, headers={"Accept": JSON.media_type})
    assert answer.status_code == 200, answer.text
    return [{name: term["value"] for name, term in row.items()} for row in answer.json()["results"]["bindings"]]


def test_an_editor_finds_examples_and_prefixes_by_sparql(site: Server) -> None:
    """The shapes of its queries: one row an example with its comment, one a prefix."""
    examples = asked_by_editor(
        site,
        """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?example ?words ?text WHERE {
          ?example a sh:SPARQLExecutable ; rdfs:comment ?words ;
            sh:select|sh:ask|sh:construct|sh:describe ?text } ORDER BY ?example""",
    )
    assert [row["example"].rpartition("/")[2] for row in examples] == sorted(names())
    assert all(row["words"] == get(row["example"].rpartition("/")[2]).question["en"] for row in examples)
    declared = asked_by_editor(
        site,
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT DISTINCT ?prefix ?space WHERE { [] sh:namespace ?space ; sh:prefix ?prefix } ORDER BY ?prefix""",
    )
    assert {row["prefix"]: row["space"] for row in declared} == document_prefixes(BASE)
    assert len(declared) == len(document_prefixes(BASE))


def test_an_editor_finds_the_properties_of_each_class_by_sparql(site: Server) -> None:
    """The shape of its query for VoID; each count is what counting the data gives."""
    found = asked_by_editor(
        site,
        """PREFIX void: <http://rdfs.org/ns/void#>
        SELECT DISTINCT ?kind ?property ?triples WHERE {
          ?partition void:class ?kind ; void:propertyPartition ?part .
          ?part void:property ?property ; void:triples ?triples }""",
    )
    counted = asked_by_editor(
        site,
        f"""SELECT ?kind ?property (COUNT(*) AS ?triples) WHERE {{
          {{ SELECT DISTINCT ?thing ?kind ?property ?value {{
            GRAPH ?graph {{ ?thing ?property ?value }} FILTER(?graph != <{BASE}graph/catalogue>)
            GRAPH ?other {{ ?thing a ?kind }} FILTER(?other != <{BASE}graph/catalogue>) }} }}
        }} GROUP BY ?kind ?property""",
    )

    def numbers(rows: list[dict[str, str]]) -> dict[tuple[str, str], int]:
        return {(row["kind"], row["property"]): int(row["triples"]) for row in rows}

    assert numbers(found) == numbers(counted) and len(found) == len(counted)
    assert (f"{BASE}def#PolicyAction", f"{BASE}def#deadline") in numbers(found)


def test_a_published_query_runs_at_its_endpoint(site: Server) -> None:
    query = next(one for one in catalogue() if one.name == "totals")
    assert site.rows(query_text(query.text)) != []


def test_the_list_is_json_too(site: Server) -> None:
    listed = site.client.get("/queries", headers={"Accept": "application/json"}).json()["queries"]
    assert [one["name"] for one in listed] == list(names())
    first = next(one for one in listed if one["name"] == "actions-due-before")
    assert first["address"] == f"{site.address}queries/actions-due-before"
    assert [one["name"] for one in first["parameters"]] == ["as_of", "lang", "document"]
    assert json.loads(site.client.get("/queries.json").content)["queries"] == listed
    assert site.client.get("/queries").headers["Content-Type"] == "text/turtle; charset=utf-8"


def test_a_name_does_where_a_query_takes_an_iri(site: Server) -> None:
    def rows(sector: str) -> str:
        answer = site.client.get("/queries/actions-in-sector.csv", params={"sector": sector})
        assert answer.status_code == 200, answer.text
        return answer.text

    by_iri = rows(f"{BASE}id/sector/HEALTH")
    assert by_iri.count("\n") > 1
    assert (
        rows("health")
        == rows("HEALTH")
        == rows("Health and pharmaceuticals")
        == rows("id:sector/HEALTH")
        == by_iri
    )
    wrong = site.client.get("/queries/actions-in-sector.csv", params={"sector": "helth"})
    assert wrong.status_code == 400 and "health" in wrong.text and "--sector" not in wrong.text
    several = site.client.get("/queries/actions-in-sector.csv", params={"sector": "and"})
    assert several.status_code == 400 and "things" in several.text
