"""The canned queries as RDF, in the form that SPARQL editors read examples in; they stand in graph ``catalogue``.

The form is SHACL's: sh:SPARQLSelectExecutable with sh:select, or sh:SPARQLConstructExecutable with sh:construct;
the question as rdfs:comment, tags as schema:keywords, the endpoint as schema:target. An editor asks for one
comment a query, so the question in other languages is a dct:description. Named nodes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from ..files import folder
from ..rdf.iris import BASE, DCT, OWL, RDF, RDFS, SCHEMA, SH, XSD
from ..rdf.json_ld import document_prefixes

LINES = re.compile(r"^#\+.*\n", re.MULTILINE)
QUESTION = re.compile(r"^#\+ summary(?:-([a-z]+))?: (.*)$", re.MULTILINE)
TAGS = re.compile(r"^#\+ tags: \[(.*)\]$", re.MULTILINE)
FORM = re.compile(r"^(SELECT|CONSTRUCT)\b", re.MULTILINE)


def example_triples(base: str, endpoint: str) -> list[Triple]:
    """Every canned query with its defaults, for a release below ``base`` that is asked at ``endpoint``."""
    statements = [*_declarations(base)]
    for path in sorted(folder("queries").glob("*.rq")):
        statements += _executable(path, base, endpoint)
    return statements


def query_iri(name: str, base: str = BASE) -> NamedNode:
    """The IRI of a canned query, which is also the path of its page."""
    return NamedNode(f"{base}queries/{name}")


def query_text(text: str, base: str = BASE) -> str:
    """The text of a canned query as it runs with its defaults, without the lines that describe it."""
    return LINES.sub("", text).strip().replace(BASE, base) + "\n"


def _executable(path: Path, base: str, endpoint: str) -> Iterator[Triple]:
    """The statements about the query in a file (its anatomy stands in ``queries.canned``)."""
    node, text = query_iri(path.stem, base), path.read_text(encoding="utf-8")
    (form,), tags = FORM.findall(text)[:1], TAGS.search(text)
    yield Triple(node, _n(RDF, "type"), _n(SH, "SPARQLExecutable"))
    yield Triple(node, _n(RDF, "type"), _n(SH, f"SPARQL{form.title()}Executable"))
    for language, words in sorted(QUESTION.findall(text)):
        predicate = _n(DCT, "description") if language else _n(RDFS, "comment")
        yield Triple(node, predicate, Literal(words, language=language or "en"))
    yield Triple(node, _n(RDFS, "label"), Literal(path.stem))
    for tag in tags[1].split(",") if tags else ():
        yield Triple(node, _n(SCHEMA, "keywords"), Literal(tag.strip()))
    yield Triple(node, _n(SCHEMA, "target"), NamedNode(endpoint))
    yield Triple(node, _n(SH, "prefixes"), _all_prefixes(base))
    yield Triple(node, _n(SH, form.lower()), Literal(query_text(text, base)))


def _declarations(base: str) -> Iterator[Triple]:
    """The prefixes that the queries may use, each declared by a node of its own."""
    together = _all_prefixes(base)
    yield Triple(together, _n(RDF, "type"), _n(OWL, "Ontology"))
    yield Triple(together, _n(RDFS, "label"), Literal("Prefixes of the canned queries", language="en"))
    for name, namespace in document_prefixes(base).items():
        node = NamedNode(f"{base}queries#prefix-{name}")
        yield Triple(together, _n(SH, "declare"), node)
        yield Triple(node, _n(RDF, "type"), _n(SH, "PrefixDeclaration"))
        yield Triple(node, _n(SH, "prefix"), Literal(name))
        yield Triple(node, _n(SH, "namespace"), Literal(namespace, datatype=_n(XSD, "anyURI")))


def _all_prefixes(base: str) -> NamedNode:
    return NamedNode(f"{base}queries#prefixes")


def _n(space: str, name: str) -> NamedNode:
    return NamedNode(space + name)
