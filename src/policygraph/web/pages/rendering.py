"""Pages → HTML: Jinja2 with autoescape, and the few names that every template may use."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from ...i18n import Words, languages, name_of
from ...rdf.iris import AUTHORITY, CELEX
from ..viewmodels.context import PageContext
from ..viewmodels.links import Links
from ..viewmodels.localized_text import BIDI, LocalizedText, plain, shortened, shown
from .page import Page

TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment() -> jinja2.Environment:
    """Autoescape everywhere, nothing that steers the display; a name that a template misspells is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=harmless,
    )
    made.filters.update(
        shown=shown,
        plain=plain,
        shortened=shortened,
        jsonld=jsonld,
        vocabulary=vocabulary,
        part=part,
        name_of=name_of,
    )
    made.globals.update(Text=LocalizedText)
    return made


def harmless(value: Any) -> Any:
    """What a template writes out: text that is no markup yet loses what could steer the display."""
    if isinstance(value, str) and not isinstance(value, Markup) and not value.isprintable():
        return plain(value)
    return value


def render(page: Page, visit: PageContext) -> str:
    """The HTML of a page."""
    given = {
        **page.context,
        "page": page,
        "visit": visit,
        "t": visit.words,
        "links": visit.links,
        "lang": visit.language,
        "languages": languages(),
        "today": visit.today.isoformat(),
        "canonical": canonical(page, visit, visit.language),
        "in_languages": [(language, canonical(page, visit, language)) for language in languages()],
        "breadcrumbs": breadcrumbs(page, visit),
    }
    return environment().get_template(page.template).render(given)


def canonical(page: Page, visit: PageContext, language: str) -> str:
    """The absolute address of a page in a language, with only the parameters that change what it says."""
    kept = [(name, value) for name, value in visit.pairs if name in page.parameters and value.strip()]
    return f"{visit.address.rstrip('/')}{visit.path}?{urlencode([*kept, ('lang', language)])}"


def breadcrumbs(page: Page, visit: PageContext) -> dict[str, Any]:
    """The way to the page as schema.org's BreadcrumbList."""
    steps = [(visit.words("nav.home"), "/"), *((crumb.words, crumb.href) for crumb in page.crumbs)]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [_step(place, words, href, visit) for place, (words, href) in enumerate(steps, 1)],
    }


def _step(place: int, words: str, href: str | None, visit: PageContext) -> dict[str, Any]:
    step: dict[str, Any] = {"@type": "ListItem", "position": place, "name": words}
    if href is not None:
        step["item"] = visit.address.rstrip("/") + "/" + href.lstrip("/.")
    return step


def jsonld(value: Any) -> Markup:
    """JSON for a script element: nothing in it can end the element, begin a comment or turn text round."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    for char in ("<", ">", "&", "'", "\u2028", "\u2029", *BIDI):
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


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


def vocabulary(iri: str, links: Links) -> str:
    """The vocabulary that an IRI belongs to, as a key of the translations: ``ours``, or ``other``."""
    if links.is_ours(iri):
        return "ours"
    return next((name for name, space in VOCABULARIES.items() if iri.startswith(space)), "other")


def part(iri: str, words: Words) -> str:
    """What a source cell is: the last segment of its IRI in words, or the whole row."""
    _, _, rest = iri.partition("/id/source/")
    segments = rest.split("/")
    name = segments[3] if len(segments) > 3 else "row"
    return words.maybe(f"cell.{name}") or name
