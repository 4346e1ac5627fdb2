"""A report as the standard sh:ValidationReport in Turtle."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from ...rdf.iris import DCT, SH, prefixes
from ...rdf.media_types import TURTLE
from ...rdf.serialise import serialise
from ...rdf.statements import TYPE
from ..model import Finding, Findings

PREFIXES = ("dct", "pg", "pgsh", "sh", "xsd")


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def write(report: Findings) -> str:
    """The report; as SHACL defines it, ``sh:conforms`` is false where there is any result, advice included.

    The results' names follow from what the report says, so that the same findings give the same bytes.
    A path that is no plain property is left out: it stands in the source shape.
    """
    declarations = {name: iri for name, iri in prefixes(report.base).items() if name in PREFIXES}
    lines = serialise(_triples(report), TURTLE, declarations).decode().splitlines(keepends=True)
    declared = [line for line in lines if line.startswith("@prefix ")]
    return "".join([*declared, "\n", *lines[len(declared) :]])


def _triples(report: Findings) -> Iterator[Triple]:
    node = NamedNode(f"{report.base}id/report/{report.digest}")
    yield Triple(node, TYPE, _sh("ValidationReport"))
    yield Triple(node, _sh("conforms"), Literal(not report.findings))
    results = [NamedNode(f"{node.value}/{number:04d}") for number in range(1, len(report.findings) + 1)]
    for result in results:
        yield Triple(node, _sh("result"), result)
    for result, finding in zip(results, report.findings, strict=True):
        yield from _result(result, finding)


def _result(node: NamedNode, finding: Finding) -> Iterator[Triple]:
    yield Triple(node, TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("resultSeverity"), _sh(finding.severity))
    yield Triple(node, _sh("focusNode"), finding.focus)
    if finding.path is not None and not any(mark in finding.path for mark in "^*|() <"):
        yield Triple(node, _sh("resultPath"), NamedNode(finding.path))
    if finding.value is not None:
        yield Triple(node, _sh("value"), finding.value)
    yield Triple(node, _sh("sourceConstraintComponent"), NamedNode(finding.component))
    if not finding.shape.startswith("_:"):
        yield Triple(node, _sh("sourceShape"), NamedNode(finding.shape))
    for language, message in finding.messages:
        yield Triple(node, _sh("resultMessage"), Literal(message, language=language or None))
    if finding.source is not None:
        yield Triple(node, NamedNode(f"{DCT}source"), NamedNode(finding.source.iri))
