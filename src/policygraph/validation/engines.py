"""The two SHACL engines: pySHACL, the reference, and a fast one; both give the same results in our terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, cast

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from ..errors import ShapesError
from ..rdf.conversion import Term, from_rdflib, to_rdflib
from ..rdf.iris import RDF, SH
from ..rdf.serialise import serialise
from .model import EngineResult, Severity, Texts, TripleIndex
from .shapes import SPARQL, Shapes


@cache
def _term(written: str) -> Term:
    """A term from its N-Triples form."""
    (quad,) = parse(f"<urn:s> <urn:p> {written} .", format=RdfFormat.N_TRIPLES)
    return cast(Term, quad.object)


def fast(graph: Iterable[Triple], shapes: Shapes) -> list[EngineResult]:
    """Results of shacl-rust, each once. Raises ShapesError for shapes that it cannot use."""
    import shacl_rust

    try:
        report = shacl_rust.validate(  # type: ignore[attr-defined]
            serialise(graph).decode(), shapes.lines, data_format="nt", shapes_format="nt", experimental_index=True
        )
    except (ValueError, RuntimeError) as error:
        raise ShapesError(f"The shapes cannot be used: {error}.") from error
    return list(dict.fromkeys(_fast_result(entry, shapes) for entry in report["results"]))


def _fast_result(entry: Mapping[str, Any], shapes: Shapes) -> EngineResult:
    keys = ("sourceShape", "focusNode", "value", "sourceConstraintComponent", "severity")
    terms = {name: _term(entry[name]) for name in keys if name in entry}
    path = entry.get("resultPath", "")
    if path.startswith("<") and ">" not in path[1:-1]:
        terms["resultPath"] = _term(path)
    messages = sorted(("", message) for message in entry.get("messages", ()))
    return _result(shapes, terms, terms["severity"], tuple(messages), bool(path))


def pyshacl(graph: Iterable[Triple], shapes: Shapes) -> list[EngineResult]:
    """Results of pySHACL, each once; imports, inference, JavaScript and advanced features stay off.

    Raises ShapesError for shapes that it cannot use.
    """
    from pyshacl import validate
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import Graph

    from .rdflib_queries import PreparedGraph

    try:
        _, report, words = validate(
            to_rdflib(graph, PreparedGraph()),
            shacl_graph=to_rdflib(shapes.triples),
            inplace=True,
            advanced=False,
            js=False,
            do_owl_imports=False,
            inference="none",
        )
    except (ReportableRuntimeError, ValidationFailure) as error:
        raise ShapesError(f"The shapes cannot be used: {error}.") from error
    if not isinstance(report, Graph):
        raise ShapesError(f"The shapes cannot be used: {words}.")
    index = TripleIndex(quad.triple for quad in from_rdflib(report))
    nodes = index.subjects(NamedNode(f"{SH}ValidationResult"), f"{RDF}type")
    top = (node for node in nodes if not index.subjects(node, f"{SH}detail"))
    return list(dict.fromkeys(_pyshacl_result(index, node, shapes) for node in top))


def _pyshacl_result(report: TripleIndex, node: Term, shapes: Shapes) -> EngineResult:
    keys = ("sourceShape", "focusNode", "value", "sourceConstraintComponent", "resultPath", "resultSeverity")
    terms = {name: values[0] for name in keys if (values := report.objects(node, f"{SH}{name}"))}
    of_query = "resultPath" not in terms and terms["sourceConstraintComponent"].value == SPARQL
    if of_query and terms.get("value") == terms["focusNode"]:
        del terms["value"]
    messages = sorted(
        (getattr(message, "language", None) or "", message.value)
        for message in report.objects(node, f"{SH}resultMessage")
    )
    return _result(shapes, terms, terms["resultSeverity"], tuple(messages), "resultPath" in terms)


def _result(
    shapes: Shapes, terms: Mapping[str, Term], severity: Term, messages: Texts, has_path: bool
) -> EngineResult:
    """The result out of the terms of its properties; a path that is no plain property is read in its shape."""
    shape, path = terms["sourceShape"], terms.get("resultPath")
    if has_path and not isinstance(path, NamedNode):
        path = next(iter(shapes.index.objects(shape, f"{SH}path")), None)
    return EngineResult(
        Severity(severity.value.removeprefix(SH)),
        shapes.shape_name(shape),
        terms["focusNode"],
        None if path is None else shapes.path(path),
        terms.get("value"),
        terms["sourceConstraintComponent"].value,
        messages,
    )


ENGINES: Mapping[str, Callable[[Iterable[Triple], Shapes], list[EngineResult]]] = {
    "pyshacl": pyshacl,
    "fast": fast,
}
"""The engines by the name that a user chooses them by."""
