"""Validation: what it refuses, where a finding leads, and its four forms."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from places import SEED
from policygraph.cli import cli
from policygraph.errors import PolicygraphError, ShapesError, SourceError
from policygraph.files import shape_files
from policygraph.rdf.conversion import from_rdflib, to_rdflib
from policygraph.rdf.files import read
from policygraph.rdf.iris import BASE, SH, XSD, Names, prefixes
from policygraph.rdf.media_types import SYNTAXES
from policygraph.rdf.serialise import serialise
from policygraph.validation import Finding, Report, Severity, validate
from shape_examples import FOLDER, example, samples

PG = f"{BASE}def#"
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())
THING = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix t: <https://data.test/> .
"""
SHAPES = f"""{THING}
t:Shape a sh:NodeShape ; sh:targetClass t:Thing ; sh:property [ sh:path t:name ; sh:minCount 1 ] .
"""
DATA = "@prefix t: <https://data.test/> . t:one a t:Thing ."


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)]


@pytest.fixture
def shapes_in(tmp_path: Path) -> Iterator[Any]:
    def write(turtle: str, name: str = "shapes.ttl") -> list[Path]:
        path = tmp_path / name
        path.write_text(turtle, "utf-8")
        return [path]

    yield write


def report_of(name: str) -> Report:
    return validate(example(FOLDER / name).graph)


def only(report: Report, rule: str) -> Finding:
    (finding,) = (one for one in report.findings if one.rule == rule)
    return finding


# --- what is refused ---


def test_nothing_targeted_is_refused_with_our_shapes() -> None:
    with pytest.raises(ShapesError, match=f"None of the {len(shape_files()) - 1} shapes looks at anything"):
        validate(triples(DATA))


def test_no_statements_at_all_are_refused() -> None:
    with pytest.raises(ShapesError, match="looks at anything"):
        validate([])


def test_a_misspelt_target_class_is_refused(shapes_in: Any) -> None:
    with pytest.raises(ShapesError, match="None of the 1 shapes"):
        validate(triples(DATA), shapes_in(SHAPES.replace("t:Thing", "t:Thnig")))


def test_shapes_without_target_are_refused(shapes_in: Any) -> None:
    with pytest.raises(ShapesError, match="give each node shape a target"):
        validate(triples(DATA), shapes_in("# nothing"))


def with_query(query: str) -> str:
    rule = f't:rule sh:select "{query}" .'
    return f"{THING} t:S a sh:NodeShape ; sh:targetClass t:Thing ; sh:sparql t:rule . {rule}"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }", "SERVICE or FROM"),
        ("SELECT $this FROM <http://127.0.0.1:9/> WHERE { $this ?p ?o }", "SERVICE or FROM"),
        ("SELECT $this WHERE { { OPTIONAL { SERVICE SILENT ?s { $this ?p ?o } } } }", "SERVICE or FROM"),
        ("SELECT $this WHERE {", "not SPARQL that can be read"),
        ("SELECT $this WHERE { $this ?p ?o }" + " " * 20_000, "longer than"),
    ],
)
def test_queries_that_reach_out_or_cannot_be_read_are_refused(query: str, why: str, shapes_in: Any) -> None:
    with pytest.raises(ShapesError, match=why):
        validate(triples(DATA), shapes_in(with_query(query)))


def test_a_query_that_only_speaks_of_another_place_is_read(shapes_in: Any) -> None:
    query = r"SELECT $this WHERE { $this a <https://data.test/Thing> FILTER(STR($this) != \"FROM <x>\") }"
    (finding,) = validate(triples(DATA), shapes_in(with_query(query))).findings
    assert finding.focus == NamedNode("https://data.test/one")


@pytest.mark.parametrize("feature", ["sh:js t:x", "sh:target t:x", "sh:rule t:x"])
def test_features_that_an_engine_would_skip_are_refused(feature: str, shapes_in: Any) -> None:
    with pytest.raises(ShapesError, match="only SHACL Core and SHACL-SPARQL"):
        validate(triples(DATA), shapes_in(f"{SHAPES} t:Shape {feature} ."))


def test_broken_shapes_are_an_error_and_no_report(shapes_in: Any) -> None:
    with pytest.raises(ShapesError, match="cannot be used"):
        validate(triples(DATA), shapes_in(f"{SHAPES} t:Shape sh:property [ sh:minCount 1 ] ."))


def test_imports_are_not_followed(shapes_in: Any) -> None:
    imports = "<https://data.test/s> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/never> ."
    assert not validate(triples(DATA), shapes_in(SHAPES + imports)).conforms


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.rdf", b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x "y">]><r>&x;</r>', "document type"),
        ("a.xml", b"<!doctype html><r/>", "document type"),
        ("a.owl", "<!DOCTYPE r []><r/>".encode("utf-16"), "not UTF-8"),
        ("a.ttl", b"<a> <b>", "is not Turtle"),
        ("a.nq", b"\xff\xfe", "not UTF-8"),
        ("a.jsonld", b'{"@context": "http://127.0.0.1:9/context", "@id": "a"}', "is not JSON-LD"),
        ("a.csv", b"a,b", "no extension of an RDF syntax"),
    ],
)  # fmt: skip
def test_input_that_is_broken_or_hostile_is_refused(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=why):
        read(tmp_path / name)


# --- the shapes of others ---


def test_shapes_of_others_are_read_by_the_reference_engine(shapes_in: Any) -> None:
    report = validate(triples(DATA), shapes_in(SHAPES))
    (finding,) = report.findings
    assert (finding.constraint, finding.path, finding.focus.value) == (
        "MinCount",
        "https://data.test/name",
        "https://data.test/one",
    )
    assert finding.shape == "https://data.test/Shape"
    assert "Less than 1 values" in finding.message("en")
    assert report.targeted == (("https://data.test/Shape", 1),)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("[ sh:inversePath t:name ]", "^<https://data.test/name>"),
        ("( t:a t:b )", "<https://data.test/a>/<https://data.test/b>"),
        ("[ sh:alternativePath ( t:a t:b ) ]", "<https://data.test/a>|<https://data.test/b>"),
        ("( t:a [ sh:oneOrMorePath t:b ] )", "<https://data.test/a>/(<https://data.test/b>+)"),
    ],
)
def test_paths_are_shown_as_sparql_writes_them(path: str, shown: str, shapes_in: Any) -> None:
    report = validate(triples(DATA), shapes_in(SHAPES.replace("sh:path t:name", f"sh:path {path}")))
    assert report.findings[0].path == shown
    assert "resultPath" not in report.to_turtle()


def test_targets_are_counted_by_class_subclass_node_subject_and_object(shapes_in: Any) -> None:
    shapes = f"""{THING} @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    t:Narrow rdfs:subClassOf t:Thing .
    t:A a sh:NodeShape ; sh:targetClass t:Thing .
    t:B a sh:NodeShape ; sh:targetNode t:one , t:nowhere .
    t:C a sh:NodeShape ; sh:targetSubjectsOf t:knows .
    t:D a sh:NodeShape ; sh:targetObjectsOf t:knows .
    t:Thing a sh:NodeShape , rdfs:Class ."""
    data = triples(f"{DATA} t:two a t:Narrow ; t:knows t:one , t:three .")
    counts = dict(validate(data, shapes_in(shapes)).targeted)
    assert {name.rsplit("/", 1)[-1]: count for name, count in counts.items()} == {
        "A": 2,
        "B": 1,
        "C": 1,
        "D": 2,
        "Thing": 2,
    }


BLANK = f"{THING} t:one a t:Thing . [] a t:Thing ; t:name [] . t:one t:name '01'^^<{XSD}integer> ."
DEEP = f"""{THING}
t:Shape a sh:NodeShape ; sh:targetClass t:Thing ; sh:nodeKind sh:IRI ;
  sh:property [ sh:path t:name ; sh:nodeKind sh:IRI ; sh:message "name it"@en , "noem het"@nl ] ,
    [ sh:path [ sh:inversePath t:name ] ; sh:minCount 1 ] , [ sh:path ( t:a t:b ) ; sh:minCount 1 ] ,
    [ sh:path [ sh:alternativePath ( t:a [ sh:zeroOrOnePath t:b ] ) ] ; sh:minCount 3 ; sh:severity sh:Info ] ;
  sh:sparql [ sh:message "no" ; sh:select "SELECT $this WHERE {{ $this a <https://data.test/Thing> }}" ] .
"""


def same(report: Report) -> list[tuple[object, ...]]:
    """What both engines say of a finding: all but the words where the shape has none of its own."""
    return [(f.focus, f.label, f.path, f.value, f.shape, f.component, f.severity) for f in report.findings]


def test_both_engines_find_the_same_with_shapes_of_others(shapes_in: Any) -> None:
    shapes, data = shapes_in(DEEP), triples(BLANK)
    reference, quick = (validate(data, shapes, engine=name) for name in ("pyshacl", "fast"))
    assert same(reference) == same(quick)
    assert len(reference.findings) == 11
    assert {f.message("nl") for f in quick.findings if f.path == "https://data.test/name"} == {"noem het"}
    assert {f.value for f in quick.findings} >= {Literal("01", datatype=NamedNode(f"{XSD}integer"))}


def test_graphs_and_datasets_of_rdflib_are_taken(shapes_in: Any) -> None:
    from rdflib import Dataset, Graph, URIRef

    shapes = Graph().parse(data=DEEP, format="turtle")
    data = triples(BLANK)
    plain, graph = validate(data, shapes_in(DEEP)), validate(to_rdflib(data), shapes)
    assert same(graph) == same(plain)
    dataset = Dataset()
    dataset.graph(URIRef("https://data.test/graph")).parse(data=DATA, format="turtle")
    assert not validate(dataset, shapes).conforms
    assert Graph().parse(data=graph.to_turtle(), format="turtle")


def test_what_rdflib_holds_but_rdf_does_not_is_refused() -> None:
    from rdflib import Dataset, Graph, URIRef
    from rdflib import Literal as RdflibLiteral

    wrong = Graph().add((RdflibLiteral("a"), URIRef("https://data.test/p"), RdflibLiteral("b")))
    with pytest.raises(SourceError, match="no statement of RDF"):
        validate(wrong)
    with pytest.raises(SourceError, match="no term of RDF"):
        from_rdflib(Graph().add((URIRef("not an iri"), URIRef("https://data.test/p"), RdflibLiteral("b"))))
    dataset = Dataset()
    dataset.add((URIRef("t:a"), URIRef("t:b"), RdflibLiteral("c", lang="en")))
    dataset.graph(URIRef("t:g")).add((URIRef("t:a"), URIRef("t:b"), RdflibLiteral("1", datatype=URIRef("t:d"))))
    assert sorted(map(str, from_rdflib(dataset))) == ['<t:a> <t:b> "1"^^<t:d> <t:g>', '<t:a> <t:b> "c"@en']


# --- where a finding leads ---


def lines() -> list[str]:
    return (SEED / "nl.txt").read_text("utf-8").splitlines()


def test_a_finding_on_an_action_leads_to_its_row() -> None:
    finding = only(report_of("policy-action/invalid-number-of-another-row.ttl"), "PolicyAction-number-identifier")
    place = finding.place
    assert place is not None and finding.source is not None
    assert finding.label == "COM(2025) 723, A3-001"
    assert (place.file, place.page) == ("52025DC0723/nl.txt", 3)
    assert lines()[place.line - 1].strip().startswith("Een Europees netwerk van door AI ondersteunde")
    assert place.words.startswith("Een Europees netwerk van door AI ondersteunde geavanceerde screeningscentra")
    whole = (SEED / "nl.txt").read_text("utf-8")
    assert whole[finding.source.start : finding.source.end].startswith("Een Europees netwerk van door AI")


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("deadline/invalid-end-before-start.ttl", "Deadline-completion-order", "Tweede kwartaal 2027"),
        ("reported-count/invalid-value-not-in-the-words.ttl", "ReportedCount-value-wording", "Ongeveer 25"),
        ("text-span/invalid-page-is-an-offset.ttl", "TextSpan-page-range", "Een uitdaging lanceren"),
        ("status-report/invalid-in-the-future.ttl", "StatusReport-as-of-recorded", "Passende maatregelen"),
        ("source-cell/invalid-page-without-a-span.ttl", "SourceCell-page-span", "Tweede kwartaal 2027"),
        ("heading/invalid-order-of-another.ttl", "Heading-order-notation", "Gezondheidszorg, met inbegrip van"),
        ("period/invalid-counted-wrong.ttl", "Period-ordinal-value", "Tweede kwartaal 2027"),
        ("mapping/invalid-exact-to-nace.ttl", "Mapping-exact-nace", "Gezondheidszorg, met inbegrip van"),
    ],
)
def test_findings_lead_to_the_words(name: str, rule: str, words: str) -> None:
    place = only(report_of(name), rule).place
    assert place is not None
    assert place.words.startswith(words)
    assert place.page is not None and place.page >= 1
    first = words.split()[0]
    assert first in lines()[place.line - 1]


def test_a_finding_on_what_has_lost_its_own_place_leads_to_the_owner() -> None:
    gone = "Deadline-derived"
    finding = only(report_of("deadline/invalid-missing.ttl"), gone)
    assert finding.place is not None
    assert finding.place.words.startswith("Een Europees netwerk")


def test_what_rests_on_no_source_says_so() -> None:
    finding = only(report_of("coded-concept/invalid-without-definition.ttl"), "CodedConcept-defined")
    assert finding.place is None
    assert "does not lead to words in a source" in validate_text("coded-concept/invalid-without-definition.ttl")


def validate_text(name: str, language: str = "en") -> str:
    return report_of(name).to_text(language)


# --- the report ---


def test_advice_does_not_make_data_fail() -> None:
    report = report_of("heading/invalid-sector-not-mapped.ttl")
    assert report.conforms
    assert report.counts == {Severity.VIOLATION: 0, Severity.WARNING: 1, Severity.INFO: 0}


def test_findings_come_worst_first_and_each_once() -> None:
    report = report_of("policy-action/invalid-missing.ttl")
    assert not report.conforms
    assert list(report.findings) == sorted(report.findings, key=Finding.rank)
    assert len(set(report.findings)) == len(report.findings)


def test_reports_are_merged_and_come_home_from_a_worker() -> None:
    one, two = (
        report_of("heading/invalid-sector-not-mapped.ttl"),
        report_of("deadline/invalid-from-with-completion.ttl"),
    )
    merged = Report.merged([pickle.loads(pickle.dumps(one)), two, one])
    assert merged.findings == tuple(sorted({*one.findings, *two.findings}, key=Finding.rank))
    assert merged.statements == 2 * one.statements + two.statements
    shape = f"{BASE}shapes#Deadline"
    assert dict(merged.targeted)[shape] == 2 * dict(one.targeted)[shape] + dict(two.targeted)[shape]
    assert Report.merged([]).conforms


def test_text_says_what_where_and_the_cure_and_cuts_nothing() -> None:
    shown = validate_text("deadline/invalid-end-before-start.ttl")
    assert shown.startswith("Does not conform: 2 violations, 0 warnings, 0 remarks (")
    assert "VIOLATION  deadline/COM-2025-723/A3-001 · completion due by: not before the earliest day" in shown
    assert "pg:completionDueBy lies before pg:earliest: correct the one that is wrong." in shown
    assert "52025DC0723/nl.txt, page 3, line " in shown
    assert "“Tweede kwartaal 2027”" in shown
    long = report_of("policy-action/invalid-number-of-another-row.ttl")
    place = only(long, "PolicyAction-number-identifier").place
    assert place is not None and len(place.words) > 150
    assert place.words in long.to_text()


def test_text_in_dutch() -> None:
    shown = validate_text("deadline/invalid-end-before-start.ttl", "nl")
    assert shown.startswith("Voldoet niet: 2 schendingen, 0 waarschuwingen, 0 opmerkingen")
    assert "pg:completionDueBy ligt vóór pg:earliest: verbeter wat fout is." in shown
    assert "bladzijde 3, regel " in shown


def test_json_holds_everything() -> None:
    report = report_of("deadline/invalid-end-before-start.ttl")
    told = json.loads(report.to_json())
    assert told["conforms"] is False
    assert told["counts"] == {"Violation": 2, "Warning": 0, "Info": 0}
    assert told["targeted"][f"{BASE}shapes#Deadline"] == 5
    first = next(one for one in told["findings"] if one["shape"].endswith("completion-order"))
    assert first["focus"] == f"{BASE}id/deadline/COM-2025-723/A3-001"
    assert first["path"] == f"{PG}completionDueBy"
    assert first["value"] == '"2027-03-31"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert set(first["messages"]) == {"en", "nl"}
    assert first["source"]["iri"] == f"{BASE}id/source/COM-2025-723/nl/A3-001/deadline"
    assert first["source"]["words"] == "Tweede kwartaal 2027"


def test_turtle_is_the_standard_report_without_blank_nodes_and_the_same_each_time() -> None:
    graph = list(example(FOLDER / "deadline/invalid-dates-swapped.ttl").graph)
    one, two = validate(graph), validate(graph[::-1])
    assert one.to_turtle() == two.to_turtle()
    told = triples(one.to_turtle())
    assert not any("_:" in str(triple.subject) for triple in told)
    (report,) = {t.subject for t in told if t.predicate.value == f"{SH}conforms"}
    assert Triple(report, NamedNode(f"{SH}conforms"), Literal(False)) in told
    results = [t.object for t in told if t.predicate.value == f"{SH}result"]
    assert len(results) == len(one.findings) == 3
    for name in ("focusNode", "resultPath", "resultSeverity", "sourceConstraintComponent", "sourceShape", "value"):
        assert len([t for t in told if t.predicate.value == SH + name]) == 3, name
    messages = [t.object for t in told if t.predicate.value == f"{SH}resultMessage"]
    assert sorted(str(m.language) for m in messages if isinstance(m, Literal)) == ["en"] * 3 + ["nl"] * 3


def test_turtle_says_the_same_as_the_reference_engine() -> None:
    import pyshacl
    from rdflib import RDF, Graph, Namespace

    from policygraph.validation.shapes import ours

    sh = Namespace(SH)
    shapes, graph = ours(), example(FOLDER / "period/invalid-end-before-start.ttl").graph
    whole = [*graph, *shapes.background(graph)]
    focus = [f"{BASE}id/period/2027-Q2"]
    _, theirs, _ = pyshacl.validate(
        Graph().parse(data=serialise(whole), format="nt"),
        shacl_graph=Graph().parse(data=shapes.lines, format="nt"),
        focus_nodes=focus,
    )
    mine = Graph().parse(data=validate(graph).to_turtle(), format="turtle")

    def said(report: Graph) -> set[tuple[object, ...]]:
        names = ("focusNode", "resultPath", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")
        results = report.subjects(RDF.type, sh.ValidationResult)
        found = {tuple(report.value(result, sh[name]) for name in names) for result in results}
        return {one for one in found if str(one[0]) in focus}

    assert said(mine) == said(theirs)
    assert len(said(mine)) == 3


def test_sarif_points_at_the_words() -> None:
    report = report_of("deadline/invalid-end-before-start.ttl")
    log = json.loads(report.to_sarif("nl"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    assert run["language"] == "nl"
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert re.fullmatch("[0-9a-f]{64}", result["partialFingerprints"]["finding/v1"])
    one = next(result for result in run["results"] if result["ruleId"] == "Deadline-completion-order")
    assert one["message"]["text"].endswith("pg:completionDueBy ligt vóór pg:earliest: verbeter wat fout is.")
    where = one["locations"][0]["physicalLocation"]
    assert where["artifactLocation"] == {"uri": "52025DC0723/nl.txt", "uriBaseId": "SOURCES"}
    assert run["originalUriBaseIds"]["SOURCES"]["uri"] == "data/sources/"
    region, whole = where["region"], (SEED / "nl.txt").read_text("utf-8")
    start = region["charOffset"]
    assert whole[start : start + region["charLength"]] == "Tweede kwartaal 2027" == region["snippet"]["text"]
    assert whole[:start].count("\n") + 1 == region["startLine"]


def test_fingerprints_tell_findings_apart_and_stay() -> None:
    log = json.loads(report_of("policy-action/invalid-missing.ttl").to_sarif())
    again = json.loads(report_of("policy-action/invalid-missing.ttl").to_sarif())
    prints = [result["partialFingerprints"]["finding/v1"] for result in log["runs"][0]["results"]]
    assert len(set(prints)) == len(prints)
    assert prints == [result["partialFingerprints"]["finding/v1"] for result in again["runs"][0]["results"]]


def test_another_base_moves_the_shapes() -> None:
    moved = serialise(samples()).decode().replace(BASE, "https://data.test/x/")
    graph = [quad.triple for quad in parse(moved, format=RdfFormat.N_TRIPLES)]
    report = validate(graph, names=Names("https://data.test/x/"))
    assert report.findings == ()
    with pytest.raises(ShapesError, match="looks at anything"):
        validate([t for t in graph if "data.test" in str(t.object) and t.object != t.subject][:1])


# --- the command ---


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["validate", *arguments])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good and bad data in several syntaxes."""
    folder = tmp_path_factory.mktemp("validate")
    for name, graph in (
        ("good", samples()),
        ("bad", example(FOLDER / "deadline/invalid-dates-swapped.ttl").graph),
    ):
        for ending in ("ttl", "nt", "rdf"):
            (folder / f"{name}.{ending}").write_bytes(serialise(graph, SYNTAXES[ending]))
    return folder


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf"])
def test_command_exits_0_for_data_that_conform(ending: str, files: Path) -> None:
    result = run(str(files / f"good.{ending}"))
    assert result.exit_code == 0
    assert result.output.startswith("Conforms: 0 violations")


@pytest.mark.parametrize("form", ["text", "json", "turtle", "sarif"])
def test_command_exits_1_for_a_violation_in_every_form(form: str, files: Path) -> None:
    result = run(str(files / "bad.ttl"), "-f", form)
    assert result.exit_code == 1
    report = validate(example(FOLDER / "deadline/invalid-dates-swapped.ttl").graph)
    forms = {"text": report.to_text, "json": report.to_json, "turtle": report.to_turtle, "sarif": report.to_sarif}
    assert result.output == forms[form]()


@pytest.mark.slow
def test_command_finds_the_same_with_either_engine(tmp_path: Path) -> None:
    """A few statements: the reference engine takes minutes for a document."""
    kept = triples(f"{PREFIXES} <{BASE}id/period/2027-Q2> a time:ProperInterval ; pg:quarterOrdinal 8108 .")
    (tmp_path / "data.nt").write_bytes(serialise(kept))
    results = {
        name: run(str(tmp_path / "data.nt"), "--engine", name, "-f", "json") for name in ("pyshacl", "fast")
    }
    assert {result.exit_code for result in results.values()} == {1}
    assert json.loads(results["pyshacl"].output) == json.loads(results["fast"].output)
    assert len(json.loads(results["fast"].output)["findings"]) > 3
    assert run(str(tmp_path / "data.nt"), "--engine", "jena").exit_code == 2


def test_command_takes_several_files_as_one_graph(tmp_path: Path) -> None:
    half = len(samples()) // 2
    for name, part in (("a", samples()[:half]), ("b", samples()[half:])):
        (tmp_path / f"{name}.nt").write_bytes(serialise(part))
    assert run(str(tmp_path / "a.nt"), str(tmp_path / "b.nt")).exit_code == 0
    assert run(str(tmp_path / "a.nt")).exit_code == 1


def test_command_with_shapes_of_others(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    result = run(str(tmp_path / "data.ttl"), "--shapes", str(tmp_path / "shapes.ttl"))
    assert result.exit_code == 1
    assert "https://data.test/one" in result.output


@pytest.mark.parametrize("arguments", [("missing.ttl",), ("{good}", "--shapes", "missing.ttl")])
def test_command_says_in_a_sentence_what_it_cannot_read(arguments: tuple[str, ...], files: Path) -> None:
    result = run(*(one.format(good=files / "good.ttl") for one in arguments))
    assert isinstance(result.exception, PolicygraphError)
    assert "cannot be read" in str(result.exception)
