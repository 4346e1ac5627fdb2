"""Small releases to carry: one literal of each kind that a release has, in two graphs."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad

from policygraph.rdf.iris import BASE, DCT, RDFS, XSD, Names
from policygraph.release import Manifest
from policygraph.version import MODEL

WORDS = "Vlaggenschipinitiatief — “edge-/omloopbaancomputing”,\tregel 1\nregel 2 \\ 𝄞 "


def quads(actions: int, wording: str = WORDS, graphs: tuple[str, ...] = ("actions", "vocabulary")) -> list[Quad]:
    """A graph of actions with one literal of each kind that a release has, and a graph that labels them."""
    names = Names(BASE)
    first, second = (names.graph(name) for name in graphs)
    found = []
    for number in range(1, actions + 1):
        action = names.id("action", "COM-2025-723", f"A3-{number:05}")
        day = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
        found += [
            Quad(action, NamedNode(f"{DCT}description"), Literal(f"{wording}{number}", language="nl"), first),
            Quad(action, NamedNode(f"{DCT}identifier"), Literal(f"A3-{number:05}"), first),
            Quad(action, names.term("number"), Literal(number), first),
            Quad(action, names.term("earliest"), Literal(day, datatype=NamedNode(f"{XSD}date")), first),
            Quad(action, NamedNode(f"{RDFS}seeAlso"), NamedNode("https://example.com/caf%C3%A9?a=b&c#d"), first),
            Quad(action, NamedNode(f"{RDFS}label"), Literal(f"COM(2025) 723, A3-{number:05}"), second),
        ]
    return found


def write_release(folder: Path, content: list[Quad], base: str = BASE) -> Path:
    """A folder with the two files of a release that a load reads."""
    lines = sorted({f"{quad} .\n" for quad in content})
    body = "".join(lines).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policygraph.nq").write_bytes(body)
    manifest = Manifest(
        base=base,
        versions={"model": str(MODEL)},
        canonical=hashlib.sha256(body).hexdigest(),
        inputs=(),
        graphs=dict(Counter(quad.graph_name.value.removeprefix(f"{base}graph/") for quad in set(content))),
        tables={},
    )
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return folder
