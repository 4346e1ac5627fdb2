"""Cuts a SPARQL query into tokens, so that what stands in strings, comments and IRIs is not taken for code.

The forms are those of SPARQL 1.1, section 19.8. Engines differ at the edges: some read two words that touch
as one, some as two; ``<`` may open an IRI or compare two numbers. Where a text could be read in two ways,
or a sign or word is unknown, it is refused: what passes has one reading only.

That is the strict reading, for stores of others and for every text in which the letters of SERVICE stand. Our own
engine changes nothing and can open nothing, so that without these letters another reading could do no harm: there
the wide reading knows SPARQL 1.2 as well, and IRIs that the strict one takes for comparisons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ..errors import QueryRejected


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH", "USING", "INTO"}
    | {"DATA", "DEFAULT", "ALL", "TO", "MODIFY"}
)

KEYWORDS = _words(
    "BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT DESCRIBE ASK FROM NAMED WHERE GROUP BY HAVING ORDER ASC"
    " DESC LIMIT OFFSET VALUES OPTIONAL GRAPH SERVICE SILENT BIND UNDEF MINUS UNION FILTER NOT EXISTS IN"
    " SEPARATOR TRUE FALSE A"
)

FUNCTIONS = _words(
    "STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE"
    " ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS"
    " TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI"
    " ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT"
    " ADJUST TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE"
)

SPARQL_12 = _words("VERSION LANGDIR HASLANG HASLANGDIR STRLANGDIR LATERAL")
"""Words of SPARQL 1.2 and of its community's extensions; only the wide reading knows them, and the sign ``~``."""

KNOWN = KEYWORDS | FUNCTIONS | UPDATES

CODE_SCHEMES = ("bif:", "sql:", "java:")
"""IRIs that Virtuoso and Jena run as functions of their own: no stranger may name them."""

CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
"""Functions whose value depends on time or chance."""

_ECHAR = r"\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_STRING = "|".join(
    [
        rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}))*"""',
        rf"'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''",
        rf'"(?:[^"\\\n\r]|{_ECHAR})*"(?!")',
        rf"'(?:[^'\\\n\r]|{_ECHAR})*'(?!')",
    ]
)
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040"
"""Letters, and what may stand in a name behind its first, but the hyphen: PN_CHARS of SPARQL 1.1."""
_LOCAL = rf"(?:[{_NAME}:\-.]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN = re.compile(
    rf"""
    (?P<blank>[\x20\t\r\n]+|\#[^\r\n]*)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<string>{_STRING})
  | (?P<variable>[?$][{_BASE}_0-9][{_NAME}]*)
  | (?P<language>@[A-Za-z]+(?:--?[A-Za-z0-9]+)*)
  | (?P<prefixed>(?:[{_BASE}](?:[{_NAME}\-.]{{0,62}}[{_NAME}\-])?)?:{_LOCAL}|_:[{_BASE}_0-9][{_NAME}\-.]*)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*)
  | (?P<sign>\{{\||\|\}}|<<|>>|\^\^|&&|\|\||[<>!]=|[{{}}()\[\].;,*/|^?+\-=<>!~])
    """,
    re.VERBOSE,
)
_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_STRUCTURAL = frozenset("\"'\\<>{}()[]#`|^")


TokenKind = Enum("TokenKind", "IRI STRING VARIABLE LANGUAGE PREFIXED NUMBER WORD SIGN")
"""What a token is; the groups of the pattern above in capitals."""


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


def may_hold_service(text: str) -> bool:
    """Whether the letters of SERVICE stand anywhere in a text, also where \\u… escapes write them.

    >>> may_hold_service("S\\\\u0065rvice"), may_hold_service("ASK {}")
    (True, False)
    """
    return "service" in unescape(text).casefold()


def unescape(text: str) -> str:
    """A text with its \\u… and \\U… escapes undone."""

    def character(escape: re.Match[str]) -> str:
        code = int(escape[1] or escape[2], 16)
        return chr(code) if code <= 0x10FFFF else escape[0]

    return _ESCAPE.sub(character, text)


def tokenise(text: str, *, strict: bool = True) -> Iterator[Token]:
    """The tokens of a query in order, white space and comments left out; raises QueryRejected.

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
            token = Token(TokenKind[str(match.lastgroup).upper()], match.group(), match.start())
            _refuse_unknown(token, text, strict)
            if strict:
                _refuse_ambiguous(token, text)
            yield token


def place(text: str, position: int) -> str:
    """Where a character stands, for people: line and column, both from 1."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def _refuse_unknown(token: Token, text: str, strict: bool) -> None:
    if strict and token.text == "~":
        raise _unreadable(text, token.start)
    if token.kind is TokenKind.WORD and token.word not in (KNOWN if strict else KNOWN | SPARQL_12):
        raise QueryRejected(
            f"The word “{token.text[:40]}” at {place(text, token.start)} is no word of SPARQL 1.1 queries: "
            "check its spelling, put spaces around it, or a colon after its prefix."
        )


def _refuse_ambiguous(token: Token, text: str) -> None:
    """Refuse what another engine may read as other tokens."""
    if token.kind is TokenKind.IRI and _may_be_comparison(token.text):
        raise comparison(token, text)
    # a store that decodes \u… before it reads the query would see other tokens than we do
    codes = (int(short or long, 16) for short, long in _ESCAPE.findall(token.text))
    hidden = any(code < 0x21 or code > 0x10FFFF or chr(code) in _STRUCTURAL for code in codes)
    if token.kind in (TokenKind.STRING, TokenKind.IRI) and hidden:
        raise QueryRejected(
            f"The text at {place(text, token.start)} writes a quote, bracket or control character "
            "as \\u…: write it out."
        )


def comparison(token: Token, text: str) -> QueryRejected:
    """The error for an IRI that an engine could read as a comparison."""
    return QueryRejected(
        f"The sign “<” at {place(text, token.start)} may open an IRI or compare: "
        "put spaces around it or write the IRI in full."
    )


def _may_be_comparison(iri: str) -> bool:
    """Whether ``<…>`` could also be read as operators around code that a quote or comment then hides."""
    return not _HIERARCHICAL.match(iri) and any(sign in iri for sign in "'#)(")


def _unreadable(text: str, position: int) -> QueryRejected:
    where, sign = place(text, position), text[position]
    if sign in "\"'":
        return QueryRejected(f"The text that opens with {sign} at {where} is not closed, or holds a wrong escape.")
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    return QueryRejected(f"The sign “{shown}” at {where} has no meaning in SPARQL: remove it.")
