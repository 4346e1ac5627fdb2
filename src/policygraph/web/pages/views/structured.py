"""What a thing is in schema.org's words, for search engines: JSON-LD of values that stand on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....rdf.iris import DCT

if TYPE_CHECKING:
    from ...viewmodels.context import PageContext
    from .thing import ThingView

TYPES = {
    "action": "CreativeWork",
    "initiative": "CreativeWork",
    "dialogue": "Event",
    "doc": "CreativeWork",
    "status-report": "Report",
    "source": "Quotation",
}


def structured(visit: PageContext, one: ThingView) -> tuple[Mapping[str, Any], ...]:
    """The JSON-LD objects of a thing's page; a concept is a DefinedTerm."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(one.kind, "DefinedTerm"),
        "@id": one.iri,
        "name": one.names.label(one.iri).value,
        "url": visit.address + one.iri.removeprefix(visit.base) + ".html",
    }
    words = one.names.texts_of(one.iri, DCT + "description")
    if words:
        found["description" if one.kind == "dialogue" else "text"] = words.value
        found["inLanguage"] = words.language
    if one.kind == "dialogue":
        found["startDate"] = one.found["out"].one(DCT + "date")
    if one.kind == "action":
        found["isPartOf"] = one.found["out"].one(DCT + "source")
        found["temporalCoverage"] = (
            one.own("earliest", "nested") + "/" + (one.own("completionDueBy", "nested") or "..")
        )
    return ({name: value for name, value in found.items() if value},)
