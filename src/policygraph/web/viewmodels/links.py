"""Addresses of pages: one place makes them all, keeps the language, and lets nothing but http and https out.

An address is first made from the root of the server, then put as the host needs it: ``Links`` leaves it as it is,
the static site turns it into the way from file to file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from ...rdf.iris import AUTHORITY, BASE, CELEX, prefixes

STATIC = Path(__file__).resolve().parents[1] / "static"
Pairs = Iterable[tuple[str, str]]
SAFE = "/!$&'()*+,;=:@~-._"
_CONTROL = "".join(map(chr, (*range(0x21), 0x7F)))

VOCABULARIES = {
    "eurovoc": "http://eurovoc.europa.eu/",
    "nace2": "http://data.europa.eu/ux2/nace2/",
    "nace21": "http://data.europa.eu/ux2/nace2.1/",
    "data_theme": f"{AUTHORITY}data-theme/",
    "main_activity": f"{AUTHORITY}main-activity/",
    "target_audience": f"{AUTHORITY}target-audience/",
    "authority": AUTHORITY,
    "celex": CELEX,
}
"""Vocabularies that we link to, by a key of the catalogue of words."""

BROWSED = ("eurovoc", "data_theme", "nace21", "nace2", "main_activity", "target_audience")
"""Those of them whose concepts have pages here."""

SHOWN_WITH_OTHERS = (*("source", "deadline", "reported-count", "derivation", "translation", "mapping", "instant"),)
"""Kinds of things that a page shows with what they are of: cells, quotes and spans with their text, targets and
reported numbers with their action or dialogue, mappings with their concept.
"""

SHOWN_IN_ABOUT = ("partition", "linkset", "distribution")
"""Kinds of things that the page about the data lists."""


@dataclass(frozen=True)
class Links:
    """Makes addresses for a site over ``base`` that is reached at ``address`` (with a slash at its end).

    ``language`` is kept where the address of the page named it.
    """

    base: str = BASE
    language: str | None = None
    address: str = "http://127.0.0.1:8000/"

    def rooted(self, path: str, pairs: Pairs = (), fragment: str = "") -> str:
        """The address from the root of the server, with these parameters, the language among them."""
        kept = [(name, value) for name, value in pairs if value != "" and name != "lang"]
        if self.language:
            kept.append(("lang", self.language))
        return root_address(path, kept, fragment)

    def to(self, path: str, pairs: Pairs = (), fragment: str = "") -> str:
        """The link to a page; the language goes along."""
        return self.place(self.rooted(path, pairs, fragment))

    def file(self, path: str, pairs: Pairs = ()) -> str:
        """The link to a download or to data: the language is a parameter only where it stands in ``pairs``."""
        return self.place(root_address(path, pairs))

    def subscription(self, path: str, pairs: Pairs = ()) -> str:
        """The address of a calendar that a calendar program subscribes to."""
        return "webcal:" + self.absolute(root_address(path, pairs)).partition(":")[2]

    def place(self, address: str) -> str:
        """An address from the root of the server as it stands in a page."""
        return address

    def absolute(self, address: str) -> str:
        """An address from the root of the server in full, for those who read it elsewhere."""
        return self.address.rstrip("/") + address

    def answers(self, path: str) -> bool:
        """Whether the host has what stands at a path, quoted: a server has everything."""
        return path.startswith("/")

    @property
    def sent_language(self) -> str | None:
        """The language that a form has to send along as a field of its own."""
        return self.language

    @property
    def root(self) -> str | None:
        """The way to the folder of all pages of this language; None where links begin at the root."""
        return None

    def thing(self, iri: str) -> str | None:
        """Where an IRI leads: to our page of it, to the web, or nowhere (None)."""
        for start, path in (("def#", "/def"), ("shapes#", "/shapes"), ("graph/", "/about")):
            if iri.startswith(self.base + start):
                name = iri[len(self.base + start) :]
                return self.to(path, fragment=f"graph-{name}" if start == "graph/" else name)
        if iri.startswith(f"{self.base}id/"):
            return self.to(self.path_of(iri) + ".html")
        if iri in (f"{self.base}def", f"{self.base}shapes"):
            return self.to(self.path_of(iri))
        return iri if is_web(iri) else None

    def concept(self, iri: str) -> str | None:
        """Our page of a concept of another vocabulary; None for what is in none of ``BROWSED``."""
        name = vocabulary(iri, self)
        if name not in BROWSED:
            return None
        return self.to(f"/concepts/{name}/{quote(iri.removeprefix(VOCABULARIES[name]), safe=SAFE)}")

    def from_elsewhere(self, iri: str) -> str | None:
        """Where an IRI leads from a file that has left the site: as ``thing``, but to our page in full."""
        if self.is_ours(iri):
            return self.absolute(f"/{iri.removeprefix(self.base)}")
        return iri if is_web(iri) else None

    def path_of(self, iri: str) -> str:
        """The path of an IRI of ours, quoted."""
        return quote(f"/{iri.removeprefix(self.base)}", safe=SAFE)

    def asset(self, name: str) -> str:
        """The link to a file of ``static/``; it changes when the file does, so that it can be kept for ever."""
        return self.place(f"/static/{name}?v={_fingerprint(name)}")

    def is_ours(self, iri: str) -> bool:
        """Whether an IRI stands below our base."""
        return iri.startswith(self.base)

    def short(self, iri: str) -> str:
        """An IRI as people write it: ``id:sector/HEALTH``, ``dct:title``, or in full."""
        if iri.startswith(f"{self.base}id/"):
            return "id:" + iri[len(self.base) + 3 :]
        spaces = [
            (len(space), name, space) for name, space in prefixes(self.base).items() if iri.startswith(space)
        ]
        _, name, space = max(spaces, default=(0, "", ""))
        return f"{name}:{iri[len(space) :]}" if space else iri


def vocabulary(iri: str, links: Links) -> str:
    """The vocabulary that an IRI belongs to, as a key of the catalogue of words: ``ours``, or ``other``."""
    if links.is_ours(iri):
        return "ours"
    return next((name for name, space in VOCABULARIES.items() if iri.startswith(space)), "other")


def is_web(iri: str) -> bool:
    """Whether an IRI may become a link: http or https, with a host, and no character that a browser skips."""
    if any(char in _CONTROL for char in iri):
        return False
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def root_address(path: str, pairs: Pairs, fragment: str = "") -> str:
    """Path, parameters and fragment as one address."""
    query = urlencode([(name, value) for name, value in pairs])
    return path + (f"?{query}" if query else "") + (f"#{quote(fragment, safe=SAFE)}" if fragment else "")


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
