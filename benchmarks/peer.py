"""The same build on rdflib, owlrl and pyshacl: what the packages give that everybody knows.

    python benchmarks/peer.py SOURCE OUT

The reading of the text is ours, for there is no other; its statements come as rdflib terms. From there on:
closure (OWL 2 RL), validation against the same shapes, the same syntaxes, the same tables by the same
queries. It prints what each stage took, in seconds, as JSON.
"""

from __future__ import annotations

import csv
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import owlrl
import pyshacl
from pyoxigraph import RdfFormat, serialize
from rdflib import Dataset, Graph, URIRef

from policygraph.enrich.derivation import derive
from policygraph.files import shape_files
from policygraph.graph import convert
from policygraph.pipeline.context import build_context
from policygraph.rdf.iris import BASE, Names
from policygraph.release.tables import tables
from policygraph.sources import open_source

SYNTAXES = {"nq": "nquads", "trig": "trig", "ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


class Clock:
    """What each stage took."""

    def __init__(self) -> None:
        self.stages: dict[str, float] = {}
        self._at = time.perf_counter()

    def lap(self, stage: str | None) -> None:
        """End a stage; None: what came before does not count."""
        now = time.perf_counter()
        if stage is not None:
            self.stages[stage] = round(now - self._at, 3)
        self._at = time.perf_counter()


def build(source: Path, out: Path) -> dict[str, float]:
    """Build what we build, the common way."""
    out.mkdir(parents=True, exist_ok=True)
    names, clock = Names(), Clock()
    quads = convert(source, names)
    clock.lap("read")
    shared = build_context(BASE)
    quads += shared.context + shared.curated.get(open_source(source).id, [])
    quads += derive(quads, names)
    clock.lap("derive")
    statements = list(Dataset().parse(data=serialize(quads, format=RdfFormat.N_QUADS), format="nquads").quads())
    clock.lap(None)
    dataset = Dataset(default_union=True)
    for subject, predicate, value, graph in statements:
        dataset.graph(graph).add((subject, predicate, value))
    clock.lap("store")
    union = Graph()
    for subject, predicate, value, _ in dataset.quads():
        union.add((subject, predicate, value))
    _infer(union, dataset.graph(URIRef(f"{BASE}graph/inferred")))
    clock.lap("infer")
    shapes = Graph()
    for path in shape_files():
        shapes.parse(path)
    _, report, _ = pyshacl.validate(union, shacl_graph=shapes)
    report.serialize(out / "report.ttl", format="turtle")
    clock.lap("validate")
    for suffix, syntax in SYNTAXES.items():
        where = dataset if suffix in ("nq", "trig") else union
        where.serialize(out / f"policygraph.{suffix}", format=syntax)
    clock.lap("write")
    _tables(dataset, out)
    clock.lap("tables")
    return clock.stages


def _infer(union: Graph, inferred: Graph) -> None:
    """The closure, and of it what is ours."""
    closure = Graph()
    for triple in union:
        closure.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closure)
    for subject, predicate, value in closure:
        if str(subject).startswith(f"{BASE}id/") and subject != value and (subject, predicate, value) not in union:
            inferred.add((subject, predicate, value))
            union.add((subject, predicate, value))


def _tables(dataset: Dataset, out: Path) -> None:
    (out / "tables").mkdir(exist_ok=True)
    for table in tables():
        with (out / "tables" / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            rows: Any = dataset.query(table.query)
            csv.writer(file).writerows(sorted([str(cell or "") for cell in row] for row in rows))


def main() -> None:
    """Build once and print the stages."""
    warnings.simplefilter("ignore")
    print(json.dumps(build(Path(sys.argv[1]), Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
