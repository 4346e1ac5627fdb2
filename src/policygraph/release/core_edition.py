"""The lean edition: what the documents and the reports say, with labels and one link to the source an item.

Left out is what proves and explains it (places in files, derivations, translations as things of their own), what
follows from it (graph ``inferred`` but for sectors), ontology and catalogue, examples and inverses of code lists,
and labels of others' concepts in other languages than English. All of it is in the other files of the release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from ..rdf.iris import DCT, ELI, PROV, SKOS
from ..rdf.serialise import graph_of, triple_of

CORE = "policygraph-core.ttl"
GRAPHS = frozenset(
    (
        *("actions", "curated", "derived", "dialogues", "document", "initiatives"),
        *("mappings", "status", "translations", "vocabulary"),
    )
)
EXPLANATIONS = ("source/", "decision/", "derivation/", "translation/", "mapping/", "checksum/")
"""Kinds of things, as their IRIs begin below ``id/``, that say how others came to be."""

INVERSES = tuple(
    f"<{iri}>".encode()
    for iri in (
        *(f"{SKOS}{name}" for name in ("hasTopConcept", "topConceptOf", "narrower", "example")),
        f"{ELI}has_part",
    )
)
DERIVED_FROM, SOURCE = f"<{PROV}wasDerivedFrom>".encode(), f"<{DCT}source>".encode()
LABEL = f"<{SKOS}prefLabel>".encode()


def core_lines(lines: Iterable[bytes], base: str) -> Iterator[bytes]:
    """The N-Triples lines of the edition, out of the sorted N-Quads lines of a release below ``base``."""
    things = f"<{base}id/".encode()
    explanations = tuple(things + kind.encode() for kind in EXPLANATIONS)
    left_out = (*INVERSES, f"<{base}def#translation>".encode())
    sector = f"<{base}def#inSector>".encode()
    for subject, of_subject in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        if subject.startswith(explanations):
            continue
        facts = (line for line in of_subject if _is_fact(line, sector))
        triples = dict.fromkeys(map(triple_of, facts))
        kept = [triple for triple in triples if _predicate(triple) not in left_out]
        if not subject.startswith(things):
            kept = [triple for triple in kept if _predicate(triple) != LABEL or triple.endswith(b'"@en .\n')]
        yield from _one_source(kept)


def _is_fact(line: bytes, sector: bytes) -> bool:
    name = graph_of(line).rsplit(b"/", 1)[-1].decode()
    return name in GRAPHS or (name == "inferred" and _predicate(line) == sector)


def _predicate(line: bytes) -> bytes:
    return line.split(b" ", 2)[1]


def _one_source(triples: list[bytes]) -> Iterator[bytes]:
    """The statements with one link to where the thing comes from, dct:source or the first prov:wasDerivedFrom."""
    linked = any(_predicate(triple) == SOURCE for triple in triples)
    for triple in triples:
        if _predicate(triple) == DERIVED_FROM:
            if linked:
                continue
            linked = True
        yield triple
