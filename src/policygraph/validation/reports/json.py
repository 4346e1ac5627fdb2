"""A report as JSON, everything in it, keys in a fixed order."""

from __future__ import annotations

import json

from ..model import Finding, Findings


def write(report: Findings) -> str:
    """The report as one JSON object, indented, UTF-8."""
    whole = {
        "conforms": report.conforms,
        "statements": report.statements,
        "counts": {str(severity): count for severity, count in report.counts.items()},
        "targeted": dict(report.targeted),
        "findings": [_finding(finding) for finding in report.findings],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, object]:
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
