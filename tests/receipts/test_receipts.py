"""A receipt is what it says: its statements alone give the row, and what is not there is not there.

Nothing here is taken from how receipts are made: rows come from ``ask``, statements are lines of the release, and
the engine is asked over a store that a test fills from these lines.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, parse

from policygraph.errors import NoReceipt
from policygraph.queries import ask, catalogue, get
from policygraph.queries.canned import CannedQuery
from policygraph.queries.results import Row
from policygraph.rdf.iris import BASE, GRAPHS
from policygraph.receipts import Receipts, answer_rows, receipts
from policygraph.receipts.canned import of_store

AS_OF = "2026-11-24"
QUICK = ["actions-due-next", "dialogues-by-access", "headings-without-dialogue", "about", "status-as-known"]
ALL = [BASE + "graph/" + name for name in GRAPHS]
CHECKED = 3
"""Rows of each answer whose every statement is taken away in turn; all are asked of their statements alone."""


def parameters(query: CannedQuery) -> dict[str, object]:
    return {"as_of": AS_OF} if any(parameter.name == "as_of" for parameter in query.parameters) else {}


def many(query: CannedQuery) -> list[str]:
    return [column.name for column in query.columns if column.many]


def quads(document: dict[str, Any], row: dict[str, Any]) -> list[Quad]:
    """The statements of a row, read from the lines of the document."""
    text = "\n".join(document["statements"][place]["quad"] for place in row["statements"])
    return list(parse(text.encode(), format=RdfFormat.N_QUADS))


def rows_of(text: str, statements: list[Quad], joined: list[str]) -> list[Row]:
    store = Store()
    store.extend(statements)
    return list(answer_rows(store.query(text, use_default_graph_as_union=True), joined)[1])


def prove(made: Receipts, rows: list[Row], store: Store, lines: set[str], joined: list[str]) -> None:
    """Each row has its receipt; statements, absences and quotes are as they are said to be."""
    document = made.document()
    assert [receipt.row for receipt in made.rows] == rows
    assert {statement["quad"] for statement in document["statements"]} <= lines
    for receipt, row in zip(made.rows, document["rows"], strict=True):
        alone = quads(document, row)
        assert receipt.row in rows_of(made.query, alone, joined)
        assert alone or receipt.absences or all(cell is None for cell in receipt.row) or "VALUES" in made.query
        assert row["smallest"]
    graphs: Any = list(map(NamedNode, made.graphs))
    for absence in {absence for receipt in made.rows for absence in receipt.absences}:
        prologue = "\n".join(line for line in made.query.splitlines() if line.startswith("PREFIX"))
        assert not store.query(f"{prologue}\nASK {{ {absence} }}", default_graph=graphs), absence
    for number in random.Random(1).sample(range(len(made.rows)), min(CHECKED, len(made.rows))):
        receipt, alone = made.rows[number], quads(document, document["rows"][number])
        for statement in alone if len(alone) < 100 else random.Random(2).sample(alone, 40):
            without = [other for other in alone if other != statement]
            assert receipt.row not in rows_of(made.query, without, joined), statement


@pytest.mark.parametrize("name", QUICK)
def test_receipts_of_a_canned_query(name: str, corpus: Path, corpus_store: Store, lines: set[str]) -> None:
    query = get(name)
    made = of_store(query, corpus_store, BASE, parameters(query))
    prove(made, list(ask(name, corpus, **parameters(query))), corpus_store, lines, many(query))


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", [query for query in catalogue() if query.name not in QUICK], ids=lambda q: q.name
)
def test_receipts_of_every_canned_query(
    query: CannedQuery, corpus: Path, corpus_store: Store, lines: set[str]
) -> None:
    made = of_store(query, corpus_store, BASE, parameters(query))
    prove(made, list(ask(query.name, corpus, **parameters(query))), corpus_store, lines, many(query))


def test_members_of_an_aggregate(corpus_store: Store) -> None:
    """A count of actions has as many members as it says, and their statements are about as many actions."""
    made = of_store(get("actions-by-heading"), corpus_store, BASE, {"document": "id:doc/COM-2025-723"})
    assert len(made.rows) > 10
    for receipt in made.rows:
        counted = next(made for made in receipt.members if made.function == "COUNT(?action)")
        assert len(counted.sets) == counted.of == int(receipt.row[1].value)  # type: ignore[union-attr]
        named = {statement.subject for _, needed in counted.sets for statement in needed}
        assert len([node for node in named if "/id/action/" in node.value]) == counted.of


def test_quotes_hold_the_words_of_the_file(corpus_store: Store, seed_text: str) -> None:
    made = of_store(
        get("actions-due-next"), corpus_store, BASE, {"as_of": AS_OF, "document": "id:doc/COM-2025-723"}
    )
    quotes = made.document()["quotes"]
    assert len(quotes) > 20
    for quote in quotes:
        held = "".join(seed_text[span["start"] : span["end"]] for span in quote["spans"])
        assert "".join(held.split()) == "".join(quote["words"].split())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT ?s FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "FROM"),
        ("SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s a ?o } }", "NOTEXISTS"),
        ("SELECT ?s (RAND() AS ?r) { ?s a ?o }", "RAND"),
        ("SELECT ?s { GRAPH ?g { ?s ?p ?o } }", "GRAPH"),
        ("SELECT ?o { <urn:a> <urn:b>* ?o }", "paths of any length"),
        ("SELECT ?o { <urn:a> (<urn:b>/<urn:c>)|<urn:d> ?o }", "paths with sequences among their alternatives"),
        ("ASK { ?s ?p ?o }", "ASK"),
        ("SELECT ?s { ?s ", "not understood"),
        ("DELETE WHERE { ?s ?p ?o }", "not understood"),
    ],
)
def test_what_has_no_receipts_says_so(text: str, why: str) -> None:
    with pytest.raises(NoReceipt, match=why):
        receipts(Store(), text, BASE, ALL)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT ?o { ?s ?p ?o FILTER(isBlank(?o)) }", "data with blank nodes, which a query cannot name"),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY (STR(?s))", "GROUP BY with an expression: bind it"),
    ],
)
def test_rows_that_have_no_receipts(text: str, why: str) -> None:
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), BlankNode("x"), NamedNode(ALL[0])))
    with pytest.raises(NoReceipt, match=why):
        receipts(store, text, BASE, ALL)


class Generator:
    """Draws queries of basic patterns, FILTER, OPTIONAL, UNION and VALUES over the properties of the data."""

    def __init__(self, store: Store) -> None:
        graph = NamedNode(f"{BASE}graph/actions")
        self.properties = sorted(
            {quad.predicate.value for quad in store.quads_for_pattern(None, None, None, graph)}
        )
        self.store = store

    def query(self, seed: int) -> str:
        self.random = random.Random(seed)
        anchor = self.random.choice(["PolicyAction", "Dialogue", "Deadline", "InternalInitiative"])
        body = [f"?a a <{BASE}def#{anchor}> ."]
        names = ["a"]
        for _ in range(self.random.randint(1, 4)):
            kind = self.random.choice(["join", "optional", "optional", "union", "filter", "values"])
            body.append(getattr(self, kind)(names))
        columns = sorted({*self.random.sample(names, self.random.randint(1, len(names))), "a"})
        distinct = self.random.choice(["", "DISTINCT "])
        shown = " ".join(f"?{name}" for name in columns)
        return f"SELECT {distinct}{shown} WHERE {{ {' '.join(body)} }} ORDER BY {shown} LIMIT 20"

    def _triple(self, names: list[str], new: str) -> str:
        subject = self.random.choice([name for name in names if name[0] in "abcd"])
        return f"?{subject} <{self.random.choice(self.properties)}> ?{new} ."

    def _name(self, names: list[str]) -> str:
        names.append(f"{self.random.choice('bv')}{len(names)}")
        return names[-1]

    def join(self, names: list[str]) -> str:
        return self._triple(list(names), self._name(names))

    def optional(self, names: list[str]) -> str:
        before, new = list(names), self._name(names)
        condition = self.random.choice(["", f'FILTER(LANG(?{new}) = "nl")', f"FILTER(ISIRI(?{new}))"])
        return f"OPTIONAL {{ {self._triple(before, new)} {condition} }}"

    def union(self, names: list[str]) -> str:
        before, new = list(names), self._name(names)
        return f"{{ {self._triple(before, new)} }} UNION {{ {self._triple(before, new)} }}"

    def filter(self, names: list[str]) -> str:
        name = self.random.choice(names)
        return self.random.choice(
            [
                f"FILTER(BOUND(?{name}))",
                f'FILTER(!CONTAINS(STR(?{name}), "7"))',
                f"FILTER(!BOUND(?{name}) || ?a != ?{name})",
            ]
        )

    def values(self, names: list[str]) -> str:  # noqa: ARG002 - the drawn kinds have one signature
        actions = " ".join(f"<{BASE}id/action/COM-2025-723/A3-{self.random.randint(1, 99):03}>" for _ in range(30))
        return f"VALUES ?a {{ {actions} }}"


def generated(seeds: range, store: Store, lines: set[str]) -> int:
    rows, generator = 0, Generator(store)
    for seed in seeds:
        text = generator.query(seed)
        made = receipts(store, text, BASE, ALL)
        answer: Any = store.query(text, use_default_graph_as_union=True)
        prove(made, [tuple(solution) for solution in answer], store, lines, [])
        rows += len(made.rows)
    return rows


def test_receipts_of_generated_queries(corpus_store: Store, lines: set[str]) -> None:
    assert generated(range(10), corpus_store, lines) > 20


@pytest.mark.slow
def test_receipts_of_two_hundred_generated_queries(corpus_store: Store, lines: set[str]) -> None:
    assert generated(range(200), corpus_store, lines) > 1_000
