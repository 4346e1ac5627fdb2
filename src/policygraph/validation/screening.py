"""Shapes of strangers: what would open a connection or run code is refused before an engine sees it."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Triple

from ..errors import ShapesError
from ..rdf.iris import SH

QUERIES = frozenset(f"{SH}{name}" for name in ("select", "ask", "construct", "update"))
FOREIGN = frozenset(
    f"{SH}{name}" for name in ("js", "jsFunctionName", "jsLibrary", "target", "rule", "construct", "update")
)
REACHING = frozenset({"ServiceGraphPattern", "DatasetClause"})
LONGEST = 20_000


def screen(shapes: Iterable[Triple]) -> None:
    """Refuse shapes whose rules are no plain SHACL, or whose queries name another place to read from.

    Raises ShapesError. ``sh:target`` and ``sh:rule`` (SHACL Advanced Features) and JavaScript are refused
    too, since a rule that an engine skips would look like one that holds.
    """
    for triple in shapes:
        if triple.predicate.value in FOREIGN:
            name = triple.predicate.value.removeprefix(SH)
            raise ShapesError(
                f"The shape {triple.subject} uses sh:{name}: only SHACL Core and SHACL-SPARQL are read."
            )
        if triple.predicate.value in QUERIES and isinstance(triple.object, Literal):
            _screen_query(triple.object.value, str(triple.subject))


def _screen_query(text: str, where: str) -> None:
    if len(text) > LONGEST:
        raise ShapesError(f"The query of {where} is longer than {LONGEST} characters: make it shorter.")
    if _names(text, where) & REACHING:
        raise ShapesError(f"The query of {where} uses SERVICE or FROM, which would read other places: remove it.")


def _names(text: str, where: str) -> set[str]:
    """The names of all parts of the parsed query."""
    from pyparsing.exceptions import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(text.replace("$PATH", "<urn:path>"))
    except (ParseBaseException, RecursionError) as error:
        raise ShapesError(f"The query of {where} is not SPARQL that can be read: {error}.") from error
    return set(_walk(parsed))


def _walk(root: object) -> list[str]:
    """The names in a parse tree, found without recursion."""
    from rdflib.plugins.sparql.parserutils import CompValue

    names, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            names.append(node.name)
            waiting.extend(node.values())
        elif not isinstance(node, str) and hasattr(node, "__iter__"):
            waiting.extend(node)
    return names
