"""One request as views see it: its address, language and data, and the queries that are put to the data.

The SPARQL of the pages stands in ``queries/``: files that run as they are, whose marked lines take a page's terms.
A line that ends in ``#+ <name>`` is replaced: ``VALUES ?thing { <…> } #+ thing`` gets the terms for ``thing``; a
line that is only ``#+ <name>`` gets the pattern for it, or stays a comment.
"""

from __future__ import annotations

import asyncio
import datetime
import re
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request

from ...engine.results import Solutions
from ...engine.settings import Settings
from ...i18n import LocalizedStr, Words, choose
from ...queries import canned
from ...rdf.iris import BASE
from ...release import Release
from ...vocabulary.codelists import rebased
from ..delivery.problems import HTTPProblem
from .links import Links, Pairs

LONGEST = 400
"""Characters of one parameter that are read."""

QUERIES = Path(__file__).resolve().parent / "queries"
_VALUES = re.compile(r"^( *)VALUES (\?\w+) \{.*\} #\+ (\w+)$", re.MULTILINE)
_PATTERN = re.compile(r"^( *)#\+ (\w+)$", re.MULTILINE)

Terms = Iterable[NamedNode | Literal]
T = TypeVar("T")


class QuerySource(Protocol):
    """What answers a page's queries; ``engine.dataset.DatasetView`` is one."""

    @property
    def kept(self) -> MutableMapping[Hashable, Any]:
        """What was made of the data, for as long as they stay what they are."""

    async def select(self, query: str) -> Solutions:
        """The table of a SELECT query over the union of the graphs."""

    async def construct(self, query: str) -> bytes:
        """The Turtle of a CONSTRUCT query."""


class StaticHost(Protocol):
    """A host that only sends files, for which pages are written beforehand (``site``)."""

    @property
    def dump(self) -> str:
        """The path of the file that browsers load to answer queries."""

    @property
    def size(self) -> int:
        """The bytes of that file."""

    def links(self, path: str, pairs: Pairs, language: str) -> Links:
        """What makes the addresses of the page at a path."""


@dataclass(frozen=True, slots=True)
class ListPage(Generic[T]):
    """Some entries of a long list: which page of how many, and how many entries there are in all."""

    entries: tuple[T, ...]
    number: int
    last: int
    total: int


@dataclass(frozen=True)
class PageContext:
    """``path`` and ``pairs`` as in the address; ``language`` as chosen; ``today`` is the day that pages are about.

    ``static`` is there where the page becomes a file, ``routes`` are those of the application, which describe
    themselves, and ``note`` takes what the request log should say.
    """

    view: QuerySource
    path: str = "/"
    pairs: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    today: datetime.date = field(default_factory=datetime.date.today)
    base: str = BASE
    release: Release | None = None
    settings: Settings = field(default_factory=Settings)
    static: StaticHost | None = None
    routes: Sequence[Any] = ()
    note: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where strangers reach the site, with a slash at the end."""
        return self.settings.address

    @cached_property
    def words(self) -> Words:
        return Words(self.language)

    @cached_property
    def links(self) -> Links:
        if self.static is not None:
            return self.static.links(self.path, self.pairs, self.language)
        explicit = self.language if self.first("lang") == self.language else None
        return Links(self.base, explicit, self.address)

    async def select(self, name: str, patterns: Mapping[str, str] | None = None, **terms: Terms) -> Solutions:
        """The rows of one of our queries: one engine call."""
        return await self.view.select(query_text(name, self.base, terms, patterns))

    async def construct(self, name: str, **terms: Terms) -> bytes:
        """The Turtle of one of our queries: one engine call."""
        return await self.view.construct(query_text(name, self.base, terms))

    async def keep(self, name: str, make: Callable[[], Coroutine[Any, Any, T]], version: str = "") -> T:
        """What ``make`` makes of the data: once for all requests, until the data or the ``version`` change.

        Who gets it must not change it. Requests that come meanwhile wait for the one that makes it.
        """
        kept = self.view.kept
        if name not in kept or kept[name][0] != version:
            task = asyncio.create_task(make())
            task.add_done_callback(lambda done: _forget(kept, name, done))
            kept[name] = version, task
        result: T = await asyncio.shield(kept[name][1])
        return result

    async def canned(self, name: str, **values: str) -> Solutions:
        """The rows of a canned query with these parameters: one engine call."""
        return await self.view.select(canned.get(name).bind(self.base, **values))

    def refusal(self, status: int, key: str, headers: dict[str, str] | None = None, **values: Any) -> HTTPProblem:
        """A refusal in the reader's language; ``key`` is below ``refusal`` in the catalogue of words."""
        sentence = LocalizedStr(self.words(f"refusal.{key}", **values), self.language)
        return HTTPProblem(status, sentence, headers=headers)

    def first(self, name: str) -> str:
        """The first value of a parameter, without blanks around it; "" where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that is not blank."""
        return [value.strip()[:LONGEST] for key, value in self.pairs if key == name and value.strip()]

    def page_number(self) -> int:
        """The parameter ``page``, from 1; HTTPProblem 400 where it is no number of a page."""
        page = self.first("page") or "1"
        if not (page.isascii() and page.isdecimal() and int(page[:9]) > 0):
            raise self.refusal(400, "page_number", value=page[:20])
        return int(page[:9])

    def part(self, entries: Sequence[T], size: int) -> ListPage[T]:
        """The part of a list by the parameter ``page``, else the last; HTTPProblem 400 for no number."""
        last = max(1, -(-len(entries) // size))
        number = min(self.page_number(), last)
        return ListPage(tuple(entries[(number - 1) * size : number * size]), number, last, len(entries))

    def here(self, changes: Mapping[str, str | int | None]) -> str:
        """The link to this page with some parameters changed, or taken out (None)."""
        kept: Pairs = [(name, value) for name, value in self.pairs if name not in changes]
        added = [(name, str(value)) for name, value in changes.items() if value is not None]
        return self.links.to(self.path, [*kept, *added])

    def in_language(self, language: str) -> str:
        """The link to this page in a language."""
        return replace(self.links, language=language).to(self.path, self.pairs)


def _forget(kept: MutableMapping[Hashable, Any], name: str, task: asyncio.Task[Any]) -> None:
    """Keep no failure: the next request tries again."""
    if (task.cancelled() or task.exception() is not None) and kept.get(name, (None, None))[1] is task:
        del kept[name]


def page_context(request: Request) -> PageContext:
    """The request as views see it; whole addresses come from the settings, never from the request's Host."""
    view, pairs = request.state.view, tuple(request.query_params.multi_items())
    explicit = next((value for name, value in pairs if name == "lang"), None)
    return PageContext(
        view,
        request.url.path,
        pairs,
        choose(explicit, request.headers.get("accept-language")),
        base=view.snapshot.base,
        release=view.snapshot.release,
        settings=request.app.state.settings,
        static=getattr(request.app.state, "static_host", None),
        routes=request.app.routes,
        note=request.state.note,
    )


@cache
def _file(name: str) -> str:
    return (QUERIES / f"{name}.rq").read_text("utf-8")


def query_text(name: str, base: str, terms: Mapping[str, Terms], patterns: Mapping[str, str] | None = None) -> str:
    """The query ``queries/<name>.rq`` for a site over ``base`` with these terms and patterns in its marked lines.

    Terms write and escape themselves; patterns come from code, never from a request.
    """

    def values(line: re.Match[str]) -> str:
        if line[3] not in terms:
            return line[0]
        return f"{line[1]}VALUES {line[2]} {{ {' '.join(map(str, terms[line[3]]))} }}"

    query = _PATTERN.sub(
        lambda line: line[1] + (patterns or {}).get(line[2], f"#+ {line[2]}"), rebased(_file(name), base)
    )
    return _VALUES.sub(values, query)


def node(iri: str) -> NamedNode:
    """An IRI from a request as a term; HTTPProblem 404 where it is none, for then nothing has it as its name."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise HTTPProblem(404, "There is nothing at this address: its name is no IRI.") from error
