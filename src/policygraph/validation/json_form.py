"""A report as JSON, everything in it, keys in a fixed order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .findings import Finding

if TYPE_CHECKING:
    from .report import Report


def written(report: Report) -> str:
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
        "source": _source(finding),
    }


def _source(finding: Finding) -> dict[str, object] | None:
    source = finding.source
    if source is None:
        return None
    place = source.place
    return {
        "iri": source.iri,
        "file": place.file,
        "page": place.page,
        "line": place.line,
        "start": source.start,
        "end": source.end,
        "words": place.words,
    }
