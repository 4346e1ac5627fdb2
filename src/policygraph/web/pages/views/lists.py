"""Pages that list things and lead into each other: sectors, dialogues, initiatives, periods, concepts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ....engine.results import Solution
from ...viewmodels.actions import ActionView, actions
from ...viewmodels.concepts import Concept, ConceptIndex, concepts
from ...viewmodels.context import PageContext
from ...viewmodels.dialogues import Dialogues, meetings
from ...viewmodels.labels import names
from ...viewmodels.page_queries import node, question
from ..page import Crumb, Page


@dataclass(frozen=True, slots=True)
class SectorView:
    """A harmonised sector: the headings and labels that mean it, and what sits behind it."""

    concept: Concept
    headings: tuple[Concept, ...]
    labels: tuple[Concept, ...]
    actions: int
    flagships: int
    dialogues: int
    attendees: int


async def sectors(visit: PageContext) -> Page:
    """The page at ``/sectors``: three engine calls."""
    found, known, met = await actions(visit), await concepts(visit), await meetings(visit)
    counts = Counter(one.heading for one in found)
    flagships = Counter(one.heading for one in found if one.flagship)
    headings = known.headings()
    return _list(
        visit,
        "sectors",
        sectors=[_sector(one, known, found, met) for one in known.members("sector")],
        themes=[one for one in headings if not one.sectors],
        counts=counts,
        flagships=flagships,
        concepts=known,
    )


def _sector(sector: Concept, known: ConceptIndex, found: Sequence[ActionView], met: Dialogues) -> SectorView:
    meaning = list(known.meaning(sector.iri))
    headings = tuple(one for one in meaning if "/id/heading/" in one.iri)
    under = {one.iri for one in headings}
    held = met.on({sector.iri}, known)
    return SectorView(
        sector,
        headings,
        tuple(one for one in meaning if "/id/sector-label/" in one.iri),
        sum(one.heading in under for one in found),
        sum(one.heading in under and one.flagship for one in found),
        len(held),
        sum(one.attendees or 0 for one in held),
    )


async def dialogues(visit: PageContext) -> Page:
    """The page at ``/dialogues``: two engine calls."""
    met, known = await meetings(visit), await concepts(visit)
    days = sorted(one.date for one in met.dialogues if one.date)
    return _list(visit, "dialogues", meetings=met, concepts=known, days=days)


async def initiatives(visit: PageContext) -> Page:
    """The page at ``/initiatives``: two engine calls."""
    return _list(visit, "initiatives", meetings=await meetings(visit), concepts=await concepts(visit))


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A quarter or year with its days and numbers; ``percent`` is of the longest bar."""

    iri: str
    notation: str
    start: str
    end: str
    actions: int
    open_ended: int
    flagships: int
    percent: float
    flagships_percent: float

    @classmethod
    def of(cls, row: Solution, most: int) -> PeriodView:
        """The period in a row of ``periods.rq``."""
        counts = [int(row.text(name)) for name in ("actions", "open_ended", "flagships")]
        shares = [round(100 * count / most, 2) for count in (counts[0], counts[2])]
        iri, notation, start, end = (row.text(name) for name in ("period", "notation", "start", "end"))
        return cls(iri, notation, start, end, counts[0], counts[1], counts[2], shares[0], shares[1])


async def periods(visit: PageContext) -> Page:
    """The page at ``/periods``: one engine call."""
    rows = await visit.view.select(question("periods", visit.base))
    most = max((int(row.text("actions")) for row in rows), default=1) or 1
    found = [PeriodView.of(row, most) for row in rows]
    ordered = sorted(found, key=lambda one: (one.notation[:4], one.notation[4:] or "~"))
    return _list(visit, "periods", periods=ordered)


async def concept_lists(visit: PageContext) -> Page:
    """The page at ``/concepts``: two engine calls."""
    known = await concepts(visit)
    schemes = known.schemes()
    members: dict[str, list[Concept]] = defaultdict(list)
    for one in known.known.values():
        for scheme in one.schemes:
            members[scheme].append(one)
    for found in members.values():
        found.sort(key=lambda one: (one.order, one.notation, one.iri))
    called = await names(visit, map(node, schemes))
    return _list(visit, "concepts", concepts=known, schemes=schemes, members=members, names=called)


def _list(visit: PageContext, name: str, **context: object) -> Page:
    return Page(
        f"{name}.html",
        visit.words(f"{name}.title"),
        context,
        description=visit.words(f"{name}.lede"),
        crumbs=(Crumb(visit.words(f"nav.{name}")),),
        section=name,
    )
