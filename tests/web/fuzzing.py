"""What schemathesis cannot guess: strings that are SPARQL, or JSON of the reconciliation service."""

from __future__ import annotations

import schemathesis
from hypothesis import strategies

QUERIES = [
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2",
    "DESCRIBE <https://w3id.org/policygraph/id/sector/HEALTH>",
]
BATCHES = ['{"q0": {"query": "energy"}}', '{"a": {"query": "x", "limit": 1, "type": ["sector"]}}', "{}"]
EXTENSIONS = ['{"ids": ["sector/HEALTH"], "properties": [{"id": "notation"}]}', '{"ids": [], "properties": []}']

schemathesis.openapi.format("sparql-query", strategies.sampled_from(QUERIES))
schemathesis.openapi.format("json-queries", strategies.sampled_from(BATCHES))
schemathesis.openapi.format("json-extend", strategies.sampled_from(EXTENSIONS))
schemathesis.openapi.media_type(
    "application/sparql-query", strategies.sampled_from([query.encode() for query in QUERIES])
)
