"""Quads and shapes → a report; refuses when nothing was targeted; findings lead to page, line and words.

Two engines find the same, which a test holds for every example (see docs/decisions/validation-engines.md).
"""

from .model import Finding, Severity
from .run import Report, validate

__all__ = ["Finding", "Report", "Severity", "validate"]
