"""An address of the server → the file that answers it, and the way from one file to another.

English stands at the root, other languages in a folder of their own. Every file has its extension in its name, so
that any host serves it; directories need no index.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from ..i18n import DEFAULT, languages

SENTINEL = "https://site.policygraph.invalid/"
"""What stands for the address of the site while pages are made: nothing else in them can look like it."""

ELSEWHERE = {
    "/sparql": "/editor",
    "/catalogue": "/about",
    "/.well-known/void": "/catalogue.ttl",
    "/dumps": "/about",
    "/dumps/": "/about",
    "/queries.html": "/queries",
}
"""Addresses that need a server, and those that do their work here."""

ANSWERED_HERE = ("/actions", "/editor", "/queries/")
"""Pages whose parameters are read in the browser: their addresses keep them."""

EXTENSIONS = frozenset(
    {"html", "css", "js", "wasm", "svg", "txt", "xml", "atom", "ics", "ttl", "jsonld", "nt", "nq", "rdf", "trig"}
    | {"csv", "tsv", "json", "xlsx", "parquet", "rq"}
)
_SAFE = "/!$&'()*+,;=:@~-._"


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """A file of the site as the server knows it: a path, a language, and for parts of a list its number."""

    path: str
    language: str = DEFAULT
    part: int = 1

    @classmethod
    def of(cls, address: str) -> tuple[SiteAddress, str]:
        """The address of a link on a page, and the parameters that the browser reads, encoded."""
        split = urlsplit(address)
        pairs = parse_qsl(split.query, keep_blank_values=True)
        path = ELSEWHERE.get(unquote(split.path), unquote(split.path))
        language = next((value for name, value in pairs if name == "lang"), DEFAULT)
        language = language if language in languages() else DEFAULT
        others = [(name, value) for name, value in pairs if name != "lang"]
        if path == "/actions" and [name for name, _ in others] == ["page"] and others[0][1].isdecimal():
            return cls(path, language, int(others[0][1])), ""
        if path.startswith("/static/"):
            return cls(path), split.query
        kept = urlencode(others, safe="{}") if path.startswith(ANSWERED_HERE) else ""
        return cls(path, language if _speaks(path) else DEFAULT), kept

    @property
    def is_page(self) -> bool:
        return self.path.endswith(".html") or _extension(self.path) not in EXTENSIONS

    @property
    def asked(self) -> str:
        """What the server is asked for."""
        pairs = [("page", str(self.part))] if self.part > 1 else []
        if self.language != DEFAULT:
            pairs.append(("lang", self.language))
        return quote(self.path, safe=_SAFE) + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def file(self) -> str:
        """The name of the file below the site's folder."""
        name = self.path.lstrip("/") or "index"
        if self.part > 1:
            name = f"{name}/page-{self.part}"
        if _extension(self.path) not in EXTENSIONS:
            name += ".html"
        return name if self.language == DEFAULT else f"{self.language}/{name}"

    @property
    def root(self) -> str:
        """The way from this file to the folder of its language, "" or steps upwards."""
        return "../" * (self.file.count("/") - (self.language != DEFAULT))

    def way_to(self, other: str) -> str:
        """The way from this file to another, encoded for a link."""
        return way(posixpath.dirname(self.file), other)


def way(folder: str, file: str) -> str:
    """The way from a folder of the site to a file, encoded for a link."""
    return quote(posixpath.relpath(file, folder or "."), safe=_SAFE)


def _extension(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2] if "." in path.rpartition("/")[2] else ""


def _speaks(path: str) -> bool:
    """Whether an address says something else in another language: pages do, and lists with labels."""
    extension = _extension(path)
    if extension in ("", "html") or extension not in EXTENSIONS:
        return True
    return path.startswith(("/actions.", "/queries/"))


def relative(address: str, folder: str) -> str:
    """A link from the root of the server as a link between files, for a page in a folder of the site."""
    target, query = SiteAddress.of(address)
    fragment = urlsplit(address).fragment
    return way(folder, target.file) + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def absolute(address: str, site: str) -> str:
    """An address that begins with SENTINEL as one below ``site``."""
    target, query = SiteAddress.of("/" + address.removeprefix(SENTINEL))
    fragment = urlsplit(address).fragment
    name = "" if target.file == "index.html" else quote(target.file, safe=_SAFE)
    return site + name + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
