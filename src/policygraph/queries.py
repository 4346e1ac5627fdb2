"""Asks canned queries of a release, of a store in memory, or of any SPARQL 1.1 endpoint.

The front door to ``canned`` (the files), ``parameters`` (their values) and ``results`` (the answers)::

    from policygraph.queries import ask
    ask("actions-due-before", Path("release"), as_of="2026-11-24").dicts()
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import QuerySolutions, QueryTriples, RdfFormat, Store

from . import endpoints
from .canned import CannedQuery, catalogue, get, names, read, with_graphs
from .errors import ReleaseError, StoreError, readable
from .namespaces import BASE
from .resources import check_files
from .results import TRIPLE, Answer, tidy

__all__ = ["Answer", "CannedQuery", "Finding", "ask", "catalogue", "checks", "get", "names", "open_release"]

Source = Path | str | Store


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that returned something: the rule that was broken, and the rows that break it."""

    check: str
    rule: str
    answer: Answer


def ask(
    name: str,
    source: Source,
    *,
    base: str | None = None,
    timeout: int = endpoints.TIMEOUT,
    union: bool = False,
    **parameters: object,
) -> Answer:
    """The answer to the canned query ``name``, asked of ``source``.

    ``source``: the folder of a release, a Store, or the address of an endpoint. ``base`` is the base IRI
    of the data (a release says its own). For an endpoint: ``timeout`` in seconds, and ``union=True``
    where its default graph is the union of ours already, so that no FROM is sent.
    QueryError, ReleaseError and StoreError say what went wrong.
    """
    query = get(name)
    if isinstance(source, str) and endpoints.is_address(source):
        text = query.bind(base or BASE, **parameters)
        return _ask_endpoint(query, source, text if union else with_graphs(text, base or BASE), base or BASE, timeout)
    store, base = (source, base or BASE) if isinstance(source, Store) else open_release(Path(source), base)
    return _ask_store(query, store, query.bind(base, **parameters), base)


def checks(source: Path | Store, base: str | None = None) -> list[Finding]:
    """What ``queries/checks`` finds in a release or a Store: empty where every rule holds."""
    store, base = (source, base or BASE) if isinstance(source, Store) else open_release(source, base)
    found = []
    for path in check_files():
        query = read(path)
        answer = _ask_store(query, store, query.bind(base), base)
        if answer.rows:
            found.append(Finding(query.name, query.question["en"], answer))
    return found


def open_release(folder: Path, base: str | None = None) -> tuple[Store, str]:
    """A release's graphs in a Store in memory, and its base IRI; ReleaseError where it cannot be read."""
    data, manifest = folder / "policygraph.nq", folder / "manifest.json"
    try:
        base = base or json.loads(manifest.read_text(encoding="utf-8"))["base"]
        store = Store()
        store.bulk_load(path=data, format=RdfFormat.N_QUADS, lenient=True)
    except FileNotFoundError as error:
        raise ReleaseError(
            f"There is no release in {readable(folder)}: make one with “policygraph build”, "
            "or name another with --release or --endpoint."
        ) from error
    except (OSError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"The release in {readable(folder)} cannot be read ({error}): build it again.") from error
    return store, base


def _ask_store(query: CannedQuery, store: Store, text: str, base: str) -> Answer:
    result: Any = store.query(text, use_default_graph_as_union=True)
    if isinstance(result, QueryTriples):
        return _triples(list(result), base)
    return _rows(query, result, [tuple(solution) for solution in result], base)


def _ask_endpoint(query: CannedQuery, url: str, text: str, base: str, timeout: int) -> Answer:
    if query.form == "construct":
        return _triples(endpoints.construct(url, text, timeout), base)
    solutions = endpoints.select(url, text, timeout)
    return _rows(query, solutions, endpoints.whole(url, solutions), base)


def _triples(triples: list[Any], base: str) -> Answer:
    rows = sorted(((triple.subject, triple.predicate, triple.object) for triple in set(triples)), key=str)
    return Answer(TRIPLE, tuple(rows), "construct", base)


def _rows(query: CannedQuery, solutions: QuerySolutions, rows: list[Any], base: str) -> Answer:
    columns = tuple(variable.value for variable in solutions.variables)
    if columns != tuple(column.name for column in query.columns):
        raise StoreError(f"The answer to “{query.name}” has other columns than the query asks for: {columns}.")
    return Answer(columns, tidy(columns, (column.name for column in query.columns if column.many), rows), base=base)
