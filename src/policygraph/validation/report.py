"""A report of validation, and its forms: text, JSON, the standard SHACL report in Turtle, SARIF."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..rdf.iris import BASE
from .findings import Finding, Severity


@dataclass(frozen=True)
class Report:
    """Findings in order, how many nodes each shape looked at, and how many statements were given."""

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
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in Severity}

    @cached_property
    def digest(self) -> str:
        """A name for the report that depends on nothing but what it says."""
        said = "\n".join([*map(repr, self.findings), *map(repr, self.targeted), str(self.statements)])
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @classmethod
    def merged(cls, reports: Iterable[Report]) -> Report:
        """One report of several: each finding once, what was looked at and given added up."""
        known = list(reports)
        findings = sorted({finding for one in known for finding in one.findings}, key=Finding.rank)
        targeted: Counter[str] = Counter()
        for one in known:
            for shape, count in one.targeted:
                targeted[shape] += count
        total = sum(one.statements for one in known)
        return cls(tuple(findings), tuple(sorted(targeted.items())), total, known[0].base if known else BASE)

    def to_text(self, language: str = "en") -> str:
        """For a person: what is wrong, its cure, and page, line and words in the source."""
        from .text import written

        return written(self, language)

    def to_json(self) -> str:
        """For a program: everything, with messages in every language."""
        from .json_form import written

        return written(self)

    def to_turtle(self) -> str:
        """The standard sh:ValidationReport, without blank nodes, the same bytes for the same findings."""
        from .turtle import written

        return written(self)

    def to_sarif(self, language: str = "en") -> str:
        """SARIF 2.1.0, for tools that show findings beside the text of the source."""
        from .sarif import written

        return written(self, language)
