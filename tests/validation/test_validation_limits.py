"""Validation in a child process: hostile data and shapes end in a sentence, folders are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from policygraph.cli import cli
from policygraph.errors import ShapesError, SourceError
from policygraph.validation.limited import rdf_files, report_limited

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix t: <https://data.test/> .
"""
DATA = f'{HEAD} t:one a t:Thing ; t:name "{"a" * 40}!" .'
SHAPE = "t:Shape a sh:NodeShape ; sh:targetClass t:Thing ; sh:property [ sh:path t:name ;"
LIMITS = {"base": "https://data.test/", "engine": None, "syntax": "json", "language": "en", "mib": 2048}


def write(folder: Path, data: str = DATA, shapes: str = f"{HEAD} {SHAPE} sh:minCount 1 ] .") -> list[Path]:
    """The shapes' file, beside the data."""
    (folder / "data.ttl").write_text(data, "utf-8")
    (folder / "shapes.ttl").write_text(shapes, "utf-8")
    return [folder / "shapes.ttl"]


def test_a_file_that_ends_its_process_ends_in_a_sentence(tmp_path: Path) -> None:
    deep = tmp_path / "deep.jsonld"
    deep.write_text('{"https://data.test/p":' * 4500 + "1" + "}" * 4500, "utf-8")
    with pytest.raises(ShapesError, match=r"“.*deep\.jsonld” was stopped: it is nested too deeply.* Allow more"):
        report_limited([deep], [], seconds=60, **LIMITS)


def test_a_regular_expression_without_end_is_stopped(tmp_path: Path) -> None:
    shapes = write(tmp_path, shapes=f'{HEAD} {SHAPE} sh:pattern "^(a+)+$" ] .')
    with pytest.raises(ShapesError, match=r"data\.ttl.*shapes\.ttl” was stopped: it takes more than 2 seconds"):
        report_limited([tmp_path / "data.ttl"], shapes, seconds=2, **LIMITS)


@pytest.mark.parametrize("engine", ["pyshacl", "fast"])
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('sh:pattern "("', r"is no regular expression \(missing \)"),
        ('sh:pattern "a{2,1}"', "is no regular expression"),
        (
            "sh:in t:list ] . t:list rdf:first 1 ; rdf:rest [ rdf:first 2 ; rdf:rest t:list",
            "leads back into itself",
        ),
    ],
)
def test_a_rule_that_an_engine_breaks_at_is_refused(rule: str, words: str, engine: str, tmp_path: Path) -> None:
    shapes = write(tmp_path, shapes=f"{HEAD} {SHAPE} {rule} ] .")
    with pytest.raises(ShapesError, match=words):
        report_limited([tmp_path / "data.ttl"], shapes, seconds=60, **(LIMITS | {"engine": engine}))


def test_the_report_is_the_one_that_validation_gives(tmp_path: Path) -> None:
    shapes = write(tmp_path)
    assert report_limited([tmp_path / "data.ttl"], shapes, seconds=60, **LIMITS)[1]
    write(tmp_path, data=f"{HEAD} t:one a t:Thing .")
    report, conforms = report_limited([tmp_path / "data.ttl"], shapes, seconds=60, **LIMITS)
    assert not conforms
    assert [finding["focus"] for finding in json.loads(report)["findings"]] == ["https://data.test/one"]


def test_a_folder_stands_for_its_files_of_rdf(tmp_path: Path) -> None:
    for name in ("b.nt", "a.TTL", "below/c.jsonld", "notes.txt", "settings.json", "page.xml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [path.relative_to(tmp_path).as_posix() for path in rdf_files([tmp_path, tmp_path / "page.xml"])]
    assert names == ["a.TTL", "b.nt", "below/c.jsonld", "page.xml"]


def test_a_release_is_read_once_in_its_canonical_form(tmp_path: Path) -> None:
    for name in ("policygraph.nq", "policygraph.ttl", "catalogue.ttl", "manifest.json"):
        (tmp_path / name).touch()
    assert rdf_files([tmp_path]) == [tmp_path / "policygraph.nq"]


def test_a_folder_without_rdf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(SourceError, match=r"holds no file of RDF \(\.jsonld, .*\): name another"):
        rdf_files([tmp_path])


def test_command_takes_a_folder_and_limits(tmp_path: Path) -> None:
    shapes = write(tmp_path / ".", data=f"{HEAD} t:one a t:Thing .")
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "data.ttl").rename(folder / "data.ttl")
    arguments = ["validate", str(folder), "--shapes", str(shapes[0]), "-f", "json"]
    result = CliRunner().invoke(cli, arguments)
    assert (result.exit_code, len(json.loads(result.output)["findings"])) == (1, 1)
    stopped = CliRunner().invoke(cli, [*arguments, "--seconds", "0.05"])
    assert isinstance(stopped.exception, ShapesError)
    assert CliRunner().invoke(cli, [*arguments, "--memory", "1"]).exit_code == 2
