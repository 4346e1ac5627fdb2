"""Quads and shapes → a report; refuses when nothing was targeted; findings lead to page, line and words.

Two engines find the same, which a test holds for every example (see docs/decisions/validation-engines.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import Quad, Triple

from ..rdf.conversion import from_rdflib, is_rdflib
from ..rdf.iris import Names
from .engines import ENGINES
from .locator import SourceLocator
from .model import EngineResult, Finding, Severity, Texts
from .reports import Report
from .shapes import Shapes, others, ours
from .targets import targeted

__all__ = ["Finding", "Report", "Severity", "validate"]

if TYPE_CHECKING:
    from rdflib import Graph


def validate(
    statements: Iterable[Quad | Triple] | Graph,
    shapes: Sequence[Path] | Graph | None = None,
    *,
    names: Names | None = None,
    engine: Literal["pyshacl", "fast"] | None = None,
) -> Report:
    """Hold the union of these statements against shapes: ours, or those in the given files or rdflib Graph.

    ``statements`` are pyoxigraph quads or triples, or an rdflib Graph or Dataset. Our shapes see the code lists
    too, where the statements do not describe them. ``engine`` is ``pyshacl``, the reference, or ``fast``; both
    find the same. Without it our shapes run on the fast one and those of others on the reference.
    Raises ShapesError for shapes that are broken, reach out to other places, or target nothing here.
    """
    names = names or Names()
    if is_rdflib(statements):
        statements = from_rdflib(statements)
    triples = dict.fromkeys(entry.triple if isinstance(entry, Quad) else entry for entry in statements)
    rules = ours(names.base) if shapes is None else others(shapes)
    counts = targeted(rules, triples)
    run = ENGINES[engine or ("fast" if shapes is None else "pyshacl")]
    results = run([*triples, *rules.background(triples)], rules)
    locator = SourceLocator(triples, names) if results else None
    findings = {_finding(result, rules, locator) for result in results} if locator else set()
    return Report(tuple(sorted(findings, key=Finding.rank)), counts, len(triples), names.base)


def _filled(messages: Texts, result: EngineResult) -> Texts:
    """The messages with the value in place of ``{?value}`` (SHACL, section 5.3.2)."""
    value = getattr(result.value, "value", "")
    return tuple((language, message.replace("{?value}", value)) for language, message in messages)


def _finding(result: EngineResult, shapes: Shapes, locator: SourceLocator) -> Finding:
    """The engine's result with what the shapes say of it, and the place that it leads to."""
    return Finding(
        result.severity,
        result.shape,
        result.focus,
        locator.label(result.focus),
        result.path,
        result.value,
        result.component,
        shapes.names(result.shape),
        _filled(shapes.messages(result.shape, result.component), result) or result.texts,
        locator.source(result.focus),
    )
