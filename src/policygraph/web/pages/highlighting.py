"""SPARQL and Turtle with their colours, made on the server: spans with classes, no style."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.rdf import SparqlLexer, TurtleLexer


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True, classprefix="hl-")


def sparql(text: str) -> Markup:
    """A query as HTML for a ``pre`` element."""
    return Markup(highlight(text, SparqlLexer(), _formatter()))


def turtle(text: str) -> Markup:
    """A graph in Turtle as HTML for a ``pre`` element."""
    return Markup(highlight(text, TurtleLexer(), _formatter()))
