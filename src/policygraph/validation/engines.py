"""The two engines: a fast one for our shapes, and the reference one for those of others and for proof."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import RdfFormat, Triple, parse

from ..errors import ShapesError
from ..rdf.files import text
from ..rdf.iris import SH
from .findings import EngineResult, Severity, Term
from .shapes import SPARQL, Shapes

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


@cache
def _term(written: str) -> Term:
    """A term from its N-Triples form."""
    (quad,) = parse(f"<urn:s> <urn:p> {written} .", format=RdfFormat.N_TRIPLES)
    return cast(Term, quad.object)


def fast(graph: Iterable[Triple], shapes: Shapes) -> list[EngineResult]:
    """Results of shacl-rust; its messages are left to the shapes, which know their language."""
    import shacl_rust

    try:
        report = shacl_rust.validate(  # type: ignore[attr-defined]
            text(graph), shapes.lines, data_format="nt", shapes_format="nt", experimental_index=True
        )
    except (ValueError, RuntimeError) as error:
        raise ShapesError(f"The shapes cannot be used: {error}.") from error
    return list(dict.fromkeys(_fast_result(entry) for entry in report["results"]))


def _fast_result(entry: dict[str, Any]) -> EngineResult:
    return EngineResult(
        Severity(_bare(entry["severity"]).removeprefix(SH)),
        _bare(entry["sourceShape"]),
        _term(entry["focusNode"]),
        _bare(entry["resultPath"]) if "resultPath" in entry else None,
        _term(entry["value"]) if "value" in entry else None,
        _bare(entry["sourceConstraintComponent"]),
        (),
    )


def _bare(written: str) -> str:
    """An IRI without its brackets; anything else as it is."""
    plain = written[1:-1] if written.startswith("<") and written.endswith(">") else written
    return written if ">" in plain else plain


def slow(graph: Iterable[Triple], shapes: Shapes, focus: list[str] | None = None) -> list[EngineResult]:
    """Results of pySHACL on rdflib graphs parsed from our own lines; imports and JavaScript stay off.

    ``focus`` are the IRIs of the nodes to look at, where not all that the shapes target.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import Graph

    data = Graph().parse(data=text(graph), format="nt")
    rules = Graph().parse(data=shapes.lines, format="nt")
    try:
        _, report, said = pyshacl.validate(
            data,
            shacl_graph=rules,
            focus_nodes=focus,
            inplace=True,
            advanced=False,
            js=False,
            do_owl_imports=False,
            inference="none",
        )
    except (ReportableRuntimeError, ValidationFailure) as error:
        raise ShapesError(f"The shapes cannot be used: {error}.") from error
    if not isinstance(report, Graph):
        raise ShapesError(f"The shapes cannot be used: {said}.")
    return list(dict.fromkeys(_slow_results(report, rules)))


def _slow_results(report: Graph, rules: Graph) -> list[EngineResult]:
    from rdflib import RDF, URIRef

    nodes = report.subjects(RDF.type, URIRef(f"{SH}ValidationResult"))
    top = {result for result in nodes if not any(report.subjects(URIRef(f"{SH}detail"), result))}
    return [_slow_result(report, rules, node) for node in top]


def _slow_result(report: Graph, rules: Graph, node: Node) -> EngineResult:
    from rdflib import URIRef

    def one(name: str) -> Node | None:
        return report.value(node, URIRef(f"{SH}{name}"))

    path, value, focus = one("resultPath"), one("value"), one("focusNode")
    component = str(one("sourceConstraintComponent"))
    if path is None and component == SPARQL and value == focus:
        value = None
    texts = sorted(report.objects(node, URIRef(f"{SH}resultMessage")), key=str)
    return EngineResult(
        Severity(str(one("resultSeverity")).removeprefix(SH)),
        _shape_name(rules, one("sourceShape")),
        _term(_written(focus)),
        None if path is None else _path(report, path),
        None if value is None else _term(_written(value)),
        component,
        tuple((getattr(message, "language", None) or "", str(message)) for message in texts),
    )


def _written(node: Any) -> str:
    return str(node.n3())


def _shape_name(rules: Graph, node: Node | None) -> str:
    """The shape's IRI, or that of the nearest shape above a shape without a name."""
    from rdflib import URIRef

    seen: set[Node] = set()
    while node is not None and not isinstance(node, URIRef) and node not in seen:
        seen.add(node)
        node = next(iter(sorted(rules.subjects(None, node), key=str)), None)
    return str(node) if isinstance(node, URIRef) else "_:shape"


def _path(graph: Graph, node: Node) -> str:
    """A property path in SPARQL's syntax; a plain property as its IRI."""
    from rdflib import URIRef
    from rdflib.collection import Collection

    if isinstance(node, URIRef):
        return str(node)
    for name, before, after in PATHS:
        inner = graph.value(node, URIRef(f"{SH}{name}"))
        if inner is not None:
            return f"{before}{_nested(graph, inner)}{after}"
    either = graph.value(node, URIRef(f"{SH}alternativePath"))
    steps = Collection(graph, node if either is None else either)
    return ("/" if either is None else "|").join(_nested(graph, step) for step in steps)


PATHS = (
    ("inversePath", "^", ""),
    ("zeroOrMorePath", "", "*"),
    ("oneOrMorePath", "", "+"),
    ("zeroOrOnePath", "", "?"),
)


def _nested(graph: Graph, node: Node) -> str:
    from rdflib import URIRef

    inner = _path(graph, node)
    return f"<{inner}>" if isinstance(node, URIRef) else f"({inner})"
