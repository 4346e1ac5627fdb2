"""The changes of a release, build after build: as a Linked Data Event Stream (LDES, by TREE) and as Atom.

A page of the stream is a step of the release's history, and never changes; its members are the events of the
step. The first page leads to all others. Both are read from ``history/`` and ask no engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from anyio import to_thread
from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from ...engine.dataset import Snapshot
from ...history.changes import CHANGESET
from ...history.steps import HistoryStep, events_of, steps
from ...rdf.iris import Names, prefixes
from ...rdf.media_types import TURTLE
from ...rdf.serialise import serialise
from ...rdf.statements import TYPE, standard
from ...release import Release
from ..delivery.link_header import LICENCE, TypedLink
from ..delivery.operations import Operation, OperationRoute, parameter, text
from ..delivery.problems import HTTPProblem
from ..delivery.requests import Argument, read, view_of
from ..delivery.response_cache import cached
from ..delivery.responses import deliver
from ..viewmodels.changes import ChangeView
from ..viewmodels.context import PageContext, page_context
from .atom import MEDIA_TYPE, AtomEntry, AtomLink, write_feed
from .news import AUTHOR, published

LDES, TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
CONTENT_TYPE = f"{TURTLE.media_type}; charset=utf-8"


def _context(request: Request) -> PageContext:
    """The request, in English: the sentences of changes have no other language."""
    return replace(page_context(request), language="en")


def _history(context: PageContext) -> tuple[Release, tuple[HistoryStep, ...]]:
    if context.release is None:
        raise HTTPProblem(404, "What is served here is no release, so nothing is known of its changes.")
    return context.release, steps(context.release)


async def stream(request: Request) -> Response:
    """The first page of the stream, which leads to the page of each step."""
    read(request, ())
    context = _context(request)
    content = await cached(request, ("ldes",), lambda: to_thread.run_sync(_first_page, context))
    return await deliver(request, content, CONTENT_TYPE, links=[TypedLink(LICENCE, "license")])


async def step_page(request: Request) -> Response:
    """The page of one step: its events."""
    read(request, ())
    context = _context(request)
    number = request.path_params["number"]
    content = await cached(request, ("ldes", str(number)), lambda: to_thread.run_sync(_page, context, number))
    return await deliver(request, content, CONTENT_TYPE, links=[TypedLink(LICENCE, "license")])


def _first_page(context: PageContext) -> bytes:
    _, history = _history(context)
    names, page = Names(context.base), NamedNode(context.links.absolute("/ldes.ttl"))
    triples = [*_stream(context, page)]
    for step in history:
        relation = NamedNode(f"{page.value}#step-{step.number}")
        triples += [
            Triple(page, NamedNode(f"{TREE}relation"), relation),
            Triple(relation, TYPE, NamedNode(f"{TREE}Relation")),
            Triple(relation, NamedNode(f"{TREE}node"), _address(context, step.number)),
        ]
    return _written(triples, names)


def _page(context: PageContext, number: int) -> bytes:
    release, history = _history(context)
    if not 1 <= number <= len(history):
        raise HTTPProblem(404, f"The history has {len(history)} step(s), and no step {number}.")
    step, page = history[number - 1], _address(context, number)
    events, member = events_of(release, step), NamedNode(f"{TREE}member")
    triples = [*_stream(context, page)]
    stream = triples[0].subject
    kind = Names(context.base).term("ChangeEvent")
    triples += [
        Triple(stream, member, one.subject) for one in events if one.predicate == TYPE and one.object == kind
    ]
    return _written([*triples, *events], Names(context.base))


def _stream(context: PageContext, page: NamedNode) -> Iterator[Triple]:
    """What every page says of the stream and of itself."""
    stream = NamedNode(f"{context.links.absolute('/ldes.ttl')}#stream")
    yield Triple(stream, TYPE, NamedNode(f"{LDES}EventStream"))
    yield Triple(stream, NamedNode(f"{LDES}timestampPath"), standard("dct:issued"))
    yield Triple(stream, NamedNode(f"{LDES}versionOfPath"), standard("dct:isVersionOf"))
    yield Triple(stream, standard("dct:license"), NamedNode(LICENCE))
    yield Triple(stream, standard("dct:title"), Literal(context.words("changes.title"), language=context.language))
    yield Triple(stream, NamedNode(f"{TREE}view"), page)
    yield Triple(page, TYPE, NamedNode(f"{TREE}Node"))


def _address(context: PageContext, number: int) -> NamedNode:
    return NamedNode(context.links.absolute(f"/ldes/{number}.ttl"))


def _written(triples: list[Triple], names: Names) -> bytes:
    declared = prefixes(names.base) | {"cs": CHANGESET, "ldes": LDES, "tree": TREE}
    return serialise(triples, TURTLE, declared)


async def changes_feed(request: Request) -> Response:
    """The same as Atom: an entry for each step, with a sentence for each change."""
    read(request, ())
    context = _context(request)
    released = await published(view_of(request))
    content = await cached(
        request, ("changes.atom",), lambda: to_thread.run_sync(_write_changes, context, released.day)
    )
    return await deliver(request, content, f"{MEDIA_TYPE}; charset=utf-8", links=[TypedLink(LICENCE, "license")])


def _write_changes(context: PageContext, day: str) -> bytes:
    release, history = _history(context)
    reason = NamedNode(f"{CHANGESET}changeReason")
    entries = []
    for step in history:
        sentences = (one.object for one in events_of(release, step) if one.predicate == reason)
        reasons = tuple(one.value for one in sentences if isinstance(one, Literal))
        title = context.words("changes.step", day=context.words.day(step.recorded), changes=step.changes)
        link = AtomLink(_address(context, step.number).value, "alternate", TURTLE.media_type)
        node = f"{context.base}id/change/{step.old[:12]}-{step.new[:12]}"
        entries.append(AtomEntry(node, title, step.recorded, (link,), (("en", reasons),)))
    return write_feed(
        entries,
        (AtomLink(context.links.absolute("/changes.atom"), "self", MEDIA_TYPE),),
        id=f"{context.base}changes.atom",
        title=context.words("changes.title"),
        subtitle=context.words("changes.subtitle"),
        language=context.language,
        author=AUTHOR,
        updated=day,
    )


def change_entry(context: PageContext, change: ChangeView) -> AtomEntry:
    """The entry of one event of the history; its sentence has no other language than English."""
    link = AtomLink(context.links.absolute(f"/{change.about.removeprefix(context.base)}"))
    return AtomEntry(
        change.node, change.sentence[:200], change.day, (link,), (("en", (change.sentence,)),), change.kind
    )


def _operation(id: str, summary: str, media_type: str) -> Operation:
    return Operation(id, summary, "feeds", text(media_type), ("404",))


def _page_operations(snapshot: Snapshot) -> Iterator[Operation]:
    """The pages of steps, where there are any."""
    if snapshot.release is not None and steps(snapshot.release):
        number = parameter(Argument("number", "xsd:integer", "Number of the step, the first is 1", "1"), "path")
        described = _operation("ldes.step", "A page of the stream: one step", TURTLE.media_type)
        yield replace(described, parameters=(number,))


STREAM = "The changes from build to build as a Linked Data Event Stream"
ROUTES = [
    OperationRoute("/ldes", stream, _operation("ldes", STREAM, TURTLE.media_type)),
    OperationRoute("/ldes.ttl", stream, _operation("ldes.ttl", STREAM, TURTLE.media_type)),
    OperationRoute("/ldes/{number:int}.ttl", step_page, _page_operations),
    OperationRoute("/changes.atom", changes_feed, _operation("changes", "The same as Atom", MEDIA_TYPE)),
]
