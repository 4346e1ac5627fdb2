"""SPARQL and Turtle with their colours, made on the server: spans with classes, no style."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers.rdf import SparqlLexer, TurtleLexer

from ...viewmodels.localized_text import STEERING, shown


def sparql(text: str) -> Markup:
    """A query as HTML for a ``pre`` element."""
    return _coloured(text, SparqlLexer())


def turtle(text: str) -> Markup:
    """A graph in Turtle as HTML for a ``pre`` element."""
    return _coloured(text, TurtleLexer())


def _coloured(text: str, lexer: Lexer) -> Markup:
    made = str(highlight(text, lexer, _formatter()))
    return Markup(made.translate({ord(char): str(shown(char)) for char in STEERING if char in made}))


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True, classprefix="hl-")
