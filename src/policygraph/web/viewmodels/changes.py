"""What changed: the events of the release's history, and the status reports in the data, the latest first.

A report that came with a new release is an event of its history as well: it is told once, as a report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from anyio import to_thread
from pyoxigraph import Literal, NamedNode, Triple

from ...engine.results import Solution
from ...history.changes import CHANGESET
from ...history.steps import events_of, steps
from ...rdf.iris import DCT
from ...release import Release
from .context import PageContext

REPORT, STATUS_CHANGED = "report", "status-changed"


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change: the ISO day, its kind (the key of a concept of ``id:change-kind``, or ``report``), and of what.

    ``sentence`` says it in English where an event does; ``before`` and ``after`` are its values. ``row`` is that
    of a report.
    """

    day: str
    kind: str
    about: str
    node: str
    sentence: str = ""
    before: str = ""
    after: str = ""
    row: Solution | None = None

    @property
    def strategy(self) -> str:
        """The key of the document of the thing: ``COM-2025-723`` of ``…/id/action/COM-2025-723/A3-001``."""
        parts = self.about.partition("/id/")[2].split("/")
        return parts[1] if len(parts) > 1 else ""


async def changes(context: PageContext) -> tuple[ChangeView, ...]:
    """Every change, the latest first: one engine call while the data are served.

    Raises ReleaseError for a history that cannot be read.
    """

    async def ask() -> tuple[ChangeView, ...]:
        entries = list(_reports(await reports(context)))
        if context.release is not None:
            entries += await to_thread.run_sync(_events, context.release, context.base)
        return tuple(sorted(entries, key=lambda one: (one.day, one.about, one.node), reverse=True))

    return await context.keep("changes", ask)


async def reports(context: PageContext) -> list[Solution]:
    """The row of each status report, the first where sources or notes make several: one engine call."""

    async def ask() -> list[Solution]:
        first: dict[str, Solution] = {}
        for row in await context.select("reports"):
            first.setdefault(row.text("report"), row)
        return list(first.values())

    return await context.keep("reports", ask)


def _reports(rows: list[Solution]) -> Iterator[ChangeView]:
    for row in rows:
        yield ChangeView(row.text("recorded"), REPORT, row.text("about"), row.text("report"), row=row)


def _events(release: Release, base: str) -> list[ChangeView]:
    """The events of every step of a release's history."""
    return [
        event
        for step in steps(release)
        for event in _events_in(events_of(release, step), step.recorded, base)
        if event.kind != STATUS_CHANGED
    ]


def _events_in(triples: list[Triple], day: str, base: str) -> Iterator[ChangeView]:
    said: dict[str, dict[str, str]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            said.setdefault(triple.subject.value, {})[triple.predicate.value] = triple.object.value
    for node, values in said.items():
        if about := values.get(f"{CHANGESET}subjectOfChange"):
            kind = values.get(f"{DCT}type", "").rpartition("/")[2]
            sentence = values.get(f"{CHANGESET}changeReason", "")
            before, after = (values.get(f"{base}def#{name}", "") for name in ("before", "after"))
            yield ChangeView(day, kind, about, node, sentence, before, after)
