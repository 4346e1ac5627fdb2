"""What tests ask a store to see what a load has left in it."""

from __future__ import annotations

from pathlib import Path

from policygraph.rdf.iris import BASE
from policygraph.stores import RetryPolicy, Store, connect
from servers import Server

QUICK = RetryPolicy(timeout=20, attempts=4, first=0.01, longest=0.05)
"""Does not wait long between tries."""


def opened(server: Server, address: str | None = None, retry: RetryPolicy = QUICK, **options: str) -> Store:
    """A connection to the server, or to the address that stands before it."""
    return connect(address or server.url, server.name, retry=retry, **options)


def graphs(store: Store) -> dict[str, int]:
    """Every graph of ours in the store, the name below the base with its number of statements."""
    rows = store.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    found = {row["g"].value: int(row["n"].value) for row in rows}  # type: ignore[union-attr]
    return {name.removeprefix(f"{BASE}graph/"): n for name, n in found.items() if name.startswith(BASE)}


def journal(store: Store) -> set[str]:
    """The terms that the journal uses: in peace sha256 and graph alone."""
    rows = store.select(f"SELECT DISTINCT ?p WHERE {{ GRAPH <{BASE}graph/load> {{ ?s ?p ?o }} }}")
    return {row["p"].value.rpartition("#")[2] for row in rows}  # type: ignore[union-attr]


def clean(server: Server) -> None:
    """Takes everything out of a server that several tests share."""
    with opened(server) as store:
        for name in graphs(store):
            store.update(f"DROP SILENT GRAPH <{BASE}graph/{name}>")


def everything_below(folder: Path) -> bytes:
    """The bytes of all files in a folder, to look for what must not be in them."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
