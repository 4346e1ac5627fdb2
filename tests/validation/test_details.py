"""Small things that a reader of a report relies on, and that mutants showed no other test would notice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from policygraph.errors import ShapesError
from policygraph.validation import Finding, Severity, shapes, validate
from policygraph.validation.reports import display

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix t: <https://data.test/> .
"""


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)]


def finding(names: tuple[tuple[str, str], ...], messages: tuple[tuple[str, str], ...]) -> Finding:
    return Finding(
        severity=Severity.VIOLATION,
        shape="https://data.test/shapes#Rule",
        focus=NamedNode("https://data.test/one"),
        label="one",
        path=None,
        value=None,
        component="http://www.w3.org/ns/shacl#MinCountConstraintComponent",
        names=names,
        messages=messages,
        source=None,
    )


def test_texts_fall_back_to_english_then_to_any_then_to_the_rule() -> None:
    both = (("de", "Regel"), ("en", "a rule"), ("nl", "een regel"))
    assert finding(both, both).message("nl") == "een regel"
    assert finding(both, both).message("fr") == finding(both, both).name("fr") == "a rule"
    assert finding(both[:1], both[:1]).message("nl") == "Regel"
    assert (finding((), ()).message("nl"), finding((), ()).name("nl")) == ("MinCount", "Rule")


def test_a_term_is_shown_as_a_person_reads_it() -> None:
    assert display(NamedNode("https://data.test/one")) == "https://data.test/one"
    assert display(Literal("vis", language="nl")) == "“vis” (nl)"
    assert display(Literal("1")) == "“1”"


def test_only_a_shape_that_is_a_class_looks_at_its_instances(tmp_path: Path) -> None:
    """SHACL 2.1.3.3, implicit class targets: a class that is no shape, or a shape that is no class, has none."""
    (tmp_path / "shapes.ttl").write_text(
        f"""{HEAD}
        t:Shape a sh:NodeShape ; sh:targetNode t:one .
        t:Both a sh:NodeShape , rdfs:Class .
        t:Plain a rdfs:Class .""",
        "utf-8",
    )
    data = triples(f"{HEAD} t:one a t:Shape , t:Both , t:Plain . t:two a t:Shape , t:Plain .")
    counts = {name.rsplit("/", 1)[-1]: count for name, count in validate(data, [tmp_path / "shapes.ttl"]).targeted}
    assert counts == {"Shape": 1, "Both": 1}


def test_shapes_that_the_reference_engine_gives_up_on_are_told_in_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyshacl may return words instead of a report; no input was found that makes it, hence the stand-in."""
    import pyshacl

    (tmp_path / "shapes.ttl").write_text(f"{HEAD} t:Shape a sh:NodeShape ; sh:targetNode t:one .", "utf-8")
    monkeypatch.setattr(pyshacl, "validate", lambda *_, **__: (False, None, "it gave up"))
    with pytest.raises(ShapesError, match="The shapes cannot be used: it gave up"):
        validate(triples(f"{HEAD} t:one a t:Thing ."), [tmp_path / "shapes.ttl"], engine="pyshacl")


def test_an_installation_without_shapes_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "shape_files", list)
    with pytest.raises(ShapesError, match=r"folder “shapes” of this installation is empty: reinstall"):
        shapes.ours("https://data.test/without-shapes/")


@pytest.mark.parametrize("engine", ["pyshacl", "fast"])
def test_messages_keep_the_language_that_the_shape_gives_them_or_none(engine: str, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        f"""{HEAD}
        t:Shape a sh:NodeShape ; sh:targetNode t:one ; sh:property t:Named , t:Aged .
        t:Named sh:path t:name ; sh:minCount 1 ; sh:message "name it" .
        t:Aged sh:path t:age ; sh:minCount 1 ; sh:message "noem de leeftijd"@nl .""",
        "utf-8",
    )
    report = validate(triples(f"{HEAD} t:one a t:Thing ."), [tmp_path / "shapes.ttl"], engine=engine)
    assert {found.messages for found in report.findings} == {
        (("", "name it"),),
        (("nl", "noem de leeftijd"),),
    }


def test_sarif_tells_the_rule_in_the_language_of_the_report(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(
        f"""{HEAD}
        t:Shape a sh:NodeShape ; sh:targetNode t:one ; sh:property t:Named .
        t:Named sh:path t:name ; sh:minCount 1 ; sh:name "has a name"@en , "heeft een naam"@nl ;
          sh:message "name it"@en , "geef het een naam"@nl .""",
        "utf-8",
    )
    report = validate(triples(f"{HEAD} t:one a t:Thing ."), [tmp_path / "shapes.ttl"])
    (rule,) = json.loads(report.to_sarif("nl"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule == {
        "id": rule["name"],
        "name": rule["id"],
        "shortDescription": {"text": "heeft een naam"},
        "fullDescription": {"text": "geef het een naam"},
        "help": {"text": f"geef het een naam ({report.findings[0].shape})"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"shape": report.findings[0].shape},
    }
