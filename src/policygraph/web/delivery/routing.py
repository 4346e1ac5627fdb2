"""Routes that share an address: data for programs here, a page for browsers in the module that has pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.routing import Match, Route
from starlette.types import Scope

from ..sparql.endpoint import EVERY_TYPE
from .negotiation import prefers


class DataRoute(Route):
    """A route for all but browsers: where Accept names HTML and wants nothing more, the next route is asked."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match is not Match.NONE and wants_page(Headers(scope=scope).getlist("accept")):
            return Match.NONE, {}
        return match, child


def wants_page(accept: Sequence[str]) -> bool:
    """Whether the Accept headers of a request prefer text/html to every format for data."""
    return prefers(",".join(accept) or None, "text/html", EVERY_TYPE)
