"""Cuts a SPARQL query into tokens, so that what stands in strings, comments and IRIs is not taken for code.

The forms are those of SPARQL 1.1, section 19.8. Engines differ at the edges: some read two words that touch
as one, some as two; ``<`` may open an IRI or compare two numbers. Where a text could be read in two ways,
or a sign or word is unknown, it is refused: what passes has one reading only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..web.delivery.problems import HTTPProblem
from .keywords import KNOWN

_ECHAR = r"\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_STRING = "|".join(
    [
        rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*"""',
        rf"'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''",
        rf'"(?:[^"\\\n\r]|{_ECHAR})*"(?!")',
        rf"'(?:[^'\\\n\r]|{_ECHAR})*'(?!')",
    ]
)
_LOCAL = r"(?:[\w:\-.·]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN = re.compile(
    rf"""
    (?P<blank>[\x20\t\r\n]+|\#[^\r\n]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>{_STRING})
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:--?[A-Za-z0-9]+)*)
  | (?P<prefixed>(?:[^\W\d_](?:[\w\-.]{{0,62}}[\w\-])?)?:{_LOCAL}|_:\w[\w\-.]*)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d_]\w*)
  | (?P<sign>\{{\||\|\}}|<<|>>|\^\^|&&|\|\||[<>!]=|[{{}}()\[\].;,*/|^?+\-=<>!])
    """,
    re.VERBOSE,
)
_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_STRUCTURAL = frozenset("\"'\\<>{}()[]#`|^")


class TokenKind(Enum):
    """What a token is."""

    IRI = "iri"
    STRING = "string"
    VARIABLE = "variable"
    LANGUAGE = "language"
    PREFIXED = "prefixed"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text as written, and where it starts (in characters)."""

    kind: TokenKind
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, or "" for anything else."""
        return self.text.upper() if self.kind is TokenKind.WORD else ""


def tokenise(text: str) -> Iterator[Token]:
    """The tokens of a query in order, white space and comments left out; raises HTTPProblem (400).

    >>> [token.text for token in tokenise("ASK { ?s ?p 'SERVICE' } # SERVICE")]
    ['ASK', '{', '?s', '?p', "'SERVICE'", '}']
    """
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        position = match.end()
        if match.lastgroup != "blank":
            token = Token(TokenKind(match.lastgroup), match.group(), match.start())
            _refuse_ambiguous(token, text)
            yield token


def place(text: str, position: int) -> str:
    """Where a character stands, for people: line and column, both from 1."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - (before.rfind(chr(10)) + 1) + 1}"


def _refuse_ambiguous(token: Token, text: str) -> None:
    if token.kind is TokenKind.WORD and token.word not in KNOWN:
        raise HTTPProblem(
            400,
            f"The word “{token.text[:40]}” at {place(text, token.start)} is no word of SPARQL 1.1 queries: "
            "check its spelling, put spaces around it, or a colon after its prefix.",
        )
    if token.kind is TokenKind.IRI and _may_be_comparison(token.text):
        raise HTTPProblem(
            400,
            f"The sign “<” at {place(text, token.start)} may open an IRI or compare: "
            "put spaces around it or write the IRI in full.",
        )
    if token.kind in (TokenKind.STRING, TokenKind.IRI) and _hides_signs(token.text):
        raise HTTPProblem(
            400,
            f"The text at {place(text, token.start)} writes a quote, bracket or control character as \\u…: "
            "write it out.",
        )


def _may_be_comparison(iri: str) -> bool:
    """Whether ``<…>`` could also be read as operators around code that a quote or comment then hides."""
    return not _HIERARCHICAL.match(iri) and any(sign in iri for sign in "'#)(")


def _hides_signs(text: str) -> bool:
    """Whether a store that decodes ``\\u…`` before it reads the query would see other tokens than we do."""
    codes = (int(short or long, 16) for short, long in _ESCAPE.findall(text))
    return any(code < 0x21 or code > 0x10FFFF or chr(code) in _STRUCTURAL for code in codes)


def _unreadable(text: str, position: int) -> HTTPProblem:
    where, sign = place(text, position), text[position]
    if sign in "\"'":
        return HTTPProblem(
            400, f"The text that opens with {sign} at {where} is not closed, or holds a wrong escape."
        )
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    return HTTPProblem(400, f"The sign “{shown}” at {where} has no meaning in SPARQL: remove it.")
