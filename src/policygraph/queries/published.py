"""The canned queries as RDF, in the form that SPARQL editors read examples in, and as plain values.

The form is SHACL's: sh:SPARQLSelectExecutable with sh:select, or sh:SPARQLConstructExecutable with sh:construct;
the question as rdfs:comment, tags as schema:keywords, the endpoint as schema:target. Named nodes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from ..rdf.iris import BASE, OWL, RDF, RDFS, SCHEMA, SH, XSD, prefixes
from .canned import CannedQuery, catalogue

HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)
FORMS = {"select": ("SPARQLSelectExecutable", "select"), "construct": ("SPARQLConstructExecutable", "construct")}


def triples(base: str, endpoint: str) -> list[Triple]:
    """The catalogue for a release below ``base`` that is asked at ``endpoint``; every query with its defaults."""
    statements = [*_declarations(base)]
    for query in catalogue():
        statements += _executable(query, base, endpoint)
    return statements


def iri(name: str, base: str = BASE) -> NamedNode:
    """The IRI of a canned query, which is also the path of its page."""
    return NamedNode(f"{base}queries/{name}")


def sparql(query: CannedQuery, base: str = BASE) -> str:
    """The text of a query as it runs with its defaults, without the lines that describe it."""
    return HEADER.sub("", query.text).strip().replace(BASE, base) + "\n"


def described(query: CannedQuery, address: str | None = None) -> dict[str, Any]:
    """A query as plain values: name, question by language, tags, form, parameters and columns.

    With the ``address`` of a site there is the address of the query too.
    """
    return {
        "name": query.name,
        **({} if address is None else {"address": f"{address}queries/{query.name}"}),
        "question": dict(query.question),
        "tags": list(query.tags),
        "form": query.form,
        "parameters": [
            {
                "name": parameter.name,
                "option": parameter.option,
                "type": parameter.datatype,
                "default": parameter.lexical(),
                "description": parameter.description,
            }
            for parameter in query.parameters
        ],
        "columns": [
            {"name": column.name, "many": column.many, "description": column.description}
            for column in query.columns
        ],
    }


def _executable(query: CannedQuery, base: str, endpoint: str) -> Iterator[Triple]:
    node, (kind, form) = iri(query.name, base), FORMS[query.form]
    yield Triple(node, _n(RDF, "type"), _n(SH, "SPARQLExecutable"))
    yield Triple(node, _n(RDF, "type"), _n(SH, kind))
    for language, words in sorted(query.question.items()):
        yield Triple(node, _n(RDFS, "comment"), Literal(words, language=language))
    yield Triple(node, _n(RDFS, "label"), Literal(query.name))
    for tag in query.tags:
        yield Triple(node, _n(SCHEMA, "keywords"), Literal(tag))
    yield Triple(node, _n(SCHEMA, "target"), NamedNode(endpoint))
    yield Triple(node, _n(SH, "prefixes"), _all_prefixes(base))
    yield Triple(node, _n(SH, form), Literal(sparql(query, base)))


def _declarations(base: str) -> Iterator[Triple]:
    """The prefixes that the queries may use, each declared by a node of its own."""
    together = _all_prefixes(base)
    yield Triple(together, _n(RDF, "type"), _n(OWL, "Ontology"))
    yield Triple(together, _n(RDFS, "label"), Literal("Prefixes of the canned queries", language="en"))
    declared = {name: NamedNode(f"{base}queries#prefix-{name}") for name in prefixes(base)}
    for node in declared.values():
        yield Triple(together, _n(SH, "declare"), node)
    for name, node in declared.items():
        yield Triple(node, _n(RDF, "type"), _n(SH, "PrefixDeclaration"))
        yield Triple(node, _n(SH, "prefix"), Literal(name))
        yield Triple(node, _n(SH, "namespace"), Literal(prefixes(base)[name], datatype=_n(XSD, "anyURI")))


def _all_prefixes(base: str) -> NamedNode:
    return NamedNode(f"{base}queries#prefixes")


def _n(space: str, name: str) -> NamedNode:
    return NamedNode(space + name)
