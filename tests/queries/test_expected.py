"""Each canned query gives its expected answer, and the same one in rdflib, over its own graphs and as pasted."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store, parse_query_results, serialize

from policygraph.files import check_files
from policygraph.queries import ask
from policygraph.queries.canned import CannedQuery, catalogue, read, with_graphs
from policygraph.queries.results import tidy

from .conftest import AS_OF, HERE

QUERIES = {query.name: query for query in catalogue()}
CHECKS = {path.stem: read(path) for path in check_files()}


def fixed(query: CannedQuery) -> dict[str, str]:
    """The values that stand in the file: only the day of reference would be another one."""
    return {"as_of": AS_OF} if any(parameter.name == "as_of" for parameter in query.parameters) else {}


@pytest.mark.parametrize("name", QUERIES)
def test_answers_as_expected(name: str, store: Store) -> None:
    answer = ask(name, store, **fixed(QUERIES[name]))
    expected = (HERE / name / "expected.csv").read_text(encoding="utf-8")
    assert answer.serialize("csv").decode().replace("\r\n", "\n") == expected


@pytest.mark.parametrize("name", QUERIES)
def test_file_runs_as_it_is(name: str, store: Store) -> None:
    result = store.query(QUERIES[name].text, use_default_graph_as_union=True)
    rows = {tuple(row) for row in result}
    assert len(rows) == len(ask(name, store, **fixed(QUERIES[name])).rows)


@pytest.mark.parametrize("name", QUERIES)
def test_reads_no_other_graphs_than_it_says(name: str, store: Store, release: Path) -> None:
    assert ask(name, release, **fixed(QUERIES[name])).rows == ask(name, store, **fixed(QUERIES[name])).rows


@pytest.mark.parametrize("name", QUERIES)
def test_from_clauses_give_the_same(name: str, store: Store) -> None:
    query = QUERIES[name]
    result = store.query(with_graphs(query.bind(**fixed(query)), graphs=query.graphs))
    if isinstance(result, QueryTriples):
        rows = sorted({(triple.subject, triple.predicate, triple.object) for triple in result}, key=str)
    else:
        rows = list(tidy(query.column_names, many(query), [tuple(row) for row in result]))
    assert rows == list(ask(name, store, **fixed(query)).rows)


@pytest.fixture(scope="session")
def graph(quads: list[Quad]) -> rdflib.Graph:
    triples = serialize({quad.triple for quad in quads}, format=RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=triples, format="nt")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*QUERIES, *CHECKS])
def test_rdflib_gives_the_same_rows(name: str, store: Store, graph: rdflib.Graph) -> None:
    query = QUERIES.get(name) or CHECKS[name]
    theirs = [tuple(ours(term) for term in row) for row in graph.query(query.text)]
    rows = {tuple(row) for row in store.query(query.text, use_default_graph_as_union=True)}
    assert keyed(query, theirs) == keyed(query, rows)


def keyed(query: CannedQuery, rows: object) -> list[str]:
    """Rows as text in an order of their own; the files say ORDER BY, engines collate words differently."""
    return sorted(map(str, tidy(query.column_names, many(query), rows)))


def many(query: CannedQuery) -> list[str]:
    return [column.name for column in query.columns if column.many]


def ours(term: object) -> Literal | NamedNode | None:
    if term is None:
        return None
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)


def test_table_formats_hold_the_same_rows(store: Store) -> None:
    from pyoxigraph import QueryResultsFormat

    answer = ask("dialogues", store)
    for syntax in (QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.TSV):
        name = {"srj": "json", "srx": "xml", "tsv": "tsv"}[syntax.file_extension]
        read_back = parse_query_results(answer.serialize(name), syntax)
        assert [tuple(row) for row in read_back] == list(answer.rows)
