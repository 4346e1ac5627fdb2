"""Pages → HTML: Jinja2 with autoescape, and the few names and filters that every template may use."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers.rdf import SparqlLexer, TurtleLexer

from ...errors import ReleaseError
from ...i18n import Words, languages, name_of, shortened
from ...release import Release
from ...release.citation import DatasetDescription, description_of
from ..delivery.headers import SECURITY
from ..viewmodels.context import PageContext
from ..viewmodels.labels import LocalizedText
from ..viewmodels.links import is_web, root_address, vocabulary
from .listing import PAGES
from .page import Page

TEMPLATES = Path(__file__).with_name("templates")
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
STEERING = BIDI | {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
"""Characters that turn text round or steer a display: they are never sent as they are."""


@cache
def templates() -> jinja2.Environment:
    """Autoescape everywhere, nothing that steers the display; a name that a template misspells is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=harmless,
    )
    environment.filters.update(
        shown=shown,
        plain=plain,
        shortened=shortened,
        jsonld=jsonld,
        vocabulary=vocabulary,
        part=part,
        name_of=name_of,
        is_web=is_web,
        sparql=lambda text: coloured(text, SparqlLexer()),
        turtle=lambda text: coloured(text, TurtleLexer()),
    )
    environment.globals.update(Text=LocalizedText)
    return environment


def harmless(value: Any) -> Any:
    """What a template writes out: text that is no markup yet loses what could steer the display."""
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return plain(value)
    return value


def render(page: Page, context: PageContext) -> str:
    """The HTML of a page."""
    values = {
        **page.values,
        "page": page,
        "cited": cited(context.release.folder, context.release.manifest.canonical) if context.release else None,
        "context": context,
        "t": context.words,
        "links": context.links,
        "lang": context.language,
        "marks": [],
        "languages": languages(),
        "navigation": PAGES,
        "policy": content_policy(engine=page.engine) if context.static else "",
        "today": context.today.isoformat(),
        "canonical": canonical(page, context, context.language),
        "in_languages": [(language, canonical(page, context, language)) for language in languages()],
        "breadcrumbs": breadcrumbs(page, context),
    }
    return templates().get_template(page.template).render(values)


@lru_cache(4)
def cited(folder: Path, canonical: str) -> DatasetDescription | None:
    """What the catalogue of a release says of it, for how to cite its pages; None where that is not at hand.

    ``canonical`` is the hash of the release in the folder: another one may have taken its place.
    """
    try:
        release = Release.open(folder)
        return description_of(release) if release.manifest.canonical == canonical else None
    except (FileNotFoundError, ReleaseError):
        return None


def canonical(page: Page, context: PageContext, language: str) -> str:
    """The absolute address of a page in a language, with only the parameters that change what it says."""
    kept = [(name, value) for name, value in context.pairs if name in page.parameters and value.strip()]
    return context.links.absolute(root_address(context.path, [*kept, ("lang", language)]))


def breadcrumbs(page: Page, context: PageContext) -> dict[str, Any]:
    """The way to the page as schema.org's BreadcrumbList."""
    links = context.links
    steps: list[dict[str, Any]] = [{"name": context.words("nav.home"), "item": links.absolute("/")}]
    for crumb in page.crumbs:
        item = {} if crumb.path is None else {"item": links.absolute(links.rooted(crumb.path))}
        steps.append({"name": crumb.words, **item})
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, **step} for place, step in enumerate(steps, 1)
        ],
    }


def content_policy(*, engine: bool) -> Markup:
    """The server's Content-Security-Policy as far as a page can state it; ``engine`` allows WebAssembly."""
    stated = [part for part in SECURITY["Content-Security-Policy"].split("; ") if "frame-ancestors" not in part]
    if engine:
        stated.insert(1, "script-src 'self' 'wasm-unsafe-eval'")
    return Markup("; ".join(stated))


def shown(value: object) -> Markup:
    """Any characters as HTML: escaped, and characters that steer the display shown by their number."""
    text = str(value)
    if text.isprintable():
        return escape(text)
    control = Markup('<span class="control">U+{:04X}</span>')
    return Markup("").join(control.format(ord(char)) if char in STEERING else escape(char) for char in text)


def plain(value: object) -> str:
    """Any characters for an attribute or a title, where no markup can be: those that steer are replaced."""
    return "".join("\N{REPLACEMENT CHARACTER}" if char in STEERING else char for char in str(value))


def coloured(text: str, lexer: Lexer) -> Markup:
    """Code as HTML for a ``pre`` element: spans with classes, no style."""
    markup = str(highlight(text, lexer, HtmlFormatter(nowrap=True, classprefix="hl-")))
    return Markup(markup.translate({ord(char): str(shown(char)) for char in STEERING if char in markup}))


def jsonld(value: Any) -> Markup:
    """JSON for a script element: nothing in it can end the element, begin a comment or turn text round."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for char in ("<", ">", "&", "'", "\u2028", "\u2029", *BIDI):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def part(iri: str, words: Words) -> str:
    """What a source cell is: the last segment of its IRI in words, or the whole row."""
    _, _, rest = iri.partition("/id/source/")
    segments = rest.split("/")
    name = segments[3] if len(segments) > 3 else "row"
    kind, _, number = name.rpartition("-")
    if number.isdecimal() and (numbered := words.maybe(f"cell.{kind}")):
        return f"{numbered} {number}"
    return words.maybe(f"cell.{name}") or name
