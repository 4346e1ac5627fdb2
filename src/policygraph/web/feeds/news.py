"""What the news feed tells: the release that is served, and the status reports in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from ...engine.dataset import DatasetView
from ...engine.results import Solution
from ...i18n import Words, languages
from ...rdf.media_types import N_QUADS
from ...vocabulary.codelists import rebased
from ..viewmodels.changes import reports
from ..viewmodels.concepts import ConceptIndex
from ..viewmodels.context import PageContext
from ..viewmodels.links import is_web
from .atom import AtomEntry, AtomLink

PUBLISHED = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?modified ?activity ?version ?author WHERE {
  <https://w3id.org/policygraph/id/catalogue> dct:modified ?modified ; dcat:dataset ?dataset .
  ?dataset prov:wasGeneratedBy ?activity ; dcat:version ?version .
  OPTIONAL { ?dataset dct:publisher ?publisher . ?publisher foaf:name ?author . FILTER(LANG(?author) = "en") }
} ORDER BY ?modified ?activity ?version ?author"""

AUTHOR = "The developers of policygraph"


@dataclass(frozen=True, slots=True)
class ReleaseActivity:
    """When the data were published (ISO day), the activity that made them, their version, and by whom."""

    day: str
    activity: str
    version: str
    author: str = AUTHOR


async def published(view: DatasetView) -> ReleaseActivity:
    """When and by what the data were made, by the catalogue, else when they were loaded: one engine call."""
    base, since = view.snapshot.base, view.snapshot.since
    for row in await view.select(rebased(PUBLISHED, base)):
        day, activity, version = (row.text(name) for name in ("modified", "activity", "version"))
        return ReleaseActivity(day, activity, version, row.text("author") or AUTHOR)
    return ReleaseActivity(since.date().isoformat(), f"{base}#served", "")


def release_entry(context: PageContext, activity: ReleaseActivity) -> AtomEntry:
    """The entry of the release that is served."""
    day = context.words.day(activity.day)
    links = [AtomLink(context.links.absolute("/about"))]
    if context.release is not None:
        links.append(AtomLink(context.links.absolute("/dumps/policygraph.nq"), "enclosure", N_QUADS.media_type))
    return AtomEntry(
        activity.activity,
        context.words("feed.release", version=activity.version, day=day).strip(),
        activity.day,
        tuple(links),
        tuple((language, (_release_words(context, activity, language),)) for language in languages()),
        "release",
    )


def _release_words(context: PageContext, activity: ReleaseActivity, language: str) -> str:
    words, release = Words(language), context.release
    day = words.day(activity.day)
    if release is None:
        return words("feed.release_plain", day=day)
    return words(
        "feed.release_summary",
        day=day,
        actions=words.number(release.manifest.tables.get("actions", 0)),
        statements=words.number(sum(release.manifest.graphs.values())),
        hash=release.manifest.canonical,
    )


async def report_entries(context: PageContext, concepts: ConceptIndex) -> list[AtomEntry]:
    """An entry for each status report: one engine call."""
    return [report_entry(context, row, concepts) for row in await reports(context)]


def report_entry(context: PageContext, row: Solution, concepts: ConceptIndex) -> AtomEntry:
    """The entry of one status report, in every language of the interface."""
    paragraphs: dict[str, tuple[str, ...]] = {}
    for language in languages():
        words = Words(language)
        summary = words("feed.report_summary", **_values(row, concepts, language))
        paragraphs[language] = (summary, words("feed.revises")) if row["revised"] is not None else (summary,)
    note = row["note"]
    if note is not None:
        language = note.language if note.language in paragraphs else "en"
        paragraphs[language] += (f"{Words(language)('feed.note')} {note.value}",)
    return AtomEntry(
        row.text("report"),
        context.words("feed.report", **_values(row, concepts, context.language)),
        row.text("recorded"),
        tuple(_report_links(context, row)),
        tuple(paragraphs.items()),
        row.text("status").rsplit("/", 1)[-1],
    )


def _values(row: Solution, concepts: ConceptIndex, language: str) -> dict[str, Any]:
    """The values that sentences about a report take, in a language."""
    words = Words(language)
    return {
        "identifier": row.text("identifier") or row.text("about"),
        "status": replace(concepts, language=language).label(row.text("status")).value,
        "day": words.day(row.text("as_of")),
        "recorded": words.day(row.text("recorded")),
    }


def _report_links(context: PageContext, row: Solution) -> Iterator[AtomLink]:
    """To the action's page, and to the source of the report."""
    about, source = row.text("about"), row["source"]
    if context.links.is_ours(about):
        yield AtomLink(context.links.absolute(f"/{about.removeprefix(context.base)}"))
    if isinstance(source, NamedNode) and is_web(source.value):
        yield AtomLink(source.value, "via", "")
