"""The files for who deposits or cites a release: RO-Crate, read by its own library; CITATION.cff, read as YAML."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import yaml
from pyoxigraph import NamedNode, RdfFormat, Store
from rocrate.rocrate import ROCrate

from policygraph.rdf.iris import BASE, DCT
from policygraph.release import Release
from policygraph.release.citation import CRATE, citation, crate, description_of


def test_the_crate_names_every_file_with_its_hash(corpus: Path, tmp_path: Path) -> None:
    release = Release.open(corpus)
    for path in corpus.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / CRATE).write_text(crate(description_of(release), release.manifest), encoding="utf-8")
    described = ROCrate(tmp_path)
    root = described.root_dataset
    assert root["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    assert root["publisher"]["name"] == "The developers of policygraph"
    assert root["identifier"] == f"sha256:{release.manifest.canonical}"
    files = {entity.id: entity for entity in described.data_entities}
    assert set(files) == set(release.manifest.files)
    for name, entity in files.items():
        content = (corpus / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert int(entity["contentSize"]) == len(content)


def test_the_citation_says_what_the_catalogue_says(corpus: Path) -> None:
    release = Release.open(corpus)
    said = yaml.safe_load(citation(description_of(release), release.manifest))
    assert said["cff-version"] == "1.2.0" and said["type"] == "dataset" and said["message"]
    assert said["authors"] == [{"name": "The developers of policygraph"}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["date-released"])
    assert said["identifiers"][0]["value"] == f"sha256:{release.manifest.canonical}"
    store = Store()
    store.load(path=str(corpus / "catalogue.ttl"), format=RdfFormat.TURTLE)
    dataset = NamedNode(f"{BASE}id/dataset/policygraph")
    titles = [quad.object for quad in store.quads_for_pattern(dataset, NamedNode(f"{DCT}title"), None, None)]
    assert said["title"] in [title.value for title in titles if title.language == "en"]
