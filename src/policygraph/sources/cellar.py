"""A document by its CELEX number from Cellar, the Publications Office's repository, by content negotiation.

What it answers was seen in recorded answers: 303 leads to the one file, 300 lists several (act and annex apart),
404 says that the document or only this format is missing, 406 that the language is. All else is refused in words.
Source of the rules: the Publications Office's manual "Extracting data from Cellar", chapters on content streams.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from ..errors import SourceError
from ..http.client import Client, Reply
from ..http.downloads import Downloads
from .plain_files import MOST_BYTES

if TYPE_CHECKING:
    from lxml.etree import _Element

CELLAR = "https://publications.europa.eu"
MOST_REDIRECTS = 5
ANSWERS = frozenset({300, 301, 302, 303, 307, 308, 400, 404, 406})
"""Statuses, besides success, whose answers say something of the document; others are the client's to refuse."""

PROGRESS = Callable[[str, int, int], None]

FORMATS = {
    "formex": ("application/xml;type=fmx4",),
    "html": ("application/xhtml+xml", "text/html"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    "pdf": ("application/pdf;type=pdfa2a", "application/pdf;type=pdfa1a", "application/pdf"),
}
"""Formats in the order in which they are asked for, markup before print, and the media types that mean each."""

MANIFEST = ".doc.xml"
EXTENSIONS = {"formex": ".xml", "html": ".html", "docx": ".docx", "pdf": ".pdf"}
_CELEX = re.compile(r"[0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:\(\d{2}\))?(?:R\(\d{2}\))?")
_UNKNOWN = re.compile(r"not found", re.IGNORECASE)
_NO_FORMAT = re.compile(r"does not hold a content datastream|Not found manifestation", re.IGNORECASE)
_MAINTENANCE = re.compile(rb"under maintenance", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CellarFile:
    """One file of a document: a plain name, its format (a key of FORMATS), its bytes, and where they came from.

    ``original`` is the name that the publisher gives it in a list of several.
    """

    name: str
    format: str
    content: bytes
    address: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class CellarPart:
    """One part of a document that has several: its number in the list, the name of its file, and its address."""

    number: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the notice of a work says: titles by language (ISO 639-1), day, resource type, author, identifier."""

    titles: dict[str, str]
    date: datetime.date | None
    type: str
    author: str
    identifier: str


class SeveralParts(SourceError):
    """The document has several parts; ``parts`` lists them."""

    def __init__(self, celex: str, parts: tuple[CellarPart, ...]) -> None:
        names = ", ".join(f"{part.number} ({part.name})" for part in parts)
        super().__init__(
            f"{celex} has {len(parts)} parts in this format: {names}. "
            "Take one of them with --part, or each with --all."
        )
        self.celex, self.parts = celex, parts

    def __reduce__(self) -> tuple[type[SeveralParts], tuple[str, tuple[CellarPart, ...]]]:
        return type(self), (self.celex, self.parts)


class _FormatMissing(SourceError):
    """This format or language is missing, another may be there."""


def is_celex(words: str) -> bool:
    """Say whether these words have the form of a CELEX number.

    >>> is_celex("52025DC0723"), is_celex("annex.html")
    (True, False)
    """
    return _CELEX.fullmatch(words) is not None


class Cellar:
    """Ask one repository at ``base``; a context manager that closes its connections.

    ``progress`` is called with a label, the bytes so far, and all bytes (0 where nobody says). What ``downloads``
    keeps is used where the repository says that it has not changed.
    """

    def __init__(
        self,
        client: Client,
        base: str = CELLAR,
        progress: PROGRESS = lambda *_: None,
        downloads: Downloads | None = None,
    ) -> None:
        self.client, self.base, self.progress = client, base.rstrip("/"), progress
        self.downloads = downloads

    def fetch(
        self, celex: str, language: str, *, format: str | None = None, part: int | None = None, every: bool = False
    ) -> list[CellarFile]:
        """Fetch a document in one language (ISO 639-2/T code, "eng"), in the first format that is there.

        Raises SeveralParts where the format has several parts and neither ``part`` nor ``every`` says which,
        SourceError for everything else that is no document.
        """
        if not is_celex(celex):
            raise SourceError(f"“{celex}” is no CELEX number: one looks like 52025DC0723.")
        wanted = {format: FORMATS[format]} if format else FORMATS
        for name, media_types in wanted.items():
            for media_type in media_types:
                try:
                    return self._manifestation(celex, language, name, media_type, part, every)
                except _FormatMissing:
                    continue
        raise SourceError(
            f"{celex} is not there in {language} as {' or '.join(wanted)}: try another --language or --format."
        )

    def notice(self, celex: str, language: str) -> Notice:
        """Return what the branch notice of a document says of it. Raises SourceError where there is none."""
        headers = {"Accept": "application/xml;notice=branch", "Accept-Language": language}
        try:
            reply = self._follow(self._address(celex), headers)
        except _FormatMissing:
            raise SourceError(f"{celex} has no notice in {language}: try another --language.") from None
        if reply.status != 200:
            raise self._refusal(reply)
        return read_notice(reply.content, reply.address)

    def _address(self, celex: str) -> str:
        return f"{self.base}/resource/celex/{quote(celex, safe='')}"

    def _manifestation(
        self, celex: str, language: str, format: str, media_type: str, part: int | None, every: bool
    ) -> list[CellarFile]:
        headers = {"Accept": media_type, "Accept-Language": language}
        reply = self._follow(self._address(celex), headers)
        if reply.status != 300:
            _check_type(reply, format)
            return [CellarFile(f"{language}{EXTENSIONS[format]}", format, reply.content, reply.address)]
        parts = read_parts(reply.content, reply.address)
        if part is not None:
            chosen = [entry for entry in parts if entry.number == part]
        else:
            documents = [entry for entry in parts if not entry.name.endswith(MANIFEST)]
            chosen = list(parts) if every or len(documents) == 1 else []
        if not chosen:
            raise SeveralParts(celex, parts)
        files = []
        for entry in chosen:
            reply = self._follow(entry.address, headers)
            _check_type(reply, format)
            name = f"{language}-{entry.number}{EXTENSIONS[format]}"
            files.append(CellarFile(name, format, reply.content, entry.address, entry.name))
        return files

    def _follow(self, address: str, headers: dict[str, str]) -> Reply:
        """The answer after at most five redirects on the same host."""
        home, visited = urlsplit(self.base), {address}
        address = self._on_our_host(address, home.netloc)
        for _ in range(MOST_REDIRECTS + 1):
            reply = self._get(address, headers)
            if reply.status == 300 or "location" not in reply.headers:
                if reply.status in (200, 300):
                    return reply
                raise self._refusal(reply)
            target = urljoin(address, reply.headers["location"])
            address = self._on_our_host(target, home.netloc)
            if address in visited:
                raise SourceError(
                    f"{address} leads back to itself: the publisher's server is at fault, try later."
                )
            visited.add(address)
        raise SourceError(f"{address} was reached after {MOST_REDIRECTS} redirects and sends on: try again later.")

    def _on_our_host(self, address: str, host: str) -> str:
        """The address with the scheme that we ask by; Cellar sends on to plain http even when asked by https."""
        parts = urlsplit(address)
        if parts.netloc != host or parts.scheme not in ("http", "https"):
            raise SourceError(
                f"{self.base} sends on to another host ({parts.scheme}://{parts.netloc}): "
                "nothing is taken from there."
            )
        return parts._replace(scheme=urlsplit(self.base).scheme).geturl()

    def _get(self, address: str, headers: dict[str, str]) -> Reply:
        name = address.rsplit("/", 1)[-1]
        kept, state = (self.downloads and self.downloads.find(address, headers)) or (None, {})
        reply = self.client.get(
            address,
            "a request for a document",
            headers,
            statuses=ANSWERS,
            most_bytes=MOST_BYTES,
            cached=state,
            progress=lambda done, total: self.progress(name, done, total),
        )
        if kept and reply.status == 304:
            return kept
        if self.downloads and reply.status in (200, 300):
            self.downloads.keep(address, headers, reply)
        return reply

    def _refusal(self, reply: Reply) -> SourceError:
        address, status = reply.address, reply.status
        words = " ".join(reply.content[:2_000].decode("utf-8", "replace").split())[:200]
        if "x-amzn-waf-action" in reply.headers or status == 202:
            return _challenge(reply)
        if status == 406 or (status == 404 and _NO_FORMAT.search(words)):
            return _FormatMissing(words)
        if status == 404 and _UNKNOWN.search(words):
            return SourceError(f"{address} is not known to the publisher (“{words}”): check the CELEX number.")
        return SourceError(f"{address} answered {status} (“{words}”): try again later, or get the file by hand.")


def _challenge(reply: Reply) -> SourceError:
    return SourceError(
        f"{reply.address} asks for a browser (status {reply.status}, a challenge page): "
        "get the file by hand and give it to “policygraph sources add FILE”."
    )


def _check_type(reply: Reply, format: str) -> None:
    """Refuse what is not the document although its status says so."""
    if not reply.content.strip():
        raise SourceError(f"{reply.address} sent an empty file: try again later.")
    if "x-amzn-waf-action" in reply.headers:
        raise _challenge(reply)
    if format == "html" and _MAINTENANCE.search(reply.content[:4_000]) and len(reply.content) < 20_000:
        raise SourceError(f"{reply.address} is under maintenance: try again later.")
    sent = reply.headers.get("content-type", "").partition(";")[0].strip().casefold()
    expected = {accepted.partition(";")[0] for accepted in FORMATS[format]}
    if format == "formex":
        expected |= {"text/xml", "application/xml"}
    if sent not in expected:
        raise SourceError(f"{reply.address} sent {sent or 'a file of no type'} where {format} was asked for.")


def read_parts(content: bytes, address: str) -> tuple[CellarPart, ...]:
    """Return the parts that the list of a 300 answer names, in the order that it states."""
    from lxml import html

    tree = html.document_fromstring(content.decode("utf-8", "replace"))
    parts: list[CellarPart] = []
    for item in tree.iterfind(".//li[@title='item']"):
        link = item.find("a")
        if link is None or not link.get("href"):
            continue
        details = {
            entry.get("title"): " ".join("".join(map(str, entry.itertext())).split())
            for entry in item.iterfind("ul/li")
        }
        order = details.get("stream_order", "")
        number = int(order) if order.isdecimal() else len(parts) + 1
        parts.append(CellarPart(number, details.get("stream_name", ""), urljoin(address, link.get("href"))))
    if not parts:
        raise SourceError(f"{address} lists several parts in a form that is not understood: get the file by hand.")
    return tuple(sorted(parts, key=lambda part: part.number))


def read_notice(content: bytes, address: str) -> Notice:
    """Return the metadata in a branch or tree notice. Raises SourceError where it is no notice."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{address} sent a notice that is no XML ({error.msg}): try again later.") from error
    if root.tag != "NOTICE":
        raise SourceError(f"{address} sent <{root.tag!s}> where a notice was asked for: try again later.")
    titles: dict[str, str] = {}
    for title in root.iter("EXPRESSION_TITLE"):
        language, words = title.findtext("LANG"), title.findtext("VALUE")
        if language and words:
            titles.setdefault(language, " ".join(words.split()))
    day = next(_values(root, "WORK_DATE_DOCUMENT"), "")
    return Notice(
        titles=titles,
        date=datetime.date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None,
        type=next(_codes(root, "WORK_HAS_RESOURCE-TYPE"), ""),
        author=next(_codes(root, "WORK_CREATED_BY_AGENT"), ""),
        identifier=_number_of(root),
    )


def _values(root: _Element, tag: str) -> Iterator[str]:
    for element in root.iter(tag):
        if words := element.findtext("VALUE"):
            yield words.strip()


def _codes(root: _Element, tag: str) -> Iterator[str]:
    for element in root.iter(tag):
        if code := (element.findtext("OP-CODE") or element.findtext("IDENTIFIER")):
            yield code.strip()


def _number_of(root: _Element) -> str:
    """The identifier that people cite, "COM(2018) 340", from the number in the institution's own form."""
    for value in root.iter("IDENTIFIER"):
        if match := re.fullmatch(r"([A-Z]+)\((\d{4})\)\s*(\d+)(?: final)?", (value.text or "").strip()):
            return f"{match[1]}({match[2]}) {int(match[3])}"
    return ""
