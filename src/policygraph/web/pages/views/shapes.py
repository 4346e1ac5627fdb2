"""The shapes' documentation: what each class must look like, the message for what does not, how grave it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ....files import shape_files
from ....rdf.iris import RDFS, SH
from ....rdf.media_types import JSON_LD, RDF_XML, TURTLE, file_types
from ....vocabulary.codelists import rebased
from ...viewmodels.context import PageContext
from ...viewmodels.links import Links
from ...viewmodels.localized_text import LocalizedText, pick
from ..page import Alternate, Crumb, Page
from .highlighting import sparql

FORMATS = file_types(TURTLE, JSON_LD, RDF_XML)
TOLD = (
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
Said = Mapping[str, Mapping[str, list[Any]]]


@dataclass(frozen=True)
class RuleView:
    """One property shape, or what a node shape says of the whole node: constraints as (name, value) in short."""

    iri: str
    name: LocalizedText | None
    description: LocalizedText | None
    path: str
    path_iri: str
    constraints: tuple[tuple[str, str], ...]
    selects: tuple[Markup, ...]
    message: LocalizedText | None
    severity: str


@dataclass(frozen=True)
class ShapeView:
    """One node shape: what it targets, and its rules."""

    iri: str
    name: str
    label: LocalizedText
    comment: LocalizedText | None
    targets: tuple[tuple[str, str, str], ...]
    rules: tuple[RuleView, ...]


async def shapes(visit: PageContext) -> Page:
    """The page at ``/shapes``: no engine call."""
    return Page(
        "shapes.html",
        visit.words("shapes.title"),
        {"shapes": _shapes(visit)},
        description=visit.words("shapes.lede"),
        crumbs=(Crumb(visit.words("nav.shapes")),),
        alternates=tuple(
            Alternate(media, visit.links.file(f"/shapes.{extension}"), visit.words(f"format.{extension}"))
            for extension, media in FORMATS
        ),
        section="shapes",
    )


@cache
def _said(base: str) -> Said:
    """The statements of the shape files, by subject and predicate."""
    found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for path in shape_files():
        for quad in parse(rebased(path.read_text("utf-8"), base), format=RdfFormat.TURTLE):
            found[_key(quad.subject)][quad.predicate.value].append(quad.object)
    return found


def _key(term: Any) -> str:
    return str(term.value)


def _shapes(visit: PageContext) -> list[ShapeView]:
    said, kind = _said(visit.base), NamedNode(f"{SH}NodeShape")
    wanted = [iri for iri, statements in said.items() if any(kind in objects for objects in statements.values())]
    found = [_shape(iri, said, visit) for iri in wanted if visit.links.is_ours(iri)]
    return sorted(found, key=lambda one: one.label.value.casefold())


def _shape(iri: str, said: Said, visit: PageContext) -> ShapeView:
    own, language, links = said[iri], visit.language, visit.links
    name = iri.rpartition("#")[2]
    properties = [_rule(_key(term), said, language, links) for term in own.get(f"{SH}property", ())]
    whole = [_rule(iri, said, language, links)] if own.get(f"{SH}sparql") or own.get(f"{SH}message") else []
    return ShapeView(
        iri,
        name,
        _text(own, RDFS + "label", language) or LocalizedText(name),
        _text(own, RDFS + "comment", language),
        tuple((kind, links.short(_key(term)), _key(term)) for kind in TARGETS for term in own.get(SH + kind, ())),
        (*whole, *properties),
    )


def _rule(iri: str, said: Said, language: str, links: Links) -> RuleView:
    own = said.get(iri, {})
    paths = own.get(f"{SH}path", ())
    simple = paths[0] if paths and isinstance(paths[0], NamedNode) else None
    return RuleView(
        iri,
        _text(own, f"{SH}name", language),
        _text(own, f"{SH}description", language),
        links.short(simple.value) if simple else ("…" if paths else ""),
        simple.value if simple else "",
        tuple(_constraints(own, said, links)),
        tuple(_selects(own, said)),
        _text(own, f"{SH}message", language),
        next((_key(term).rpartition("#")[2] for term in own.get(f"{SH}severity", ())), "Violation"),
    )


def _constraints(own: Mapping[str, list[Any]], said: Said, links: Links) -> list[tuple[str, str]]:
    found = []
    for predicate, terms in sorted(own.items()):
        name = predicate.removeprefix(SH)
        if predicate.startswith(SH) and name not in TOLD + TARGETS:
            found.append((f"sh:{name}", ", ".join(_written(term, said, links) for term in terms)))
    return found


def _written(term: Any, said: Said, links: Links) -> str:
    """A value in short; a list as its members."""
    if isinstance(term, Literal):
        return str(term.value)
    members = _members(_key(term), said)
    if members:
        return "(" + " ".join(_written(one, said, links) for one in members) + ")"
    return links.short(_key(term)) if isinstance(term, NamedNode) else "[…]"


def _members(key: str, said: Said) -> list[Any]:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    found: list[Any] = []
    while key in said and said[key].get(f"{rdf}first"):
        found.append(said[key][f"{rdf}first"][0])
        key = _key(said[key][f"{rdf}rest"][0])
    return found


def _selects(own: Mapping[str, list[Any]], said: Said) -> list[Markup]:
    from textwrap import dedent

    queries = [said.get(_key(term), {}).get(f"{SH}select", ()) for term in own.get(f"{SH}sparql", ())]
    return [sparql(dedent(_key(text)).strip()) for texts in queries for text in texts]


def _text(own: Mapping[str, list[Any]], predicate: str, language: str) -> LocalizedText | None:
    return pick((LocalizedText.of(term) for term in own.get(predicate, ()) if isinstance(term, Literal)), language)
