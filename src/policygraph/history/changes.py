"""A change as an event of a type: what it is about, before and after, and the words of both versions."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from ..rdf.iris import OA, XSD, Names
from ..rdf.statements import TYPE, number, standard
from .entries import Passage

CHANGESET = "http://purl.org/vocab/changeset/schema#"

TYPES = {
    "added": "added",
    "removed": "dropped",
    "renumbered": "renumbered",
    "split": "split",
    "merged": "merged",
}
"""The type of a change by its kind; that of a changed value hangs on what changed."""

TYPES_OF_NOUNS = {
    "wording": "reworded",
    "objective": "reworded",
    "deadline": "deadline-moved",
    "modality": "deadline-moved",
    "event of the deadline": "deadline-moved",
    "vagueness of the deadline": "deadline-moved",
    "heading": "regrouped",
    "grouping": "regrouped",
    "status": "status-changed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``kind`` is added, removed, renumbered, split, merged or changed; ``noun`` says of what.

    ``quarters`` is how far a deadline moved, later ones above 0, where both name a day. ``parts`` are the entries
    that one was split into or merged from. ``sources_before`` and ``sources_after`` are the words in the files.
    """

    kind: str
    thing: str
    iri: str
    noun: str = ""
    before: str = ""
    after: str = ""
    quarters: int | None = None
    parts: tuple[str, ...] = ()
    sources_before: tuple[Passage, ...] = ()
    sources_after: tuple[Passage, ...] = ()

    @property
    def type(self) -> str:
        """The code in the code list ``id:change-kind``."""
        if self.noun == "status":
            return "status-changed"
        return TYPES.get(self.kind) or TYPES_OF_NOUNS.get(self.noun, "value-changed")

    def __str__(self) -> str:
        sentence = SENTENCES.get((self.kind, self.noun)) or SENTENCES[self.kind, ""]
        return sentence.format(self)


SENTENCES = {
    ("added", ""): "{0.thing} is new: {0.after}",
    ("removed", ""): "{0.thing} is gone: {0.before}",
    ("renumbered", ""): "{0.thing} had the number {0.before}",
    ("split", ""): "{0.thing} was split into {0.after}",
    ("merged", ""): "{0.thing} was merged from {0.before}",
    ("changed", ""): "{0.thing}: {0.noun} changed from {0.before} to {0.after}",
    ("changed", "wording"): "{0.thing} was reworded: “{0.before}” → “{0.after}”",
    ("changed", "deadline"): "{0.thing}: deadline moved from {0.before} to {0.after}",
    ("changed", "modality"): "{0.thing}: its deadline said “{0.before}”, now says “{0.after}”",
}


def change_triples(
    change: Change, node: NamedNode, names: Names, day: datetime.date | None = None
) -> Iterator[Triple]:
    """The statements about a change: ``cs:ChangeSet`` with its sentence, ``pg:ChangeEvent`` with its type.

    With a ``day`` it is also a version of the thing that it is about, issued as that day begins (UTC).
    """
    values: dict[NamedNode, object] = {
        NamedNode(f"{CHANGESET}subjectOfChange"): NamedNode(change.iri),
        NamedNode(f"{CHANGESET}changeReason"): Literal(str(change), language="en"),
        standard("dct:type"): names.id("change-kind", change.type),
        names.term("before"): Literal(change.before) if change.before else None,
        names.term("after"): Literal(change.after) if change.after else None,
        names.term("quarters"): None if change.quarters is None else number(change.quarters),
    }
    yield Triple(node, TYPE, NamedNode(f"{CHANGESET}ChangeSet"))
    yield Triple(node, TYPE, names.term("ChangeEvent"))
    for predicate, value in values.items():
        if isinstance(value, NamedNode | Literal):
            yield Triple(node, predicate, value)
    if day is not None:
        moment = Literal(f"{day.isoformat()}T00:00:00Z", datatype=NamedNode(f"{XSD}dateTime"))
        yield Triple(node, standard("dct:issued"), moment)
        yield Triple(node, standard("dct:isVersionOf"), NamedNode(change.iri))
    for part in change.parts:
        yield Triple(node, names.term("changedPart"), NamedNode(part))
    for side, passages in (("before", change.sources_before), ("after", change.sources_after)):
        yield from _passages(node, side, passages, names)


def _passages(node: NamedNode, side: str, passages: Iterable[Passage], names: Names) -> Iterator[Triple]:
    for count, passage in enumerate(passages, 1):
        place = NamedNode(f"{node.value}/{side}-{count}")
        quote = Literal(passage.quote, language=passage.language) if passage.language else Literal(passage.quote)
        yield Triple(node, names.term(f"source{side.capitalize()}"), place)
        yield Triple(place, TYPE, standard("oa:SpecificResource"))
        yield Triple(place, names.term("quote"), quote)
        yield Triple(place, names.term("fileName"), Literal(passage.file))
        yield Triple(place, names.term("sha256"), Literal(passage.sha256))
        for order, (start, end) in enumerate(passage.spans, 1):
            span = NamedNode(f"{place.value}/span-{order}")
            yield Triple(place, NamedNode(f"{OA}hasSelector"), span)
            yield Triple(span, TYPE, standard("oa:TextPositionSelector"))
            yield Triple(span, NamedNode(f"{OA}start"), number(start))
            yield Triple(span, NamedNode(f"{OA}end"), number(end))
