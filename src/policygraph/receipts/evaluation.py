"""The solutions of a query, each with the statements that it needs and the absences that it rests on.

A second evaluation beside the engine's: patterns are matched here, statement by statement; what an expression or
an aggregate comes to is asked of the engine, so that there are no two opinions about values. Whether the rows are
those of the engine is for the caller to compare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from ..errors import NoReceipt
from .derivations import NOTHING, Derivation, Derivations, Members, Reason, Value, absence, cost, joined, uniform
from .sparql import HIDDEN, aggregate_text, engine_term, expression_text, pattern_text, values_text, variables
from .steps import Step, selectivity, steps

Cells = tuple[Value | None, ...]
"""The values of some variables in one solution; None where one is unbound."""

MOST = 200_000
"""Solutions of one part of a query; beyond there are no receipts, which are for answers that people read."""


class Evaluation:
    """Evaluates algebra over some graphs of a store; all of them where none is named.

    ``lean=False`` counts every OPTIONAL part that matched among what a solution needs: how often a solution comes
    matters where solutions are counted.
    """

    def __init__(self, store: Store, graphs: Iterable[str] = (), *, lean: bool = True) -> None:
        self._store, self._graphs, self._lean = store, {NamedNode(iri) for iri in graphs}, lean
        self._engine = Store()
        self._matches: dict[tuple[Any, ...], list[Triple]] = {}

    def solve(self, node: CompValue) -> Derivations:
        """The solutions of a part of the algebra; raises NoReceipt for what is not supported."""
        method: Callable[[CompValue], Derivations] | None = getattr(self, f"_solve_{node.name.lower()}", None)
        if method is None:
            raise NoReceipt(f"There are no receipts for queries with {node.name.upper()}.")
        derivations = method(node)
        if len(derivations) > MOST:
            raise NoReceipt(f"There are no receipts where a part of the query has more than {MOST:,} solutions.")
        return derivations

    # patterns

    def _solve_bgp(self, node: CompValue) -> Derivations:
        return self._match([Derivation()], node)

    def _match(self, derivations: Derivations, node: CompValue) -> Derivations:
        """Extend each solution by the triples of a basic graph pattern."""
        waiting = list(chain.from_iterable(steps(triple, str(place)) for place, triple in enumerate(node.triples)))
        bound = set(derivations[0].values) if derivations else set()
        while waiting and derivations:
            step = max(waiting, key=lambda step: selectivity(step, bound))
            waiting.remove(step)
            derivations = [new for old in derivations for new in self._extend(old, step)]
            bound |= {part for part in (step[0], step[2]) if isinstance(part, str)}
            if len(derivations) > MOST:
                raise NoReceipt(f"There are no receipts where a pattern has more than {MOST:,} solutions.")
        for solution in derivations:
            for name in [name for name in solution.values if name.startswith(HIDDEN)]:
                del solution.values[name]
        return derivations

    def _extend(self, old: Derivation, step: Step) -> Iterable[Derivation]:
        ends = [part for part in step if isinstance(part, str)]
        subject, predicate, target = (old.values.get(part) if isinstance(part, str) else part for part in step)
        for inverse, iri in predicate if isinstance(predicate, tuple) else ((False, predicate),):
            wanted = (target, iri, subject) if inverse else (subject, iri, target)
            for triple in self._triples(wanted):
                read = (
                    (triple.object, iri, triple.subject)
                    if inverse
                    else (triple.subject, triple.predicate, triple.object)
                )
                values = dict(old.values)
                if all(
                    values.setdefault(part, value) == value
                    for part, value in zip(step, read, strict=True)
                    if isinstance(part, str)
                ):
                    base = old.base
                    for name in ends:
                        base = base + old.why.get(name, NOTHING)
                    yield Derivation(values, base + Reason((triple,)), old.why)

    def _triples(self, wanted: tuple[Any, Any, Any]) -> list[Triple]:
        if isinstance(wanted[0], Literal):
            return []
        if wanted not in self._matches:
            quads = self._store.quads_for_pattern(*wanted, None)
            kept = (quad for quad in quads if not self._graphs or quad.graph_name in self._graphs)
            self._matches[wanted] = sorted(dict.fromkeys(quad.triple for quad in kept), key=str)
        return self._matches[wanted]

    def _solve_join(self, node: CompValue) -> Derivations:
        return self._join(self.solve(node.p1), node.p2)

    def _join(self, left: Derivations, right: CompValue) -> Derivations:
        """Each solution with each compatible one of a pattern, matched from there where that is the same."""
        if right.name == "BGP" and uniform(left):
            return self._match(left, right)
        if right.name == "Union":
            return [*self._join(left, right.p1), *self._join(left, right.p2)]
        if right.name == "Extend" and right.p.name == "BGP" and left:
            inside, taken = variables(right.p), {name for solution in left for name in solution.values}
            if variables(right.expr) <= inside and str(right.var) not in taken:
                return self._bound(self._join(left, right.p), right)
        pairs = joined(left, self.solve(right))
        return [pair for solution, others in pairs for pair in map(solution.merged, others)]

    def _solve_leftjoin(self, node: CompValue) -> Derivations:
        left = self.solve(node.p1)
        pairs = self._pairs(left, node.p2)
        condition = None if node.expr.name == "TrueFilter" else node.expr
        flat = [(place, pair) for place, others in enumerate(pairs) for pair in others]
        if condition is not None:
            kept = self._filtered([pair for _, pair in flat], condition)
            flat = [(place, pair) for (place, _), pair in zip(flat, kept, strict=True) if pair is not None]
        matched: dict[int, Derivations] = defaultdict(list)
        for place, pair in flat:
            matched[place].append(pair)
        looked = variables(node.p2) | variables(node.expr)
        return [
            new
            for place, solution in enumerate(left)
            for new in (
                [self._optional(solution, pair) for pair in matched[place]]
                if place in matched
                else [self._missing(solution, node, looked)]
            )
        ]

    def _pairs(self, left: Derivations, right: CompValue) -> list[Derivations]:
        """For each solution on the left what it becomes with each compatible one on the right."""
        if right.name == "BGP":
            return [self._match([solution], right) for solution in left]
        pairs = joined(left, self.solve(right))
        return [[solution.merged(other) for other in others] for solution, others in pairs]

    def _optional(self, left: Derivation, pair: Derivation) -> Derivation:
        """The pair as OPTIONAL gives it: what the right side needed belongs to the variables that it binds."""
        if not self._lean:
            return pair
        needed = pair.base.beyond(left.base)
        added = {name: pair.why.get(name, NOTHING) + needed for name in pair.values if name not in left.values}
        return Derivation(pair.values, left.base, {**left.why, **added})

    def _missing(self, left: Derivation, node: CompValue, looked: set[str]) -> Derivation:
        reason = NOTHING
        for name in looked & set(left.values):
            reason = reason + left.why.get(name, NOTHING)
        condition = "" if node.expr.name == "TrueFilter" else f" FILTER({expression_text(node.expr)})"
        missing = absence(left, looked, f"{pattern_text(node.p2)}{condition}")
        reason = reason + Reason(absences=(missing,))
        added = dict.fromkeys(looked - set(left.values), reason)
        return Derivation(left.values, left.base, {**left.why, **added})

    def _solve_union(self, node: CompValue) -> Derivations:
        return [*self.solve(node.p1), *self.solve(node.p2)]

    def _solve_minus(self, node: CompValue) -> Derivations:
        left, kept = self.solve(node.p1), []
        right = self.solve(node.p2)
        looked, text = variables(node.p2), pattern_text(node.p2)
        for solution, others in joined(left, right):
            if not any(set(solution.values) & set(other.values) for other in others):
                shared = [name for name in looked if name in solution.values]
                missing = Reason(absences=(absence(solution, looked, text),)) if shared else NOTHING
                kept.append(Derivation(solution.values, solution.reason(shared) + missing, solution.why))
        return kept

    def _solve_tomultiset(self, node: CompValue) -> Derivations:
        return self.solve(node.p)

    def _solve_values(self, node: CompValue) -> Derivations:
        return [
            Derivation({str(name): engine_term(value) for name, value in row.items() if value != "UNDEF"})
            for row in node.res
        ]

    # expressions

    def _solve_filter(self, node: CompValue) -> Derivations:
        return [solution for solution in self._filtered(self.solve(node.p), node.expr) if solution is not None]

    def _filtered(self, derivations: Derivations, condition: Any) -> list[Derivation | None]:
        """Each solution that the condition holds for, with what it needed for that; None for the others."""
        held = self._evaluated(f"IF({expression_text(condition)}, true, false)", condition, derivations)
        true = Literal(True)
        return [
            Derivation(solution.values, solution.reason(names), solution.why) if value == true else None
            for solution, (value, names) in zip(derivations, held, strict=True)
        ]

    def _solve_extend(self, node: CompValue) -> Derivations:
        return self._bound(self.solve(node.p), node)

    def _bound(self, derivations: Derivations, node: CompValue) -> Derivations:
        """The solutions with what BIND adds to them."""
        name = str(node.var)
        results = self._evaluated(expression_text(node.expr), node.expr, derivations)
        extended = []
        for solution, (value, names) in zip(derivations, results, strict=True):
            reason = Derivation(base=NOTHING, why=solution.why).reason(names)
            values = solution.values if value is None else {**solution.values, name: value}
            extended.append(Derivation(values, solution.base, {**solution.why, name: reason}))
        return extended

    def _evaluated(
        self, text: str, node: Any, derivations: Derivations
    ) -> list[tuple[Value | None, tuple[str, ...]]]:
        """The value of an expression for each solution, and the variables whose reasons it needs.

        A variable is not needed where the value stays without it: of the languages that COALESCE goes through,
        the one that it takes. Unbound variables are needed for their absence.
        """
        names = sorted(variables(node))
        rows = [tuple(solution.values.get(name) for name in names) for solution in derivations]
        needed = [[name for name in names if name in solution.why] for solution in derivations]
        results = self._ask(text, names, rows)
        wanted, costs = list(rows), Counter[str]()
        for solution in derivations:
            costs.update({name: len(reason.statements) for name, reason in solution.why.items()})
        for name in sorted(names, key=lambda name: (-costs[name], name)):
            at = names.index(name)
            tried = [i for i, row in enumerate(wanted) if name in needed[i] and row[at] is not None]
            without = [(*wanted[i][:at], None, *wanted[i][at + 1 :]) for i in tried]
            for i, row, value in zip(tried, without, self._ask(text, names, without), strict=True):
                if value == results[i]:
                    wanted[i] = row
                    needed[i].remove(name)
        return [(value, tuple(kept)) for value, kept in zip(results, needed, strict=True)]

    def _ask(self, text: str, names: Sequence[str], rows: Sequence[Cells]) -> list[Value | None]:
        """The values of an expression, by the engine; None where it is an error."""
        distinct = {row: place for place, row in enumerate(dict.fromkeys(rows))}
        if any(isinstance(cell, BlankNode) for row in distinct for cell in row):
            raise NoReceipt("There are no receipts for data with blank nodes, which a query cannot name.")
        table = values_text(("receipt_row", *names), ((place, *row) for row, place in distinct.items()))
        query = f"SELECT ?receipt_row (({text}) AS ?receipt_value) WHERE {{ {table} }}"
        solutions: Any = self._engine.query(query) if distinct else ()
        values = {int(solution["receipt_row"].value): solution["receipt_value"] for solution in solutions}
        return [values[distinct[row]] for row in rows]

    # solutions

    def _solve_project(self, node: CompValue) -> Derivations:
        names = [str(name) for name in node.PV]
        return [
            Derivation(
                {name: solution.values[name] for name in names if name in solution.values},
                solution.base,
                {name: solution.why[name] for name in names if name in solution.why},
            )
            for solution in self.solve(node.p)
        ]

    def _solve_distinct(self, node: CompValue) -> Derivations:
        """Of equal solutions the one that needs the least."""
        best: dict[frozenset[tuple[str, Value]], Derivation] = {}
        for solution in self.solve(node.p):
            key = frozenset(solution.values.items())
            if key not in best or cost(solution) < cost(best[key]):
                best[key] = solution
        return list(best.values())

    _solve_reduced = _solve_distinct

    def _solve_orderby(self, node: CompValue) -> Derivations:
        return self.solve(node.p)

    def _solve_aggregatejoin(self, node: CompValue) -> Derivations:
        keys = [str(key) for key in node.p.expr or () if isinstance(key, Variable)]
        if len(keys) != len(node.p.expr or ()):
            raise NoReceipt("There are no receipts for GROUP BY with an expression: bind it to a variable first.")
        groups: dict[tuple[Value | None, ...], Derivations] = defaultdict(list)
        for solution in self.solve(node.p.p):
            groups[tuple(solution.values.get(key) for key in keys)].append(solution)
        if not keys and not groups:
            missing = Reason(absences=(pattern_text(node.p.p),))
            groups[()] = []
            return [self._group(node, [], [], Derivation(base=missing))]
        return [
            self._group(
                node, keys, members, min(members, key=lambda member: (cost(member, keys), str(member.base)))
            )
            for members in groups.values()
        ]

    def _group(self, node: CompValue, keys: list[str], members: Derivations, first: Derivation) -> Derivation:
        """One group as a solution: its keys, and each aggregate with the members that it was made of."""
        values = {key: first.values[key] for key in keys if key in first.values}
        why: dict[str, Reason] = {key: first.why[key] for key in keys if key in first.why}
        for part in node.A:
            name = str(part.res)
            if part.name == "Aggregate_Sample" and isinstance(part.vars, Variable) and str(part.vars) in keys:
                value, reason = first.values.get(str(part.vars)), first.why.get(str(part.vars), NOTHING)
            else:
                value, reason = self._aggregated(part, members)
            why[name] = reason
            if value is not None:
                values[name] = value
        return Derivation(values, first.base, why)

    def _aggregated(self, aggregate: CompValue, members: Derivations) -> tuple[Value | None, Reason]:
        """The value of an aggregate over the solutions of a group, and the members that make it so."""
        if aggregate.vars == "*":
            cells: list[tuple[Value | None, tuple[str, ...]]] = [(Literal(1), tuple(one.why)) for one in members]
        else:
            cells = self._evaluated(expression_text(aggregate.vars), aggregate.vars, members)
        bound, unbound = [], NOTHING
        for (value, names), member in zip(cells, members, strict=True):
            if value is None:
                unbound = unbound + Reason(absences=member.reason(names).absences)
            else:
                bound.append((value, member.reason(names)))
        text = aggregate_text(aggregate)
        over = text.replace("*" if aggregate.vars == "*" else expression_text(aggregate.vars), "?v", 1)
        table = values_text(("v",), ((value,) for value, _ in bound)) if bound else "VALUES ?v {}"
        answer: Any = self._engine.query(f"SELECT ({over} AS ?result) WHERE {{ {table} }}")
        (result,) = (solution["result"] for solution in answer)
        deciding = _deciding(aggregate, bound, result)
        sets = tuple((value, reason.statements) for value, reason in deciding)
        reason = Reason(
            tuple(dict.fromkeys(chain.from_iterable(reason.statements for _, reason in deciding))),
            tuple(dict.fromkeys(chain.from_iterable(reason.absences for _, reason in deciding))),
            (Members(str(aggregate.res), text, sets, len(bound)),),
        )
        return result, reason + unbound


def _deciding(
    aggregate: CompValue, bound: list[tuple[Value, Reason]], result: Value | None
) -> list[tuple[Value, Reason]]:
    """The members without which an aggregate would come to something else."""
    function = aggregate.name.removeprefix("Aggregate_").upper()
    if function in ("MIN", "MAX", "SAMPLE"):
        return sorted((pair for pair in bound if pair[0] == result), key=lambda pair: len(pair[1].statements))[:1]
    if aggregate.distinct:
        least: dict[Value, Reason] = {}
        for value, reason in bound:
            if value not in least or len(reason.statements) < len(least[value].statements):
                least[value] = reason
        bound = list(least.items())
    return [pair for pair in bound if pair[0].value not in ("0", "0.0")] if function == "SUM" else bound
