"""What the scripts built from npm packages read: that of the editor, and of canned queries in a static site."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ....i18n import entries
from ....rdf.iris import prefixes
from ...viewmodels.context import PageContext
from ...viewmodels.links import STATIC
from ..page import MEDIA

EDITOR, ENGINE = "vendor/editor.js", "vendor/engine.js"
TABLES = ("csv", "tsv", "json", "xml")
GRAPHS = ("ttl", "nt", "jsonld", "rdf", "trig")
"""The extensions that an answer can be taken away in."""


def is_built() -> bool:
    """Whether the parts that npm packages make are there."""
    return (STATIC / EDITOR).is_file()


def settings(context: PageContext) -> dict[str, Any]:
    """What every script reads: base and prefixes of the data, formats, words, and the file of a static site."""
    links, static = context.links, context.static
    return {
        "base": context.base,
        "language": context.language,
        "dump": links.file(static.dump) if static else "",
        "prefixes": prefixes(context.base),
        "formats": {"table": media(TABLES), "graph": media(GRAPHS)},
        "words": words(context.language),
        **({"root": links.root} if static else {}),
    }


def media(extensions: tuple[str, ...]) -> list[tuple[str, str]]:
    """Extensions with their media types."""
    return [(extension, MEDIA[extension]) for extension in extensions]


@cache
def words(language: str) -> Mapping[str, Any]:
    """The interface's words that scripts show, by the key below ``editor``, and the names of formats."""
    shown = {key: entry for key, entry in entries(language).items() if key.startswith(("editor.", "format."))}
    return {key.removeprefix("editor."): entry for key, entry in shown.items()}
