"""The same answers: the release of the seed in four real stores, every canned query asked of six engines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from asking import clean, opened
from policygraph.cli import cli
from policygraph.queries.canned import names
from policygraph.rdf.iris import BASE
from policygraph.stores import load
from policygraph.stores.comparison import Matrix, compare
from servers import Server

pytestmark = pytest.mark.stores

DAY = date(2026, 11, 24)
DOORS = {"oxigraph": "/query", "fuseki": "/sparql", "virtuoso": "/sparql", "rdf4j": ""}


@pytest.fixture(scope="module")
def endpoints(seed_release: Path, running: Callable[[str], Server]) -> Iterator[dict[str, str]]:
    """Where each store answers queries, the release loaded."""
    servers = {name: running(name) for name in DOORS}
    with pytest.MonkeyPatch.context() as environment:
        for server in servers.values():
            environment.setenv("POLICYGRAPH_STORE_USER", server.user or "nobody")
            environment.setenv("POLICYGRAPH_STORE_PASSWORD", server.password)
            clean(server)
            with opened(server) as store:
                loaded = load(seed_release, store)
            assert loaded.proof.holds
            assert not loaded.proof.respelt, [str(one) for one in loaded.proof.respelt[:5]]
        yield {name: server.url + DOORS[name] for name, server in servers.items()}
        for server in servers.values():
            environment.setenv("POLICYGRAPH_STORE_USER", server.user or "nobody")
            environment.setenv("POLICYGRAPH_STORE_PASSWORD", server.password)
            clean(server)


@pytest.fixture(scope="module")
def matrix(seed_release: Path, endpoints: dict[str, str]) -> Matrix:
    """All queries on all engines."""
    return compare(seed_release, endpoints, day=DAY)


@pytest.mark.parametrize("query", names())
def test_every_engine_gives_the_same_rows(matrix: Matrix, query: str) -> None:
    cells = matrix.cells[query]
    assert list(cells) == ["embedded", "rdflib", *DOORS]
    assert {name: (cell.verdict, cell.detail) for name, cell in cells.items()} == dict.fromkeys(
        cells, ("same", "")
    )


def test_nearly_every_query_has_rows_to_compare(matrix: Matrix) -> None:
    empty = [name for name, cells in matrix.cells.items() if cells["embedded"].rows == 0]
    assert len(empty) <= 3, empty


def test_a_store_that_lacks_a_statement_is_told_with_its_first_row(
    seed_release: Path, running: Callable[[str], Server], endpoints: dict[str, str]
) -> None:
    number = f"<{BASE}id/action/COM-2025-723/A3-002> <{BASE}def#number>"
    with opened(running("oxigraph")) as store:
        store.update(f"DELETE WHERE {{ GRAPH <{BASE}graph/actions> {{ {number} ?n }} }}")
        try:
            address = f"oxigraph={endpoints['oxigraph']}"
            command = ["stores", "compare", str(seed_release), "--endpoint", address, "--no-rdflib"]
            told = CliRunner().invoke(cli, [*command, "--as-of", "2026-11-24", "-f", "json"])
            table = CliRunner().invoke(cli, [*command, "--as-of", "2026-11-24"])
        finally:
            store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/actions> {{ {number} 2 }} }}")
    cells = json.loads(told.stdout)["cells"]
    assert told.exit_code == table.exit_code == 1
    assert cells["actions"]["oxigraph"]["verdict"] == "differs"
    assert cells["actions"]["oxigraph"]["detail"].startswith(
        f"row 2: action is <{BASE}id/action/COM-2025-723/A3-003>, not <{BASE}id/action/COM-2025-723/A3-002>"
    )
    assert cells["dialogues"]["oxigraph"]["verdict"] == "same"
    assert "actions on oxigraph: row 2: action is" in table.stdout


def test_a_store_that_is_not_there_is_told_in_its_cells(seed_release: Path) -> None:
    endpoint = "nobody=http://127.0.0.1:9/sparql"
    command = ["stores", "compare", str(seed_release), "--endpoint", endpoint, "--no-rdflib", "-f", "markdown"]
    told = CliRunner().invoke(cli, command)
    assert told.exit_code == 1
    assert told.stdout.startswith("| query | rows | embedded | nobody |")
    assert "totals on nobody: Nothing answers at http://127.0.0.1:9/sparql" in told.stdout


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9/sparql", "rdflib=http://127.0.0.1:9/sparql"])
def test_an_endpoint_needs_a_name_of_its_own(seed_release: Path, endpoint: str) -> None:
    told = CliRunner().invoke(cli, ["stores", "compare", str(seed_release), "--endpoint", endpoint])
    assert told.exit_code == 2
    assert "is not NAME=URL with a name of its own" in told.stderr
