"""The page of one thing: what is said of it and where, what it leads to, and its words in the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from ....i18n import shortened
from ....rdf.iris import DCT, RDF, SKOS
from ...viewmodels.actions import ActionView, StatusView, TargetView, actions
from ...viewmodels.context import PageContext, node
from ...viewmodels.evidence import Evidence, place
from ...viewmodels.labels import Labels, LocalizedText, labels, pick
from ...viewmodels.statements import RELATIONS, Property, Triples, Value, by_predicate, parts, terms, value
from ..page import Crumb, Page, alternates

FORMATS = ("ttl", "jsonld", "nt", "rdf", "trig")
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
SCHEMA_TYPES = {
    "action": "CreativeWork",
    "initiative": "CreativeWork",
    "dialogue": "Event",
    "doc": "CreativeWork",
    "status-report": "Report",
    "source": "Quotation",
}
"""What a kind of thing is in schema.org's words; any other is a DefinedTerm."""


@dataclass(frozen=True)
class ThingView:
    """One thing: the parts of ``thing.rq``, what terms are called, and the actions that belong to it."""

    context: PageContext
    iri: str
    parts: Mapping[str, Triples]
    labels: Labels
    actions: tuple[ActionView, ...] = ()

    @property
    def kind(self) -> str:
        """The first segment of its IRI after ``id/``."""
        return kind_of(self.context, self.iri)

    @cached_property
    def title(self) -> LocalizedText:
        """An action or initiative is titled by its own words, all else by its label."""
        label = self.labels.label(self.iri)
        if self.kind == "period":
            return LocalizedText(self.context.words.period(label.value), self.context.language)
        own_words = self.kind in ("action", "initiative") and self.labels.text(self.iri, DCT + "description")
        return own_words or self.name(self.iri, label)

    def name(self, iri: str, label: LocalizedText) -> LocalizedText:
        """What to call a thing: its label; where it has none, what it is and of what, not its IRI."""
        if label.value != self.context.links.short(iri) or not self.context.links.is_ours(iri):
            return label
        kind, _, rest = iri.removeprefix(f"{self.context.base}id/").partition("/")
        called = self.context.words.maybe(f"nameless.{kind}")
        return LocalizedText(f"{called}: {rest.replace('/', ', ')}", self.context.language) if called else label

    @property
    def original(self) -> LocalizedText | None:
        """What the title translates, where it is an unofficial translation."""
        kinds = (DCT + "description", SKOS + "prefLabel", DCT + "title")
        return self.title.original(text for kind in kinds for text in self.labels.texts.get((self.iri, kind), ()))

    @cached_property
    def classes(self) -> list[Value]:
        """What it is in our own words, else in those of others."""
        every = [value(term, self.labels) for term in self.parts["out"].objects(RDF + "type")]
        return [one for one in every if one.ours] or every

    @cached_property
    def statements(self) -> list[Property]:
        return by_predicate(self.parts["out"], self.labels)

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
        relations = [one for one in self.statements if is_relation(one.iri)]
        return sorted(relations, key=lambda one: RELATIONS.index(one.iri[len(SKOS) :]))

    @cached_property
    def nested(self) -> list[tuple[Value, list[Property]]]:
        """Its deadline or reported number, with what is said of that."""
        return list(self._records("nested"))

    @cached_property
    def targets(self) -> list[TargetView]:
        """Its deadlines, in the order of the text."""
        triples, own = self.parts["nested"], f"{self.context.base}def#"

        def texts(name: str, iri: str) -> set[LocalizedText]:
            stated = {LocalizedText.of(term) for term in triples.objects(own + name, iri)}
            return stated | self.labels.texts.get((iri, own + name), set())

        names = ("modality", "earliest", "completionDueBy", "startDueBy")
        return [
            TargetView(
                iri,
                "",
                *(triples.first(own + name, iri) for name in names),
                wordings=texts("wording", iri),
                purposes=texts("purpose", iri),
            )
            for iri in triples.subjects()
            if triples.first(f"{own}modality", iri)
        ]

    @cached_property
    def derivations(self) -> list[tuple[Value, list[Property]]]:
        return list(self._records("derivation"))

    @cached_property
    def pointing(self) -> list[Property]:
        """What refers to it; how that was derived, and the nodes that the page shows in full, are left out."""
        shown = {one.iri for one, _ in (*self.nested, *self.derivations, *self._records("report"))}
        derivations = f"{self.context.base}id/derivation/"
        rest = {
            triple: graphs
            for triple, graphs in self.parts["in"].graphs.items()
            if (iri := getattr(triple[0], "value", "")) not in shown
            and graphs != {"inferred"}
            and not iri.startswith(derivations)
        }
        return by_predicate(Triples(self.context.base, rest), self.labels, incoming=True)

    @cached_property
    def behind(self) -> list[Value]:
        """The dialogues on a harmonised sector, by way of the labels that mean it, in order of their day."""
        dialogues = [self._value(iri) for iri in self.parts["behind"].subjects()]
        return sorted(dialogues, key=lambda one: (self.labels.date(one.iri), one.iri))

    @property
    def more_pointing(self) -> bool:
        return len(self.parts["in"].graphs) > MOST_POINTING

    @cached_property
    def place(self) -> Evidence | None:
        """Where its words stand."""
        return place(self.parts, self.context.base, self.context.release)

    @cached_property
    def reports(self) -> list[tuple[StatusView, LocalizedText | None, list[str]]]:
        """The status reports about it, the latest first: report, what it says, where that stands."""
        triples, own = self.parts["report"], f"{self.context.base}def#"
        reports = []
        for iri in triples.subjects():
            if triples.first(f"{own}status", iri):
                names = ("status", "asOf", "recordedOn")
                status = StatusView(iri, *(triples.first(own + name, iri) for name in names))
                sources = [str(term.value) for term in triples.objects(DCT + "source", iri)]
                reports.append((status, self.labels.text(iri, DCT + "description"), sources))
        return sorted(reports, key=lambda one: (one[0].as_of, one[0].recorded), reverse=True)

    def facts(self) -> list[tuple[LocalizedText, list[Value]]]:
        """The few properties that the head of the page shows."""
        wanted = [name if ":" in name else f"{self.context.base}def#{name}" for name in FACTS.get(self.kind, ())]
        by_iri = {one.iri: one for one in self.statements}
        return [(by_iri[iri].label, list(by_iri[iri].values)) for iri in wanted if iri in by_iri]

    def own(self, name: str, part: str = "out") -> str:
        """The first value of one of our properties, of the thing or of a nested node."""
        return self.parts[part].first(f"{self.context.base}def#{name}")

    def described(self, name: str, part: str = "out") -> Value | None:
        """The first value of one of our properties as it is shown."""
        objects = self.parts[part].objects(f"{self.context.base}def#{name}")
        return value(objects[0], self.labels) if objects else None

    @property
    def action_kind(self) -> Value | None:
        """Flagship or other: the type that is a concept."""
        kinds = self.parts["out"].objects(DCT + "type")
        return value(kinds[0], self.labels) if kinds else None

    def _records(self, part: str) -> Iterator[tuple[Value, list[Property]]]:
        for iri in self.parts[part].subjects():
            own = {
                triple: graphs
                for triple, graphs in self.parts[part].graphs.items()
                if getattr(triple[0], "value", "") == iri and graphs != {"inferred"}
            }
            if own:
                yield self._value(iri), by_predicate(Triples(self.context.base, own), self.labels)

    def _value(self, iri: str) -> Value:
        shown = value(NamedNode(iri), self.labels)
        return replace(shown, text=self.name(iri, shown.text))


async def thing(context: PageContext, iri: str) -> Page:
    """The page of an IRI of ours: three engine calls at most. HTTPProblem 404 where nothing is said of it."""
    links = context.links
    by_part = parts(await context.select("thing", thing=[node(iri)]), context.base)
    if not by_part["out"].graphs and not by_part["in"].graphs:
        raise context.refusal(404, "nothing", iri=links.short(iri)[:200])
    related = await _related(context, iri, by_part["out"])
    statuses = {report.status for action in related for report in action.reports}
    modalities = {target.modality for action in related for target in action.targets}
    named = {iri for action in related for iri in (action.heading, action.kind)} | modalities | statuses
    concepts = {node(iri) for iri in named if iri}
    names = await labels(context, terms(by_part.values()) | concepts | {node(iri)})
    view = ThingView(context, iri, by_part, names, tuple(related))
    section = SECTIONS.get(view.kind, "concepts")
    identifier = names.text(iri, DCT + "identifier")
    last = identifier.value if identifier else iri.rsplit("/", 1)[-1]
    return Page(
        "thing.html",
        shortened(view.title.value, 90),
        {"thing": view, "labels": names},
        description=context.words("thing.description", name=links.short(iri)),
        crumbs=(
            Crumb(context.words(f"nav.{section}"), f"/{section}"),
            Crumb(last if view.kind == "action" else shortened(view.name(iri, names.label(iri)).value, 60)),
        ),
        alternates=alternates(context, links.path_of(iri), FORMATS),
        section=section,
        iri=iri,
        data=(_schema_org(view),),
    )


async def _related(context: PageContext, iri: str, statements: Triples) -> list[ActionView]:
    """The actions of a heading, sector or period; of an action, all under its heading."""
    kind = kind_of(context, iri)
    if kind == "action":
        heading = statements.first(f"{context.base}def#heading")
        return await actions(context, "heading", heading) if heading else []
    return await actions(context, NARROWED[kind], iri) if kind in NARROWED else []


def _schema_org(view: ThingView) -> dict[str, Any]:
    """What a thing is in schema.org's words, for search engines: values that stand on the page."""
    text = pick(
        (text for text in view.labels.texts.get((view.iri, DCT + "description"), ()) if not text.origin),
        view.context.language,
    )
    described = {
        "@context": "https://schema.org",
        "@type": SCHEMA_TYPES.get(view.kind, "DefinedTerm"),
        "@id": view.iri,
        "name": view.labels.label(view.iri).value,
        "url": view.context.links.absolute(f"/{view.iri.removeprefix(view.context.base)}.html"),
    }
    if text:
        described |= {
            "description" if view.kind == "dialogue" else "text": text.value,
            "inLanguage": text.language,
        }
    if view.kind == "dialogue":
        described["startDate"] = view.parts["out"].first(DCT + "date")
    if view.kind == "action":
        described["isPartOf"] = view.parts["out"].first(DCT + "source")
        target = next((one for one in view.targets if one.earliest or one.due), None)
        if target:
            described["temporalCoverage"] = f"{target.earliest or '..'}/{target.due or '..'}"
    return {name: value for name, value in described.items() if value}


def kind_of(context: PageContext, iri: str) -> str:
    """``action`` for ``…/id/action/COM-2025-723/A3-001``."""
    return iri.removeprefix(f"{context.base}id/").partition("/")[0]


def is_relation(iri: str) -> bool:
    """Whether a predicate is one of the SKOS mapping relations."""
    return iri.startswith(SKOS) and iri[len(SKOS) :] in RELATIONS
