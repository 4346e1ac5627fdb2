"""The catalogue of a release: DCAT-AP 3.0.1 and VoID, every graph with the activity that made it.

The words stand in ``data/catalogue.ttl``; here come counts, files and hashes. Graph ``catalogue`` and the
file ``catalogue.ttl`` differ in one thing: a file cannot hold its own hash, so sizes and checksums of the
files are in ``catalogue.ttl`` only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ..files import folder
from ..rdf.iris import AUTHORITY, DCAP, DCAT, DCT, PROV, RDF, RDFS, SPDX, VOID, XSD, Names, prefixes
from ..rdf.media_types import CSV, JSON_LD, N_QUADS, N_TRIPLES, PARQUET, PLAIN_JSON, RDF_XML, TRIG, TURTLE
from .checksum_file import FileDigest
from .manifest import Input
from .statistics import TARGETS, Statistics

Statement = tuple[NamedNode, NamedNode, NamedNode | Literal]

IANA = "https://www.iana.org/assignments/media-types/"
MEDIA = {
    ".nq": (N_QUADS.media_type, "RDF_N_QUADS", "N-Quads"),
    ".nt": (N_TRIPLES.media_type, "RDF_N_TRIPLES", "N-Triples"),
    ".ttl": (TURTLE.media_type, "RDF_TURTLE", "Turtle"),
    ".trig": (TRIG.media_type, "RDF_TRIG", "TriG"),
    ".jsonld": (JSON_LD.media_type, "JSON_LD", "JSON-LD"),
    ".rdf": (RDF_XML.media_type, "RDF_XML", "RDF/XML"),
    ".csv": (CSV.media_type, "CSV", "CSV"),
    ".json": (PLAIN_JSON.media_type, "JSON", "JSON"),
    ".parquet": (PARQUET.media_type, None, "Parquet"),
}
"""By suffix: IANA media type, code in the authority table file-type (of 2017: it has no Parquet), a name."""

ABOUT = {
    "policygraph.nq": "All named graphs as sorted N-Quads: the canonical form, whose hash names the release.",
    "policygraph.trig": "All named graphs, one after the other.",
    "ontology.ttl": "The ontology: every class and property with label, definition, example and source.",
    "shapes.ttl": "The SHACL shapes that the release conforms to.",
    "report.ttl": "The SHACL report of the release.",
    "catalogue.ttl": "This catalogue, with size and hash of every file.",
    "manifest.json": "What the release was made from and by, with size and hash of every file.",
    "tables/csv-metadata.json": "The tables described as CSV on the Web.",
}
"""What a file holds; the others are the union of all graphs, or one table each."""

A = NamedNode(f"{RDF}type")


@dataclass(frozen=True, slots=True)
class CatalogueInputs:
    """How a release was made: its inputs, their one hash, and the versions of tool, ontology and shapes."""

    inputs: tuple[Input, ...]
    versions: dict[str, str]

    @property
    def hash(self) -> str:
        """One SHA-256 over every input's hash and every version; it names the activity."""
        lines = [f"{entry.document} {entry.file} {entry.sha256}" for entry in self.inputs]
        lines += [f"{name} {version}" for name, version in self.versions.items()]
        return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def catalogue_quads(names: Names, census: Statistics, making: CatalogueInputs, files: Iterable[str]) -> list[Quad]:
    """Graph ``catalogue``: the release as a dataset with the files named, without their sizes and hashes."""
    graph = names.graph("catalogue")
    statements = [
        *_words(names),
        *_dataset(names, census, making),
        *_graphs(names, census, making),
        *_activity(names, making),
        *_partitions(names, census),
        *_linksets(names, census),
        *(statement for name in sorted(files) for statement in _distribution(names, name)),
    ]
    return [Quad(*statement, graph) for statement in statements]


def checksum_quads(names: Names, files: Iterable[FileDigest]) -> list[Quad]:
    """Size and SHA-256 of each file, for ``catalogue.ttl``."""
    graph = names.graph("catalogue")
    return [Quad(*statement, graph) for file in files for statement in _checksum(names, file)]


def _words(names: Names) -> Iterator[Statement]:
    quads = parse(path=folder("data") / "catalogue.ttl", format=RdfFormat.TURTLE, base_iri=names.base)
    for quad in quads:
        yield quad.subject, quad.predicate, quad.object


def _dataset(names: Names, census: Statistics, making: CatalogueInputs) -> Iterator[Statement]:
    dataset, catalogue = names.id("dataset", "policygraph"), names.id("catalogue")
    yield dataset, _n(DCT, "identifier"), Literal(dataset.value)
    yield dataset, _n(DCAT, "version"), Literal(making.versions["policygraph"])
    yield dataset, _n(VOID, "triples"), Literal(census.triples)
    yield dataset, _n(VOID, "distinctSubjects"), Literal(census.subjects)
    yield dataset, _n(VOID, "classes"), Literal(len(census.classes))
    yield dataset, _n(VOID, "properties"), Literal(len(census.predicates))
    yield dataset, _n(VOID, "uriSpace"), Literal(f"{names.base}id/")
    yield dataset, _n(PROV, "wasGeneratedBy"), _activity_of(names, making)
    for document in census.documents[:1]:
        yield dataset, _n(VOID, "exampleResource"), NamedNode(document)
    for document in census.documents:
        yield dataset, _n(PROV, "wasDerivedFrom"), NamedNode(document)
    for vocabulary in sorted({_space(term) for term in [*census.classes, *census.predicates]}):
        yield dataset, _n(VOID, "vocabulary"), NamedNode(vocabulary)
    for language in sorted(census.languages):
        yield dataset, _n(DCT, "language"), NamedNode(language)
        yield NamedNode(language), A, _n(DCT, "LinguisticSystem")
    if census.first_day:
        for thing in (dataset, catalogue):
            yield thing, _n(DCT, "temporal"), _coverage(names, census)
        yield from _days(names, census)


def _days(names: Names, census: Statistics) -> Iterator[Statement]:
    coverage = _coverage(names, census)
    yield coverage, A, _n(DCT, "PeriodOfTime")
    yield coverage, _n(DCAT, "startDate"), Literal(census.first_day, datatype=_n(XSD, "date"))
    yield coverage, _n(DCAT, "endDate"), Literal(census.last_day, datatype=_n(XSD, "date"))


def _coverage(names: Names, census: Statistics) -> NamedNode:
    return names.id("coverage", f"{census.first_day}--{census.last_day}")


def _graphs(names: Names, census: Statistics, making: CatalogueInputs) -> Iterator[Statement]:
    """Each named graph is a subset with a count of its own; the catalogue cannot count itself."""
    for name in sorted({*census.graphs, "catalogue"}):
        graph = names.graph(name)
        yield names.id("dataset", "policygraph"), _n(VOID, "subset"), graph
        yield graph, A, _n(VOID, "Dataset")
        yield graph, A, _n(PROV, "Entity")
        yield graph, _n(DCT, "title"), Literal(f"Graph {name}", language="en")
        yield graph, _n(PROV, "wasGeneratedBy"), _activity_of(names, making)
        if name in census.graphs:
            yield graph, _n(VOID, "triples"), Literal(census.graphs[name])


def _activity_of(names: Names, making: CatalogueInputs) -> NamedNode:
    return names.id("activity", making.hash[:16])


def _activity(names: Names, making: CatalogueInputs) -> Iterator[Statement]:
    activity, inputs = _activity_of(names, making), names.id("inputs", making.hash[:16])
    version = making.versions["policygraph"]
    tool = names.id("software", f"policygraph-{version}")
    yield activity, A, _n(PROV, "Activity")
    yield activity, _n(RDFS, "label"), Literal(f"Build with policygraph {version}", language="en")
    yield activity, _n(PROV, "used"), inputs
    yield activity, _n(PROV, "wasAssociatedWith"), tool
    yield tool, A, _n(PROV, "SoftwareAgent")
    yield tool, _n(RDFS, "label"), Literal(f"policygraph {version}", language="en")
    yield tool, _n(DCT, "isVersionOf"), names.id("software", "policygraph")
    yield tool, _n(DCT, "identifier"), Literal(version)
    yield inputs, A, _n(PROV, "Collection")
    yield inputs, names.term("sha256"), Literal(making.hash)
    for document in sorted({entry.document for entry in making.inputs} - {""}):
        yield inputs, _n(PROV, "hadMember"), names.id("doc", document)


def _partitions(names: Names, census: Statistics) -> Iterator[Statement]:
    dataset = names.id("dataset", "policygraph")
    for term, count in sorted(census.classes.items()):
        node = names.id("partition", "class", _short(names, term))
        yield dataset, _n(VOID, "classPartition"), node
        yield node, _n(VOID, "class"), NamedNode(term)
        yield node, _n(VOID, "entities"), Literal(count)
    for term, count in sorted(census.predicates.items()):
        node = names.id("partition", "property", _short(names, term))
        yield dataset, _n(VOID, "propertyPartition"), node
        yield node, _n(VOID, "property"), NamedNode(term)
        yield node, _n(VOID, "triples"), Literal(count)


def _linksets(names: Names, census: Statistics) -> Iterator[Statement]:
    dataset = names.id("dataset", "policygraph")
    for (predicate, target), count in sorted(census.links.items()):
        linkset = names.id("linkset", target, _short(names, predicate))
        other = names.id("target", target)
        yield dataset, _n(VOID, "subset"), linkset
        yield linkset, A, _n(VOID, "Linkset")
        yield linkset, _n(VOID, "subjectsTarget"), dataset
        yield linkset, _n(VOID, "objectsTarget"), other
        yield linkset, _n(VOID, "linkPredicate"), NamedNode(predicate)
        yield linkset, _n(VOID, "triples"), Literal(count)
        yield other, A, _n(VOID, "Dataset")
        yield other, _n(VOID, "uriSpace"), Literal(TARGETS[target])


def _distribution(names: Names, name: str) -> Iterator[Statement]:
    media, code, label = MEDIA[Path(name).suffix]
    distribution, address = names.id("distribution", name), NamedNode(f"{names.base}dumps/{name}")
    dataset, file_type = names.id("dataset", "policygraph"), NamedNode(f"{AUTHORITY}file-type/{code}")
    stable = NamedNode(f"{AUTHORITY}planned-availability/STABLE")
    yield dataset, _n(DCAT, "distribution"), distribution
    yield distribution, A, _n(DCAT, "Distribution")
    yield distribution, _n(DCT, "title"), Literal(f"{name} ({label})", language="en")
    yield distribution, _n(DCT, "description"), Literal(_about(name), language="en")
    yield distribution, _n(DCT, "license"), NamedNode(f"{AUTHORITY}licence/CC_BY_4_0")
    yield distribution, _n(DCAP, "availability"), stable
    yield distribution, _n(DCAT, "accessURL"), address
    yield distribution, _n(DCAT, "downloadURL"), address
    yield distribution, _n(DCAT, "mediaType"), NamedNode(IANA + media)
    yield NamedNode(IANA + media), A, _n(DCT, "MediaType")
    if code is not None:
        yield distribution, _n(DCT, "format"), file_type
        yield file_type, A, _n(DCT, "MediaTypeOrExtent")
    if name.startswith("policygraph."):
        yield dataset, _n(VOID, "dataDump"), address


def _about(name: str) -> str:
    if name.startswith("tables/") and name not in ABOUT:
        return f"The table “{Path(name).stem}”."
    return ABOUT.get(name, "The union of all named graphs.")


def _checksum(names: Names, file: FileDigest) -> Iterator[Statement]:
    distribution, checksum = names.id("distribution", file.name), names.id("checksum", file.name)
    size = Literal(str(file.bytes), datatype=_n(XSD, "nonNegativeInteger"))
    value = Literal(file.sha256, datatype=_n(XSD, "hexBinary"))
    yield distribution, _n(DCAT, "byteSize"), size
    yield distribution, _n(SPDX, "checksum"), checksum
    yield checksum, A, _n(SPDX, "Checksum")
    yield checksum, _n(SPDX, "algorithm"), _n(SPDX, "checksumAlgorithm_sha256")
    yield checksum, _n(SPDX, "checksumValue"), value


def _n(space: str, name: str) -> NamedNode:
    return NamedNode(space + name)


def _space(term: str) -> str:
    """The vocabulary that a term belongs to: what stands before its last ``#`` or ``/``, with it."""
    return term[: max(term.rfind("#"), term.rfind("/")) + 1]


def _short(names: Names, term: str) -> str:
    """A path segment for a term: prefix and local name, or a hash where we have no prefix for it."""
    for prefix, space in prefixes(names.base).items():
        if term.startswith(space):
            return f"{prefix}-{term[len(space) :]}"
    return sha256(term.encode()).hexdigest()[:12]
