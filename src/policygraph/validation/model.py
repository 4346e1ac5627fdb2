"""The values of validation: what an engine says, what it means for a reader, and where it leads."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Self

from ..errors import Place
from ..rdf.conversion import Term
from ..rdf.iris import BASE, SH

Texts = tuple[tuple[str, str], ...]
"""Pairs of language and text, sorted by language; “” for a text without one."""


class Severity(StrEnum):
    """How much a finding weighs: a violation of a core rule, advice, or a remark."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @property
    def weight(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class EngineResult:
    """What an engine says, in terms: ``path`` in SPARQL syntax, ``texts`` by language where it gives any."""

    severity: Severity
    shape: str
    focus: Term
    path: str | None
    value: Term | None
    component: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class FindingSource:
    """Where a finding leads: the row or cell's IRI, its place, and its code points (start, end exclusive)."""

    iri: str
    place: Place
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of validation; ``names`` and ``messages`` hold (language, text), sorted by language."""

    severity: Severity
    shape: str
    focus: Term
    label: str
    path: str | None
    value: Term | None
    component: str
    names: Texts
    messages: Texts
    source: FindingSource | None

    @property
    def place(self) -> Place | None:
        """File, page, line and words, where the finding leads to a source."""
        return self.source.place if self.source else None

    @property
    def rule(self) -> str:
        """The shape's local name."""
        return self.shape.rsplit("#", 1)[-1]

    @property
    def constraint(self) -> str:
        """The constraint component, short: ``MinCount`` for ``sh:MinCountConstraintComponent``."""
        return self.component.removeprefix(SH).removesuffix("ConstraintComponent")

    def rank(self) -> tuple[int, str, str, str, str, str, Texts]:
        """The order of a report: severity, focus, shape, then what tells two results of a shape apart."""
        rest = (self.component, str(self.value), str(self.path), self.messages)
        return (self.severity.weight, str(self.focus), self.shape, *rest)

    def message(self, language: str) -> str:
        """What is wrong and its cure in this language, else in English, else as the engine says it."""
        return _text_in(self.messages, language) or self.constraint

    def name(self, language: str) -> str:
        """The rule's name in this language, else in English, else the shape's local name."""
        return _text_in(self.names, language) or self.rule


def _text_in(texts: Texts, language: str) -> str:
    """The text in this language, else in English, else the first; nothing where there is none."""
    by_language = dict(texts)
    return by_language.get(language) or by_language.get("en") or next(iter(by_language.values()), "")


@dataclass(frozen=True)
class Findings:
    """Findings in order, how many nodes each shape looked at, and how many statements there were."""

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
