"""Compacted JSON-LD 1.1, streamed: a context of prefixes, then a line for each subject.

The context stands in the document, so that nobody has to fetch it; ``/context.jsonld`` publishes the same one for
those who write JSON-LD of their own. Source: JSON-LD 1.1 (W3C), sections 4.1.5 (compact IRIs), 4.2.1 (typed
values), 4.2.4 (strings with a language) and 4.9 (named graphs).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import groupby
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from ..errors import NotRepresentable
from .iris import RDF, XSD, prefixes

MOST_SHORT = 65_536
"""Shortened IRIs that are kept for the next statement."""

TYPE, STRING = NamedNode(f"{RDF}type"), NamedNode(f"{XSD}string")
Shorten = Callable[[str], str]


def document_prefixes(base: str) -> dict[str, str]:
    """The prefixes of documents that people read: the usual ones, and ``id:`` for the things below ``base``."""
    return {**prefixes(base), "id": f"{base}id/"}


def context(declared: Mapping[str, str]) -> dict[str, str]:
    """The ``@context`` of these prefixes (name → IRI), without those that JSON-LD cannot use as one."""
    return {name: iri for name, iri in sorted(declared.items()) if name and iri[-1:] in tuple(":/?#[]@")}


def write_json_ld(
    statements: Iterable[Quad | Triple], put: Callable[[bytes], object], declared: Mapping[str, str]
) -> None:
    """Stream the statements to ``put``; those of one graph and subject that follow each other become one object.

    ``declared`` are the prefixes by name. Raises NotRepresentable for statements about statements.
    """
    names = context(declared)
    by_length = sorted(names.items(), key=lambda prefix: (-len(prefix[1]), prefix[0]))
    shorten = lru_cache(MOST_SHORT)(partial(_compact, by_length, names))
    put(b'{"@context": ' + json.dumps(names).encode() + b',\n"@graph": [')
    parted = b"\n"
    for graph, of_graph in groupby(statements, key=_graph_of):
        for node in _nodes(of_graph, shorten) if graph is None else _in_graph(graph, of_graph, shorten):
            put(parted + node)
            parted = b",\n"
    put(b"\n]}\n")


def _graph_of(statement: Quad | Triple) -> NamedNode | BlankNode | None:
    graph = statement.graph_name if isinstance(statement, Quad) else None
    return graph if isinstance(graph, NamedNode | BlankNode) else None


def _in_graph(
    graph: NamedNode | BlankNode, statements: Iterable[Quad | Triple], shorten: Shorten
) -> Iterator[bytes]:
    """One object for a named graph, with what is in it."""
    try:
        head: dict[str, Any] = {"@id": _name(graph, shorten)}
    except NotRepresentable:
        head, shorten = {"@context": None, "@id": _name(graph, str)}, str
    inside = b",\n".join(_nodes(statements, shorten))
    yield json.dumps(head, ensure_ascii=False).encode()[:-1] + b', "@graph": [\n' + inside + b"\n]}"


def _nodes(statements: Iterable[Quad | Triple], shorten: Shorten) -> Iterator[bytes]:
    for subject, of_subject in groupby(statements, key=lambda statement: statement.subject):
        said = list(of_subject)
        try:
            node = _node(subject, said, shorten)
        except (
            NotRepresentable
        ):  # an IRI such as time:x beside the prefix time: only whole IRIs, without the context
            node = {"@context": None, **_node(subject, said, str)}
        yield json.dumps(node, ensure_ascii=False).encode()


def _node(subject: object, said: Iterable[Quad | Triple], shorten: Shorten) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _name(subject, shorten)}
    for statement in said:
        if statement.predicate == TYPE and not isinstance(statement.object, Literal):
            node.setdefault("@type", []).append(_name(statement.object, shorten))
        else:
            predicate = shorten(statement.predicate.value)
            node.setdefault(predicate, []).append(_value(statement.object, shorten))
    return {name: values[0] if name[0] != "@" and len(values) == 1 else values for name, values in node.items()}


def _name(term: object, shorten: Shorten) -> str:
    if isinstance(term, BlankNode):
        return str(term)
    if isinstance(term, NamedNode):
        return shorten(term.value)
    raise NotRepresentable("JSON-LD has no statements about statements: ask for Turtle or N-Triples.")


def _value(term: object, shorten: Shorten) -> str | dict[str, str]:
    if not isinstance(term, Literal):
        return {"@id": _name(term, shorten)}
    if term.language:
        direction = {"@direction": str(term.direction.value)} if term.direction else {}
        return {"@language": term.language, **direction, "@value": term.value}
    if term.datatype == STRING:
        return term.value
    return {"@type": shorten(term.datatype.value), "@value": term.value}


def _compact(by_length: Iterable[tuple[str, str]], names: Mapping[str, str], iri: str) -> str:
    """An IRI by its prefix; whole where no prefix fits, or where what is left would read as ``//``."""
    for name, start in by_length:
        if iri.startswith(start) and not iri[len(start) :].startswith("//"):
            return f"{name}:{iri[len(start) :]}"
    scheme, _, rest = iri.partition(":")
    if scheme in names and not rest.startswith("//"):
        raise NotRepresentable(f"The IRI {iri} would be read as the prefix {scheme}: and a name.")
    return iri
