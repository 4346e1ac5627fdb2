"""Reads a stranger's query before any engine does, and refuses what no engine should see.

What is decided here, from tokens alone: the form of the query, its length and nesting, that it is one query
and no update, that it calls no other service, and which graphs it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin

from ..errors import QueryRejected, QueryTooLong
from .settings import Limits
from .tokens import CHANGING, CODE_SCHEMES, FORMS, UPDATES, Token, TokenKind, place, tokenise

_OPEN = frozenset({"(", "[", "{", "{|", "<<"})
_CLOSE = frozenset({")", "]", "}", "|}", ">>"})


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


def screen(text: str, limits: Limits) -> CheckedQuery:
    """Check a query; raises QueryTooLong, or QueryRejected for anything else that is wrong.

    >>> screen("SELECT * { ?s ?p 'LOAD' }", Limits()).form
    'SELECT'
    """
    length = len(text.encode())
    if length > limits.query_bytes:
        raise QueryTooLong(
            f"The query has {length:,} bytes and {limits.query_bytes:,} are allowed: ask in several queries."
        )
    tokens = list(islice(tokenise(text), limits.tokens + 1))
    if len(tokens) > limits.tokens:
        raise QueryRejected(f"The query has more than {limits.tokens:,} words and signs: ask in several queries.")
    return _Reader(text, limits).read(tokens)


@dataclass(slots=True)
class _Reader:
    """What has been seen of a query so far."""

    text: str
    limits: Limits
    form: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""
    graphs: dict[bool, list[str]] = field(default_factory=lambda: {False: [], True: []})
    depth: int = 0
    quoted: int = 0

    def read(self, tokens: Sequence[Token]) -> CheckedQuery:
        for index, token in enumerate(tokens):
            if token.kind is TokenKind.SIGN:
                self._nest(token)
            self._refuse_foreign(token)
            if self.depth == 0:
                self._top_level(token, tokens[index + 1 : index + 3])
            if token.kind is TokenKind.PREFIXED and not (index and tokens[index - 1].word == "PREFIX"):
                self._check_declared(token)
        if not self.form:
            raise QueryRejected("There is no SELECT, ASK, CONSTRUCT or DESCRIBE in the query: send one query.")
        if self.depth:
            raise QueryRejected(f"The query leaves {self.depth} brackets open: close them.")
        stable = not any(token.word in CHANGING for token in tokens)
        prefixes = {name: iri for name, iri in self.prefixes.items() if "://" in iri}
        graphs = tuple(self.graphs[False]), tuple(self.graphs[True])
        return CheckedQuery(self.text, self.form, *graphs, stable, prefixes, Fingerprint.of(tokens))

    def _nest(self, sign: Token) -> None:
        if sign.text == "<<":
            self.quoted += 1
        elif sign.text == ">>":
            self.quoted = max(0, self.quoted - 1)
        else:
            self.depth += (sign.text in _OPEN) - (sign.text in _CLOSE)
        if self.depth < 0:
            raise QueryRejected(f"“{sign.text}” at {self._place(sign)} closes nothing: remove it.")
        if self.depth + self.quoted > self.limits.depth:
            raise QueryRejected(
                f"Brackets lie more than {self.limits.depth} deep at {self._place(sign)}: write it flatter."
            )

    def _refuse_foreign(self, token: Token) -> None:
        prefix, _, local = token.text.casefold().partition(":")
        prefixed = token.kind is TokenKind.PREFIXED
        # an engine that parts words which touch would find SERVICE in ``SERVICEex:a`` or ``ex:a.SERVICE``
        if token.word == "SERVICE" or (prefixed and ("service" in prefix or ".service" in local)):
            raise QueryRejected(
                f"SERVICE at {self._place(token)}: this endpoint asks no other; ask that one yourself."
            )
        if token.word in UPDATES:
            raise QueryRejected(f"{token.word} at {self._place(token)}: this endpoint is read-only; send a query.")
        if (prefixed or token.kind is TokenKind.IRI) and token.text.lstrip("<").casefold().startswith(
            CODE_SCHEMES
        ):
            raise QueryRejected(f"“{token.text[:40]}” at {self._place(token)} names code of a store: not here.")

    def _top_level(self, token: Token, following: Sequence[Token]) -> None:
        if token.word == "PREFIX" and len(following) == 2:
            self.prefixes[following[0].text.removesuffix(":")] = following[1].text[1:-1]
        elif token.word == "BASE" and following:
            self.base = following[0].text[1:-1]
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
            return urljoin(self.base, token.text[1:-1]) if self.base else token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "") + local.replace("\\", "")

    def _check_declared(self, token: Token) -> None:
        prefix = token.text.partition(":")[0]
        if prefix not in self.prefixes and prefix != "_":
            raise QueryRejected(
                f"The prefix “{prefix}:” at {self._place(token)} is not declared: add PREFIX {prefix}: <…>."
            )

    def _place(self, token: Token) -> str:
        return place(self.text, token.start)
