"""The shapes: each holds what it should, each is broken by an example for the reason it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from places import STANDARDS
from policygraph.files import folder, shape_files
from policygraph.rdf.iris import RDF, RDFS, SH, SKOS
from policygraph.validation import Severity, validate
from policygraph.validation.engines import fast, pyshacl
from policygraph.validation.model import EngineResult
from policygraph.validation.shapes import Shapes, ours
from policygraph.validation.targets import TARGETS, target_nodes, targeted
from shape_examples import FOLDER, INVALID, VALID, Example, Violated, components, example, samples

FILES = [path for path in shape_files() if path.stem != "prefixes"]
STYLE = STANDARDS / "semic-style-guide/semic-shapes_shacl.ttl"


def nodes(kind: str) -> set[NamedNode]:
    return {
        triple.subject
        for triple in ours().triples
        if triple.predicate.value == f"{RDF}type"
        and triple.object == NamedNode(SH + kind)
        and isinstance(triple.subject, NamedNode)
    }


def local(node: NamedNode) -> str:
    return node.value.rsplit("#", 1)[-1]


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


# --- examples ---


def test_samples_together_conform_without_a_remark() -> None:
    report = validate(samples())
    assert report.findings == ()
    assert {shape.rsplit("#", 1)[-1] for shape, count in report.targeted if count == 0} == set()


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_invalid_example_violates_what_it_says_and_nothing_else(path: Path) -> None:
    one = example(path)
    assert sorted({Violated.found(finding) for finding in validate(one.graph).findings}) == sorted(one.reasons)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_shape_has_valid_and_invalid_examples(path: Path) -> None:
    assert [one for one in VALID if one.parent.name == path.stem]
    invalid = [one for one in INVALID if one.parent.name == path.stem]
    assert invalid
    (shape,) = _node_shapes(path)
    for one in invalid:
        first = example(one).reasons[0].shape
        assert first == shape or first.startswith(f"{shape}-") or path.stem in ("concept", "coded-concept"), one


def test_each_folder_of_examples_belongs_to_a_shape() -> None:
    folders = {one.name for one in FOLDER.iterdir() if one.is_dir() and one.name != "__pycache__"}
    assert folders == {path.stem for path in FILES}


def test_each_constraint_is_broken_by_an_example() -> None:
    broken = {(reason.shape, reason.component) for path in INVALID for reason in example(path).reasons}
    known = components()
    stated = {
        (local(triple.subject), known[triple.predicate.value])
        for triple in ours().triples
        if triple.predicate.value in known and isinstance(triple.subject, NamedNode)
    }
    assert len(stated) > 500
    assert stated - broken == set()


def _node_shapes(path: Path) -> list[str]:
    from policygraph.rdf.files import read

    found = [quad.subject for quad in read(path) if quad.object == NamedNode(f"{SH}NodeShape")]
    return [local(node) for node in found if isinstance(node, NamedNode)]


# --- the two engines ---


def compared(results: list[EngineResult]) -> set[tuple[object, ...]]:
    return {(r.focus, r.path, str(r.value), r.shape, r.component, r.severity) for r in results}


def looking_at(shapes: Shapes, graph: list[Triple], focus: set[object]) -> Shapes:
    """The shapes with these nodes of their targets only; pySHACL's own option would skip shapes within shapes."""
    rules = [triple for triple in shapes.triples if triple.predicate.value not in TARGETS]
    for shape, nodes in target_nodes(shapes, graph).items():
        rules += [Triple(shape, NamedNode(f"{SH}targetNode"), node) for node in nodes & focus]  # type: ignore[arg-type]
    return Shapes(tuple(rules))


def reference(graph: tuple[Triple, ...], focus: set[object]) -> set[tuple[object, ...]]:
    shapes = ours()
    whole = [*graph, *shapes.background(dict.fromkeys(graph))]
    return compared(pyshacl(whole, looking_at(shapes, whole, focus)))


def quick(graph: tuple[Triple, ...]) -> list[EngineResult]:
    shapes = ours()
    return fast([*graph, *shapes.background(dict.fromkeys(graph))], shapes)


def assert_engines_agree(one: Example) -> None:
    """On every node that the example touches, and every node that something is found on."""
    results = quick(one.graph)
    focus = {*one.touched, *(r.focus for r in results)}
    assert compared(results) == reference(one.graph, focus)


FIRST = [next(path for path in INVALID if path.parent.name == known.stem) for known in FILES[::6]]
"""An example of every sixth shape: the reference engine is slow, and all of them are compared in the slow run."""


@pytest.mark.parametrize("path", FIRST, ids=name)
def test_engines_agree_on_examples(path: Path) -> None:
    assert_engines_agree(example(path))


@pytest.mark.slow
@pytest.mark.parametrize("path", INVALID, ids=name)
def test_engines_agree_on_every_invalid_example(path: Path) -> None:
    assert_engines_agree(example(path))


@pytest.mark.slow
def test_engines_agree_that_the_samples_conform() -> None:
    assert quick(samples()) == []
    assert validate(samples(), engine="pyshacl").findings == ()


# --- how the shapes are written ---


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_one_node_shape_a_file(path: Path) -> None:
    (shape,) = _node_shapes(path)
    assert path.stem == "".join(f"-{c.lower()}" if c.isupper() else c for c in shape).lstrip("-")


def test_each_property_shape_says_its_name_severity_rule_and_cure_in_both_languages() -> None:
    shapes = ours()
    for shape in nodes("PropertyShape"):
        assert len(shapes.index.objects(shape, f"{SH}severity")) == 1, shape
        assert len(shapes.index.objects(shape, f"{SH}description")) == 1, shape
        assert _languages(shapes, shape, f"{SH}name") == ["en", "nl"], shape
        assert _languages(shapes, shape, f"{SH}message") == ["en", "nl"], shape
        (path,) = shapes.index.objects(shape, f"{SH}path")
        plain = shapes.index.objects(path, f"{SH}zeroOrOnePath") or [path]
        assert [type(step) for step in plain] == [NamedNode], shape


def test_each_node_shape_has_label_comment_and_target() -> None:
    shapes = ours()
    for shape in nodes("NodeShape"):
        assert _languages(shapes, shape, f"{RDFS}label") == ["en", "nl"], shape
        assert _languages(shapes, shape, f"{RDFS}comment") == ["en", "nl"], shape


def _languages(shapes: Shapes, node: NamedNode, predicate: str) -> list[str]:
    return sorted(
        str(term.language) for term in shapes.index.objects(node, predicate) if isinstance(term, Literal)
    )


def test_no_two_shapes_say_the_same_cure_for_the_same_path_of_a_class() -> None:
    shapes, seen = ours(), set()
    for shape in nodes("PropertyShape"):
        said = (local(shape).split("-")[0], shapes.messages(shape.value, ""))
        assert said not in seen, shape
        seen.add(said)


def test_no_property_shape_is_without_a_name_or_left_unused() -> None:
    """What has no name stands within the condition of a rule that has one."""
    uses = [triple for triple in ours().triples if triple.predicate.value == f"{SH}property"]
    assert {use.object for use in uses if isinstance(use.object, NamedNode)} == nodes("PropertyShape")
    assert {type(use.subject) for use in uses if isinstance(use.object, BlankNode)} == {BlankNode}


def test_at_most_one_query_a_shape_so_that_a_finding_names_it() -> None:
    for shape in nodes("PropertyShape") | nodes("NodeShape"):
        assert len(ours().index.objects(shape, f"{SH}sparql")) <= 1, shape


def test_queries_keep_to_what_shacl_allows() -> None:
    """SHACL, section 5.2.1: no MINUS, VALUES or SERVICE; and what the two engines read alike."""
    for query in (t.object.value for t in ours().triples if t.predicate.value == f"{SH}select"):
        assert not any(word in query for word in ("MINUS", "VALUES", "SERVICE", "NOW("))
        assert re.fullmatch(r"\s*(PREFIX \w+: <\S+>\s+)*SELECT DISTINCT \$this.*", query, re.DOTALL), query


def test_queries_write_out_the_prefixes_that_they_use() -> None:
    """pySHACL parses a query anew for each node, with all prefixes that sh:prefixes lends it."""
    assert not [triple.subject for triple in ours().triples if triple.predicate.value == f"{SH}prefixes"]


def test_values_come_from_code_lists_that_exist() -> None:
    lists = {t.subject.value for t in _codes() if t.object == NamedNode(f"{SKOS}ConceptScheme")}
    index = ours().index
    conditions = [t.subject for t in ours().triples if t.object == NamedNode(f"{SKOS}inScheme")]
    named = {value.value for node in conditions for value in index.objects(node, f"{SH}hasValue")}
    queries = [t.object.value for t in ours().triples if t.predicate.value == f"{SH}select"]
    named |= {iri for query in queries for iri in re.findall(r"skos:inScheme <(\S+)>", query)}
    assert len(named) >= 10
    assert named <= lists


def _codes() -> list[Triple]:
    from policygraph.rdf.files import read

    return [quad.triple for quad in read(folder("ontology") / "codelists.ttl")]


def test_shapes_obey_the_semic_style() -> None:
    report = validate(ours().triples, [STYLE])
    assert report.findings == ()
    assert dict(report.targeted)["http://example.org/SeverityDeclarationExistsShape"] == len(FILES)


def test_severity_is_explicit_where_a_node_shape_has_a_rule_of_its_own() -> None:
    for shape in nodes("NodeShape"):
        if ours().index.objects(shape, f"{SH}sparql"):
            assert ours().index.objects(shape, f"{SH}severity") == [NamedNode(f"{SH}Violation")], shape


def test_every_severity_is_used() -> None:
    used = {t.object.value.removeprefix(SH) for t in ours().triples if t.predicate.value == f"{SH}severity"}
    assert used == set(Severity)


def test_shapes_move_with_the_base() -> None:
    moved = ours("https://data.test/x/")
    assert "w3id.org/policygraph" not in moved.lines
    assert len(moved.triples) == len(ours().triples)
    graph = [_moved(triple) for triple in samples()]
    assert all(count for _, count in targeted(moved, graph))


def _moved(triple: Triple) -> Triple:
    from pyoxigraph import RdfFormat, parse

    from policygraph.rdf.iris import BASE
    from policygraph.rdf.serialise import serialise

    (quad,) = parse(serialise([triple]).decode().replace(BASE, "https://data.test/x/"), format=RdfFormat.N_TRIPLES)
    return quad.triple
