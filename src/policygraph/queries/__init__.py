"""Asks canned queries of a release, of a store in memory, or of any SPARQL 1.1 endpoint.

The front door to ``canned`` (the files), ``parameters`` (their values) and ``results`` (the answers)::

    from policygraph.queries import ask
    ask("actions-due-before", Path("release"), as_of="2026-11-24").dicts()
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from ..errors import QueryError, ReleaseError, StoreError, readable
from ..files import check_files
from ..rdf.iris import BASE, GRAPHS
from ..version import MODEL
from .canned import CannedQuery, catalogue, get, names, read, with_graphs
from .results import TRIPLE, Answer, Row, tidy

__all__ = [
    "Answer",
    "CannedQuery",
    "CheckFinding",
    "ask",
    "catalogue",
    "check_model",
    "checks",
    "get",
    "names",
    "open_release",
    "query",
]

Source = Path | str | Store


class CheckFinding(NamedTuple):
    """A check that returned something: the rule that was broken, and the rows that break it."""

    check: str
    rule: str
    answer: Answer


def ask(
    name: str,
    source: Source,
    *,
    base: str | None = None,
    timeout: int = 30,
    union: bool = False,
    as_known_on: datetime.date | None = None,
    **parameters: object,
) -> Answer:
    """The answer to the canned query ``name``, asked of ``source``.

    ``source``: the folder of a release, a Store, or the address of an endpoint. ``base`` is the base IRI
    of the data (a release says its own). For an endpoint: ``timeout`` in seconds, and ``union=True``
    where its default graph is the union of ours already, so that no FROM is sent. ``as_known_on`` asks a
    release for what it said at the end of a day, by its history and the days of recording of status reports;
    the query's day of reference is then that day too, where none is given.
    Where a parameter takes an IRI, what people call the thing does as well: ``sector="health"`` (``labels``).
    QueryError, ReleaseError and StoreError say what went wrong.
    """
    query = get(name)
    if as_known_on is not None:
        if isinstance(source, Store) or "://" in str(source):
            raise QueryError("Only a release knows what it said on another day: name its folder with --release.")
        if any(parameter.name == "as_of" for parameter in query.parameters) and not parameters.get("as_of"):
            parameters["as_of"] = as_known_on.isoformat()
    settings = {"base": base, "timeout": timeout, "union": union, "as_known_on": as_known_on}
    parameters = resolved(query, source, parameters, **settings)
    if isinstance(source, Store):
        base = base or BASE
        return _ask_store(query, source, query.bind(base, **parameters), base)
    if "://" in str(source):
        base = base or BASE
        text = query.bind(base, **parameters)
        text = text if union else with_graphs(text, base, query.graphs)
        return _ask_endpoint(query, str(source), text, base, timeout)
    query.bind(BASE, **parameters)
    store, base = open_release(Path(source), base, query.graphs, as_known_on)
    return _ask_store(query, store, query.bind(base, **parameters), base)


def query(text: str, source: Path | Store, *, base: str | None = None) -> Answer:
    """The answer to a SPARQL SELECT or CONSTRUCT of your own, asked of a release's folder or a Store.

    It is asked of the union of the named graphs. Raises QueryError where it cannot be read or is of another form,
    and ReleaseError for a folder that holds no release.
    """
    store, base = (source, base or BASE) if isinstance(source, Store) else open_release(source, base)
    try:
        result: Any = store.query(text, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise QueryError(f"The query cannot be read ({error}): check it there.") from error
    if isinstance(result, QueryTriples):
        return _triples(list(result), base)
    if not isinstance(result, QuerySolutions):
        raise QueryError("An ASK has no rows: ask with SELECT or CONSTRUCT.")
    return Answer(tuple(variable.value for variable in result.variables), tuple(map(tuple, result)), base=base)


def resolved(query: CannedQuery, source: Source, values: Mapping[str, object], **settings: Any) -> dict[str, Any]:
    """``values`` of parameters with the IRIs of what was named by its words; ``settings`` are those of ``ask``.

    QueryError where the words name nothing in ``source``, or several things.
    """
    labels = {
        parameter.name: parameter
        for parameter in query.parameters
        if parameter.datatype == "xsd:anyURI" and not parameter.accepts(values.get(parameter.name))
    }
    if not labels:
        return dict(values)
    from .labels import iri_of

    query.bind(BASE, **{name: value for name, value in values.items() if name not in labels})
    names_of = partial(_names_of, source, settings)
    return dict(values) | {name: iri_of(labels[name], values[name], names_of) for name in labels}


def check_things(query: CannedQuery, source: Source, values: Mapping[str, object], **settings: Any) -> None:
    """Raise QueryError where an IRI among ``values`` is nothing in ``source``: for an answer without rows."""
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if parameter.datatype == "xsd:anyURI" and value is not None:
            from .labels import check

            check(parameter, str(value), partial(_names_of, source, settings))


def _names_of(source: Source, settings: Mapping[str, Any], kind: str) -> Answer:
    return ask("names", source, kind=kind, **settings)


def checks(source: Path | Store, base: str | None = None) -> list[CheckFinding]:
    """What ``queries/checks`` finds in a release or a Store: empty where every rule holds."""
    store, base = (source, base or BASE) if isinstance(source, Store) else open_release(source, base)
    findings = []
    for path in check_files():
        query = read(path)
        answer = _ask_store(query, store, query.bind(base), base)
        if answer.rows:
            findings.append(CheckFinding(query.name, query.question["en"], answer))
    return findings


def open_release(
    folder: Path, base: str | None = None, graphs: Iterable[str] = GRAPHS, day: datetime.date | None = None
) -> tuple[Store, str]:
    """These graphs of a release in a Store in memory, and its base IRI.

    With a ``day`` what the release said at its end. Raises ReleaseError where it cannot be read, or was built
    before the graph said what our queries ask for.
    """
    data, manifest = folder / "policygraph.nq", folder / "manifest.json"
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        stated, versions = content["base"], dict(content.get("versions", {}))
        base = base or stated
        check_model(folder, versions)
        store = Store()
        lines = _lines(data, base, graphs) if day is None else _lines_on(folder, base, graphs, day)
        store.load(lines, format=RdfFormat.N_QUADS, lenient=True)
    except FileNotFoundError as error:
        raise ReleaseError(
            f"There is no release in {readable(folder)}: make one with “policygraph build”, "
            "or name another with --release or --endpoint."
        ) from error
    except (OSError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise ReleaseError(f"The release {readable(folder)} cannot be read ({error}): build it again.") from error
    return store, base


def check_model(folder: Path, versions: Mapping[str, object]) -> None:
    """Raise ReleaseError for a release that does not say what our queries ask for: they would find nothing."""
    model = int(str(versions.get("model", 1)))
    if model < MODEL:
        raise ReleaseError(
            f"The release {readable(folder)} was built before the graph said what our queries ask for "
            f"(its model is {model}, that of this policygraph {MODEL}): build it again with “policygraph build”."
        )


def _lines(path: Path, base: str, graphs: Iterable[str]) -> bytes:
    """The N-Quads of these graphs: in the canonical form each statement is a line that ends in its graph."""
    ends = tuple(f" <{base}graph/{name}> .\n".encode() for name in graphs)
    with path.open("rb", buffering=1 << 20) as lines:
        return b"".join([line for line in lines if line.endswith(ends)])


def _lines_on(folder: Path, base: str, graphs: Iterable[str], day: datetime.date) -> bytes:
    """The same as it was at the end of a day, without reports and searches that were recorded later."""
    from ..history.steps import lines_on
    from ..release import Release

    ends = tuple(f" <{base}graph/{name}> .\n".encode() for name in graphs)
    recorded = f'> <{base}def#recordedOn> "'.encode()
    lines = [line for line in lines_on(Release.open(folder), day) if line.endswith(ends)]
    days = (line.partition(recorded) for line in lines)
    later = {subject for subject, mark, rest in days if mark and rest[:10].decode() > day.isoformat()}
    return b"".join(line for line in lines if line[: line.index(b">")] not in later)


def _ask_store(query: CannedQuery, store: Store, text: str, base: str) -> Answer:
    result: Any = store.query(text, use_default_graph_as_union=True)
    if isinstance(result, QueryTriples):
        return _triples(list(result), base)
    columns = tuple(variable.value for variable in result.variables)
    return _rows(query, columns, [tuple(solution) for solution in result], base)


def _ask_endpoint(query: CannedQuery, address: str, text: str, base: str, timeout: int) -> Answer:
    from ..http import sparql
    from ..http.client import RetryPolicy

    retry = RetryPolicy(timeout=timeout, attempts=3, longest=2.0, total=timeout)
    content = sparql.ask(address, text, query.form, retry)
    if query.form == "construct":
        with suppress(SyntaxError):
            return _triples([quad.triple for quad in parse(content, format=RdfFormat.TURTLE)], base)
    elif (table := _read_table(content)) is not None:
        return _rows(query, *table, base)
    raise StoreError(
        f"The endpoint {address} sent no whole SPARQL result; its answer begins “{_beginning(content)}”. Ask it "
        "again, with a longer --timeout where the answer was cut, and check that it is the address of an endpoint."
    )


def _beginning(content: bytes) -> str:
    words = " ".join(content[:200].decode(errors="replace").split())[:60]
    return "".join(letter for letter in words if letter.isprintable())


def _read_table(content: bytes) -> tuple[tuple[str, ...], list[Row]] | None:
    """None for anything but whole results; no error leaves with a solution in it, which is bound to its thread."""
    from ..rdf.json_results import read_results

    with suppress(SyntaxError, ValueError):
        return read_results(content, _table)
    return None


def _table(content: bytes) -> tuple[tuple[str, ...], list[Row]] | None:
    rows = parse_query_results(content, QueryResultsFormat.JSON)
    if not isinstance(rows, QuerySolutions):
        return None
    return tuple(variable.value for variable in rows.variables), [tuple(row) for row in rows]


def _triples(triples: list[Any], base: str) -> Answer:
    rows = sorted(((triple.subject, triple.predicate, triple.object) for triple in set(triples)), key=str)
    return Answer(TRIPLE, tuple(rows), "construct", base)


def _rows(query: CannedQuery, columns: tuple[str, ...], rows: list[Row], base: str) -> Answer:
    if columns != query.column_names:
        raise StoreError(f"The answer to “{query.name}” has other columns than the query asks for: {columns}.")
    many = [column.name for column in query.columns if column.many]
    return Answer(columns, tidy(columns, many, rows), base=base)
