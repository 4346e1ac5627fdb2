"""Addresses of pages: one place makes them all, keeps the language, and lets nothing but http and https out.

Addresses begin at the root of the server; ``site`` rewrites them where pages become files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from ...rdf.iris import BASE, prefixes

STATIC = Path(__file__).resolve().parents[1] / "static"
Pairs = Iterable[tuple[str, str]]
_SAFE = "/!$&'()*+,;=:@~-._"
_CONTROL = "".join(map(chr, (*range(0x21), 0x7F)))


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses below the root for a site over ``base``; ``language`` is kept where the address named it."""

    base: str = BASE
    language: str | None = None

    def to(self, path: str, pairs: Pairs = (), fragment: str = "") -> str:
        """The address of ``path`` with these parameters, the language among them, and a fragment."""
        kept = [(name, value) for name, value in pairs if value != "" and name != "lang"]
        if self.language:
            kept.append(("lang", self.language))
        return _address(path, kept, fragment)

    def file(self, path: str, pairs: Pairs = ()) -> str:
        """The address of a download or of data: the language is a parameter only where it stands in ``pairs``."""
        return _address(path, pairs, "")

    def thing(self, iri: str) -> str | None:
        """Where an IRI leads: to our page of it, to the web, or nowhere (None)."""
        for start, path in (("def#", "/def"), ("shapes#", "/shapes"), ("graph/", "/about")):
            if iri.startswith(self.base + start):
                name = iri[len(self.base + start) :]
                return self.to(path, fragment=f"graph-{name}" if start == "graph/" else name)
        if iri.startswith(f"{self.base}id/"):
            return self.to(quote(f"/{iri[len(self.base) :]}.html", safe=_SAFE))
        if iri in (f"{self.base}def", f"{self.base}shapes"):
            return self.to(iri[len(self.base) - 1 :])
        return iri if is_web(iri) else None

    def data(self, iri: str, extension: str) -> str:
        """The address of an IRI's data in the format with this extension."""
        return self.file(quote(f"/{iri.removeprefix(self.base)}.{extension}", safe=_SAFE))

    def asset(self, name: str) -> str:
        """The address of a file of ``static/``; it changes when the file does, so that it can be kept for ever."""
        return f"/static/{name}?v={_fingerprint(name)}"

    def is_ours(self, iri: str) -> bool:
        """Whether an IRI stands below our base."""
        return iri.startswith(self.base)

    def short(self, iri: str) -> str:
        """An IRI as people write it: ``id:sector/HEALTH``, ``dct:title``, or in full."""
        if iri.startswith(f"{self.base}id/"):
            return "id:" + iri[len(self.base) + 3 :]
        found = [(len(space), name, space) for name, space in prefixes(self.base).items() if iri.startswith(space)]
        if not found:
            return iri
        _, name, space = max(found)
        return f"{name}:{iri[len(space) :]}"


def is_web(iri: str) -> bool:
    """Whether an IRI may become a link: http or https, with a host, and no character that a browser skips."""
    if any(char in _CONTROL for char in iri):
        return False
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _address(path: str, pairs: Pairs, fragment: str) -> str:
    query = urlencode([(name, value) for name, value in pairs])
    return path + (f"?{query}" if query else "") + (f"#{quote(fragment, safe=_SAFE)}" if fragment else "")


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
