"""The shapes' documentation: what each class must look like, the message for what does not, how grave it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from textwrap import dedent
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ....files import shape_files
from ....rdf.iris import RDF, RDFS, SH
from ....vocabulary.codelists import rebased
from ...viewmodels.context import PageContext
from ...viewmodels.labels import LocalizedText, pick
from ..page import Page, alternates, section_page

SHOWN_APART = (
    "path",
    "name",
    "description",
    "message",
    "severity",
    "sparql",
    "property",
    "order",
    "group",
    "deactivated",
)
TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
Statements = Mapping[str, Mapping[str, list[Any]]]


async def shapes(context: PageContext) -> Page:
    """The page at ``/shapes``: no engine call."""
    return section_page(
        context,
        "shapes",
        {"shapes": ShapeReader(context).shapes()},
        alternates=alternates(context, "/shapes", ("ttl", "jsonld", "rdf")),
    )


@cache
def _statements(base: str) -> Statements:
    """The statements of the shape files, by subject and predicate."""
    statements: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for path in shape_files():
        for quad in parse(rebased(path.read_text("utf-8"), base), format=RdfFormat.TURTLE):
            statements[_key(quad.subject)][quad.predicate.value].append(quad.object)
    return statements


def _key(term: Any) -> str:
    return str(term.value)


class ShapeReader:
    """Reads the shapes as a page shows them, in its language."""

    def __init__(self, context: PageContext) -> None:
        self.links, self.language = context.links, context.language
        self.statements = _statements(context.base)

    def shapes(self) -> list[dict[str, Any]]:
        """Every node shape of ours, by its label: what it targets, and its rules."""
        kind = NamedNode(f"{SH}NodeShape")
        shapes = (iri for iri, own in self.statements.items() if kind in own.get(f"{RDF}type", ()))
        ours = [self._shape(iri) for iri in shapes if self.links.is_ours(iri)]
        return sorted(ours, key=lambda shape: shape["label"].value.casefold())

    def _shape(self, iri: str) -> dict[str, Any]:
        own, name = self.statements[iri], iri.rpartition("#")[2]
        rules = [iri] if own.get(f"{SH}sparql") or own.get(f"{SH}message") else []
        rules += map(_key, own.get(f"{SH}property", ()))
        targets = ((kind, _key(term)) for kind in TARGETS for term in own.get(SH + kind, ()))
        return {
            "name": name,
            "label": self._text(iri, f"{RDFS}label") or LocalizedText(name),
            "comment": self._text(iri, f"{RDFS}comment"),
            "targets": [(kind, self.links.short(target), target) for kind, target in targets],
            "rules": list(map(self._rule, rules)),
        }

    def _rule(self, iri: str) -> dict[str, Any]:
        """One property shape, or what a node shape says of the whole node: constraints as name and value."""
        own = self.statements.get(iri, {})
        paths = own.get(f"{SH}path", ())
        simple = _key(paths[0]) if paths and isinstance(paths[0], NamedNode) else ""
        queries = (text for term in own.get(f"{SH}sparql", ()) for text in self._values(_key(term), f"{SH}select"))
        severities = (_key(term).rpartition("#")[2] for term in own.get(f"{SH}severity", ()))
        return {
            "iri": iri,
            "name": self._text(iri, f"{SH}name"),
            "description": self._text(iri, f"{SH}description"),
            "path": self.links.short(simple) if simple else ("…" if paths else ""),
            "path_iri": simple,
            "constraints": list(self._constraints(own)),
            "selects": [dedent(_key(text)).strip() for text in queries],
            "message": self._text(iri, f"{SH}message"),
            "severity": next(severities, "Violation"),
        }

    def _constraints(self, own: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
        for predicate, terms in sorted(own.items()):
            name = predicate.removeprefix(SH)
            if predicate.startswith(SH) and name not in SHOWN_APART + TARGETS:
                yield f"sh:{name}", ", ".join(map(self._short, terms))

    def _short(self, term: Any) -> str:
        """A value in short; a list as its members."""
        if isinstance(term, Literal):
            return str(term.value)
        if members := list(self._members(_key(term))):
            return "(" + " ".join(map(self._short, members)) + ")"
        return self.links.short(_key(term)) if isinstance(term, NamedNode) else "[…]"

    def _members(self, key: str) -> Iterator[Any]:
        while first := self._values(key, f"{RDF}first"):
            yield first[0]
            key = _key(self._values(key, f"{RDF}rest")[0])

    def _values(self, subject: str, predicate: str) -> list[Any]:
        return self.statements.get(subject, {}).get(predicate, [])

    def _text(self, subject: str, predicate: str) -> LocalizedText | None:
        literals = (term for term in self._values(subject, predicate) if isinstance(term, Literal))
        return pick(map(LocalizedText.of, literals), self.language)
