"""A report as text for a person, in English or Dutch; nothing is cut."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal

from ...i18n import Words
from ...rdf.conversion import Term
from ..model import Finding, Findings


def _words(language: str) -> Callable[..., str]:
    """The words around findings, in English for a language without any."""
    words = Words(language)
    return lambda key, n=None: words(f"validation.{key}", n)


def write(report: Findings, language: str) -> str:
    """The whole report, a block a finding, the worst first."""
    words = _words(language)
    counts = ", ".join(f"{count} {words(severity, count)}" for severity, count in report.counts.items())
    nodes = sum(count for _, count in report.targeted)
    verdict = words("conforms" if report.conforms else "fails")
    summary = f"{verdict}: {counts} ({report.statements} {words('statements')}, {nodes} {words('looked')})."
    return "\n\n".join([summary, *(_finding(finding, language) for finding in report.findings)]) + "\n"


def _finding(finding: Finding, language: str) -> str:
    words = _words(language)
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
