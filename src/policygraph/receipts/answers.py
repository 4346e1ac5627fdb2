"""Receipts of the rows of an answer: the ways in which each comes about, and of these a smallest."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from ..errors import NoReceipt
from ..queries.results import TRIPLE, Row, Term, binding, tidy
from .derivations import Derivation, Members
from .evaluation import Evaluation
from .quotes import Quotes
from .sparql import algebra, engine_term
from .steps import Step, matches, required_steps

FORM = "policygraph-receipts-1"
"""What a file of receipts says that it is."""

MOST_TRIED = 2_000
"""Statements of one receipt; where a row needs more, it is not tried to leave one out."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why one row is in an answer.

    ``derivations`` counts the ways in which the row comes about, of which this is one; ``smallest`` is whether the
    row goes or changes with each statement that is taken away.
    """

    row: Row
    statements: tuple[Triple, ...]
    absences: tuple[str, ...]
    members: tuple[Members, ...]
    derivations: int = 1
    smallest: bool = True


@dataclass(frozen=True)
class Receipts:
    """The receipts of an answer, in the order of its rows, and the query and data that they are for."""

    query: str
    base: str
    columns: tuple[str, ...]
    rows: tuple[Receipt, ...]
    store: Store
    graphs: tuple[str, ...]

    def document(self, **about: object) -> dict[str, Any]:
        """The receipts as plain values for JSON; ``about`` is added, such as ``name`` and ``release``.

        Statements and quotes stand once each, in lists that rows point into by place.
        """
        lines: dict[Triple, int] = {}
        quotes = Quotes(self.store, self.base)
        cited: dict[str, int] = {}

        def place(triple: Triple) -> int:
            return lines.setdefault(triple, len(lines))

        rows = [_described(receipt, self.columns, place) for receipt in self.rows]
        statements = [
            {
                "quad": quotes.line(triple, self.graphs),
                "quotes": [cited.setdefault(source, len(cited)) for source in quotes.sources(triple)],
            }
            for triple in lines
        ]
        return {
            "form": FORM,
            **about,
            "base": self.base,
            "query": self.query,
            "graphs": list(self.graphs),
            "columns": list(self.columns),
            "rows": rows,
            "statements": statements,
            "quotes": [quotes.quote(source) for source in cited],
        }

    def serialize(self, **about: object) -> bytes:
        """The document as JSON."""
        return (json.dumps(self.document(**about), ensure_ascii=False, indent=1) + "\n").encode()


def _described(receipt: Receipt, columns: tuple[str, ...], place: Callable[[Triple], int]) -> dict[str, Any]:
    """A receipt as plain values; ``place`` gives the place of a statement in the list of all."""
    cells = zip(columns, receipt.row, strict=True)
    return {
        "row": {name: binding(term) for name, term in cells if term is not None},
        "statements": [place(triple) for triple in receipt.statements],
        "absences": list(receipt.absences),
        "members": [
            {
                "variable": member.variable,
                "aggregate": member.function,
                "of": member.of,
                "sets": [
                    {"value": binding(value), "statements": [place(triple) for triple in needed]}
                    for value, needed in member.sets
                ],
            }
            for member in receipt.members
        ],
        "derivations": receipt.derivations,
        "smallest": receipt.smallest,
    }


def receipts(
    store: Store,
    text: str,
    base: str,
    graphs: Sequence[str],
    many: Iterable[str] = (),
    *,
    most: int | None = None,
) -> Receipts:
    """The receipts for each row of the answer to ``text`` over the union of ``graphs`` (their IRIs).

    ``many`` are columns whose parts are joined in any order; of the rows the first ``most`` are taken. Every
    receipt was tried: the engine gives the row from its statements alone. Raises NoReceipt for queries of a form
    that has none.
    """
    text = text.strip()
    node = algebra(text)
    if node.datasetClause:
        raise NoReceipt("There are no receipts for queries with FROM: leave it out, all graphs are asked.")
    dataset: Any = [NamedNode(iri) for iri in graphs]
    required = [] if node.name == "ConstructQuery" else required_steps(node.p)
    columns, rows = answer_rows(store.query(text, default_graph=dataset), many)
    waiting: dict[bool, dict[Row, list[Derivation]]] = {}
    results = []
    taken: dict[Row, int] = defaultdict(int)
    for row in rows[:most]:
        for lean in (True, False):
            if lean not in waiting:
                waiting[lean] = _by_row(Evaluation(store, graphs, lean=lean), node, columns, many)
            ways = waiting[lean].get(row, [])
            if taken[row] >= len(ways):
                raise NoReceipt(f"There is no receipt for a row of this query: {_shown(columns, row)}.")
            receipt = _receipt(row, columns, ways[taken[row]], len(ways))
            if stands(text, receipt.statements, row, many):
                break
        else:
            raise NoReceipt(f"There is no receipt for a row of this query: {_shown(columns, row)}.")
        taken[row] += 1
        results.append(_reduced(receipt, text, required, many))
    return Receipts(text, base, columns, tuple(results), store, tuple(graphs))


def _reduced(receipt: Receipt, text: str, required: list[Step], many: Iterable[str]) -> Receipt:
    """The receipt without the statements that its row stands without.

    A statement stays untried that alone matches some pattern of the query: a solution that needs a variable of an
    OPTIONAL part needs each of its patterns.
    """
    if len(receipt.statements) > MOST_TRIED:
        return dataclasses.replace(receipt, smallest=False)
    kept = dict.fromkeys(receipt.statements)
    for triple in receipt.statements:
        rest = [other for other in kept if other != triple]
        if any(matches(step, triple) and not any(matches(step, other) for other in rest) for step in required):
            continue
        if stands(text, rest, receipt.row, many):
            del kept[triple]
    if len(kept) == len(receipt.statements):
        return receipt
    members = tuple(
        member._replace(
            sets=tuple((value, tuple(filter(kept.__contains__, needed))) for value, needed in member.sets)
        )
        for member in receipt.members
    )
    return dataclasses.replace(receipt, statements=tuple(kept), members=members)


def stands(text: str, statements: Iterable[Triple], row: Row, many: Iterable[str] = ()) -> bool:
    """Whether the engine gives this row of the query from these statements alone."""
    alone = Store()
    alone.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in statements)
    return row in answer_rows(alone.query(text), many)[1]


def answer_rows(answer: Any, many: Iterable[str] = ()) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Columns and rows of the engine's answer; of a graph its triples."""
    if isinstance(answer, QueryTriples):
        rows = sorted({(triple.subject, triple.predicate, triple.object) for triple in answer}, key=str)
        return TRIPLE, tuple(rows)
    if not isinstance(answer, QuerySolutions):
        raise NoReceipt("There are no receipts for a yes or no: ask for the rows with SELECT.")
    columns = tuple(variable.value for variable in answer.variables)
    return columns, tidy(columns, many, map(tuple, answer))


def _by_row(
    evaluation: Evaluation, node: CompValue, columns: tuple[str, ...], many: Iterable[str]
) -> dict[Row, list[Derivation]]:
    """The derivations of each row, those that need the least first."""
    if node.name == "ConstructQuery":
        derivations = [
            instance
            for solution in evaluation.solve(node.p)
            for triple in node.template
            for instance in _instance(solution, triple)
        ]
    else:
        derivations = evaluation.solve(_unsliced(node.p))
    ways: dict[Row, list[Derivation]] = defaultdict(list)
    for solution in derivations:
        (row,) = tidy(columns, many, [tuple(solution.values.get(name) for name in columns)])
        ways[row].append(solution)
    for several in ways.values():
        several.sort(key=lambda solution: len(solution.reason(columns).statements))
    return ways


def _unsliced(node: CompValue) -> CompValue:
    """The pattern without LIMIT and OFFSET: which rows there are is read from the engine's answer."""
    return node.p if node.name == "Slice" else node


def _instance(solution: Derivation, triple: Sequence[Any]) -> Iterable[Derivation]:
    """One triple of a CONSTRUCT template for one solution, as a solution with the columns of a graph."""
    names = [str(part) if isinstance(part, Variable) else "" for part in triple]
    cells = [
        solution.values.get(name) if name else engine_term(part) for name, part in zip(names, triple, strict=True)
    ]
    if None not in cells and not isinstance(cells[0], Literal):
        values: dict[str, Any] = dict(zip(TRIPLE, cells, strict=True))
        yield Derivation(values, solution.reason(filter(None, names)))


def _receipt(row: Row, columns: tuple[str, ...], way: Derivation, ways: int) -> Receipt:
    reason = way.reason(columns)
    members = tuple(member for member in reason.members if member.of)
    return Receipt(row, tuple(sorted(reason.statements, key=str)), reason.absences, members, ways)


def _shown(columns: tuple[str, ...], row: Row) -> str:
    cells: Iterable[tuple[str, Term | None]] = zip(columns, row, strict=True)
    return ", ".join(f"{name} {term.value[:60]}" for name, term in cells if term is not None)
