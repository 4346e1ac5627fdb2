"""Mappings → values → quads, and → findings where one no longer agrees with the table it points to.

Mappings are written in SSSOM 1.0 (a TSV file below ``#`` lines of metadata); each row has at least subject,
predicate, object and justification. A link stands in the graph by itself, and beside it the row that it rests on,
with the properties that SSSOM's schema gives its columns in RDF (https://mapping-commons.github.io/sssom/).
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import MappingError, readable
from ..files import folder, source_folders
from ..rdf.iris import BASE, DCT, SKOS, XSD, Names
from ..rdf.statements import Value, date, describe, reachable, standard
from ..vocabulary.curated import CuratedRow, read_metadata, read_rows
from . import derivation
from .authority_tables import BROADER, IN_SCHEME, PREF_LABEL, REPLACED_BY, SUBJECT, Tables, read_tables

NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")

INVERSES = {
    f"{SKOS}{name}": f"{SKOS}{inverse}"
    for name, inverse in (
        ("exactMatch", "exactMatch"),
        ("closeMatch", "closeMatch"),
        ("relatedMatch", "relatedMatch"),
        ("broadMatch", "narrowMatch"),
        ("narrowMatch", "broadMatch"),
    )
}
"""The five mapping relations of SKOS with their inverses (SKOS Reference, section 10.3, S41 to S44)."""

STATED = (f"{DCT}subject", f"{DCT}type")
"""Other relations stated here; what else ``document.sssom.tsv`` holds is written by other stages."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row: full IRIs, the label that its target had when it was judged, and its number below the header.

    ``author`` and ``day`` are "" and None where the row does not say who judged it, and when.
    """

    path: Path
    row: int
    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    object_source: str
    confidence: Decimal | None
    justification: str
    comment: str
    author: str
    day: datetime.date | None

    @property
    def file(self) -> str:
        """The path of its file as messages show it."""
        return readable(self.path)


def mapping_files() -> list[Path]:
    """The mapping sets that every release is held against, sorted by name."""
    return sorted((folder("ontology") / "mappings").glob("*.sssom.tsv"))


def files_beside(source: Path) -> list[Path]:
    """The mapping sets in ``curated/`` of a source folder, sorted by name: they are about its document alone."""
    return sorted(source.glob("curated/*.sssom.tsv"))


def mappings(files: Iterable[Path] | None = None, base: str = BASE) -> list[Mapping]:
    """The rows of these files (default: ours), in file order, with our own IRIs below ``base``.

    Raises MappingError with file and row where one cannot be read.
    """
    paths = mapping_files() if files is None else files
    return [_mapping(row) for path in paths for row in read_rows(path, NEEDED, base)]


def _mapping(row: CuratedRow) -> Mapping:
    return Mapping(
        path=row.path,
        row=row.number,
        subject=row.iri("subject_id"),
        subject_label=row.cells.get("subject_label", ""),
        predicate=row.iri("predicate_id"),
        object=row.iri("object_id"),
        object_label=row.cells.get("object_label", ""),
        object_source=row.iri("object_source"),
        confidence=_confidence(row),
        justification=row.iri("mapping_justification"),
        comment=row.cells.get("comment", ""),
        author=row.cells.get("author_label", ""),
        day=row.day("mapping_date"),
    )


def _confidence(row: CuratedRow) -> Decimal | None:
    text = row.cells.get("confidence", "")
    if not text:
        return None
    if not re.fullmatch(r"0(\.\d{1,9})?|1(\.0{1,9})?", text):
        raise row.fault(f"the confidence “{text}” is no number from 0 to 1", "correct it")
    return Decimal(text)


def mapping_quads(names: Names) -> list[Quad]:
    """The links of every mapping file and the rows they rest on, in graph ``mappings``.

    The inverse is added where both ends are ours; what is said of concepts of others stays with them.
    """
    return _quads(mappings(base=names.base), names)


def document_mapping_quads(source: Path, document: str, names: Names) -> list[Quad]:
    """The links that stand beside the source of a document, as ``mapping_quads`` gives them.

    Raises MappingError for a row that is about anything but this document (``COM-2019-640``).
    """
    rows = mappings(files_beside(source), names.base)
    for row in rows:
        segments = row.subject.removeprefix(f"{names.base}id/").split("/")
        if document not in segments[1:2]:
            raise MappingError(
                f"{row.file}, row {row.row}: “{row.subject}” is no thing of {document}: move the row to "
                "ontology/mappings, or beside the source that it is about."
            )
    return _quads(rows, names)


def _quads(rows: Iterable[Mapping], names: Names) -> list[Quad]:
    graph = names.graph("mappings")
    stated = [row for row in rows if row.predicate in INVERSES or row.predicate in STATED]
    triples = dict.fromkeys(triple for row in stated for triple in _linked(row, names.base))
    quads = [Quad(NamedNode(s), NamedNode(p), NamedNode(o), graph) for s, p, o in triples]
    for row in stated:
        quads += _evidence(row, names)
    return list(dict.fromkeys(quads))


def _linked(mapping: Mapping, base: str) -> Iterator[tuple[str, str, str]]:
    yield mapping.subject, mapping.predicate, mapping.object
    if mapping.predicate in INVERSES and mapping.object.startswith(base):
        yield mapping.object, INVERSES[mapping.predicate], mapping.subject


def _evidence(mapping: Mapping, names: Names) -> list[Quad]:
    """What the row says beside the link: how sure, why, by whom, when, and against which version of the table."""
    document, slug = _slug(mapping, names.base)
    node = names.id("mapping", *document, slug)
    version = _versions().get(mapping.object_source)
    said: dict[str, Value | list[NamedNode] | list[Literal]] = {
        "rdf:type": [standard("sssom:Mapping"), standard("owl:Axiom")],
        "owl:annotatedSource": NamedNode(mapping.subject),
        "owl:annotatedProperty": NamedNode(mapping.predicate),
        "owl:annotatedTarget": NamedNode(mapping.object),
        "sssom:mapping_justification": NamedNode(mapping.justification),
        "sssom:object_label": [Literal(mapping.object_label)] if mapping.object_label else [],
        "sssom:object_source": [NamedNode(mapping.object_source)] if mapping.object_source else [],
        "sssom:object_source_version": [Literal(version)] if version else [],
        "sssom:author_label": [Literal(mapping.author)] if mapping.author else [],
        "dct:created": [date(mapping.day)] if mapping.day else [],
        "rdfs:comment": [Literal(mapping.comment, language="en")] if mapping.comment else [],
    }
    if mapping.confidence is not None:
        # A whole one is an integer: of a whole decimal Oxigraph keeps "1" alone, Fuseki "1.0" alone.
        whole = mapping.confidence == mapping.confidence.to_integral_value()
        number = f"{mapping.confidence.normalize():f}"
        said["sssom:confidence"] = Literal(number, datatype=NamedNode(f"{XSD}{'integer' if whole else 'decimal'}"))
    beside = document if mapping.path.parent.name == "curated" else []
    collection = names.id("mapping-set", *beside, mapping.path.name.removesuffix(".sssom.tsv"))
    return [
        *describe(names, "mappings", node, said),
        *describe(names, "mappings", collection, {**_set(mapping.path), "sssom:mappings": node}),
    ]


def _slug(mapping: Mapping, base: str) -> tuple[list[str], str]:
    """The document that a row is about, if any, and a name for the row made of the link itself.

    ``heading/COM-2025-723/01``, exact, ``sector/HEALTH`` → ``heading-01-exactMatch-sector-HEALTH``.
    """
    segments = mapping.subject.removeprefix(f"{base}id/").split("/")
    document = [segments.pop(1)] if len(segments) > 2 or segments[0] == "doc" else []
    target = mapping.object.removeprefix(f"{base}id/").split("/")[-2:]
    relation = re.split("[#/]", mapping.predicate)[-1]
    words = "-".join([*segments, relation, *target])
    return document, re.sub(r"[^A-Za-z0-9]+", "-", words)


@cache
def _set(path: Path) -> dict[str, Value]:
    """What a file says of itself in its metadata."""
    metadata = read_metadata(path)
    said: dict[str, Value] = {"rdf:type": standard("sssom:MappingSet")}
    for key, name in (("mapping_set_title", "dct:title"), ("mapping_set_version", "owl:versionInfo")):
        if metadata.get(key):
            said[name] = Literal(metadata[key], language="en" if name == "dct:title" else None)
    if metadata.get("license"):
        said["dct:license"] = NamedNode(metadata["license"])
    return said


@cache
def _versions() -> dict[str, str]:
    """Scheme of a table → the version of it that our mappings are held against; none where it states none."""
    with (folder("data") / "vocabularies" / "tables.csv").open(encoding="utf-8", newline="") as rows:
        return {row["scheme"]: row["version"] for row in csv.DictReader(rows) if row["version"] != "not stated"}


@dataclass(frozen=True, slots=True)
class MappingTarget:
    """A thing of others that a file of ours points to: the file, the row below its header, what it says of it."""

    file: str
    row: int
    iri: NamedNode
    label: str
    scheme: str


def targets(base: str = BASE, sources: Iterable[Path] | None = None) -> list[MappingTarget]:
    """Every pointer to a table of others, from the mappings and from the lists of phrases, in file order.

    Of the mappings that stand beside sources those of these folders, without any of all in ``data/sources``.
    """
    beside = (
        path for source in (source_folders() if sources is None else sources) for path in files_beside(source)
    )
    rows: list[Mapping | derivation.Phrase] = [*mappings(base=base), *mappings(beside, base)]
    for language in derivation.languages():
        rows += derivation.terms(language, base)
    return [
        MappingTarget(row.file, row.row, NamedNode(row.object), row.object_label, row.object_source)
        for row in rows
        if row.object_source and not row.object.startswith(base)
    ]


@dataclass(frozen=True, slots=True)
class MappingFinding:
    """What is wrong with one pointer: ``kind`` is table, concept, scheme, label or deprecated."""

    kind: str
    file: str
    row: int
    target: str
    words: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.words}"


def check(tables: Path, points: Iterable[MappingTarget] | None = None) -> list[MappingFinding]:
    """Hold each pointer (default: all of ours) against a folder of tables, in file order.

    Raises MappingError where mappings or tables cannot be read.
    """
    contents = read_tables(tables)
    points = targets() if points is None else points
    return [finding for point in points for finding in _faults(point, contents)]


def _faults(point: MappingTarget, tables: Tables) -> Iterator[MappingFinding]:
    def finding(kind: str, words: str) -> MappingFinding:
        return MappingFinding(kind, point.file, point.row, point.iri.value, words)

    named = f"{point.iri.value} (“{point.label}”)"
    if not tables.has_scheme(NamedNode(point.scheme)):
        yield finding("table", f"no table of {point.scheme} is at hand: fetch it, or give its folder.")
    elif not tables.labels(point.iri) and not tables.has(point.iri):
        yield finding("concept", f"{named} is not in the tables: correct its code, or reject the mapping.")
    else:
        if point.scheme not in [scheme.value for scheme in tables.schemes(point.iri)]:
            where = ", ".join(scheme.value for scheme in tables.schemes(point.iri)) or "no scheme"
            yield finding("scheme", f"{named} is in {where}, not in {point.scheme}: correct object_source.")
        labels = [label.value for label in tables.labels(point.iri, "en") or tables.labels(point.iri)]
        if labels and point.label not in labels:
            words = (
                f"{point.iri.value} is “{labels[0]}” in the table, not “{point.label}”: judge the mapping again."
            )
            yield finding("label", words)
        if tables.deprecated(point.iri):
            instead = ", ".join(node.value for node in tables.nodes(point.iri, REPLACED_BY))
            cure = f"use {instead}" if instead else "choose a current concept"
            yield finding("deprecated", f"{named} is deprecated: {cure}.")


def target_quads(tables: Tables, names: Names, sources: Iterable[Path] | None = None) -> list[Quad]:
    """What a release of these sources adds of the targets by these tables, in graph ``mappings``, sorted.

    What no table names is called as the mapping calls it, in English.
    Labels in every language, schemes, and of EuroVoc all broader concepts with microthesauri and domains
    (https://eur-lex.europa.eu/browse/eurovoc.html: 21 domains above the microthesauri).
    """
    graph = names.graph("mappings")
    pointed = {target.iri: target for target in targets(names.base, sources)}
    described = dict.fromkeys(_described(set(pointed), tables))
    for iri, target in pointed.items():
        if target.label and not tables.labels(iri):
            described[iri, PREF_LABEL, Literal(target.label, language="en")] = None
            described[iri, IN_SCHEME, NamedNode(target.scheme)] = None
    return sorted((Quad(*triple, graph) for triple in described), key=str)


def _described(
    pointed: set[NamedNode], tables: Tables
) -> Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    concepts = reachable(pointed, lambda concept: tables.nodes(concept, BROADER))
    schemes = {scheme for concept in concepts for scheme in tables.schemes(concept)}
    domains = {domain for scheme in schemes for domain in tables.nodes(scheme, SUBJECT)}
    for concept in concepts:
        yield from ((concept, BROADER, above) for above in tables.nodes(concept, BROADER))
        yield from ((concept, IN_SCHEME, scheme) for scheme in tables.schemes(concept))
    for scheme in schemes:
        yield from ((scheme, SUBJECT, domain) for domain in tables.nodes(scheme, SUBJECT))
    for thing in concepts | schemes | domains:
        yield from ((thing, PREF_LABEL, label) for label in tables.labels(thing))


def absent(tables: Tables) -> list[str]:
    """The schemes that we point into and that these tables do not have, sorted; [] when all are at hand."""
    schemes = sorted({target.scheme for target in targets()})
    return [scheme for scheme in schemes if not tables.has_scheme(NamedNode(scheme))]
