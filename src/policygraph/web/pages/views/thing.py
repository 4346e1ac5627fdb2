"""The page of one thing: what is said of it and where, what it leads to, and its words in the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from ....rdf.iris import DCT, RDF, SKOS
from ....rdf.media_types import JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE, file_types
from ...viewmodels.actions import ActionView, StatusView, actions
from ...viewmodels.context import PageContext
from ...viewmodels.evidence import Evidence, place
from ...viewmodels.labels import Labels, names
from ...viewmodels.localized_text import LocalizedText, shortened
from ...viewmodels.page_queries import node, question
from ...viewmodels.statements import RELATIONS, Property, Triples, Value, about, parts, pointing, terms, value
from ..page import Alternate, Crumb, Page

FORMATS = file_types(TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG)
NARROWED = {
    "heading": "heading",
    "period": "period",
    "sector": "sector",
    "action-kind": "kind",
    "modality": "modality",
}
"""Kinds of things that have actions: the segment after ``id/``, and what narrows the question for actions."""

SECTIONS = {
    "action": "actions",
    "dialogue": "dialogues",
    "initiative": "initiatives",
    "period": "periods",
    "sector": "sectors",
    "heading": "sectors",
    "sector-label": "sectors",
}
FACTS = {
    "dialogue": (DCT + "date", "sector", "access", "http://data.europa.eu/m8g/audience", "approximateAttendees")
}
MOST_POINTING = 300


@dataclass(frozen=True)
class ThingView:
    """One thing: the parts of ``thing.rq``, what terms are called, and the actions that belong to it."""

    visit: PageContext
    iri: str
    found: Mapping[str, Triples]
    names: Labels
    actions: tuple[ActionView, ...] = ()

    @property
    def kind(self) -> str:
        """The first segment of its IRI after ``id/``."""
        return kind_of(self.visit, self.iri)

    @cached_property
    def title(self) -> LocalizedText:
        """An action or initiative is titled by its own words, all else by its label."""
        words = (
            self.names.texts_of(self.iri, DCT + "description") if self.kind in ("action", "initiative") else None
        )
        label = self.names.label(self.iri)
        if self.kind == "period":
            return LocalizedText(self.visit.words.period(label.value), self.visit.language)
        return words or label

    @cached_property
    def classes(self) -> list[Value]:
        """What it is in our own words, else in those of others."""
        every = [value(term, self.names, self.visit.links) for term in self.found["out"].objects(RDF + "type")]
        return [one for one in every if one.ours] or every

    @cached_property
    def statements(self) -> list[Property]:
        return about(self.found["out"], self.names, self.visit.links)

    @property
    def properties(self) -> list[Property]:
        """What is stated of it; links to other concepts and what is only inferred stand elsewhere."""
        return [one for one in self.statements if not one.inferred and not is_relation(one.iri)]

    @property
    def inferred(self) -> list[Property]:
        return [one for one in self.statements if one.inferred and not is_relation(one.iri)]

    @property
    def relations(self) -> list[Property]:
        """Its links to concepts here and elsewhere, the exact ones first."""
        found = [one for one in self.statements if is_relation(one.iri)]
        return sorted(found, key=lambda one: RELATIONS.index(one.iri[len(SKOS) :]))

    @cached_property
    def nested(self) -> list[tuple[Value, list[Property]]]:
        """Its deadline or reported number, with what is said of that."""
        return list(self._records("nested"))

    @cached_property
    def derivations(self) -> list[tuple[Value, list[Property]]]:
        return list(self._records("derivation"))

    @cached_property
    def pointing(self) -> list[Property]:
        """What leads here; the nodes that the page shows in full are left out."""
        shown = {one.iri for one, _ in (*self.nested, *self.derivations, *self._records("report"))}
        found = Triples(self.visit.base)
        for (subject, predicate, term), graphs in self.found["in"].known.items():
            if getattr(subject, "value", "") not in shown and graphs != {"inferred"}:
                found.known[subject, predicate, term] |= graphs
        return pointing(found, self.names, self.visit.links)

    @cached_property
    def behind(self) -> list[Value]:
        """The dialogues on a harmonised sector, by way of the labels that mean it, in order of their day."""
        found = [self._value(iri) for iri in self.found["behind"].subjects()]
        return sorted(found, key=lambda one: (self.names.date(one.iri), one.iri))

    @property
    def more_pointing(self) -> bool:
        return len(self.found["in"].known) > MOST_POINTING

    @cached_property
    def place(self) -> Evidence | None:
        """Where its words stand."""
        return place(self.found["source"], self.found["span"], self.found["file"], self.visit.base)

    @cached_property
    def reports(self) -> list[tuple[StatusView, LocalizedText | None, list[str]]]:
        """The status reports about it, the latest first: report, what it says, where that stands."""
        triples, base = self.found["report"], self.visit.base
        found = [self._report(triples, iri) for iri in triples.subjects() if triples.one(f"{base}def#status", iri)]
        return sorted(found, key=lambda one: (one[0].as_of, one[0].recorded), reverse=True)

    def facts(self) -> list[tuple[LocalizedText, list[Value]]]:
        """The few properties that the head of the page shows."""
        wanted = [name if ":" in name else f"{self.visit.base}def#{name}" for name in FACTS.get(self.kind, ())]
        by_iri = {one.iri: one for one in self.statements}
        return [(by_iri[iri].label, list(by_iri[iri].values)) for iri in wanted if iri in by_iri]

    def own(self, name: str, part: str = "out") -> str:
        """The first value of one of our properties, of the thing or of a nested node."""
        return self.found[part].one(f"{self.visit.base}def#{name}")

    def described(self, name: str, part: str = "out") -> Value | None:
        """The first value of one of our properties as it is shown."""
        found = self.found[part].objects(f"{self.visit.base}def#{name}")
        return value(found[0], self.names, self.visit.links) if found else None

    @property
    def action_kind(self) -> Value | None:
        """Flagship or other: the type that is a concept."""
        found = self.found["out"].objects(DCT + "type")
        return value(found[0], self.names, self.visit.links) if found else None

    def _report(self, triples: Triples, iri: str) -> tuple[StatusView, LocalizedText | None, list[str]]:
        own = f"{self.visit.base}def#"
        status = StatusView(iri, *(triples.one(own + name, iri) for name in ("status", "asOf", "recordedOn")))
        sources = [str(term.value) for term in triples.objects(DCT + "source", iri)]
        return status, self.names.texts_of(iri, DCT + "description"), sources

    def _records(self, part: str) -> Iterator[tuple[Value, list[Property]]]:
        for iri in self.found[part].subjects():
            own = Triples(self.visit.base)
            for key, graphs in self.found[part].known.items():
                if getattr(key[0], "value", "") == iri and graphs != {"inferred"}:
                    own.known[key] |= graphs
            if own.known:
                yield self._value(iri), about(own, self.names, self.visit.links)

    def _value(self, iri: str) -> Value:
        return value(NamedNode(iri), self.names, self.visit.links)


async def thing(visit: PageContext, iri: str) -> Page:
    """The page of an IRI of ours: three engine calls at most. Refusal 404 where nothing is said of it."""
    found = parts(await visit.view.select(question("thing", visit.base, thing=[node(iri)])), visit.base)
    if not found["out"].known and not found["in"].known:
        raise visit.refusal(404, "nothing", iri=visit.links.short(iri)[:200])
    related = await _related(visit, iri, found["out"])
    extra = {node(name) for one in related for name in _named(one) if name}
    named = await names(visit, terms(found.values()) | extra | {node(iri)})
    return _page(visit, ThingView(visit, iri, found, named, tuple(related)))


def _page(visit: PageContext, one: ThingView) -> Page:
    from .structured import structured

    name = visit.links.short(one.iri)
    return Page(
        "thing.html",
        shortened(one.title.value, 90),
        {"thing": one, "names": one.names, "formats": FORMATS},
        description=visit.words("thing.description", name=name),
        crumbs=_crumbs(visit, one),
        alternates=tuple(
            Alternate(media, visit.links.data(one.iri, extension), visit.words(f"format.{extension}"))
            for extension, media in FORMATS
        ),
        section=SECTIONS.get(one.kind, "concepts"),
        data=structured(visit, one),
    )


async def _related(visit: PageContext, iri: str, said: Triples) -> list[ActionView]:
    """The actions of a heading, sector or period; of an action, all under its heading."""
    kind = kind_of(visit, iri)
    if kind == "action":
        heading = said.one(f"{visit.base}def#heading")
        return await actions(visit, "heading", heading) if heading else []
    return await actions(visit, NARROWED[kind], iri) if kind in NARROWED else []


def _crumbs(visit: PageContext, one: ThingView) -> tuple[Crumb, ...]:
    section = SECTIONS.get(one.kind, "concepts")
    identifier = one.names.texts_of(one.iri, DCT + "identifier")
    last = identifier.value if identifier else one.iri.rsplit("/", 1)[-1]
    return (
        Crumb(visit.words(f"nav.{section}"), visit.links.to(f"/{section}")),
        Crumb(last if one.kind == "action" else shortened(one.names.label(one.iri).value, 60)),
    )


def _named(action: ActionView) -> tuple[str, ...]:
    """The concepts of an action that a table of actions names."""
    return (action.heading, action.kind, action.modality, *(one.status for one in action.reports))


def kind_of(visit: PageContext, iri: str) -> str:
    """``action`` for ``…/id/action/COM-2025-723/A3-001``."""
    return iri.removeprefix(f"{visit.base}id/").partition("/")[0]


def is_relation(iri: str) -> bool:
    """Whether a predicate is one of the SKOS mapping relations."""
    return iri.startswith(SKOS) and iri[len(SKOS) :] in RELATIONS
