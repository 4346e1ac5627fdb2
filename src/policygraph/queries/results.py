"""Answers of canned queries and the forms they leave in: tables for people, W3C formats for programs.

CSV, TSV, JSON and XML come from pyoxigraph's serialisers, so that they are the W3C's SPARQL 1.1 result
formats; dates print as ISO because terms keep their lexical form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

from ..rdf.iris import BASE, RDF, XSD, prefixes

Term = NamedNode | BlankNode | Literal
Row = tuple[Term | None, ...]

JOIN = "; "
TRIPLE = ("subject", "predicate", "object")
RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
NUMBERS = {f"<{XSD}{name}>" for name in ("integer", "decimal", "double", "float")}
FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle")


class Answer:
    """The rows of one answer, which it iterates over; of a CONSTRUCT its triples, with the columns ``TRIPLE``.

    >>> answer = Answer(("n",), ((Literal(1),), (None,)))
    >>> list(answer) == list(answer.rows), len(answer)
    (True, 2)
    """

    __slots__ = ("base", "columns", "form", "rows")

    def __init__(
        self, columns: tuple[str, ...], rows: tuple[Row, ...], form: str = "select", base: str = BASE
    ) -> None:
        self.columns, self.rows, self.form, self.base = columns, rows, form, base

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and all(getattr(self, a) == getattr(other, a) for a in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows, self.form, self.base))

    def __repr__(self) -> str:
        return f"Answer({self.columns}, {self.rows}, {self.form!r}, {self.base!r})"

    def dicts(self) -> list[dict[str, str | None]]:
        """Each row as column → text, None where a cell is empty."""
        return [dict(zip(self.columns, map(plain, row), strict=True)) for row in self.rows]

    def serialize(self, syntax: str, *, spreadsheet: bool = False) -> bytes:
        """The answer in one of ``FORMATS``; ``spreadsheet`` makes CSV that no program takes for formulas."""
        answer = _for_spreadsheets(self) if spreadsheet else self
        if syntax == "table":
            return (plain_table(answer) + "\n").encode()
        if syntax == "turtle":
            return _turtle(answer)
        text = _solutions(answer).serialize(format=getattr(QueryResultsFormat, syntax.upper())) or b""
        return b"\xef\xbb\xbf" + text if spreadsheet and syntax == "csv" else text


def plain(term: Term | None) -> str | None:
    """A term's text as CSV gives it: IRI, or lexical form."""
    return None if term is None else f"_:{term.value}" if isinstance(term, BlankNode) else term.value


def tidy(columns: tuple[str, ...], many: Iterable[str], rows: Iterable[Row]) -> tuple[Row, ...]:
    """``rows`` with the parts of each cell in a column of ``many`` sorted: engines join them in any order."""
    places = {place for place, name in enumerate(columns) if name in set(many)}
    return tuple(
        tuple(_sorted(cell) if place in places else cell for place, cell in enumerate(row)) for row in rows
    )


def _sorted(cell: Term | None) -> Term | None:
    parts = sorted({part for part in (plain(cell) or "").split(JOIN) if part})
    return Literal(JOIN.join(parts)) if parts else None


def _solutions(answer: Answer) -> QuerySolutions:
    """The answer as pyoxigraph's own solutions, by way of the W3C's JSON."""
    bindings = [
        {name: binding(term) for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    document = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    solutions = parse_query_results(json.dumps(document), QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)
    return solutions


def binding(term: Term) -> dict[str, str]:
    """A term as the W3C's JSON for query results has it."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _turtle(answer: Answer) -> bytes:
    """Turtle: the triples of a CONSTRUCT, or the rows of a SELECT in the W3C's result-set vocabulary."""
    from ..rdf.media_types import TURTLE
    from ..rdf.serialise import serialise

    declared = prefixes(answer.base)
    if answer.form == "construct":
        triples: list[Any] = [Triple(*row) for row in answer.rows]  # type: ignore[arg-type]
    else:
        triples, declared = list(_result_set(answer)), declared | {"rs": RESULT_SET}
    used = {name: iri for name, iri in declared.items() if any(iri in str(triple) for triple in triples)}
    return serialise(triples, TURTLE, used)


def _result_set(answer: Answer) -> Iterable[Triple]:
    terms = ("ResultSet", "resultVariable", "solution", "binding", "variable", "value", "index")
    rs = {name: NamedNode(RESULT_SET + name) for name in terms}
    whole = BlankNode("answer")
    yield Triple(whole, NamedNode(RDF + "type"), rs["ResultSet"])
    for name in answer.columns:
        yield Triple(whole, rs["resultVariable"], Literal(name))
    for number, row in enumerate(answer.rows, 1):
        solution = BlankNode(f"row{number}")
        yield Triple(whole, rs["solution"], solution)
        yield Triple(solution, rs["index"], Literal(number))
        for place, (name, term) in enumerate(zip(answer.columns, row, strict=True), 1):
            if term is not None:
                binding = BlankNode(f"row{number}cell{place}")
                yield Triple(solution, rs["binding"], binding)
                yield Triple(binding, rs["variable"], Literal(name))
                yield Triple(binding, rs["value"], term)


def _for_spreadsheets(answer: Answer) -> Answer:
    """The answer with an apostrophe before each text that a spreadsheet would take for a formula."""
    rows = tuple(tuple(map(_harmless, row)) for row in answer)
    return Answer(answer.columns, rows, answer.form, answer.base)


def is_number(term: Term | None) -> bool:
    return isinstance(term, Literal) and str(term.datatype) in NUMBERS


def _harmless(term: Term | None) -> Term | None:
    if not isinstance(term, Literal) or is_number(term):
        return term
    return Literal("'" + term.value) if term.value.startswith(("=", "+", "-", "@", "\t", "\r")) else term


def cell(term: Term | None, base: str = BASE) -> str:
    """What a table shows: things of the release as ``id:…``, on one line, without control characters."""
    text = plain(term) or ""
    if isinstance(term, NamedNode):
        text = text.replace(f"{base}id/", "id:", 1).replace(f"{base}def#", "pg:", 1)
    return "".join(char if char.isprintable() else " " for char in text)


def plain_table(answer: Answer) -> str:
    """The answer as aligned text that a pipe keeps whole: nothing is wrapped or cut."""
    cells = [answer.columns, *(tuple(cell(term, answer.base) for term in row) for row in answer)]
    rule = tuple("-" * max(map(len, column)) for column in zip(*cells, strict=True))
    return "\n".join([*aligned([cells[0], rule, *cells[1:]]), counted(answer)])


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of cells as text with the columns below each other; nothing is wrapped or cut.

    >>> aligned([("query", "rows"), ("totals", "1")])
    ['query   rows', 'totals  1']
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def counted(answer: Answer) -> str:
    """The last line of a table: how many rows there are."""
    return f"({len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'})"
