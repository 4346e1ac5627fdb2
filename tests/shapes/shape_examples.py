"""Reads tests/shapes: samples that together are one document that conforms, and deltas that break it.

An invalid example says first what it violates, a line for each: path or -, component, shape, severity
(Violation where none is said). ``#+ remove: subject predicate object`` takes statements out of the
samples (``*`` is any); what follows in Turtle is put in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from policygraph.rdf.files import read
from policygraph.rdf.iris import BASE, SH, prefixes
from policygraph.validation import Finding

FOLDER = Path(__file__).parent
INVALID = sorted(FOLDER.glob("*/invalid-*.ttl"))
VALID = sorted(FOLDER.glob("*/valid-*.ttl"))
HEAD = f"@base <{BASE}id/> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes().items())


@dataclass(frozen=True, order=True)
class Violated:
    """One line of an example's reasons."""

    path: str
    component: str
    shape: str
    severity: str

    @classmethod
    def read(cls, line: str) -> Violated:
        path, component, shape, *severity = line.split()
        return cls(path, component, shape, severity[0] if severity else "Violation")

    @classmethod
    def found(cls, finding: Finding) -> Violated:
        path = re.sub(r"<?(http[^>]+)>?", lambda iri: _short(iri[1]), finding.path or "-")
        return cls(path, _short(finding.component), finding.rule, str(finding.severity))


@dataclass(frozen=True)
class Example:
    """An invalid example: why it is invalid, and the whole graph that it makes of the samples."""

    path: Path
    reasons: tuple[Violated, ...]
    graph: tuple[Triple, ...]
    touched: frozenset[NamedNode]


def _short(iri: str) -> str:
    for name, start in prefixes().items():
        if iri.startswith(start):
            return f"{name}:{iri[len(start) :]}"
    return f"<{iri}>"


@cache
def samples() -> tuple[Triple, ...]:
    """The document that all valid samples make together."""
    return tuple(dict.fromkeys(quad.triple for path in VALID for quad in read(path)))


def example(path: Path) -> Example:
    """The example in this file; a removal that removes nothing is a mistake in the example."""
    text = path.read_text("utf-8")
    reasons = tuple(Violated.read(line) for line in re.findall(r"^#\+ violates: (.+)$", text, re.MULTILINE))
    gone: set[Triple] = set()
    for pattern in re.findall(r"^#\+ remove: (.+)$", text, re.MULTILINE):
        removed = _matching(pattern)
        assert removed, f"{path.name}: nothing matches {pattern}"
        gone |= removed
    added = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    graph = tuple(dict.fromkeys([*(triple for triple in samples() if triple not in gone), *added]))
    ends = [end for triple in [*gone, *added] for end in (triple.subject, triple.object)]
    return Example(path, reasons, graph, frozenset(end for end in ends if isinstance(end, NamedNode)))


def _matching(pattern: str) -> set[Triple]:
    parts = pattern.split(" ", 2)
    named = " ".join("<any>" if part == "*" else part for part in parts)
    (one,) = (quad.triple for quad in parse(f"{HEAD}{named} .", format=RdfFormat.TURTLE))
    wanted = [None if part == "*" else term for part, term in zip(parts, one, strict=True)]
    return {
        triple
        for triple in samples()
        if all(term is None or term == have for term, have in zip(wanted, triple, strict=True))
    }


def components() -> dict[str, str]:
    """The predicates that make a constraint, and their components."""
    names = [
        "minCount",
        "maxCount",
        "datatype",
        "nodeKind",
        "class",
        "pattern",
        "minInclusive",
        "maxInclusive",
        "minLength",
        "uniqueLang",
        "in",
        "hasValue",
        "lessThan",
        "lessThanOrEquals",
        "disjoint",
        "node",
        "or",
        "not",
    ]
    known = {f"{SH}{name}": f"sh:{name[0].upper()}{name[1:]}ConstraintComponent" for name in names}
    return known | {f"{SH}sparql": "sh:SPARQLConstraintComponent"}
