"""Content negotiation: the Accept header against what there is (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.requests import HTTPConnection

from ...rdf.media_types import GRAPHS, HTML, RESULTS, Format
from .problems import HTTPProblem

LONGEST = 4_096
"""Characters of an Accept header that are read; browsers send some 150."""

EVERY_TYPE = tuple(one.media_type for one in (*RESULTS, *GRAPHS))
"""The media types of everything that is data."""

_RANGE = re.compile(r"(?!\*/(?!\*$))[\w!#$&^.+*-]+/[\w!#$&^.+*-]+$", re.ASCII)
_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$", re.ASCII)


def accept(request: HTTPConnection) -> str | None:
    """The Accept header; several count as one."""
    return ",".join(request.headers.getlist("accept")) or None


def wants_page(accept: str | None) -> bool:
    """Whether an Accept header names text/html and prefers it to every format for data, as browsers do."""
    accepted, page = ranges(accept or ""), HTML.media_type
    return page in accepted and all(_quality(accepted, page) >= _quality(accepted, one) for one in EVERY_TYPE)


def choose(header: str | None, offers: Sequence[Format]) -> Format:
    """The best offer for an Accept header; the first where there is none or it says nothing readable.

    Among equals the first offer wins. Raises HTTPProblem 406 that lists the offers where none is acceptable.
    """
    accepted = ranges(header or "")
    if not accepted:
        return offers[0]
    qualities = [_quality(accepted, *offer.aliases, offer.media_type) for offer in offers]
    best = max(qualities)
    if best <= 0:
        there = ", ".join(offer.media_type for offer in offers)
        raise HTTPProblem(406, f"None of the formats in Accept is there: ask for one of {there}.")
    return offers[qualities.index(best)]


def ranges(header: str) -> dict[str, float]:
    """The quality of each range of an Accept header, from 0 to 1; ranges that are malformed are left out.

    >>> ranges("text/turtle;q=0.5, nonsense, */*;q=0.1")
    {'text/turtle': 0.5, '*/*': 0.1}
    """
    accepted: dict[str, float] = {}
    for part in header[:LONGEST].split(","):
        media_range, *parameters = (piece.strip() for piece in part.casefold().split(";"))
        pairs = (parameter.partition("=") for parameter in parameters)
        quality = next((value.strip() for name, _, value in pairs if name.strip() in ("q", "")), "1")
        if _RANGE.match(media_range) and _QUALITY.match(quality):
            accepted[media_range] = max(float(quality), accepted.get(media_range, 0.0))
    return accepted


def _quality(accepted: dict[str, float], *names: str) -> float:
    """The quality of a media type, the last of its ``names``; 0 where it is not accepted.

    An alias counts where it is named; ``text/*`` and ``*/*`` are about the type that is sent.
    """
    named = [accepted[name] for name in names if name in accepted]
    wider = (f"{names[-1].partition('/')[0]}/*", "*/*")
    return max(named) if named else next((accepted[name] for name in wider if name in accepted), 0.0)
