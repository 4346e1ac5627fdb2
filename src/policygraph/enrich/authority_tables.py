"""EU tables (authority tables, EuroVoc, NACE) on disk → what they say of a concept: labels, schemes, deprecation.

A folder of tables is any folder with Turtle, N-Triples or RDF/XML files in it or below; which file a
concept stands in does not matter, since the publisher cuts its tables differently in each distribution. A CSV
file with the columns of ``LIST`` adds concepts of EuroVoc that no other file has.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from ..errors import MappingError, readable
from ..files import folder
from ..rdf.iris import DCT, OWL, SKOS

AT = "http://publications.europa.eu/ontology/authority/"
EUVOC = "http://publications.europa.eu/ontology/euvoc#"
CURRENT = NamedNode("http://publications.europa.eu/resource/authority/concept-status/CURRENT")
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}
LIST = ("iri", "id", "prefLabel_en", "prefLabel_nl", "microthesaurus", "broader")
"""Columns of a list of EuroVoc: codes of microthesauri between semicolons, identifiers of broader concepts."""

EUROVOC = "http://eurovoc.europa.eu/"

PREF_LABEL, IN_SCHEME, BROADER = (NamedNode(SKOS + name) for name in ("prefLabel", "inScheme", "broader"))
NOTATION = NamedNode(f"{SKOS}notation")
TOP_CONCEPT_OF, SUBJECT = NamedNode(f"{SKOS}topConceptOf"), NamedNode(f"{DCT}subject")
DEPRECATED = (NamedNode(f"{OWL}deprecated"), NamedNode(f"{AT}deprecated"))
STATUS = NamedNode(f"{EUVOC}status")
REPLACED_BY = NamedNode(f"{DCT}isReplacedBy")

Term = NamedNode | BlankNode | Literal | Triple


class Tables:
    """The statements of a folder of tables; its methods answer with values in a stable order."""

    def __init__(self, store: Store, folder: Path, files: Iterable[Path]) -> None:
        self._store, self.folder, self.files = store, folder, tuple(files)

    def objects(self, subject: NamedNode, *predicates: NamedNode) -> list[Term]:
        """Every value of these properties, each property's sorted as N-Triples sort."""
        values: dict[Term, None] = {}
        for predicate in predicates:
            quads = self._store.quads_for_pattern(subject, predicate, None, None)
            values.update(dict.fromkeys(sorted((quad.object for quad in quads), key=str)))
        return list(values)

    def nodes(self, subject: NamedNode, *predicates: NamedNode) -> list[NamedNode]:
        """Every IRI among the values of these properties."""
        return [value for value in self.objects(subject, *predicates) if isinstance(value, NamedNode)]

    def has(self, concept: NamedNode) -> bool:
        """Whether a table describes this concept or scheme."""
        return any(self._store.quads_for_pattern(concept, None, None, None))

    def has_scheme(self, scheme: NamedNode) -> bool:
        """Whether a table has concepts of this scheme."""
        return any(self._store.quads_for_pattern(None, IN_SCHEME, scheme, None))

    def labels(self, concept: NamedNode, language: str | None = None) -> list[Literal]:
        """The preferred labels, of one language or of all."""
        labels = [label for label in self.objects(concept, PREF_LABEL) if isinstance(label, Literal)]
        return [label for label in labels if language in (None, label.language)]

    def schemes(self, concept: NamedNode) -> list[NamedNode]:
        """The schemes that the concept is in."""
        return self.nodes(concept, IN_SCHEME, TOP_CONCEPT_OF)

    def deprecated(self, concept: NamedNode) -> bool:
        """Whether the table marks it as deprecated, or gives it a status other than current."""
        marks = [mark.value for mark in self.objects(concept, *DEPRECATED) if isinstance(mark, Literal)]
        return not {"true", "1"}.isdisjoint(marks) or any(
            status != CURRENT for status in self.nodes(concept, STATUS)
        )


def read_tables(root: Path) -> Tables:
    """The tables below a folder.

    Raises MappingError where the folder has none, or where one cannot be read.
    """
    suffixes = (*FORMATS, ".csv")
    files = sorted(
        (p for p in root.rglob("*") if p.suffix in suffixes and not p.name.startswith(".") and _is_table(p)),
        key=lambda path: (path.suffix == ".csv", path),
    )
    if not files:
        raise MappingError(
            f"{readable(root)} holds no table: give another folder, or run policygraph tables fetch --into it."
        )
    store = Store()
    for path in files:
        load_table(store, path)
    return Tables(store, root, files)


def shipped_tables() -> Tables:
    """The extract of the tables that comes with policygraph (``data/vocabularies``): what our links need."""
    return read_tables(folder("data") / "vocabularies")


def _is_table(path: Path) -> bool:
    """Whether a file is one of tables: of the CSV files only those with the columns of ``LIST``."""
    if path.suffix != ".csv":
        return True
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return tuple(next(csv.reader(file), ())) == LIST


def _listed(store: Store, path: Path) -> Iterator[Quad]:
    """The concepts of a list that the store does not describe yet."""
    schemes = {"": NamedNode(f"{EUROVOC}100141")} | {
        quad.object.value: quad.subject
        for quad in store.quads_for_pattern(None, NOTATION, None, None)
        if isinstance(quad.object, Literal) and any(store.quads_for_pattern(quad.subject, SUBJECT, None, None))
    }
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            concept = NamedNode(row["iri"])
            if any(store.quads_for_pattern(concept, PREF_LABEL, None, None)):
                continue
            yield Quad(concept, NOTATION, Literal(row["id"]))
            for language in ("en", "nl"):
                if label := row[f"prefLabel_{language}"]:
                    yield Quad(concept, PREF_LABEL, Literal(label, language=language))
            for scheme in map(schemes.get, ("", *row["microthesaurus"].split(";"))):
                if isinstance(scheme, NamedNode):
                    yield Quad(concept, IN_SCHEME, scheme)
            for broader in row["broader"].split():
                yield Quad(concept, BROADER, NamedNode(EUROVOC + broader))


def load_table(store: Store, path: Path) -> None:
    """Put the statements of one file into the store. Raises MappingError naming the file and the fault.

    RDF/XML with a DOCTYPE is refused: it may define entities that unfold without end, or lead elsewhere.
    """
    try:
        if path.suffix == ".csv":
            store.bulk_extend(list(_listed(store, path)))
            return
        syntax = FORMATS[path.suffix]
        if syntax == RdfFormat.RDF_XML:
            with path.open("rb") as file:
                if b"<!DOCTYPE" in file.read(1 << 16):
                    raise ValueError("it has a DOCTYPE, which no table needs")
        store.bulk_load(path=path, format=syntax)
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        words = " ".join(str(error).split())
        raise MappingError(f"{readable(path)} is no table that can be read ({words}): fetch it again.") from error
