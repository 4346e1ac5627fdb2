"""What somebody who follows strategies asks each morning, as rows of canned queries put beside one another.

Which action is due, late or unreported is decided by those queries alone: here their rows are joined with those of
``actions`` and ``status-as-known``, and narrowed to a sector by those of ``actions-in-sector``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ..history.changes import CHANGESET
from ..history.steps import HistoryStep, events_of, steps
from ..rdf.iris import DCT, XSD
from ..release import Release
from .results import Answer, Row, Term, plain

NO_REPORT = "no report"
SHOWN = (
    "day",
    "action",
    "number",
    "heading",
    "kind",
    "description",
    "wording",
    "status",
    "since",
    "document",
    "text_status",
)
"""The columns of a list; ``day`` is the last day to complete or, where ``wording`` only says a start, to start."""

CHANGED = ("day", "about", "kind", "change")

LATE = "actions-late"
PAST = {
    "actions-due-without-report": ("completion_due_by", "due, no report"),
    "actions-should-have-started-without-report": ("start_due_by", "should have started, no report"),
}
"""Queries about what has passed without a report: the column with the day that has, and the word for it."""

Asking = Callable[..., Answer]
"""``ask`` with its source: the name of a canned query and values → its answer."""


class Scope(NamedTuple):
    """What a list is narrowed to: a strategy, a sector, the day of reference (ISO), the language of texts."""

    as_of: str
    lang: str = "en"
    document: str | None = None
    sector: str | None = None


class Dossier(NamedTuple):
    """One action whole: a row of ``actions`` for each target, status, words for what has passed, places."""

    targets: list[dict[str, str | None]]
    status: Mapping[str, str | None] | None
    timeliness: tuple[str, ...]
    evidence: tuple[Mapping[str, str | None], ...]


def due_in(asking: Asking, scope: Scope, period: str) -> Answer:
    """The actions whose last day falls in a quarter or a year, with what was reported of each."""
    chosen = asking("actions-due-in-period", period=period, lang=scope.lang, document=scope.document)
    return _listed(asking, scope, ((row, "completion_due_by") for row in _rows(chosen)))


def due_before(asking: Asking, scope: Scope, day: str) -> Answer:
    """The actions whose last day comes before ``day``, with what was reported of each."""
    chosen = asking("actions-due-before", as_of=day, lang=scope.lang, document=scope.document)
    return _listed(asking, scope, ((row, "completion_due_by") for row in _rows(chosen)))


def unreported(asking: Asking, scope: Scope) -> Answer:
    """The actions whose day has passed without a report; ``status`` has one of the words of ``PAST``."""
    chosen: list[tuple[dict[str, Term | None], str]] = []
    for name, (day, word) in PAST.items():
        answer = asking(name, as_of=scope.as_of, lang=scope.lang, document=scope.document)
        chosen += [(row | {"status": Literal(word, language="en")}, day) for row in _rows(answer)]
    return _listed(asking, scope, chosen)


def late(asking: Asking, scope: Scope) -> Answer:
    """The actions that are late because a report says so; ``since`` is the day on which it was so."""
    chosen = asking(LATE, as_of=scope.as_of, lang=scope.lang, document=scope.document)
    return _listed(asking, scope, ((row, "") for row in _rows(chosen)))


def dossier(asking: Asking, scope: Scope, iri: str) -> Dossier:
    """Everything about one action of ``asking``'s source; ``iri`` must be one of its actions."""
    actions = _about(asking("actions", lang=scope.lang), iri)
    status = _about(asking("status-as-known", as_of=scope.as_of, lang=scope.lang), iri)
    words = [(LATE, "late"), *((name, word) for name, (_, word) in PAST.items())]
    past = tuple(word for name, word in words if _about(asking(name, as_of=scope.as_of), iri))
    evidence = tuple(asking("source-of", action=iri).dicts())
    return Dossier(actions, status[0] if status else None, past, evidence)


def changes(asking: Asking, release: Release, scope: Scope, since: str) -> Answer:
    """What changed from ``since`` (an ISO day) on: the events of each build, and the reports recorded."""
    rows: list[Row] = []
    for step in steps(release):
        if since <= step.recorded <= scope.as_of:
            rows += _events(release, step)
    for row in _rows(asking("status-as-known", as_of=scope.as_of, lang=scope.lang, document=scope.document)):
        recorded = row["recorded"]
        if since <= (plain(recorded) or ""):
            words = f"{plain(row['status'])} on {plain(row['since'])}, by {plain(row['source'])}"
            rows.append((recorded, row["action"], Literal("status report"), Literal(words, language="en")))
    if scope.document is not None:
        rows = [row for row in rows if f"/{scope.document.rpartition('/')[2]}/" in f"{plain(row[1])}/"]
    narrowed = _in_sector(asking, scope)
    rows = [row for row in rows if narrowed is None or row[1] in narrowed]
    rows.sort(key=lambda row: tuple(plain(term) or "" for term in row))
    return Answer(CHANGED, tuple(rows), base=release.base)


def _events(release: Release, step: HistoryStep) -> Iterator[Row]:
    """The events of a build but those of status reports, which are target from the reports themselves."""
    events: dict[object, dict[str, Term]] = defaultdict(dict)
    for triple in events_of(release, step):
        events[triple.subject][triple.predicate.value] = triple.object  # type: ignore[assignment]
    day = Literal(step.recorded, datatype=NamedNode(f"{XSD}date"))
    for event in events.values():
        kind = plain(event.get(f"{DCT}type")) or ""
        if f"{CHANGESET}changeReason" in event and not kind.endswith("/status-changed"):
            about, reason = event[f"{CHANGESET}subjectOfChange"], event[f"{CHANGESET}changeReason"]
            yield day, about, Literal(kind.rpartition("/")[2].replace("-", " ")), reason


def _about(answer: Answer, iri: str) -> list[dict[str, str | None]]:
    return [row for row in answer.dicts() if row["action"] == iri]


def _rows(answer: Answer) -> Iterator[dict[str, Term | None]]:
    return (dict(zip(answer.columns, row, strict=True)) for row in answer)


def _listed(asking: Asking, scope: Scope, chosen: Iterable[tuple[dict[str, Term | None], str]]) -> Answer:
    """The chosen rows, each with the name of its column with the day, filled from ``actions`` and the reports."""
    narrowed = _in_sector(asking, scope)
    every = asking("actions", lang=scope.lang, document=scope.document)
    reports = asking("status-as-known", as_of=scope.as_of, lang=scope.lang, document=scope.document)
    status = {row["action"]: row for row in _rows(reports)}
    targets = [*_rows(every)]
    by_day = {(row["action"], row[day]): row for row in targets for day in ("completion_due_by", "start_due_by")}
    whole = {row["action"]: row for row in reversed(targets)}
    rows = []
    for row, column in chosen:
        action = row["action"]
        if narrowed is None or action in narrowed:
            target = by_day.get((action, row.get(column)), whole[action])
            report = status.get(action, {"status": Literal(NO_REPORT, language="en")})
            day = row.get(column) or target["completion_due_by"] or target["start_due_by"]
            rows.append(tuple((report | row | target | {"day": day}).get(name) for name in SHOWN))
    rows.sort(key=lambda row: tuple(plain(term) or "" for term in row[:2]))
    return Answer(SHOWN, tuple(rows), base=every.base)


def _in_sector(asking: Asking, scope: Scope) -> set[Term | None] | None:
    if scope.sector is None:
        return None
    answer = asking("actions-in-sector", sector=scope.sector, document=scope.document)
    return {row["action"] for row in _rows(answer)}
