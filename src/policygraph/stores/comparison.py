"""Every canned query on every store: the same rows, or where the first one differs.

Embedded Oxigraph, which ``policygraph query`` asks, is what the others are compared with. Two cells are the same
where they mean the same (``check.value``): a sum may be an integer here and a decimal there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from ..queries import ask, open_release
from ..queries.canned import CannedQuery, catalogue
from ..queries.results import TRIPLE, Answer, Row, tidy
from ..release import Release
from .check import Progress, silent, value

if TYPE_CHECKING:
    from pyoxigraph import Store
    from rdflib import Graph

EMBEDDED, RDFLIB = "embedded", "rdflib"
SAME, ORDER, DIFFERS, ERROR = "same", "other order", "differs", "error"

Values = dict[str, Any]
Ask = Callable[[CannedQuery, Values], Answer]


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """One query on one store: one of the four verdicts, the number of rows, seconds, and what differs."""

    verdict: str
    rows: int
    seconds: float
    detail: str = ""


@dataclass(frozen=True)
class Matrix:
    """The verdicts by query and store; ``day`` is the day of reference that all were asked with."""

    day: date
    stores: tuple[str, ...]
    cells: dict[str, dict[str, ComparisonCell]]

    @property
    def agree(self) -> bool:
        """Whether every store gave the same rows to every query."""
        return all(cell.verdict in (SAME, ORDER) for row in self.cells.values() for cell in row.values())


def compare(
    release: Path,
    endpoints: Mapping[str, str],
    *,
    day: date,
    timeout: int = 60,
    rdflib: bool = True,
    progress: Progress = silent,
) -> Matrix:
    """Asks all canned queries of embedded Oxigraph, rdflib and the endpoints (name → address for queries).

    ``day`` is the day of reference, ``timeout`` is in seconds. Raises ReleaseError; what goes wrong with a store
    stands in its cell.
    """
    stores = _stores(release, endpoints, timeout, rdflib)
    queries, cells = catalogue(), {}
    for number, query in enumerate(queries, 1):
        cells[query.name] = _row(query, stores, day)
        progress("asking", number, len(queries))
    return Matrix(day, tuple(stores), cells)


def _stores(release: Path, endpoints: Mapping[str, str], timeout: int, rdflib: bool) -> dict[str, Ask]:
    base = Release.open(release).base

    def remote(address: str) -> Ask:
        return lambda query, values: ask(query.name, address, base=base, timeout=timeout, **values)

    references = {EMBEDDED: _embedded(release, base)} | ({RDFLIB: _rdflib(release, base)} if rdflib else {})
    return references | {name: remote(address) for name, address in endpoints.items()}


def _embedded(release: Path, base: str) -> Ask:
    """Asks embedded Oxigraph, with the graphs that a query says it reads, as ``policygraph query`` does."""

    @cache
    def of(graphs: tuple[str, ...]) -> Store:
        return open_release(release, base, graphs)[0]

    return lambda query, values: ask(query.name, of(query.graphs), base=base, **values)


def _row(query: CannedQuery, stores: Mapping[str, Ask], day: date) -> dict[str, ComparisonCell]:
    values: Values = {"as_of": day} if any(parameter.name == "as_of" for parameter in query.parameters) else {}
    answers = {name: _timed(ask_store, query, values) for name, ask_store in stores.items()}
    expected, _ = answers[EMBEDDED]
    return {name: _cell(query, expected, answer, seconds) for name, (answer, seconds) in answers.items()}


def _timed(ask_store: Ask, query: CannedQuery, values: Values) -> tuple[Answer | StoreError, float]:
    start = perf_counter()
    try:
        answer: Answer | StoreError = ask_store(query, values)
    except StoreError as error:
        answer = error
    return answer, perf_counter() - start


def _cell(
    query: CannedQuery, expected: Answer | StoreError, answer: Answer | StoreError, seconds: float
) -> ComparisonCell:
    if isinstance(answer, StoreError):
        return ComparisonCell(ERROR, 0, seconds, str(answer))
    rows = _meanings(answer.rows)
    if isinstance(expected, StoreError):
        return ComparisonCell(DIFFERS, len(rows), seconds, "the embedded store has no answer to compare with")
    wanted = _meanings(expected.rows)
    if rows == wanted:
        return ComparisonCell(SAME, len(rows), seconds)
    if Counter(rows) == Counter(wanted):
        return ComparisonCell(ORDER, len(rows), seconds, _first(query, expected.rows, answer.rows))
    return ComparisonCell(DIFFERS, len(rows), seconds, _first(query, expected.rows, answer.rows))


def _meanings(rows: Iterable[Row]) -> list[Hashable]:
    return [tuple(value(term) for term in row) for row in rows]


def _first(query: CannedQuery, expected: tuple[Row, ...], actual: tuple[Row, ...]) -> str:
    """The first row that is not the same, with the cells that differ."""
    columns = query.column_names if query.form == "select" else TRIPLE
    for number, (wanted, row) in enumerate(zip(expected, actual, strict=False), 1):
        cells = zip(columns, wanted, row, strict=True)
        differences = [
            f"{name} is {theirs}, not {ours}" for name, ours, theirs in cells if value(ours) != value(theirs)
        ]
        if differences:
            return f"row {number}: {'; '.join(differences)}"
    more = len(actual) - len(expected)
    return f"{more} rows too many" if more > 0 else f"{-more} rows too few"


def _rdflib(release: Path, base: str) -> Ask:
    """Asks rdflib, with the graphs that a query says it reads as one."""
    from rdflib import Dataset, Graph, URIRef

    data = Dataset()
    data.parse(release / "policygraph.nq", format="nquads")

    @cache
    def of(graphs: tuple[str, ...]) -> Graph:
        union = Graph()
        for name in graphs:
            union += data.graph(URIRef(f"{base}graph/{name}"))
        return union

    return lambda query, values: _rdflib_answer(of(query.graphs), query, query.bind(base, **values), base)


def _rdflib_answer(data: Graph, query: CannedQuery, text: str, base: str) -> Answer:
    from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.sparql import SPARQLError

    try:
        result = data.query(text)
        body = result.serialize(format="json" if query.form == "select" else "nt") or b""
    except (SPARQLError, ParseBaseException, NotImplementedError, RecursionError, ValueError, TypeError) as error:
        raise StoreError(f"rdflib does not answer “{query.name}” ({type(error).__name__}: {error}).") from error
    if query.form == "construct":
        triples = {quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)}
        rows: list[Any] = sorted(map(tuple, triples), key=str)
        return Answer(TRIPLE, tuple(rows), "construct", base)
    solutions: Any = parse_query_results(body, format=QueryResultsFormat.JSON)
    many = [column.name for column in query.columns if column.many]
    return Answer(query.column_names, tidy(query.column_names, many, [tuple(row) for row in solutions]), base=base)
