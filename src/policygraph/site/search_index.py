"""What a site without a server finds things by: the words of each thing in every language, as JSON.

The rules of the search are those of ``search``: ``web/static/search.js`` keeps them in the browser.
"""

from __future__ import annotations

import json
from typing import Any

from ..i18n import entries, languages
from ..search import words
from ..search.text_index import BY_CONCEPT, LABEL_WORTH, WHOLE_LABEL, SearchedThing, TextIndex
from ..web.viewmodels.context import PageContext
from ..web.viewmodels.labels import FALLBACK
from ..web.viewmodels.search import (
    EXCERPT,
    KINDS,
    NAMED_BY_TEXT,
    PAGE,
    SHOWN,
    href_of,
    note_of,
    text_index,
    vocabulary_of,
)

FILE = "search-index.json"


async def search_index(context: PageContext) -> bytes:
    """The index of all languages, with links from the folder of a language: two engine calls."""
    index = await text_index(context)
    content: dict[str, Any] = {
        "kinds": KINDS,
        "named_by_text": NAMED_BY_TEXT,
        "fallback": FALLBACK,
        "sizes": {"shown": SHOWN, "page": PAGE, "excerpt": EXCERPT},
        "worth": {"label": LABEL_WORTH, "whole": WHOLE_LABEL, "concept": BY_CONCEPT}
        | {name: getattr(words, name.upper()) for name in ("exact", "begins", "inflected", "within")}
        | {name: getattr(words, name.upper()) for name in ("short", "inside", "stem", "ending")},
        "letters": {chr(code): plain for code, plain in words.LETTERS.items()},
        "words": {language: _words(language) for language in languages()},
        "things": [_described(thing, index, context) for thing in index.things],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _words(language: str) -> dict[str, Any]:
    every = entries(language)
    own = {key.removeprefix("search."): entry for key, entry in every.items() if key.startswith("search.")}
    vocabularies = {key: entry for key, entry in every.items() if key.startswith("vocabulary.")}
    return own | vocabularies | {"mark": every["translation.mark"]}


def _described(thing: SearchedThing, index: TextIndex, context: PageContext) -> list[Any]:
    """Address, kind, note or the name of its words, whether it is a concept, what it is about, and its texts.

    Of a text: the words, the language, 1 for a label and 2 for an identifier.
    """
    about = [index.places[key] for key in thing.about if key in index.places]
    texts = [[text.value, text.language, text.label + text.identifier] for text in thing.texts]
    kind, concept = KINDS.index(thing.kind), int(thing.concept)
    note = vocabulary_of(thing, context) or note_of(thing, index, context)
    return [href_of(thing, context.links), kind, note, concept, about, texts]
