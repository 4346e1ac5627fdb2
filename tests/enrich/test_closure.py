"""``policygraph infer``: what follows from a release or any file, by three sets of rules, and what contradicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Quad, RdfFormat, Triple, parse
from rdflib import Graph

import policygraph
from policygraph.cli import cli
from policygraph.enrich.closure import CONTRADICTIONS
from policygraph.errors import PolicygraphError, ReleaseError, SourceError

PREFIXES = """
@prefix : <https://data.test/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pg: <https://w3id.org/policygraph/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
MAYOR = f"""{PREFIXES}
:Person owl:disjointWith :Town . :Mayor rdfs:subClassOf :Person . :Capital rdfs:subClassOf :Town .
:brussels a :Mayor ; :age 1 ; rdfs:label "Brussels"@en .
"""
IMPOSSIBLE = f"{MAYOR} :brussels a :Capital ."


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Path:
    return seed_release


@pytest.fixture
def infer(tmp_path: Path):
    """A function: text of a Turtle file and options → what the command does with it."""

    def run(turtle: str, *options: str) -> Result:
        path = tmp_path / "data.ttl"
        path.write_text(turtle, "utf-8")
        return CliRunner().invoke(cli, ["infer", str(path), *options])

    return run


def quads(text: str, syntax: RdfFormat = RdfFormat.N_TRIPLES) -> set[Quad]:
    return set(parse(text, format=syntax))


def thing(name: str) -> str:
    return f"<https://data.test/{name}>"


# --- a release ---


def test_what_follows_from_what_a_release_states_is_its_inferred_graph(release: Path, tmp_path: Path) -> None:
    lines = (release / "policygraph.nq").read_text("utf-8").splitlines(keepends=True)
    end = "<https://w3id.org/policygraph/graph/inferred> .\n"
    stated = tmp_path / "stated.nq"
    stated.write_text("".join(line for line in lines if not line.endswith(end)), "utf-8")
    result = CliRunner().invoke(cli, ["infer", str(stated), "-f", "nquads"])
    assert result.exit_code == 0
    expected = quads("".join(line for line in lines if line.endswith(end)), RdfFormat.N_QUADS)
    new = quads(result.stdout, RdfFormat.N_QUADS)
    assert expected <= new
    assert {quad.subject.value.split("/id/")[1].split("/")[0] for quad in new - expected} == {"inputs"}


def test_a_release_has_its_closure_and_contradicts_nothing(release: Path) -> None:
    """Only the catalogue, which is written after the inference, has something to add."""
    result = CliRunner().invoke(cli, ["infer", str(release)])
    assert (result.exit_code, len(quads(result.stdout))) == (0, 1)
    assert result.stderr == "1 new statements, 0 contradictions.\n"


@pytest.mark.slow
def test_a_release_is_consistent_under_owl_2_rl(release: Path, tmp_path: Path) -> None:
    out = tmp_path / "inferred.nt"
    result = CliRunner().invoke(cli, ["infer", str(release), "--rules", "owl-rl", "-o", str(out)])
    assert (result.exit_code, result.stdout) == (0, "")
    stated = {quad.triple for quad in quads((release / "policygraph.nt").read_text("utf-8"))}
    new = {quad.triple for quad in quads(out.read_text("utf-8"))}
    assert len(new) > 1000 and not new & stated


# --- any file ---


def test_our_rules_use_our_ontology_and_what_the_file_states(infer) -> None:
    result = infer(f"{MAYOR} :plan a pg:PolicyAction . [] a :Mayor .")
    new = {(str(quad.subject), quad.object.value) for quad in quads(result.stdout)}
    assert result.exit_code == 0
    assert (thing("brussels"), "https://data.test/Person") in new
    assert (thing("plan"), "http://www.w3.org/ns/prov#Plan") in new
    assert sum(subject.startswith("_:") for subject, _ in new) == 1


@pytest.mark.parametrize("rules", ["ours", "owl-rl"])
def test_contradictions_are_told_and_the_exit_status_is_1(rules: str, infer) -> None:
    result = infer(IMPOSSIBLE, "--rules", rules)
    assert result.exit_code == 1
    (sentence,) = (line for line in result.stderr.splitlines() if line.startswith("inconsistent: "))
    assert all(f"https://data.test/{name}" in sentence for name in ("brussels", "Person", "Town"))
    assert "agent-ont" not in result.stdout
    assert infer(MAYOR, "--rules", rules).exit_code == 0


CONTRADICTORY = {
    "cls-nothing2": ("", ":a a owl:Nothing ."),
    "cls-com": (":B owl:complementOf :C . :a a :B .", ":a a :C ."),
    "cax-dw": (":B owl:disjointWith :C . :a a :B .", ":a a :C ."),
    "cax-adc": ("[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :a a :B .", ":a a :D ."),
    "eq-diff1": (":a owl:sameAs :b .", ":a owl:differentFrom :b ."),
    "prp-irp": (":p a owl:IrreflexiveProperty .", ":a :p :a ."),
    "prp-asyp": (":p a owl:AsymmetricProperty . :a :p :b .", ":b :p :a ."),
    "prp-pdw": (":p owl:propertyDisjointWith :q . :a :p :b .", ":a :q :b ."),
}
"""For each rule statements that are consistent, and the one that contradicts them."""


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_each_rule_of_contradiction_fires_where_owlrl_finds_one_too(rule: str, infer) -> None:
    consistent, last = CONTRADICTORY[rule]
    ours, theirs = (infer(PREFIXES + consistent + last, "--rules", name) for name in ("ours", "owl-rl"))
    assert (ours.exit_code, theirs.exit_code) == (1, 1)
    assert f"({rule})." in ours.stderr
    assert infer(PREFIXES + consistent).exit_code == 0


def test_owlrl_s_noise_is_left_out_unless_it_is_asked_for(infer) -> None:
    plain, raw = infer(MAYOR, "--rules", "owl-rl"), infer(MAYOR, "--rules", "owl-rl", "--raw")
    kept, everything = set(plain.stdout.splitlines()), raw.stdout.splitlines()
    assert quads(plain.stdout)
    assert everything == sorted(everything) and kept < set(everything)
    noise = set(everything) - kept
    assert '"Brussels"@en <http://www.w3.org/2002/07/owl#sameAs> "Brussels"@en .' in noise
    assert all(line.startswith('"') or line.split(" ")[0] == line.split(" ")[2] for line in noise)


def test_rdf_schema_says_less_than_owl(infer) -> None:
    result = infer(IMPOSSIBLE, "--rules", "rdfs")
    assert result.exit_code == 0
    assert (
        f"{thing('brussels')} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {thing('Town')} ." in result.stdout
    )


def test_every_syntax_is_written(infer) -> None:
    expected = {quad.triple for quad in quads(infer(MAYOR).stdout)}
    for name, syntax in (("turtle", RdfFormat.TURTLE), ("trig", RdfFormat.TRIG), ("xml", RdfFormat.RDF_XML)):
        assert {quad.triple for quad in quads(infer(MAYOR, "-f", name).stdout, syntax)} == expected


def test_errors_are_one_sentence(infer, tmp_path: Path) -> None:
    for result, kind in (
        (infer("not turtle"), SourceError),
        (infer(MAYOR, "--raw", "-f", "turtle"), PolicygraphError),
        (infer(MAYOR, "-o", str(tmp_path / "missing" / "x.nt")), PolicygraphError),
        (CliRunner().invoke(cli, ["infer", str(tmp_path)]), ReleaseError),
    ):
        assert isinstance(result.exception, kind)
        assert str(result.exception).count("\n") == 0
    assert infer(MAYOR, "--rules", "owl-full").exit_code == 2


# --- from Python ---


def test_a_graph_of_rdflib_is_taken() -> None:
    closure = policygraph.infer(Graph().parse(data=IMPOSSIBLE, format="turtle"))
    assert len(closure.triples) == 2 and all(isinstance(triple, Triple) for triple in closure.triples)
    assert len(closure.contradictions) == 1
    assert policygraph.infer([]).contradictions == ()
