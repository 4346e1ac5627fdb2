"""An address of the server → the file that answers it, and links from one file to another.

English stands at the root, other languages in a folder of their own. Every file has its extension in its name, so
that any host serves it; directories need no index.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ..i18n import DEFAULT, languages
from ..web.pages.listing import PAGES
from ..web.viewmodels.links import SAFE, SHOWN_IN_ABOUT, SHOWN_WITH_OTHERS, Links, Pairs, root_address

ELSEWHERE = {
    "/sparql": "/editor",
    "/catalogue": "/about",
    "/.well-known/void": "/catalogue.ttl",
    "/dumps": "/about",
    "/dumps/": "/about",
    "/queries.html": "/queries",
}
"""Addresses that need a server, and those that do their work here."""

ONLY_SERVED = {
    "/search.json",
    "/sparql",
    "/openapi.json",
    "/reconcile",
    *(page.path for page in PAGES if not page.static),
}
ONLY_SERVED_FORMATS = (("/id/", ("nt", "rdf", "trig")), ("/queries/", ("xlsx",)))
"""What a host of files has not: the endpoint, the API, and of single things formats that the dumps have."""

ANSWERED_HERE = ("/actions", "/compare", "/editor", "/queries/", "/search")
"""Pages whose parameters are read in the browser: their addresses keep them."""

IN_PARTS = ("/actions", "/changes", "/strategies")
"""Lists whose parts are files of their own."""

NARROWED = ("/changes", *(f"/actions.{extension}" for extension in ("atom", "ics", "xlsx", "csv", "json", "ttl")))
"""What is a file of its own for each sector and strategy: what a briefing lets its reader take or subscribe to."""

NARROWING = ("sector", "strategy")
"""The parameters that name it."""
_NARROWING = re.compile(rf"({'|'.join(NARROWING)})=[\w.-]+", re.ASCII)

WITHOUT_PAGE = dict.fromkeys(SHOWN_WITH_OTHERS, "") | dict.fromkeys(SHOWN_IN_ABOUT, "/about")
"""Kinds of things that have no page of their own here, and the page that tells of them all, "" for none."""

EXTENSIONS = frozenset(
    {"html", "css", "js", "wasm", "svg", "txt", "xml", "atom", "ics", "ttl", "jsonld", "nt", "nq", "rdf", "trig"}
    | {"cff", "csv", "tsv", "json", "xlsx", "parquet", "rq"}
)


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """A file of the site as the server knows it: a path, a language, and for parts of a list its number.

    ``narrowed`` is the parameter that leaves of a list what is of one sector or strategy, as in ``sector=ENERGY``.
    """

    path: str
    language: str = DEFAULT
    part: int = 1
    narrowed: str = ""

    @classmethod
    def of(cls, address: str) -> tuple[SiteAddress, str]:
        """The address of a link on a page, and the parameters that the browser reads, encoded."""
        split = urlsplit(address)
        pairs = parse_qsl(split.query, keep_blank_values=True)
        path = ELSEWHERE.get(unquote(split.path), unquote(split.path))
        if path.startswith("/id/") and _extension(path) not in EXTENSIONS:
            path += ".html"
        language = next((value for name, value in pairs if name == "lang"), DEFAULT)
        language = language if language in languages() else DEFAULT
        others = [(name, value) for name, value in pairs if name != "lang"]
        if path.startswith("/static/"):
            return cls(path), split.query
        language = language if _speaks(path) else DEFAULT
        part = next((value for name, value in others if name == "page"), "")
        rest = urlencode([(name, value) for name, value in others if name != "page"])
        narrowed = rest if path in NARROWED and _NARROWING.fullmatch(rest) else ""
        if path in IN_PARTS and part.isdecimal() and rest == narrowed:
            return cls(path, language, int(part), narrowed), ""
        kept = urlencode(others) if path.startswith(ANSWERED_HERE) and not narrowed else ""
        return cls(path, language, narrowed=narrowed), kept

    @property
    def is_page(self) -> bool:
        return self.path.endswith(".html") or _extension(self.path) not in EXTENSIONS

    @property
    def request(self) -> str:
        """The address that the server answers with this file."""
        pairs = parse_qsl(self.narrowed)
        if self.part > 1:
            pairs.append(("page", str(self.part)))
        if self.language != DEFAULT:
            pairs.append(("lang", self.language))
        return quote(self.path, safe=SAFE) + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def file(self) -> str:
        """The name of the file below the site's folder."""
        name, extension = self.path.lstrip("/") or "index", _extension(self.path)
        if extension in EXTENSIONS:
            name = name.removesuffix(f".{extension}")
        if self.narrowed:
            name += f"/{self.narrowed.replace('=', '-')}"
        if self.part > 1:
            name += f"/page-{self.part}"
        name += f".{extension if extension in EXTENSIONS else 'html'}"
        return name if self.language == DEFAULT else f"{self.language}/{name}"

    @property
    def root(self) -> str:
        """The way from this file to the folder of its language, "" or steps upwards."""
        return "../" * (self.file.count("/") - (self.language != DEFAULT))


def _extension(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2] if "." in path.rpartition("/")[2] else ""


def _speaks(path: str) -> bool:
    """Whether an address says something else in another language: pages do, and lists with labels."""
    extension = _extension(path)
    if extension in ("", "html") or extension not in EXTENSIONS:
        return True
    return path.startswith(("/actions.", "/queries/", "/charts/"))


@dataclass(frozen=True)
class FileLinks(Links):
    """Links from the file ``page`` to other files; ``address`` is where the site will be reached.

    ``met`` takes every file that a link leads to. With ``prefix``, the path of the site on its host, links begin
    at the root of the host: for a page that is shown at addresses which nobody knows beforehand. ``places`` are
    the addresses for the IRIs of those that have no page of their own: of a cell, quote or span its line.
    """

    page: SiteAddress = field(default_factory=lambda: SiteAddress("/"))
    met: set[SiteAddress] = field(default_factory=set)
    prefix: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, address: str) -> str:
        target, href = relative(address, posixpath.dirname(self.page.file))
        self.met.add(target)
        return href if self.prefix is None else self.prefix + href

    def thing(self, iri: str) -> str | None:
        kind = iri.removeprefix(f"{self.base}id/").partition("/")[0]
        if kind not in WITHOUT_PAGE or not self.is_ours(iri):
            return super().thing(iri)
        path, _, line = (self.places.get(iri) or WITHOUT_PAGE[kind]).partition("#")
        shown_here = SiteAddress.of(path)[0].path == self.page.path and not line
        return self.to(path, fragment=line) if path and not shown_here else None

    def absolute(self, address: str) -> str:
        target, href = relative(address, "")
        self.met.add(target)
        return self.address + href.removeprefix("index.html")

    def answers(self, path: str) -> bool:
        formats = next((formats for start, formats in ONLY_SERVED_FORMATS if path.startswith(start)), ())
        return path not in ONLY_SERVED and _extension(path) not in formats

    @property
    def sent_language(self) -> None:
        return None

    @property
    def root(self) -> str:
        return self.page.root


@dataclass(frozen=True)
class FileHost:
    """The host of the site as pages know it: where it will be reached, and what its browsers load."""

    base: str
    address: str
    dump: str
    size: int
    prefix: str | None = None
    met: set[SiteAddress] = field(default_factory=set)
    places: Mapping[str, str] = field(default_factory=dict)

    def links(self, path: str, pairs: Pairs, language: str) -> FileLinks:
        """What makes the addresses of the page at a path."""
        page, _ = SiteAddress.of(root_address(path, [*pairs, ("lang", language)]))
        return FileLinks(self.base, language, self.address, page, self.met, self.prefix, self.places)


@lru_cache(100_000)
def relative(address: str, folder: str) -> tuple[SiteAddress, str]:
    """What an address of the server leads to, and the link there from a file in a folder of the site."""
    target, query = SiteAddress.of(address)
    fragment = urlsplit(address).fragment
    way = quote(posixpath.relpath(target.file, folder or "."), safe=SAFE)
    return target, way + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
