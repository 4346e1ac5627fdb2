"""The files for who deposits or cites a release: RO-Crate, read by its own library; CITATION.cff, read as YAML."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import jsonschema
import yaml
from jsonschema import FormatChecker
from pyoxigraph import NamedNode, RdfFormat, Store
from rocrate.rocrate import ROCrate

from places import ROOT
from policygraph.rdf.iris import BASE, DCT
from policygraph.release import Release
from policygraph.release.citation import CITATION, CRATE, citation, crate, description_of

SCHEMA = ROOT / "tests" / "data" / "citation-file-format" / "schema-1.2.0.json"


def test_the_crate_names_every_file_with_its_hash(corpus: Path) -> None:
    release = Release.open(corpus)
    assert (corpus / CRATE).read_text("utf-8") == crate(description_of(release), release.manifest)
    described = ROCrate(corpus)
    root = described.root_dataset
    assert root["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    assert root["publisher"]["name"] == "The developers of policygraph"
    assert root["identifier"] == f"sha256:{release.manifest.canonical}"
    files = {entity.id: entity for entity in described.data_entities}
    assert set(files) == set(release.manifest.files) - {CRATE}, "all but the description itself"
    for name, entity in files.items():
        content = (corpus / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert int(entity["contentSize"]) == len(content)


def test_the_citation_says_what_the_catalogue_says(corpus: Path) -> None:
    release = Release.open(corpus)
    text = (corpus / CITATION).read_text("utf-8")
    assert text == citation(description_of(release), release.manifest)
    said = yaml.load(text, yaml.BaseLoader)
    assert said["cff-version"] == "1.2.0" and said["type"] == "dataset" and said["message"]
    assert said["authors"] == [{"name": "The developers of policygraph"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["date-released"])
    assert said["identifiers"][0]["value"] == f"sha256:{release.manifest.canonical}"
    store = Store()
    store.load(path=str(corpus / "catalogue.ttl"), format=RdfFormat.TURTLE)
    dataset = NamedNode(f"{BASE}id/dataset/policygraph")
    titles = [quad.object for quad in store.quads_for_pattern(dataset, NamedNode(f"{DCT}title"), None, None)]
    assert said["title"] in [title.value for title in titles if title.language == "en"]


def test_the_citation_obeys_the_schema_of_the_format(corpus: Path) -> None:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text("utf-8")), format_checker=FormatChecker())
    said = yaml.load((corpus / CITATION).read_text("utf-8"), yaml.BaseLoader)
    assert list(validator.iter_errors(said)) == []
    for name, value in (
        ("authors", []),
        ("date-released", "26 November"),
        ("license", "my own"),
        ("type", "data"),
    ):
        assert {error.absolute_path[0] for error in validator.iter_errors(said | {name: value})} == {name}


def test_the_manifest_tells_of_both(corpus: Path) -> None:
    release = Release.open(corpus)
    release.check()
    assert {CRATE, CITATION} < set(release.manifest.files)
