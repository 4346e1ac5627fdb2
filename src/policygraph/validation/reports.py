"""The report of a validation, and its forms: text, JSON, Turtle (sh:ValidationReport) and SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from pyoxigraph import Literal, NamedNode, Triple

from ..i18n import Words
from ..rdf.conversion import Term
from ..rdf.iris import BASE, DCT, SH, prefixes
from ..rdf.media_types import TURTLE
from ..rdf.serialise import serialise
from ..rdf.statements import TYPE
from ..version import VERSION
from .model import Finding, Severity

LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
PREFIXES = ("dct", "pg", "pgsh", "sh", "xsd")


@dataclass(frozen=True)
class Report:
    """Findings in order, how many nodes each shape looked at, how many statements there were; its forms."""

    findings: tuple[Finding, ...]
    targeted: tuple[tuple[str, int], ...]
    statements: int
    base: str = BASE

    @property
    def conforms(self) -> bool:
        """No core rule is violated; advice and remarks do not count."""
        return not any(finding.severity is Severity.VIOLATION for finding in self.findings)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, the worst first."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in Severity}

    @cached_property
    def digest(self) -> str:
        """A name for the report that depends on nothing but what it says."""
        content = "\n".join([*map(repr, self.findings), *map(repr, self.targeted), str(self.statements)])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @classmethod
    def merged(cls, reports: Iterable[Self]) -> Self:
        """One report of several: each finding once, nodes looked at and statements added up."""
        reports = list(reports)
        findings = sorted({finding for report in reports for finding in report.findings}, key=Finding.rank)
        targeted: Counter[str] = Counter()
        for report in reports:
            targeted.update(dict(report.targeted))
        total = sum(report.statements for report in reports)
        base = reports[0].base if reports else BASE
        return cls(tuple(findings), tuple(sorted(targeted.items())), total, base)

    def to_text(self, language: str = "en") -> str:
        """For a person, in English or Dutch: what is wrong, its cure, and page, line and words; nothing is cut."""
        words = _words(language)
        counts = ", ".join(f"{count} {words(severity, count)}" for severity, count in self.counts.items())
        nodes = sum(count for _, count in self.targeted)
        verdict = words("conforms" if self.conforms else "fails")
        summary = f"{verdict}: {counts} ({self.statements} {words('statements')}, {nodes} {words('looked')})."
        return (
            "\n\n".join([summary, *(_finding_as_text(finding, words, language) for finding in self.findings)])
            + "\n"
        )

    def to_json(self) -> str:
        """For a program: everything as one indented JSON object, keys in a fixed order."""
        whole = {
            "conforms": self.conforms,
            "statements": self.statements,
            "counts": {str(severity): count for severity, count in self.counts.items()},
            "targeted": dict(self.targeted),
            "findings": [_finding_as_json(finding) for finding in self.findings],
        }
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """The standard sh:ValidationReport, without blank nodes, the same bytes for the same findings.

        As SHACL defines it, ``sh:conforms`` is false where there is any result, advice included. A path that is
        no plain property is left out: it stands in the source shape.
        """
        declarations = {name: iri for name, iri in prefixes(self.base).items() if name in PREFIXES}
        lines = serialise(_triples(self), TURTLE, declarations).decode().splitlines(keepends=True)
        declared = [line for line in lines if line.startswith("@prefix ")]
        return "".join([*declared, "\n", *lines[len(declared) :]])

    def to_sarif(self, language: str = "en") -> str:
        """One SARIF 2.1.0 log with one run; files are named below ``SOURCES``, the folder of sources."""
        rules = list(dict.fromkeys(finding.shape for finding in self.findings))
        first = {finding.shape: finding for finding in reversed(self.findings)}
        run = {
            "tool": {
                "driver": {
                    "name": "policygraph",
                    "version": VERSION,
                    "informationUri": self.base,
                    "rules": [_sarif_rule(first[shape], language) for shape in rules],
                }
            },
            "language": language,
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                "PROJECT": {"description": {"text": "The folder in which policygraph was checked out."}},
                "SOURCES": {"uri": "data/sources/", "uriBaseId": "PROJECT"},
            },
            "results": [_sarif_result(finding, rules.index(finding.shape), language) for finding in self.findings],
        }
        log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
        return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _words(language: str) -> Callable[..., str]:
    """The words around findings, in English for a language without any."""
    words = Words(language)
    return lambda key, n=None: words(f"validation.{key}", n)


def _finding_as_text(finding: Finding, words: Callable[..., str], language: str) -> str:
    title = f"{words(finding.severity, 1).upper()}  {finding.label} · {finding.name(language)}"
    lines = [
        (words("cure"), finding.message(language)),
        (words("node"), display(finding.focus)),
    ]
    if finding.value is not None:
        lines.append((words("value"), display(finding.value)))
    if (place := finding.place) is None:
        lines.append((words("source"), words("nowhere")))
    else:
        page = f"{words('page')} {place.page}, " if place.page is not None else ""
        lines.append((words("source"), f"{place.file}, {page}{words('line')} {place.line}"))
        lines.append((words("words"), f"“{place.words}”"))
    lines.append((words("rule"), f"{finding.shape} ({finding.constraint})"))
    width = max(len(head) for head, _ in lines)
    return "\n".join([title, *(f"  {head:<{width}}  {body}" for head, body in lines)])


def display(term: Term) -> str:
    """A term as a person reads it: an IRI bare, a text in quotes with its language."""
    if not isinstance(term, Literal):
        return term.value
    return f"“{term.value}”" + (f" ({term.language})" if term.language else "")


def _finding_as_json(finding: Finding) -> dict[str, object]:
    source = finding.source
    return {
        "severity": str(finding.severity),
        "focus": finding.focus.value,
        "label": finding.label,
        "shape": finding.shape,
        "names": dict(finding.names),
        "path": finding.path,
        "value": None if finding.value is None else str(finding.value),
        "constraintComponent": finding.component,
        "messages": dict(finding.messages),
        "source": None
        if source is None
        else {
            "iri": source.iri,
            "file": source.place.file,
            "page": source.place.page,
            "line": source.place.line,
            "start": source.start,
            "end": source.end,
            "words": source.place.words,
        },
    }


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def _triples(report: Report) -> Iterator[Triple]:
    node = NamedNode(f"{report.base}id/report/{report.digest}")
    yield Triple(node, TYPE, _sh("ValidationReport"))
    yield Triple(node, _sh("conforms"), Literal(not report.findings))
    results = [NamedNode(f"{node.value}/{number:04d}") for number in range(1, len(report.findings) + 1)]
    for result in results:
        yield Triple(node, _sh("result"), result)
    for result, finding in zip(results, report.findings, strict=True):
        yield from _turtle_result(result, finding)


def _turtle_result(node: NamedNode, finding: Finding) -> Iterator[Triple]:
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


def _sarif_rule(finding: Finding, language: str) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "name": finding.rule,
        "shortDescription": {"text": finding.name(language)},
        "fullDescription": {"text": finding.message(language)},
        "help": {"text": f"{finding.message(language)} ({finding.shape})"},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": {"shape": finding.shape},
    }


def _sarif_result(finding: Finding, rule: int, language: str) -> dict[str, Any]:
    value = "" if finding.value is None else f" ({display(finding.value)})"
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.label}{value}: {finding.message(language)}"},
        "locations": [_location(finding)],
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }


def _location(finding: Finding) -> dict[str, Any]:
    name = {"name": finding.label, "fullyQualifiedName": finding.focus.value}
    location: dict[str, Any] = {"logicalLocations": [name]}
    source = finding.source
    if source is not None and source.place.file:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": source.place.file, "uriBaseId": "SOURCES"},
            "region": {
                "startLine": source.place.line,
                "charOffset": source.start,
                "charLength": source.end - source.start,
                "snippet": {"text": source.place.words},
            },
        }
        if source.place.page is not None:
            location["properties"] = {"page": source.place.page}
    return location


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding in another run, whatever stands around it."""
    parts = (finding.shape, finding.component, str(finding.focus), finding.path or "", str(finding.value))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
