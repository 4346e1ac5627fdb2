"""What endpoints each kind of triple store has, and what it can take: facts, no behaviour.

A store that is not in the table is reached as ``generic``: one address for queries and updates, statements sent by
SPARQL Update. ``--update`` and ``--graphs`` name other endpoints.

Sources: the SPARQL 1.1 Protocol and Graph Store Protocol; each store's manual for its paths; the limits were
measured (docs/decisions/stores-proof.md) for Oxigraph 0.5, Fuseki 5.6 and Virtuoso 7.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..errors import StoreError
from ..http.client import check_address


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

VENDORS = {
    vendor.name: vendor
    for vendor in (
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


def vendor_named(name: str) -> Vendor:
    """The kind of store of that name. Raises StoreError with the names that there are."""
    try:
        return VENDORS[name]
    except KeyError:
        raise StoreError(f"No store is called “{name}”: use one of {', '.join(sorted(VENDORS))}.") from None


def endpoints_of(
    address: str,
    vendor: Vendor,
    *,
    query: str | None = None,
    update: str | None = None,
    graphs: str | None = None,
) -> Endpoints:
    """The endpoints of a store below its address; those given by name win. Raises StoreError."""
    root = check_address(address).rstrip("/")
    below = None if vendor.graphs is None else root + vendor.graphs
    return Endpoints(
        check_address(query).rstrip("/") if query else root + vendor.query,
        check_address(update).rstrip("/") if update else root + vendor.update,
        check_address(graphs).rstrip("/") if graphs else below,
    )


def recognise(headers: Mapping[str, str], address: str) -> Vendor:
    """The kind of store by an answer's headers or the shape of its address; generic where neither tells."""
    server = "Fuseki" if "Fuseki-Request-Id" in headers else headers.get("Server", "")
    for vendor in VENDORS.values():
        if vendor.server and server.startswith(vendor.server):
            return vendor
    if "fuseki" in server.lower():
        return VENDORS["fuseki"]
    return VENDORS["rdf4j" if "/repositories/" in urlsplit(address).path else "generic"]
