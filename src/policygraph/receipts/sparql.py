"""The algebra of a SPARQL query, as rdflib reads it, written as SPARQL again.

What an expression means is the engine's business: ``evaluation`` asks it with the text of an expression. The text
of a pattern says, in a receipt, what was looked for and is not there, so that anybody can look again with ASK.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode
from pyparsing import ParseBaseException
from rdflib.paths import AlternativePath, InvPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import BNode, Identifier, URIRef, Variable
from rdflib.term import Literal as RdflibLiteral

from ..errors import NoReceipt

HIDDEN = "hidden_"
"""What the names of variables begin with that stand for blank nodes and steps of paths of a query."""

SUPPORTED = re.compile(
    "(Select|Construct)Query|BGP|Join|LeftJoin|Filter|TrueFilter|Extend|Union|Minus|ToMultiSet|values|Project|Distinct"
    "|Reduced|OrderBy|OrderCondition|Slice|AggregateJoin|Group|Aggregate_.*|.*Expression|Unary.*|Function|vars"
    "|DatasetClause|Builtin_(?!RAND|NOW|UUID|STRUUID|BNODE|EXISTS|NOTEXISTS).*"
)
"""The operators that there are receipts for: none that look elsewhere, or answer differently each time."""

ARITHMETIC = ("AdditiveExpression", "MultiplicativeExpression")
LOGIC = {"ConditionalAndExpression": " && ", "ConditionalOrExpression": " || "}
UNARY = {"UnaryNot": "!", "UnaryMinus": "-", "UnaryPlus": "+"}


def algebra(text: str) -> CompValue:
    """The algebra of a query; raises NoReceipt where rdflib does not read it.

    For our own texts, or inside a confined worker: rdflib has no limits of its own.
    """
    try:
        node = translateQuery(parseQuery(text)).algebra
    except (ParseBaseException, SPARQLError, RecursionError, ValueError, TypeError, KeyError) as error:
        words = " ".join(str(error).split())[:200]
        raise NoReceipt(f"There are no receipts for this query, which is not understood: {words}.") from error
    foreign = {name.removeprefix("Builtin_") for name in _names(node) if not SUPPORTED.fullmatch(name)}
    if foreign:
        named = min(foreign - {"GroupGraphPatternSub"}).removesuffix("GraphPattern").removesuffix("Query")
        raise NoReceipt(f"There are no receipts for queries with {named.upper()}.")
    return node


def _names(node: Any) -> set[str]:
    """The operators of a part of the algebra."""
    if isinstance(node, CompValue):
        return {node.name}.union(*map(_names, node.values()))
    if isinstance(node, Mapping):
        return set().union(*map(_names, node.values()))
    return set().union(*map(_names, node)) if isinstance(node, list | tuple) else set()


def variables(node: Any) -> set[str]:
    """The names of all variables in a part of the algebra."""
    if isinstance(node, Variable):
        return {str(node)}
    if isinstance(node, CompValue):
        return set().union(*(variables(part) for name, part in node.items() if name != "_vars"))
    if isinstance(node, Mapping):
        return set().union(*map(variables, node), *map(variables, node.values()))
    if isinstance(node, list | tuple | set):
        return set().union(*map(variables, node))
    return set()


def engine_term(node: Identifier) -> NamedNode | Literal:
    """A constant of a query as the engine's term."""
    if isinstance(node, URIRef):
        return NamedNode(str(node))
    assert isinstance(node, RdflibLiteral)
    if node.language:
        return Literal(str(node), language=node.language)
    return Literal(str(node), datatype=NamedNode(str(node.datatype))) if node.datatype else Literal(str(node))


def expression_text(node: Any) -> str:
    """An expression as SPARQL."""
    if isinstance(node, Variable):
        return f"?{node}"
    if isinstance(node, Identifier):
        return str(engine_term(node))
    name = node.name
    if name == "RelationalExpression":
        other = node.other
        right = (
            f"({', '.join(map(expression_text, other))})" if isinstance(other, list) else expression_text(other)
        )
        return f"({expression_text(node.expr)} {node.op} {right})"
    if name in LOGIC:
        return "(" + LOGIC[name].join(map(expression_text, (node.expr, *node.other))) + ")"
    if name in ARITHMETIC:
        rest = "".join(
            f" {sign} {expression_text(other)}" for sign, other in zip(node.op, node.other, strict=True)
        )
        return f"({expression_text(node.expr)}{rest})"
    if name in UNARY:
        return f"({UNARY[name]}{expression_text(node.expr)})"
    if name == "Function":
        return f"<{node.iri}>({', '.join(map(expression_text, node.expr or ()))})"
    if name.startswith("Builtin_"):
        parts = [value for name, value in node.items() if name != "_vars" and value is not None]
        arguments = [part for value in parts for part in (value if isinstance(value, list) else [value])]
        function = name.removeprefix("Builtin_")
        return f"{function}({', '.join(map(expression_text, arguments))})"
    raise NoReceipt(f"There are no receipts for queries with {name}.")


def aggregate_text(node: CompValue) -> str:
    """An aggregate as SPARQL, e.g. ``COUNT(DISTINCT ?action)``."""
    function = node.name.removeprefix("Aggregate_").replace("GroupConcat", "Group_Concat").upper()
    over = "*" if node.vars == "*" else expression_text(node.vars)
    separator = f"; SEPARATOR={Literal(str(node.separator))}" if node.separator is not None else ""
    return f"{function}({'DISTINCT ' if node.distinct else ''}{over}{separator})"


def values_text(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A VALUES block; None is UNDEF."""
    lines = " ".join(f"({' '.join('UNDEF' if cell is None else str(cell) for cell in row)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {lines} }}"


def pattern_text(node: CompValue) -> str:
    """A part of the algebra as a group graph pattern without its braces."""
    name = node.name
    if name == "BGP":
        return " ".join(f"{_node(s)} {path_text(p)} {_node(o)} ." for s, p, o in node.triples)
    if name == "Join":
        return f"{pattern_text(node.p1)} {_group(node.p2)}"
    if name == "LeftJoin":
        condition = "" if node.expr.name == "TrueFilter" else f" FILTER({expression_text(node.expr)})"
        return f"{pattern_text(node.p1)} OPTIONAL {{ {pattern_text(node.p2)}{condition} }}"
    if name == "Union":
        return f"{{ {pattern_text(node.p1)} }} UNION {{ {pattern_text(node.p2)} }}"
    if name == "Minus":
        return f"{pattern_text(node.p1)} MINUS {{ {pattern_text(node.p2)} }}"
    if name == "Filter":
        return f"{pattern_text(node.p)} FILTER({expression_text(node.expr)})"
    if name == "Extend":
        return f"{pattern_text(node.p)} BIND({expression_text(node.expr)} AS ?{node.var})"
    if name in ("OrderBy", "ToMultiSet", "Slice"):
        return pattern_text(node.p)
    if name == "values":
        names = sorted(set().union(*map(variables, node.res)))
        rows = [{str(key): value for key, value in row.items()} for row in node.res]
        return values_text(names, ([_cell(row.get(name)) for name in names] for row in rows))
    if name == "AggregateJoin":
        keys = " ".join(map(expression_text, node.p.expr or ()))
        columns = " ".join(f"({aggregate_text(part)} AS ?{part.res})" for part in node.A)
        grouped = f" GROUP BY {keys}" if keys else ""
        return f"{{ SELECT {columns} WHERE {{ {pattern_text(node.p.p)} }}{grouped} }}"
    if name in ("Project", "Distinct", "Reduced"):
        distinct = "DISTINCT " if name != "Project" else ""
        inner = node if name == "Project" else node.p
        return (
            f"{{ SELECT {distinct}{' '.join(f'?{one}' for one in inner.PV)} WHERE {{ {pattern_text(inner.p)} }} }}"
        )
    raise NoReceipt(f"There are no receipts for queries with {name}.")


def _group(node: CompValue) -> str:
    """Within braces where the pattern would otherwise reach outside of itself."""
    return pattern_text(node) if node.name in ("BGP", "ToMultiSet") else f"{{ {pattern_text(node)} }}"


def _cell(value: Any) -> object:
    return None if value is None or value == "UNDEF" else engine_term(value)


def _node(node: Identifier) -> str:
    if isinstance(node, BNode):
        return f"?{hidden_variable(node)}"
    return expression_text(node)


def hidden_variable(node: BNode) -> str:
    """The variable that a blank node of a query stands for."""
    return f"{HIDDEN}{''.join(char for char in str(node) if char.isalnum())}"


def path_text(node: Any) -> str:
    """A property path as SPARQL; raises NoReceipt for one of any length."""
    if isinstance(node, SequencePath):
        return "(" + "/".join(map(path_text, node.args)) + ")"
    if isinstance(node, AlternativePath):
        return "(" + "|".join(map(path_text, node.args)) + ")"
    if isinstance(node, InvPath):
        return f"^({path_text(node.arg)})"
    if isinstance(node, Path):
        raise NoReceipt("There are no receipts for paths of any length, or without some properties.")
    return expression_text(node)
