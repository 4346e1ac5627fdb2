"""Make the extracts in this folder anew from the whole tables and standards: ``python tests/data/extract.py``.

Of the EU tables the concepts that our mappings and phrase lists point to, with all above them, their schemes and
domains; of the standards the terms that we use, and what those lead to by statements that a reasoner reads. What
is small and licensed for it is copied whole. The same input gives the same bytes.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path[:0] = [str(HERE.parent), str(HERE.parent / "ontology")]

import pyoxigraph as ox  # noqa: E402
from pyoxigraph import NamedNode  # noqa: E402

from places import SHARED  # noqa: E402
from policygraph.enrich.authority_tables import load_table  # noqa: E402
from policygraph.enrich.fetch import sources  # noqa: E402
from policygraph.enrich.mappings import targets  # noqa: E402
from policygraph.rdf.iris import DCT, SKOS  # noqa: E402
from used_terms import of_others, used  # noqa: E402

WHOLE_TABLES = {"access-right.ttl", "data-theme.ttl"}
COPIED = (
    "semic-style-guide/semic-shapes_owl.ttl",
    "semic-style-guide/semic-shapes_shacl.ttl",
    "dcat-ap/shacl/dcat-ap-SHACL.ttl",
    "dcat-ap/shacl/ranges.ttl",
    "ontology-checks/foops-tests.csv",
    "ontology-checks/oops-pitfalls.csv",
)
"""Below standards: CC BY 4.0 (DCAT-AP) and Apache-2.0 (the others)."""

ALSO_TERMS = {
    "http://www.w3.org/2006/time#inXSDDateTime",  # deprecated: the test of the test
    "http://xmlns.com/foaf/0.1/geekcode",
    "http://www.w3.org/ns/shacl#qualifiedMinCount",
    "http://www.w3.org/ns/prov#Activity",
}
LOGIC = {
    "type",
    "subClassOf",
    "subPropertyOf",
    "domain",
    "range",
    "inverseOf",
    "equivalentClass",
    "equivalentProperty",
    "disjointWith",
    "complementOf",
    "propertyDisjointWith",
    "deprecated",
    "term_status",
    "supersededBy",
}
BOTH_WAYS = {"disjointWith", "inverseOf", "equivalentClass", "equivalentProperty", "propertyDisjointWith"}

LABEL = NamedNode(f"{SKOS}prefLabel")
PREFIX = re.compile(r"^@prefix ([\w.-]*): <([^>]+)> \.$", re.MULTILINE)


# --- Tables ---


def wanted_concepts(tables: ox.Store) -> set[NamedNode]:
    """What we point to, all above it, its schemes and their domains."""

    def above(things: Iterable[NamedNode], *predicates: str) -> set[NamedNode]:
        quads = (
            q
            for thing in things
            for name in predicates
            for q in tables.quads_for_pattern(thing, NamedNode(name), None)
        )
        return {quad.object for quad in quads if isinstance(quad.object, NamedNode)}

    wanted: set[NamedNode] = set()
    waiting = {target.iri for target in targets()}
    while waiting:
        wanted |= waiting
        waiting = above(waiting, f"{SKOS}broader") - wanted
    schemes = above(wanted, f"{SKOS}inScheme", f"{SKOS}topConceptOf")
    return wanted | schemes | above(schemes, f"{DCT}subject")


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """Subject and text of each block of a table; the first has the prefixes and no subject."""
    head, *rest = path.read_text("utf-8").rstrip("\n").split("\n\n")
    yield "", head
    prefixes = dict(PREFIX.findall(head))
    for text in rest:
        first = text.split(None, 1)[0]
        prefix, _, local = first.partition(":")
        yield (first[1:-1] if first.startswith("<") else prefixes[prefix] + local), text


def extract_tables(into: Path) -> None:
    """The tables that our mappings point to, cut down to the concepts that matter here."""
    tables = ox.Store()
    for path in sorted((SHARED / "vocabularies").rglob("*.ttl")):
        tables.bulk_load(path=path, format=ox.RdfFormat.TURTLE)
    named = {quad.subject for quad in tables.quads_for_pattern(None, LABEL, None)}
    for path in sorted((SHARED / "vocabularies" / "eurovoc").glob("*.csv")):
        load_table(tables, path)
    wanted = {concept.value for concept in wanted_concepts(tables)}
    for source in sources("http://127.0.0.1/"):
        path = SHARED / "vocabularies" / source.path
        target = into / "vocabularies" / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.name in WHOLE_TABLES:
            shutil.copyfile(path, target)
            continue
        if path.suffix == ".csv":
            head, *rows = path.read_text("utf-8").splitlines(keepends=True)
            unnamed = {iri for iri in wanted if NamedNode(iri) not in named}
            target.write_text("".join([head, *(row for row in rows if row.partition(",")[0] in unnamed)]), "utf-8")
            continue
        kept = [
            text
            for subject, text in blocks(path)
            if not subject
            or subject in wanted
            or (path.name == "resource-type.ttl" and ('at:deprecated "true"' in text or "/COMMUNIC>" in text[:99]))
        ]
        target.write_text("\n\n".join(kept) + "\n", "utf-8")


# --- Standards ---


def name(predicate: NamedNode) -> str:
    return predicate.value.rpartition("#")[2].rpartition("/")[2]


def extract_standards(into: Path) -> None:
    """The terms that we use and what they lead to, a file for each file that describes some of them."""
    statements: dict[Path, set[ox.Triple]] = {}
    about: dict[str, set[str]] = defaultdict(set)
    for path in sorted((SHARED / "standards").rglob("*.ttl")):
        relative = path.relative_to(SHARED / "standards")
        if relative.as_posix() in COPIED or "dcat-ap" in relative.parts:
            continue
        triples = {
            quad.triple
            for quad in ox.parse(path=path)
            if isinstance(quad.subject, NamedNode)
            and name(quad.predicate) in LOGIC
            and not isinstance(quad.object, ox.BlankNode)
        }
        statements[relative] = triples
        for triple in triples:
            if isinstance(triple.object, NamedNode):
                about[triple.subject.value].add(triple.object.value)
                if name(triple.predicate) in BOTH_WAYS:
                    about[triple.object.value].add(triple.subject.value)
    wanted, waiting = set[str](), list(ALSO_TERMS | of_others(set().union(*used().values())))
    while waiting:
        term = waiting.pop()
        if term not in wanted:
            wanted.add(term)
            waiting += about[term]
    for relative, triples in statements.items():
        lines = sorted({f"{triple} .\n" for triple in triples if triple.subject.value in wanted})
        if lines:
            target = into / "standards" / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("".join(lines), "utf-8")


def extract(into: Path) -> None:
    """All extracts, below this folder."""
    extract_tables(into)
    extract_standards(into)
    for file in COPIED:
        target = into / "standards" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SHARED / "standards" / file, target)


if __name__ == "__main__":
    for folder in ("standards", "vocabularies"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    extract(HERE)
