"""The catalogue against the shapes of DCAT-AP 3.0.1 and against the files; the tables against a CSVW validator."""

from __future__ import annotations

import json
import shutil
import warnings
from collections import Counter
from pathlib import Path

import pytest
from csvw import CSVW
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, SH

from places import STANDARDS
from policygraph.files import folder
from policygraph.rdf.iris import BASE, DCAT, DCT, PROV, SPDX, VOID, Names
from policygraph.release import Release
from policygraph.release.citation import CRATE
from policygraph.release.statistics import TARGETS

SEED = folder("data") / "sources" / "52025DC0723"
DCAT_AP = STANDARDS / "dcat-ap" / "shacl"
NAMES = Names()
DATASET = NAMES.id("dataset", "policygraph")


@pytest.fixture(scope="module")
def release(seed_release: Path) -> Release:
    return Release.open(seed_release)


@pytest.fixture(scope="module")
def catalogue(release: Release) -> list[Quad]:
    return list(parse(path=release.folder / "catalogue.ttl", format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def shapes() -> Graph:
    """The official shapes. Five properties in them have no ``sh:path``, which SHACL does not allow: left out."""
    graph = Graph()
    for name in ("dcat-ap-SHACL.ttl", "ranges.ttl"):
        graph.parse(DCAT_AP / name)
    broken = [
        (shape, part) for shape, part in graph.subject_objects(SH.property) if (part, SH.path, None) not in graph
    ]
    assert len(broken) == 5
    for shape, part in broken:
        graph.remove((shape, SH.property, part))
    return graph


def objects(quads: list[Quad], subject: NamedNode, predicate: str) -> list[str]:
    return [quad.object.value for quad in quads if quad.subject == subject and quad.predicate.value == predicate]


def test_the_catalogue_conforms_to_dcat_ap(release: Release, shapes: Graph) -> None:
    from pyshacl import validate

    graph = Graph().parse(release.folder / "catalogue.ttl")
    conforms, _, text = validate(graph, shacl_graph=shapes)
    assert conforms, text
    dataset = URIRef(DATASET.value)
    graph.remove((dataset, DCTERMS.title, None))
    conforms, report, _ = validate(graph, shacl_graph=shapes)
    assert not conforms
    assert {
        (report.value(result, SH.focusNode), report.value(result, SH.resultPath))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    } == {(dataset, DCTERMS.title)}


def test_graph_catalogue_conforms_without_sizes_and_hashes(release: Release, shapes: Graph) -> None:
    from pyshacl import validate

    graph = Graph()
    for line in release.canonical.read_text("utf-8").splitlines():
        if line.endswith(f"<{BASE}graph/catalogue> ."):
            graph.parse(data=line.rsplit(" <", 1)[0] + " .", format="nt")
    conforms, _, text = validate(graph, shacl_graph=shapes)
    assert conforms, text


def test_each_file_has_a_distribution_with_its_size_and_hash(release: Release, catalogue: list[Quad]) -> None:
    files = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    described = {
        value.removeprefix(f"{BASE}id/distribution/"): NamedNode(value)
        for value in objects(catalogue, DATASET, f"{DCAT}distribution")
    }
    assert set(described) == files
    for name in files - {"catalogue.ttl", "manifest.json", CRATE}:  # the last two hold the hash of the first
        (size,) = objects(catalogue, described[name], f"{DCAT}byteSize")
        (checksum,) = objects(catalogue, described[name], f"{SPDX}checksum")
        assert int(size) == (release.folder / name).stat().st_size
        assert objects(catalogue, NamedNode(checksum), f"{SPDX}checksumValue") == [
            release.manifest.files[name].sha256
        ]
        assert objects(catalogue, described[name], f"{DCAT}mediaType")[0].startswith("https://www.iana.org/")


def test_void_counts_what_is_there(release: Release, catalogue: list[Quad]) -> None:
    own = [
        quad
        for quad in parse(path=release.canonical, format=RdfFormat.N_QUADS)
        if quad.graph_name != NAMES.graph("catalogue")
    ]
    triples = {quad.triple for quad in own}
    assert objects(catalogue, DATASET, f"{VOID}triples") == [str(len(triples))]
    assert objects(catalogue, DATASET, f"{VOID}distinctSubjects") == [
        str(len({triple.subject for triple in triples}))
    ]
    for graph, count in Counter(quad.graph_name for quad in own).items():
        assert objects(catalogue, graph, f"{VOID}triples") == [str(count)]
        assert len(objects(catalogue, graph, f"{PROV}wasGeneratedBy")) == 1
    predicates = Counter(triple.predicate for triple in triples)
    for node in objects(catalogue, DATASET, f"{VOID}propertyPartition"):
        (term,) = objects(catalogue, NamedNode(node), f"{VOID}property")
        assert objects(catalogue, NamedNode(node), f"{VOID}triples") == [str(predicates.pop(NamedNode(term)))]
    assert not predicates


def test_void_names_each_graph_and_each_file_that_holds_all(release: Release, catalogue: list[Quad]) -> None:
    graphs = {quad.graph_name.value for quad in parse(path=release.canonical, format=RdfFormat.N_QUADS)}
    assert set(objects(catalogue, DATASET, f"{VOID}subset")) >= graphs
    whole = {f"{BASE}dumps/{path.name}" for path in release.folder.glob("policygraph.*")}
    assert len(whole) == 6
    assert set(objects(catalogue, DATASET, f"{VOID}dataDump")) == whole


def test_each_table_is_described_in_words(release: Release) -> None:
    described = json.loads((release.folder / "tables" / "csv-metadata.json").read_text("utf-8"))["tables"]
    assert {table["url"] for table in described} == {path.name for path in release.folder.glob("tables/*.csv")}
    assert all(table["dc:title"] and table["dc:description"] for table in described)


def test_linksets_count_links_into_other_data(release: Release, catalogue: list[Quad]) -> None:
    space = "http://eurovoc.europa.eu/"
    triples = {quad.triple for quad in parse(path=release.folder / "policygraph.nt", format=RdfFormat.N_TRIPLES)}
    counts = Counter(
        triple.predicate.value
        for triple in triples
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(space)
    )
    linksets = [
        quad.subject
        for quad in catalogue
        if quad.predicate.value == f"{VOID}objectsTarget" and quad.object == NAMES.id("target", "eurovoc")
    ]
    assert counts
    assert counts == {
        objects(catalogue, linkset, f"{VOID}linkPredicate")[0]: int(
            objects(catalogue, linkset, f"{VOID}triples")[0]
        )
        for linkset in linksets
    }


def test_each_link_into_other_data_is_counted_in_one_linkset(release: Release, catalogue: list[Quad]) -> None:
    own = {
        quad.triple
        for quad in parse(path=release.canonical, format=RdfFormat.N_QUADS)
        if quad.graph_name != NAMES.graph("catalogue")
    }
    links = [
        triple
        for triple in own
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(tuple(TARGETS.values()))
    ]
    linksets = {quad.subject for quad in catalogue if quad.predicate.value == f"{VOID}linkPredicate"}
    counts = [int(objects(catalogue, linkset, f"{VOID}triples")[0]) for linkset in linksets]
    assert sum(counts) == len(links) and 0 not in counts


def test_the_activity_names_tool_version_and_inputs(release: Release, catalogue: list[Quad]) -> None:
    (activity,) = map(NamedNode, objects(catalogue, DATASET, f"{PROV}wasGeneratedBy"))
    (tool,) = map(NamedNode, objects(catalogue, activity, f"{PROV}wasAssociatedWith"))
    (inputs,) = map(NamedNode, objects(catalogue, activity, f"{PROV}used"))
    assert objects(catalogue, tool, f"{DCT}identifier") == [release.manifest.versions["policygraph"]]
    assert objects(catalogue, inputs, f"{PROV}hadMember") == [NAMES.id("doc", "COM-2025-723").value]
    (stated,) = objects(catalogue, inputs, NAMES.term("sha256").value)
    assert activity.value.endswith(stated[:16])


def test_days_and_languages_come_from_the_sources(catalogue: list[Quad]) -> None:
    (coverage,) = map(NamedNode, objects(catalogue, DATASET, f"{DCT}temporal"))
    assert objects(catalogue, coverage, f"{DCAT}startDate") == ["2025-01-01"]
    assert objects(catalogue, coverage, f"{DCAT}endDate") == ["2027-12-31"]
    assert objects(catalogue, DATASET, f"{DCT}language") == [
        "http://publications.europa.eu/resource/authority/language/NLD"
    ]
    (title,) = (
        quad.object
        for quad in catalogue
        if quad.subject == DATASET
        and quad.predicate.value == f"{DCT}title"
        and isinstance(quad.object, Literal)
        and quad.object.language == "nl"
    )
    assert title.value == "Bijlagen van EU-strategieën als kennisgraaf"


def csvw_is_valid(folder: Path) -> bool:
    """What the validator says; for some faults it warns and says no, for others it raises ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(CSVW(str(folder / "csv-metadata.json"), validate=True).is_valid)
        except ValueError:
            return False


def test_a_csvw_validator_accepts_the_tables(release: Release) -> None:
    assert csvw_is_valid(release.folder / "tables")
    described = json.loads((release.folder / "tables/csv-metadata.json").read_text("utf-8"))["tables"]
    assert {table["url"] for table in described} == {
        path.name for path in (release.folder / "tables").glob("*.csv")
    }


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("actions.csv", "2027-06-30", "2027-06-31"),
        ("actions.csv", "A3-001,1,", "A3-001,one,"),
        ("actions.csv", "/heading/COM-2025-723/01,", "/heading/COM-2025-723/99,"),
        ("dialogues.csv", "/A1-02,", "/A1-01,"),
        ("periods.csv", "period,iri", "periods,iri"),
    ],
)
def test_the_validator_finds_a_fault_in_the_tables(
    release: Release, tmp_path: Path, table: str, old: str, new: str
) -> None:
    place = tmp_path / "tables"
    shutil.copytree(release.folder / "tables", place)
    text = (place / table).read_bytes()
    assert old.encode() in text
    (place / table).write_bytes(text.replace(old.encode(), new.encode(), 1))
    assert not csvw_is_valid(place)
