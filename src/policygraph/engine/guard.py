"""Reads a stranger's query before any engine does, and refuses what no engine should see.

What is decided here, from tokens alone: the form of the query, its length and nesting, that it is one query
and no update, that it calls no other service, and which graphs it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from ..errors import QueryRejected, QueryTooLong
from .settings import Limits
from .tokens import (
    CHANGING,
    CODE_SCHEMES,
    FORMS,
    KNOWN,
    UPDATES,
    Token,
    TokenKind,
    comparison,
    may_hold_service,
    place,
    tokenise,
    unescape,
)

_OPEN = frozenset({"(", "[", "{", "{|", "<<"})
_CLOSE = frozenset({")", "]", "}", "|}", ">>"})
_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")


_SPELT = (TokenKind.SIGN, TokenKind.WORD)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a query is known again by: ``text`` without white space, ``shape`` without names and values."""

    text: int = 0
    shape: int = 0

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> Fingerprint:
        """The fingerprint of a query's tokens; two queries share one by a chance of 1 in 2^64."""
        shape = tuple(token.text.upper() if token.kind in _SPELT else token.kind for token in tokens)
        return cls(hash(tuple(token.text for token in tokens)), hash(shape))


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may go to an engine: its text unchanged, its form, and the graphs that it names itself.

    ``stable`` says that the same data give the same answer: nothing in it depends on time or chance.
    ``prefixes`` are those that it declares; a graph is written with them. ``base`` is the address that it was sent
    to, against which its relative IRIs are resolved.
    """

    text: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    stable: bool = True
    prefixes: Mapping[str, str] = field(default_factory=dict)
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    base: str | None = None

    @property
    def has_dataset(self) -> bool:
        """Whether the query has a FROM clause of its own."""
        return bool(self.default_graphs or self.named_graphs)

    @property
    def makes_graph(self) -> bool:
        """Whether the answer is a graph, not a table or a truth value."""
        return self.form in ("CONSTRUCT", "DESCRIBE")


def screen(text: str, limits: Limits, *, strict: bool = True, base: str | None = None) -> CheckedQuery:
    """Check a query; raises QueryTooLong, or QueryRejected for anything else that is wrong.

    Not ``strict`` is for our own engine where it is confined (see ``tokens``). ``base`` is the address of the
    endpoint, against which relative IRIs are resolved.

    >>> screen("SELECT * { ?s ?p 'LOAD' }", Limits()).form
    'SELECT'
    """
    length = len(text.encode())
    if length > limits.query_bytes:
        raise QueryTooLong(
            f"The query has {length:,} bytes and {limits.query_bytes:,} are allowed: ask in several queries."
        )
    wide = not strict and not may_hold_service(text)
    tokens = list(tokenise(text, strict=not wide))
    if len(tokens) - (0 if strict else _constants(tokens)) > limits.tokens:
        raise QueryRejected(f"The query has more than {limits.tokens:,} words and signs: ask in several queries.")
    return _Reader(text, limits, strict, wide, base or "").read(tokens)


def _constants(tokens: Sequence[Token]) -> int:
    """How many tokens stand in the blocks of VALUES, which are data: an engine does not recurse into them."""
    number, depth, expected = 0, 0, False
    for token in tokens:
        if depth:
            depth += (token.text == "{") - (token.text == "}")
            number += 1
        elif expected and token.text == "{":
            depth, expected = 1, False
        elif token.kind is TokenKind.WORD:
            expected = token.word == "VALUES"
    return number


def _ends_in_service(prefix: str) -> bool:
    """Whether an engine that parts words which touch could find SERVICE in a prefix: at its start, or behind
    other words of SPARQL alone."""
    return any(_WORDS_ALONE.fullmatch(prefix[: match.start()]) for match in re.finditer("service", prefix))


_WORDS_ALONE = re.compile(f"(?:{'|'.join(sorted(KNOWN, key=len, reverse=True))})*", re.IGNORECASE)


@dataclass(slots=True)
class _Reader:
    """What has been seen of a query so far."""

    text: str
    limits: Limits
    strict: bool
    wide: bool
    base: str
    address: str = field(init=False)
    form: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    graphs: dict[bool, list[str]] = field(default_factory=lambda: {False: [], True: []})
    brackets: list[str] = field(default_factory=list)
    quoted: int = 0

    def __post_init__(self) -> None:
        self.address = self.base

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self.brackets)

    def read(self, tokens: Sequence[Token]) -> CheckedQuery:
        for index, token in enumerate(tokens):
            if token.kind is TokenKind.SIGN:
                self._nest(token)
            self._refuse_foreign(token, tokens[index + 1 : index + 2])
            if self.wide and token.kind is TokenKind.IRI:
                self._refuse_comparison(token, tokens[max(0, index - 1) : index])
            if self.depth == 0:
                self._top_level(token, tokens[index + 1 : index + 3])
            if token.kind is TokenKind.PREFIXED and not (index and tokens[index - 1].word == "PREFIX"):
                self._check_declared(token)
        if not self.form:
            raise QueryRejected("There is no SELECT, ASK, CONSTRUCT or DESCRIBE in the query: send one query.")
        if self.depth:
            raise QueryRejected(f"The query leaves {self.depth} brackets open: close them.")
        stable = not any(token.word in CHANGING for token in tokens)
        prefixes = {name: iri for name, iri in self.prefixes.items() if ":" in iri}
        graphs = tuple(self.graphs[False]), tuple(self.graphs[True])
        return CheckedQuery(
            self.text, self.form, *graphs, stable, prefixes, Fingerprint.of(tokens), self.address or None
        )

    def _nest(self, sign: Token) -> None:
        if sign.text == "<<":
            self.quoted += 1
        elif sign.text == ">>":
            self.quoted = max(0, self.quoted - 1)
        elif sign.text in _OPEN:
            self.brackets.append(sign.text)
        elif sign.text in _CLOSE:
            if not self.brackets:
                raise QueryRejected(f"“{sign.text}” at {self._place(sign)} closes nothing: remove it.")
            self.brackets.pop()
        if self.depth + self.quoted > self.limits.depth:
            raise QueryRejected(
                f"Brackets lie more than {self.limits.depth} deep at {self._place(sign)}: write it flatter."
            )

    def _refuse_comparison(self, token: Token, before: Sequence[Token]) -> None:
        """In brackets of an expression ``?a<b#c>`` could compare, and a comment hide what follows."""
        if not _HIERARCHICAL.match(token.text) and any(sign in token.text for sign in "'()"):
            raise comparison(token, self.text)
        operand = before and (before[0].kind not in _SPELT or before[0].word in ("TRUE", "FALSE"))
        if "#" in token.text and self.brackets[-1:] == ["("] and (operand or (before and before[0].text == ")")):
            raise comparison(token, self.text)

    def _refuse_foreign(self, token: Token, following: Sequence[Token]) -> None:
        prefix, _, local = token.text.casefold().partition(":")
        prefixed = token.kind is TokenKind.PREFIXED
        # an engine that parts words which touch would find SERVICE in ``SERVICEex:a {`` or ``ex:a.SERVICE``
        hidden = "service" in prefix and (
            self.strict or (_ends_in_service(prefix) and any(one.text == "{" for one in following))
        )
        if token.word == "SERVICE" or (prefixed and (hidden or ".service" in local)):
            raise QueryRejected(
                f"SERVICE at {self._place(token)}: this endpoint asks no other; ask that one yourself."
            )
        if token.word in UPDATES:
            raise QueryRejected(f"{token.word} at {self._place(token)}: this endpoint is read-only; send a query.")
        names = self.strict and (prefixed or token.kind is TokenKind.IRI)
        if names and token.text.lstrip("<").casefold().startswith(CODE_SCHEMES):
            raise QueryRejected(f"“{token.text[:40]}” at {self._place(token)} names code of a store: not here.")

    def _top_level(self, token: Token, following: Sequence[Token]) -> None:
        if token.word == "PREFIX" and len(following) == 2:
            self.prefixes[following[0].text.removesuffix(":")] = self._absolute(following[1].text[1:-1])
        elif token.word == "BASE" and following:
            self.base = self._absolute(following[0].text[1:-1])
        elif token.word in FORMS:
            if self.form:
                raise QueryRejected(f"A second query begins at {self._place(token)}: send one at a time.")
            self.form = token.word
        elif token.word == "FROM":
            named = bool(following) and following[0].word == "NAMED"
            graph = following[int(named) : int(named) + 1]
            if not graph or graph[0].kind not in (TokenKind.IRI, TokenKind.PREFIXED):
                raise QueryRejected("FROM is not followed by the IRI of a graph: name one.")
            self.graphs[named].append(self._resolve(graph[0]))

    def _resolve(self, token: Token) -> str:
        """The IRI of an IRI token or of a prefixed name."""
        if token.kind is TokenKind.IRI:
            return self._absolute(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + local.replace("\\", "")

    def _absolute(self, iri: str) -> str:
        """An IRI resolved against BASE, else against the address of the endpoint."""
        iri = unescape(iri)
        if iri.startswith("#"):  # urljoin would drop a fragment that is empty
            return self.base.partition("#")[0] + iri
        return urljoin(self.base, iri) if self.base else iri

    def _check_declared(self, token: Token) -> None:
        prefix = token.text.partition(":")[0]
        if prefix not in self.prefixes and prefix != "_":
            raise QueryRejected(
                f"The prefix “{prefix}:” at {self._place(token)} is not declared: add PREFIX {prefix}: <…>."
            )

    def _place(self, token: Token) -> str:
        return place(self.text, token.start)
