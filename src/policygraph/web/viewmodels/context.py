"""One request as page makers see it: who asks what, in which language, over which data. No framework in it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ...engine.results import Solutions
from ...i18n import LocalizedStr, Words, choose
from ...rdf.iris import BASE
from ...release import Release
from ..delivery.problems import HTTPProblem
from .links import Links, Pairs

if TYPE_CHECKING:
    from starlette.requests import Request

LONGEST = 400
"""Characters of one parameter that are read."""


class QuerySource(Protocol):
    """What answers a page's queries; ``dataset.View`` is one."""

    async def select(self, query: str) -> Solutions:
        """The table of a SELECT query over the union of the graphs."""
        ...

    async def construct(self, query: str) -> bytes:
        """The Turtle of a CONSTRUCT query."""
        ...


@dataclass(frozen=True)
class PageContext:
    """``path`` and ``pairs`` as asked; ``language`` as chosen; ``today`` is the day that pages are about.

    ``address`` is where strangers reach the site, with a slash at the end, for links that must be absolute.
    """

    view: QuerySource
    path: str = "/"
    pairs: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    today: datetime.date = field(default_factory=datetime.date.today)
    base: str = BASE
    release: Release | None = None
    address: str = "http://127.0.0.1:8000/"

    @cached_property
    def words(self) -> Words:
        return Words(self.language)

    @cached_property
    def links(self) -> Links:
        explicit = self.language if self.first("lang") == self.language else None
        return Links(self.base, explicit)

    def refusal(self, status: int, key: str, **values: str | int) -> HTTPProblem:
        """A refusal in the visitor's language; ``key`` is below ``refusal`` in the translations."""
        return HTTPProblem(status, LocalizedStr(self.words(f"refusal.{key}", None, **values), self.language))

    def first(self, name: str) -> str:
        """The first value of a parameter, without blanks around it; "" where it is not given."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that is not blank."""
        return [value.strip()[:LONGEST] for key, value in self.pairs if key == name and value.strip()]

    def here(self, changes: Mapping[str, str | int | None] | None = None) -> str:
        """The address of this page with some parameters changed, or taken out (None)."""
        changes = changes or {}
        kept: Pairs = [(name, value) for name, value in self.pairs if name not in changes]
        added = [(name, str(value)) for name, value in changes.items() if value is not None]
        return self.links.to(self.path, [*kept, *added])

    def in_language(self, language: str | None) -> str:
        """The address of this page in a language, or in the one that Accept-Language chooses (None)."""
        return Links(self.base, language).to(self.path, self.pairs)


def page_context(request: Request) -> PageContext:
    """The request as page makers see it; addresses come from the settings, never from the request's host."""
    view, pairs = request.state.view, tuple(request.query_params.multi_items())
    explicit = next((value for name, value in pairs if name == "lang"), None)
    return PageContext(
        view,
        request.url.path,
        pairs,
        choose(explicit, request.headers.get("accept-language")),
        base=view.snapshot.base,
        release=view.snapshot.release,
        address=request.app.state.settings.address,
    )
