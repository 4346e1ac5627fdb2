"""A store of a release → its named things: actions, dialogues, initiatives and concepts, with names and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Store

from ..rdf.iris import CV, DCT, RDFS, SKOS, Names
from ..rdf.statements import TYPE

LABEL = NamedNode(f"{RDFS}label")
CONCEPT, IN_SCHEME = NamedNode(f"{SKOS}Concept"), NamedNode(f"{SKOS}inScheme")
PREF_LABEL, DEFINITION = NamedNode(f"{SKOS}prefLabel"), NamedNode(f"{SKOS}definition")
TITLE, DESCRIPTION, IDENTIFIER = (NamedNode(DCT + name) for name in ("title", "description", "identifier"))
LABELS = (PREF_LABEL, LABEL, TITLE, IDENTIFIER)
NAMED_BY = (*LABELS, *(NamedNode(SKOS + name) for name in ("altLabel", "hiddenLabel", "notation")), DESCRIPTION)
RECORDS = ("PolicyAction", "Dialogue", "InternalInitiative")

PATHS = {
    "identifier": (f"{DCT}identifier",),
    "number": ("pg:number",),
    "kind": (f"{DCT}type",),
    "heading": ("pg:heading",),
    "description": (f"{DCT}description",),
    "wording": ("pg:deadline", "pg:wording"),
    "period": ("pg:deadline", "pg:period"),
    "modality": ("pg:deadline", "pg:modality"),
    "earliest": ("pg:deadline", "pg:earliest"),
    "completionDueBy": ("pg:deadline", "pg:completionDueBy"),
    "startDueBy": ("pg:deadline", "pg:startDueBy"),
    "instrument": ("pg:instrument",),
    "mentions": ("pg:mentions",),
    "date": (f"{DCT}date",),
    "sector": ("pg:sector",),
    "access": ("pg:access",),
    "audience": (f"{CV}audience",),
    "approximateAttendees": ("pg:approximateAttendees",),
    "objective": ("pg:objective",),
    "notation": (f"{SKOS}notation",),
    "definition": (f"{SKOS}definition",),
    "broader": (f"{SKOS}broader",),
    "exactMatch": (f"{SKOS}exactMatch",),
    "closeMatch": (f"{SKOS}closeMatch",),
    "broadMatch": (f"{SKOS}broadMatch",),
    "narrowMatch": (f"{SKOS}narrowMatch",),
    "relatedMatch": (f"{SKOS}relatedMatch",),
}
"""The properties that a person can ask for, each the path from the thing to its value; ``pg:`` is our ontology."""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A category of things: its identifier, a name in English, the identifiers of the wider categories."""

    id: str
    name: str
    broader: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing by its path below ``id/``: what to call it, everything it is called, what it is."""

    id: str
    name: str
    names: tuple[str, ...]
    kind: EntityType
    description: str


class EntityIndex:
    """The named things of a store in one language of display; built once, then only read."""

    def __init__(self, store: Store, names: Names, language: str = "en") -> None:
        self._store, self._names, self._language = store, names, language
        self._space = f"{names.base}id/"

    @cached_property
    def things(self) -> dict[str, Entity]:
        """Every thing by its identifier, sorted by identifier."""
        things = sorted([*self._records(), *self._concepts()], key=lambda thing: thing.id)
        return {thing.id: thing for thing in things}

    @cached_property
    def kinds(self) -> dict[str, EntityType]:
        """Every category that has things, and the wider ones, by identifier."""
        own = {thing.kind.id: thing.kind for thing in self.things.values()}
        wider = {id_: EntityType(id_, self._named_term(id_)) for kind in own.values() for id_ in kind.broader}
        return dict(sorted({**wider, **own}.items()))

    @cached_property
    def properties(self) -> dict[str, str]:
        """Name in English of each property by its identifier."""
        return {id_: self._label_in(self._path(id_)[-1], ("en",)) or _spaced(id_) for id_ in PATHS}

    def iri(self, id_: str) -> NamedNode:
        """The IRI of a thing; ValueError for an identifier that makes no IRI."""
        return NamedNode(self._space + id_)

    def values(self, id_: str, property_: str) -> list[NamedNode | Literal]:
        """The values of a property of ``PATHS`` that a thing has, sorted; [] where it has none."""
        nodes: list[NamedNode | Literal] = [self.iri(id_)]
        for step in self._path(property_):
            nodes = [value for node in nodes for value in self._objects(node, step)]
        return sorted(dict.fromkeys(nodes), key=str)

    def properties_of(self, kind: str) -> list[str]:
        """The properties that at least one thing of this category has, in the order of ``PATHS``."""
        members = [thing.id for thing in self.things.values() if kind in (thing.kind.id, *thing.kind.broader)]
        return [name for name in PATHS if any(self.values(member, name) for member in members)]

    def called(self, node: NamedNode) -> str:
        """What to call any node: its label in the language of display, else in another, else its last segment."""
        order = (self._language, "en", "nl", "")
        return self._label_in(node, order) or self._label_in(node, None) or node.value.rsplit("/", 1)[-1]

    def local(self, node: NamedNode) -> str | None:
        """The identifier of a thing of ours, None for anything else."""
        id_ = node.value.removeprefix(self._space)
        return id_ if node.value.startswith(self._space) and id_ in self.things else None

    def _records(self) -> Iterator[Entity]:
        for name in RECORDS:
            kind = EntityType(name, self._named_term(name))
            for node in self._members(TYPE, self._names.term(name)):
                yield self._thing(node, kind, f"{self.called(node)}: {_shortened(self._text(node, DESCRIPTION))}")

    def _concepts(self) -> Iterator[Entity]:
        for node in self._members(TYPE, CONCEPT):
            if node.value.startswith(self._space):
                scheme = node.value[len(self._space) :].partition("/")[0]
                yield self._thing(node, EntityType(scheme, _spaced(scheme), ("Concept",)), self.called(node))

    def _thing(self, node: NamedNode, kind: EntityType, name: str) -> Entity:
        steps = (*NAMED_BY, self._names.term("unofficialTranslation"))
        values = (value for step in steps for value in self._objects(node, step))
        names = dict.fromkeys(value.value for value in values if isinstance(value, Literal))
        description = self._text(node, DESCRIPTION) or self._text(node, DEFINITION)
        return Entity(node.value[len(self._space) :], name.removesuffix(": "), tuple(names), kind, description)

    def _members(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        subjects = (quad.subject for quad in self._store.quads_for_pattern(None, predicate, value, None))
        return sorted({node for node in subjects if isinstance(node, NamedNode)}, key=str)

    def _objects(self, node: NamedNode | Literal, step: NamedNode) -> Iterable[NamedNode | Literal]:
        if isinstance(node, Literal):
            return []
        values = (quad.object for quad in self._store.quads_for_pattern(node, step, None, None))
        return [value for value in values if isinstance(value, NamedNode | Literal)]

    def _path(self, property_: str) -> list[NamedNode]:
        pg = self._names.definitions
        return [NamedNode(step.replace("pg:", pg, 1)) for step in PATHS[property_]]

    def _text(self, node: NamedNode, predicate: NamedNode) -> str:
        texts = sorted((v for v in self._objects(node, predicate) if isinstance(v, Literal)), key=str)
        order = (self._language, "en", "nl")
        rank = {language: place for place, language in reversed(list(enumerate(order)))}
        best = min(texts, key=lambda text: rank.get(text.language or "", len(order)), default=None)
        return best.value if best else ""

    def _label_in(self, node: NamedNode, languages: tuple[str, ...] | None) -> str:
        labels = [v for step in LABELS for v in self._objects(node, step) if isinstance(v, Literal)]
        for language in languages or ("",):
            for label in labels:
                if languages is None or (label.language or "") == language:
                    return label.value
        return ""

    def _named_term(self, name: str) -> str:
        term = CONCEPT if name == "Concept" else self._names.term(name)
        return self._label_in(term, ("en",)) or _spaced(name)


def _spaced(name: str) -> str:
    """``sector-label`` → “sector label”, ``PolicyAction`` → “policy action”."""
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).replace("-", " ").strip()


def _shortened(text: str) -> str:
    """The first words, at most 80 characters."""
    return text if len(text) <= 80 else f"{text[:79].rsplit(' ', 1)[0]} …"
