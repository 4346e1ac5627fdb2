"""What no graph says of an IRI: the members of a container, and the sizes and hashes of the release's files.

A container is an IRI that others begin with, such as ``/id/action/COM-2025-723``; nothing in the data names it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from ...engine.dataset import DatasetView
from ...rdf.iris import RDF, RDFS
from ...release import Release
from ...release.writing import CATALOGUE

_BELOW = '?thing a ?kind . FILTER(STRSTARTS(STR(?thing), "<START>"))'


async def is_container(view: DatasetView, iri: ox.NamedNode) -> bool:
    """Whether IRIs of things begin with this one and a slash."""
    return await view.ask(f"ASK {{ {_below(iri)} }}")


async def members(view: DatasetView, iri: ox.NamedNode) -> list[ox.Quad]:
    """The container's members, each one step below it; nothing where it is none.

    A member is a thing, or a container where only things further below have an IRI of their own.
    """
    start = iri.value.rstrip("/") + "/"
    if start == f"{view.snapshot.base}graph/":
        names = set(view.snapshot.engine.graphs)
    else:
        rows = await view.select(f"SELECT DISTINCT ?thing WHERE {{ {_below(iri)} }}")
        names = {start + row["thing"].value[len(start) :].split("/")[0] for row in rows}
    return container_quads(iri, names)


def container_quads(iri: ox.NamedNode, names: set[str]) -> list[ox.Quad]:
    """The statements about a container with members of these names."""
    kind = ox.Quad(iri, ox.NamedNode(f"{RDF}type"), ox.NamedNode(f"{RDFS}Container"))
    member = ox.NamedNode(f"{RDFS}member")
    return [kind, *(ox.Quad(iri, member, ox.NamedNode(name)) for name in sorted(names))] if names else []


def _below(iri: ox.NamedNode) -> str:
    return _BELOW.replace("<START>", iri.value.rstrip("/") + "/")


def file_quads(release: Release | None, iri: ox.NamedNode) -> list[ox.Quad]:
    """What ``catalogue.ttl`` says of a file of the release or its checksum, and graph ``catalogue`` cannot."""
    if release is None or not iri.value.startswith(
        (f"{release.base}id/distribution/", f"{release.base}id/checksum/")
    ):
        return []
    file = release.manifest.files[CATALOGUE]
    try:
        described = _catalogue(release.folder / CATALOGUE, file.sha256)
    except FileNotFoundError:  # in the middle of a swap
        return []
    graph = ox.NamedNode(f"{release.base}graph/catalogue")
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in described
        if iri in (quad.subject, quad.object)
    ]


@lru_cache(maxsize=4)
def _catalogue(path: Path, _sha256: str) -> tuple[ox.Quad, ...]:
    return tuple(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
