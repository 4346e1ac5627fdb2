"""Content negotiation: the Accept header against what there is (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ...rdf.media_types import GRAPHS, HTML, RESULTS, Format
from .problems import HTTPProblem

LONGEST = 4_096
"""Characters of an Accept header that are read; browsers send some 150."""

EVERY_TYPE = tuple(one.media_type for one in (*RESULTS, *GRAPHS))
"""The media types of everything that is data."""

_RANGE = re.compile(r"([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)$", re.ASCII)
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class AcceptRange:
    """One range of an Accept header; ``quality`` from 0 to 1."""

    main: str
    sub: str
    quality: float

    def matches(self, media_type: str) -> bool:
        """Whether a media type lies in the range."""
        main, _, sub = media_type.partition("/")
        return self.main in ("*", main) and self.sub in ("*", sub)

    @property
    def precision(self) -> int:
        """0 for ``*/*``, 1 for ``text/*``, 2 for a type."""
        return (self.main != "*") + (self.sub != "*")


def accept(request: HTTPConnection) -> str | None:
    """The Accept header; several count as one."""
    return ",".join(request.headers.getlist("accept")) or None


def wants_page(accept: str | None) -> bool:
    """Whether an Accept header names text/html and prefers it to every format for data, as browsers do."""
    wanted = ranges(accept or "")
    named = any(one.precision == 2 and one.matches(HTML.media_type) for one in wanted)
    return named and all(_quality(wanted, HTML.media_type) >= _quality(wanted, other) for other in EVERY_TYPE)


def ranges(header: str) -> list[AcceptRange]:
    """The ranges of an Accept header; those that are malformed are left out.

    >>> ranges("text/turtle;q=0.5, nonsense")
    [AcceptRange(main='text', sub='turtle', quality=0.5)]
    """
    parsed = map(_range, header[:LONGEST].split(","))
    return [one for one in parsed if one is not None]


def choose(header: str | None, offers: Sequence[Format]) -> Format:
    """The best offer for an Accept header; the first where there is none or it says nothing readable.

    Among equals the first offer wins. Raises HTTPProblem 406 that lists the offers where none is acceptable.
    """
    wanted = ranges(header or "")
    if not wanted:
        return offers[0]
    qualities = [_quality_of(wanted, one) for one in offers]
    best = max(qualities)
    if best <= 0:
        there = ", ".join(offer.media_type for offer in offers)
        raise HTTPProblem(406, f"None of the formats in Accept is there: ask for one of {there}.")
    return offers[qualities.index(best)]


def _range(part: str) -> AcceptRange | None:
    media_range, *parameters = (piece.strip() for piece in part.split(";"))
    match = _RANGE.match(media_range.casefold())
    if match is None or (match[1] == "*" and match[2] != "*"):
        return None
    values = [value.strip() for name, _, value in (p.partition("=") for p in parameters) if name.strip() in "qQ"]
    if values and not _QUALITY.match(values[0]):
        return None
    return AcceptRange(match[1], match[2], float(values[0]) if values else 1.0)


def _quality_of(wanted: Sequence[AcceptRange], offer: Format) -> float:
    """An alias counts where it is named; ``*/*`` and ``text/*`` are about the type that is sent."""
    names = (offer.media_type, *offer.aliases)
    named = [one.quality for one in wanted if one.precision == 2 and any(map(one.matches, names))]
    return max(named) if named else _quality(wanted, offer.media_type)


def _quality(wanted: Sequence[AcceptRange], media_type: str) -> float:
    """The quality that the most precise matching range gives a media type; 0 where none matches."""
    matching = [one for one in wanted if one.matches(media_type)]
    return max(matching, key=lambda one: (one.precision, one.quality)).quality if matching else 0.0
