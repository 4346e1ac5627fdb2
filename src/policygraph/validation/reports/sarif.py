"""A report as SARIF 2.1.0: findings beside the text of the source, in editors and code hosts."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ...version import VERSION
from ..model import Finding, Findings, Severity
from .text import display

LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Findings, language: str) -> str:
    """The report as one SARIF log with one run; files are named below ``SOURCES``, the folder of sources."""
    rules = list(dict.fromkeys(finding.shape for finding in report.findings))
    first = {finding.shape: finding for finding in reversed(report.findings)}
    run = {
        "tool": {
            "driver": {
                "name": "policygraph",
                "version": VERSION,
                "informationUri": report.base,
                "rules": [_rule(first[shape], language) for shape in rules],
            }
        },
        "language": language,
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            "PROJECT": {"description": {"text": "The folder in which policygraph was checked out."}},
            "SOURCES": {"uri": "data/sources/", "uriBaseId": "PROJECT"},
        },
        "results": [_result(finding, rules.index(finding.shape), language) for finding in report.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(finding: Finding, language: str) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "name": finding.rule,
        "shortDescription": {"text": finding.name(language)},
        "fullDescription": {"text": finding.message(language)},
        "help": {"text": f"{finding.message(language)} ({finding.shape})"},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": {"shape": finding.shape},
    }


def _result(finding: Finding, rule: int, language: str) -> dict[str, Any]:
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
