"""What each triple store calls its doors, and what it can take: facts, no behaviour.

A store that is not in the table is reached as ``generic``: one address for queries and updates, statements sent by
SPARQL Update. ``--update`` and ``--graphs`` give it other doors.

Sources: the SPARQL 1.1 Protocol and Graph Store Protocol; each store's manual for its paths; the limits were
measured (docs/decisions/stores-proof.md) for Oxigraph 0.5, Fuseki 5.6 and Virtuoso 7.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..errors import StoreError


@dataclass(frozen=True, slots=True)
class Vendor:
    """One kind of store.

    ``query``, ``update`` and ``graphs`` are paths below the address that a user gives; ``graphs`` is None where
    the store has no Graph Store Protocol. ``statements`` is how many go into one request, ``subjects`` how many a
    question of the proof may name, ``rows`` the longest answer, ``server`` how its Server header begins, ``bulk``
    the parameter that lets it add without a transaction, which a staging graph does not need.
    """

    name: str
    query: str = ""
    update: str = ""
    graphs: str | None = None
    gzip: bool = False
    scheme: str = "basic"
    statements: int = 1_000
    subjects: int = 200
    rows: int | None = None
    server: str = ""
    bulk: str = ""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three addresses of one store; ``graphs`` is None where statements go by SPARQL Update."""

    query: str
    update: str
    graphs: str | None


_RDF4J = Vendor("rdf4j", "", "/statements", "/rdf-graphs/service", gzip=True, statements=20_000)

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Vendor("generic"),
        Vendor(
            "oxigraph",
            "/query",
            "/update",
            "/store",
            True,
            statements=50_000,
            server="Oxigraph",
            bulk="no_transaction",
        ),
        Vendor("fuseki", "/sparql", "/update", "/data", True, statements=50_000),
        Vendor(
            "virtuoso",
            "/sparql",
            "/sparql-auth",
            "/sparql-graph-crud-auth",
            scheme="digest",
            statements=20_000,
            rows=10_000,
            server="Virtuoso",
        ),
        _RDF4J,
        replace(_RDF4J, name="graphdb"),
        Vendor("stardog", "/query", "/update", "", statements=20_000),
        Vendor("neptune", "/sparql", "/sparql", "/sparql/gsp/", statements=5_000),
        Vendor("qlever", scheme="bearer"),
        Vendor("blazegraph"),
    )
}


def named(name: str) -> Vendor:
    """The dialect of that name. Raises StoreError with the names that there are."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise StoreError(f"No store is called “{name}”: use one of {', '.join(sorted(DIALECTS))}.") from None


def doors(
    address: str,
    dialect: Vendor,
    *,
    query: str | None = None,
    update: str | None = None,
    graphs: str | None = None,
) -> Endpoints:
    """The doors of a store below its address; those given by name win."""
    root = checked(address)
    below = None if dialect.graphs is None else root + dialect.graphs
    return Endpoints(
        checked(query) if query else root + dialect.query,
        checked(update) if update else root + dialect.update,
        checked(graphs) if graphs else below,
    )


def checked(address: str) -> str:
    """An http address without trailing slash. Raises StoreError for another scheme or a password inside it."""
    try:
        parts = urlsplit(address)
        port_is_sane = parts.port is None or parts.port > 0
    except ValueError:
        port_is_sane = False
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_sane:
        raise StoreError(f"“{address}” is no address of a store: give one such as http://localhost:7878.")
    if parts.username is not None or parts.password is not None:
        raise StoreError(
            f"The address of {parts.hostname} carries a user or password, which stays in your shell's history: "
            "leave it out and set POLICYGRAPH_STORE_USER and POLICYGRAPH_STORE_PASSWORD."
        )
    return address.rstrip("/")


def recognised(server_header: str, address: str) -> Vendor:
    """The dialect that an answer's Server header or the shape of the address tells; generic where neither does."""
    for dialect in DIALECTS.values():
        if dialect.server and server_header.startswith(dialect.server):
            return dialect
    path = urlsplit(address).path
    if "fuseki" in server_header.lower():
        return DIALECTS["fuseki"]
    if "/repositories/" in path:
        return DIALECTS["rdf4j"]
    return DIALECTS["generic"]
