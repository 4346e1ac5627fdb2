"""A report of validation, as it is handed out: the findings, and their written forms."""

from __future__ import annotations

from .model import Findings
from .reports import json, sarif, text, turtle


class Report(Findings):
    """The findings of validation; ``to_…`` writes them for a person or a program."""

    def to_text(self, language: str = "en") -> str:
        """For a person: what is wrong, its cure, and page, line and words in the source."""
        return text.write(self, language)

    def to_json(self) -> str:
        """For a program: everything, with messages in every language."""
        return json.write(self)

    def to_turtle(self) -> str:
        """The standard sh:ValidationReport, without blank nodes, the same bytes for the same findings."""
        return turtle.write(self)

    def to_sarif(self, language: str = "en") -> str:
        """SARIF 2.1.0, for tools that show findings beside the text of the source."""
        return sarif.write(self, language)
