"""The catalogue of a release: DCAT-AP 3.0.1 and VoID, every graph with the activity that made it.

The words stand in ``data/catalogue.ttl``; here come counts, files and hashes. Graph ``catalogue`` and the
file ``catalogue.ttl`` differ in two things: a file cannot hold its own hash, so sizes and checksums of the
files are in ``catalogue.ttl`` only; and the graph names every file that a full build writes, the file those that
were written with what was installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from ..files import folder
from ..rdf.iris import AUTHORITY, DCAP, XSD, Names, prefixes
from ..rdf.media_types import CSV, JSON_LD, N_QUADS, N_TRIPLES, PARQUET, PLAIN_JSON, RDF_XML, TRIG, TURTLE
from ..rdf.statements import Value, describe, standard
from ..vocabulary.codelists import in_graph
from .checksum_file import FileDigest
from .examples import example_triples
from .manifest import Input
from .statistics import TARGETS, Statistics

AVAILABILITY = NamedNode(f"{DCAP}availability")
STABLE = NamedNode(f"{AUTHORITY}planned-availability/STABLE")
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
    ".txt": ("text/plain", "TXT", "plain text"),
    ".cff": ("application/yaml", None, "YAML"),
    ".parquet": (PARQUET.media_type, None, "Parquet"),
}
"""By suffix: IANA media type, code in the authority table file-type (2017: no Parquet, no YAML), a name."""

ABOUT = {
    "policygraph.nq": "All named graphs as sorted N-Quads: the canonical form, whose hash names the release.",
    "policygraph.trig": "All named graphs, one after the other.",
    "policygraph-core.ttl": "The lean edition: facts and labels, with one link to the source an item.",
    "ontology.ttl": "The ontology: every class and property with label, definition, example and source.",
    "shapes.ttl": "The SHACL shapes that the release conforms to.",
    "report.ttl": "The SHACL report of the release.",
    "catalogue.ttl": "This catalogue, with size and hash of every file.",
    "manifest.json": "What the release was made from and by, with size and hash of every file.",
    "CITATION.cff": "How to cite the release, in the Citation File Format.",
    "ro-crate-metadata.json": "The release described as an RO-Crate, with size and hash of every other file.",
    "tables/csv-metadata.json": "The tables described as CSV on the Web, with the statement that each cell is.",
    "tables/datapackage.json": "The tables described as a Data Package with Table Schemas.",
}
"""What a file holds; the others are the union of all graphs, or one table each."""


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


About = Iterator[tuple[NamedNode, Mapping[str, Value | Iterable[Value]]]]
"""Subjects with what the catalogue says of them, as ``describe`` takes it."""


def catalogue_quads(
    names: Names, statistics: Statistics, inputs: CatalogueInputs, files: Iterable[str]
) -> list[Quad]:
    """Graph ``catalogue``: the release as a dataset with the files named, without their sizes and hashes."""
    words = parse(path=folder("data") / "catalogue.ttl", format=RdfFormat.TURTLE, base_iri=names.base)
    examples = example_triples(names.base, f"{names.base}sparql")
    dataset, graph, files = names.id("dataset", "policygraph"), names.graph("catalogue"), sorted(files)
    about = [
        *_dataset(names, dataset, statistics, inputs),
        *_graphs(names, dataset, statistics, inputs),
        *_activity(names, inputs),
        *_partitions(names, dataset, statistics),
        *_linksets(names, dataset, statistics),
        *(entry for name in files for entry in _distribution(names, dataset, name)),
    ]
    return [
        *in_graph(chain((quad.triple for quad in words), examples), graph),
        *_described(names, about),
        *(Quad(names.id("distribution", name), AVAILABILITY, STABLE, graph) for name in files),
    ]


def checksum_quads(names: Names, files: Iterable[FileDigest]) -> list[Quad]:
    """Size and SHA-256 of each file, for ``catalogue.ttl``."""
    return _described(names, (entry for file in files for entry in _checksum(names, file)))


def _described(
    names: Names, about: Iterable[tuple[NamedNode, Mapping[str, Value | Iterable[Value]]]]
) -> list[Quad]:
    return [quad for thing, properties in about for quad in describe(names, "catalogue", thing, properties)]


def _checksum(names: Names, file: FileDigest) -> About:
    checksum = names.id("checksum", file.name)
    size = Literal(str(file.bytes), datatype=NamedNode(f"{XSD}nonNegativeInteger"))
    yield names.id("distribution", file.name), {"dcat:byteSize": size, "spdx:checksum": checksum}
    yield (
        checksum,
        {
            "rdf:type": standard("spdx:Checksum"),
            "spdx:algorithm": standard("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": Literal(file.sha256, datatype=NamedNode(f"{XSD}hexBinary")),
        },
    )


def _dataset(names: Names, dataset: NamedNode, statistics: Statistics, inputs: CatalogueInputs) -> About:
    documents = [NamedNode(document) for document in statistics.documents]
    terms = [*statistics.classes, *statistics.predicates]
    languages = [NamedNode(language) for language in sorted(statistics.languages)]
    yield (
        dataset,
        {
            "dct:identifier": Literal(dataset.value),
            "dcat:version": Literal(inputs.versions["policygraph"]),
            "void:triples": Literal(statistics.triples),
            "void:distinctSubjects": Literal(statistics.subjects),
            "void:classes": Literal(len(statistics.classes)),
            "void:properties": Literal(len(statistics.predicates)),
            "void:uriSpace": Literal(f"{names.base}id/"),
            "prov:wasGeneratedBy": _activity_iri(names, inputs),
            "void:exampleResource": documents[:1],
            "prov:wasDerivedFrom": documents,
            "void:vocabulary": [NamedNode(space) for space in sorted({_space(term) for term in terms})],
            "dct:language": languages,
        },
    )
    for language in languages:
        yield (language, {"rdf:type": standard("dct:LinguisticSystem")})
    if statistics.first_day:
        first, last, day = statistics.first_day, statistics.last_day, NamedNode(f"{XSD}date")
        coverage = names.id("coverage", f"{first}--{last}")
        for thing in (dataset, names.id("catalogue")):
            yield (thing, {"dct:temporal": coverage})
        yield (
            coverage,
            {
                "rdf:type": standard("dct:PeriodOfTime"),
                "dcat:startDate": Literal(first, datatype=day),
                "dcat:endDate": Literal(last, datatype=day),
            },
        )


def _graphs(names: Names, dataset: NamedNode, statistics: Statistics, inputs: CatalogueInputs) -> About:
    """Each named graph is a subset with a count of its own; the catalogue cannot count itself."""
    for name in sorted({*statistics.graphs, "catalogue"}):
        graph = names.graph(name)
        yield (dataset, {"void:subset": graph})
        yield (
            graph,
            {
                "rdf:type": [standard("void:Dataset"), standard("prov:Entity")],
                "dct:title": Literal(f"Graph {name}", language="en"),
                "prov:wasGeneratedBy": _activity_iri(names, inputs),
                "void:triples": [Literal(statistics.graphs[name])] if name in statistics.graphs else [],
            },
        )


def _activity_iri(names: Names, inputs: CatalogueInputs) -> NamedNode:
    return names.id("activity", inputs.hash[:16])


def _activity(names: Names, inputs: CatalogueInputs) -> About:
    version = inputs.versions["policygraph"]
    collection, tool = names.id("inputs", inputs.hash[:16]), names.id("software", f"policygraph-{version}")
    documents = sorted({entry.document for entry in inputs.inputs} - {""})
    yield (
        _activity_iri(names, inputs),
        {
            "rdf:type": standard("prov:Activity"),
            "rdfs:label": Literal(f"Build with policygraph {version}", language="en"),
            "prov:used": collection,
            "prov:wasAssociatedWith": tool,
        },
    )
    yield (
        tool,
        {
            "rdf:type": standard("prov:SoftwareAgent"),
            "rdfs:label": Literal(f"policygraph {version}", language="en"),
            "dct:isVersionOf": names.id("software", "policygraph"),
            "dct:identifier": Literal(version),
        },
    )
    yield (
        collection,
        {
            "rdf:type": standard("prov:Collection"),
            "pg:sha256": Literal(inputs.hash),
            "prov:hadMember": [names.id("doc", document) for document in documents],
        },
    )


def _partitions(names: Names, dataset: NamedNode, statistics: Statistics) -> About:
    """How often each class and property is used, and each property of the things of each class."""
    for kind, counts, unit in (
        ("class", statistics.classes, "entities"),
        ("property", statistics.predicates, "triples"),
    ):
        for term, count in sorted(counts.items()):
            partition = names.id("partition", kind, _segment(names, term))
            yield (dataset, {f"void:{kind}Partition": partition})
            yield (partition, {f"void:{kind}": NamedNode(term), f"void:{unit}": Literal(count)})
    for (kind, predicate), count in sorted(statistics.properties.items()):
        whole = names.id("partition", "class", _segment(names, kind))
        partition = NamedNode(f"{whole.value}/{_segment(names, predicate)}")
        yield (whole, {"void:propertyPartition": partition})
        yield (partition, {"void:property": NamedNode(predicate), "void:triples": Literal(count)})


def _linksets(names: Names, dataset: NamedNode, statistics: Statistics) -> About:
    for (predicate, target), count in sorted(statistics.links.items()):
        linkset, other = names.id("linkset", target, _segment(names, predicate)), names.id("target", target)
        yield (dataset, {"void:subset": linkset})
        yield (
            linkset,
            {
                "rdf:type": standard("void:Linkset"),
                "void:subjectsTarget": dataset,
                "void:objectsTarget": other,
                "void:linkPredicate": NamedNode(predicate),
                "void:triples": Literal(count),
            },
        )
        yield (other, {"rdf:type": standard("void:Dataset"), "void:uriSpace": Literal(TARGETS[target])})


def _distribution(names: Names, dataset: NamedNode, name: str) -> About:
    media, code, label = MEDIA[Path(name).suffix]
    distribution, address = names.id("distribution", name), NamedNode(f"{names.base}dumps/{name}")
    media_type = NamedNode(IANA + media)
    file_type = [] if code is None else [NamedNode(f"{AUTHORITY}file-type/{code}")]
    content = ABOUT.get(name, "The union of all named graphs.")
    if name.startswith("tables/") and name not in ABOUT:
        content = f"The table “{Path(name).stem}”."
    is_stream = name.startswith("sources/")
    if is_stream:
        content = f"The text that {name.removeprefix('sources/').removesuffix('.stream.txt')} was read as."
    dump = [address] if name.startswith("policygraph.") else []
    yield (dataset, {"dcat:distribution": distribution, "void:dataDump": dump})
    yield (
        distribution,
        {
            "rdf:type": standard("dcat:Distribution"),
            "dct:title": Literal(f"{name} ({label})", language="en"),
            "dct:description": Literal(content, language="en"),
            # the words are the publisher's: the document says what they are licensed under
            "dct:license": [] if is_stream else [NamedNode(f"{AUTHORITY}licence/CC_BY_4_0")],
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dcat:mediaType": media_type,
            "dct:format": file_type,
            "rdfs:seeAlso": [NamedNode(f"{names.base}context.jsonld")] if media == JSON_LD.media_type else [],
        },
    )
    for thing, kind in ((media_type, "MediaType"), *((type_, "MediaTypeOrExtent") for type_ in file_type)):
        yield (thing, {"rdf:type": standard(f"dct:{kind}")})


def _space(term: str) -> str:
    """The vocabulary that a term belongs to: what stands before its last ``#`` or ``/``, with it."""
    return term[: max(term.rfind("#"), term.rfind("/")) + 1]


def _segment(names: Names, term: str) -> str:
    """A path segment for a term: prefix and local name, or a hash where we have no prefix for it."""
    for prefix, space in prefixes(names.base).items():
        if term.startswith(space):
            return f"{prefix}-{term[len(space) :]}"
    return sha256(term.encode()).hexdigest()[:12]
