"""A report as text for a person, in English or Dutch; nothing is cut."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from .findings import Finding, Term

if TYPE_CHECKING:
    from .report import Report


@cache
def words(language: str) -> dict[str, str]:
    """The words around findings, from ``words.toml`` beside this module; English where a language is unknown."""
    known: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))
    return known.get(language, known["en"])


def written(report: Report, language: str) -> str:
    """The whole report, a block a finding, the worst first."""
    blocks = [_summary(report, language), *(_finding(one, language) for one in report.findings)]
    return "\n\n".join(blocks) + "\n"


def _summary(report: Report, language: str) -> str:
    known = words(language)
    counts = ", ".join(
        f"{count} {known[severity if count == 1 else f'{severity}s']}" for severity, count in report.counts.items()
    )
    looked = sum(count for _, count in report.targeted)
    verdict = known["conforms" if report.conforms else "fails"]
    return f"{verdict}: {counts} ({report.statements} {known['statements']}, {looked} {known['looked']})."


def _finding(finding: Finding, language: str) -> str:
    known = words(language)
    title = f"{known[finding.severity].upper()}  {finding.label} · {finding.name(language)}"
    lines = [(known["cure"], finding.message(language)), (known["node"], shown(finding.focus))]
    if finding.value is not None:
        lines.append((known["value"], shown(finding.value)))
    lines += _where(finding, known)
    lines.append((known["rule"], f"{finding.shape} ({finding.constraint})"))
    width = max(len(head) for head, _ in lines)
    return "\n".join([title, *(f"  {head:<{width}}  {body}" for head, body in lines)])


def _where(finding: Finding, known: dict[str, str]) -> list[tuple[str, str]]:
    place = finding.place
    if place is None:
        return [(known["source"], known["nowhere"])]
    page = f"{known['page']} {place.page}, " if place.page is not None else ""
    where = f"{place.file}, {page}{known['line']} {place.line}"
    return [(known["source"], where), (known["words"], f"“{place.words}”")]


def shown(term: Term) -> str:
    """A term as a person reads it: an IRI bare, a text in quotes with its language."""
    if not isinstance(term, Literal):
        return term.value
    return f"“{term.value}”" + (f" ({term.language})" if term.language else "")
