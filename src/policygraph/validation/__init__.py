"""Quads and shapes → a report; refuses when nothing was targeted; findings lead to page, line and words.

Our own shapes run on the fast engine alone, whose results a test holds against the reference engine for
every example; shapes of others run on the reference engine (see docs/decisions/validation-engines.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Quad, Triple

from ..rdf.iris import Names
from .findings import Finding, Severity
from .report import Report

__all__ = ["Finding", "Report", "Severity", "validate"]


def validate(
    statements: Sequence[Quad | Triple],
    shapes: Sequence[Path] | None = None,
    *,
    names: Names | None = None,
    reference: bool | None = None,
) -> Report:
    """Hold the union of these statements against shapes: ours, or those in the given files.

    Ours see the code lists too, where the statements do not describe them. ``reference`` chooses the engine:
    the reference engine for the shapes of others, the fast one for ours, unless it is said.
    Raises ShapesError for shapes that are broken, reach out to other places, or target nothing here.
    """
    from .engines import fast, slow
    from .places import SourceLocator
    from .shapes import others, ours
    from .targets import targeted

    names = names or Names()
    given = dict.fromkeys(one.triple if isinstance(one, Quad) else one for one in statements)
    rules = ours(names.base) if shapes is None else others(shapes)
    counts = targeted(rules, given)
    graph = [*given, *rules.background(given)]
    run = slow if (shapes is not None if reference is None else reference) else fast
    results = run(graph, rules)
    places = SourceLocator(given, names) if results else None
    findings = {Finding.of(result, rules, places) for result in results} if places else set()
    return Report(tuple(sorted(findings, key=Finding.rank)), counts, len(given), names.base)
