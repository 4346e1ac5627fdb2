"""An Atom feed (RFC 4287): entries with ids that stay, and summaries in every language of the interface."""

from __future__ import annotations

import xml.etree.ElementTree as xml
from collections.abc import Iterable
from dataclasses import dataclass

from ...version import VERSION
from .calendar import clean

ATOM, XHTML, LANG = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml", "xml:lang"
MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class AtomLink:
    """Where to, what it is, and the media type and language of what is there."""

    href: str
    rel: str = "alternate"
    type: str = "text/html"
    language: str = ""


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry; days are ISO. ``summaries`` are pairs of a language and paragraphs in it."""

    id: str
    title: str
    updated: str
    links: tuple[AtomLink, ...]
    summaries: tuple[tuple[str, tuple[str, ...]], ...]
    category: str = ""


def write_feed(
    entries: Iterable[AtomEntry],
    links: Iterable[AtomLink],
    *,
    id: str,
    title: str,
    subtitle: str,
    language: str,
    author: str,
    updated: str,
) -> bytes:
    """A feed in one language as XML, newest entries first; ``updated`` counts where there is no entry."""
    ordered = sorted(entries, key=lambda entry: (entry.updated, entry.id), reverse=True)
    root = xml.Element("feed", {"xmlns": ATOM, LANG: language})
    _texts(root, id=id, title=title, subtitle=subtitle)
    _texts(root, updated=_moment(ordered[0].updated if ordered else updated))
    _texts(_child(root, "author"), name=author)
    _child(root, "generator", version=VERSION).text = "policygraph"
    _links(root, links)
    for entry in ordered:
        _entry(_child(root, "entry"), entry)
    xml.indent(root)
    return document(root)


def document(root: xml.Element) -> bytes:
    """An XML document in UTF-8, with its declaration."""
    written: bytes = xml.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _entry(node: xml.Element, entry: AtomEntry) -> None:
    _texts(node, id=entry.id, title=entry.title, updated=_moment(entry.updated), published=_moment(entry.updated))
    _links(node, entry.links)
    if entry.category:
        _child(node, "category", term=clean(entry.category))
    summary = _child(_child(node, "summary", type="xhtml"), "div", xmlns=XHTML)
    for language, paragraphs in entry.summaries:
        for words in paragraphs:
            xml.SubElement(summary, "p", {LANG: language, "lang": language}).text = clean(words)


def _texts(node: xml.Element, **texts: str) -> None:
    for name, words in texts.items():
        _child(node, name).text = clean(words)


def _links(node: xml.Element, links: Iterable[AtomLink]) -> None:
    for link in links:
        attributes = {"href": link.href, "rel": link.rel, "type": link.type, "hreflang": link.language}
        _child(node, "link", **{name: value for name, value in attributes.items() if value})


def _child(node: xml.Element, name: str, **attributes: str) -> xml.Element:
    return xml.SubElement(node, name, attributes)


def _moment(day: str) -> str:
    """A day as the moment at which it begins in UTC; a moment stays one."""
    return day if "T" in day else f"{day[:10]}T00:00:00Z"
