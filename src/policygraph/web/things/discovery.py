"""What programs look for first: ``/catalogue``, ``/.well-known/api-catalog``, ``/context.jsonld`` and ``/dumps``.

A file of the release leaves as the manifest says it is, whole or in ranges.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from ...engine.dataset import Snapshot
from ...rdf.json_ld import context, document_prefixes
from ...rdf.media_types import GRAPHS, HTML, JSON_LD, PLAIN_JSON, TURTLE, Format
from ...rdf.serialise import serialise
from ...release import FileDigest, Manifest, digest
from ...release.atomic_publish import MANIFEST
from ...release.catalogue import MEDIA
from ...release.citation import CITATION, CRATE, DatasetDescription, citation, crate, description_of
from ...release.writing import CATALOGUE
from ..delivery.link_header import API_CATALOG, LICENCE, OPENAPI, TypedLink, header, media_type, signposts
from ..delivery.negotiation import accept, choose, wants_page
from ..delivery.operations import RDF_TEXT, DataRoute, Operation, OperationRoute, parameter, text
from ..delivery.problems import HTTPProblem, printable
from ..delivery.requests import CHOICE, Argument, settings_of, view_of
from ..delivery.responses import deliver, matches
from ..sparql.endpoint import void

LINKSET, YAML = "application/linkset+json", "application/yaml"


async def catalogue(request: Request) -> Response:
    """The catalogue of the release in DCAT-AP, with sizes and hashes; VoID where no release is served."""
    release = view_of(request).snapshot.release
    if release is None:
        return await void(request)
    extension: str | None = request.path_params.get("extension")
    offers = [one for one in GRAPHS if extension in (None, one.extension)]
    format = offers[0] if extension else choose(accept(request), offers)
    path, sha256 = release.folder / CATALOGUE, release.manifest.files[CATALOGUE].sha256
    try:
        content = await asyncio.to_thread(_in_syntax, path, sha256, format, release.base)
    except FileNotFoundError as error:
        raise HTTPProblem(
            503, "Another release is taking the place of this one: ask again in a moment.", retry_after=3
        ) from error
    links = signposts(settings_of(request), release)
    return await deliver(request, content, format.content_type, negotiated=extension is None, links=links)


@lru_cache(maxsize=16)
def _in_syntax(path: Path, _sha256: str, format: Format, base: str) -> bytes:
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    return serialise(quads, format, document_prefixes(base))


async def json_ld_context(request: Request) -> Response:
    """The context that our JSON-LD documents carry, for those who write their own."""
    names = context(document_prefixes(view_of(request).snapshot.base))
    content = json.dumps({"@context": names}, indent=1).encode() + b"\n"
    return await deliver(request, content, JSON_LD.media_type, links=[TypedLink(LICENCE, "license")])


async def ro_crate(request: Request) -> Response:
    """The RO-Crate metadata of the release that is served."""
    content = await _citing(request, crate)
    return await deliver(request, content, JSON_LD.content_type, links=[TypedLink(LICENCE, "license")])


async def citation_file(request: Request) -> Response:
    """The CITATION.cff of the release that is served."""
    return await deliver(request, await _citing(request, citation), YAML, links=[TypedLink(LICENCE, "license")])


async def _citing(request: Request, written: Callable[[DatasetDescription, Manifest], str]) -> bytes:
    release = view_of(request).snapshot.release
    if release is None:
        raise HTTPProblem(404, "There is no release to cite here, for none is served: ask /sparql for the data.")
    try:
        about = await asyncio.to_thread(description_of, release)
    except FileNotFoundError as error:
        raise HTTPProblem(
            503, "Another release is taking the place of this one: ask again in a moment.", retry_after=3
        ) from error
    return written(about, release.manifest).encode()


async def page(_: Request) -> Response:
    """Browsers are led to the page about the data."""
    return RedirectResponse("/about", status_code=303, headers={"Vary": "Accept"})


async def api_catalog(request: Request) -> Response:
    """The services of this site as a linkset (RFC 9727)."""
    address = settings_of(request).address
    content = json.dumps({"linkset": _services(address)}, indent=1).encode()
    links = [TypedLink(f"{address}.well-known/api-catalog", "api-catalog", LINKSET)]
    return await deliver(request, content, f'{LINKSET}; profile="{API_CATALOG}"', links=links)


def _services(address: str) -> list[dict[str, object]]:
    def links(path: str, media: str) -> list[dict[str, str]]:
        return [{"href": f"{address}{path}", "type": media}]

    common = {"service-doc": links("api", HTML.media_type), "status": links("healthz", PLAIN_JSON.media_type)}
    described = {"service-desc": links("openapi.json", OPENAPI), **common}
    served = ("sparql", "queries", "reconcile")
    return [
        {"anchor": f"{address}.well-known/api-catalog", "item": [{"href": f"{address}{path}"} for path in served]},
        {"anchor": f"{address}sparql", **described, "service-meta": links(".well-known/void", TURTLE.media_type)},
        {"anchor": f"{address}queries", **described, "service-meta": links("queries.ttl", TURTLE.media_type)},
        {"anchor": f"{address}reconcile", **described, "service-meta": links("reconcile", PLAIN_JSON.media_type)},
    ]


async def listing(request: Request) -> Response:
    """The manifest lists the files; browsers are led to the page that does."""
    target = "/about" if wants_page(accept(request)) else f"/dumps/{MANIFEST}"
    return RedirectResponse(target, status_code=303, headers={"Vary": "Accept"})


async def dump(request: Request) -> Response:
    """One file; its ETag is the SHA-256 in the manifest."""
    release, name = view_of(request).snapshot.release, request.path_params["name"]
    if release is None:
        raise HTTPProblem(404, "There are no downloads here, for no release is served: ask /sparql for the data.")
    address = settings_of(request).address
    links = [
        TypedLink(f"{address}catalogue", "collection"),
        TypedLink(f"{address}catalogue.ttl", "describedby", TURTLE.media_type),
        TypedLink(LICENCE, "license"),
    ]
    if name.startswith("tables/") and name.endswith(".csv"):
        links.append(TypedLink(f"{address}dumps/tables/csv-metadata.json", "describedby", "application/csvm+json"))
    if name == MANIFEST:
        return await deliver(request, release.manifest.to_json().encode(), PLAIN_JSON.media_type, links=links)
    if name not in release.manifest.files:
        near = get_close_matches(name, release.manifest.files, n=3, cutoff=0.5)
        cure = f"did you mean {', '.join(near)}?" if near else f"/dumps/{MANIFEST} lists the files."
        raise HTTPProblem(404, f"The release has no file “{printable(name[:80])}”: {cure}")
    sha256 = release.manifest.files[name].sha256
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "no-cache", **header(links)}
    if matches(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    path = release.folder / name
    stat = await asyncio.to_thread(_verified_stat, path, sha256)
    return FileResponse(path, headers=headers, media_type=media_type(name), stat_result=stat)


def _verified_stat(path: Path, sha256: str) -> os.stat_result:
    """The file's stat where it is what the manifest says; HTTPProblem 503 while a release is being swapped."""
    try:
        stat = path.stat()
        if _digest(path, stat.st_ino, stat.st_mtime_ns, stat.st_size).sha256 == sha256:
            return stat
    except FileNotFoundError:
        pass
    raise HTTPProblem(
        503, "Another release is taking the place of this file: ask again in a moment.", retry_after=3
    )


@lru_cache(maxsize=1024)
def _digest(path: Path, *_: int) -> FileDigest:
    """Size and hash of a file, made once for as long as inode, time and size stay the same."""
    return digest(path)


def _operations(snapshot: Snapshot) -> Iterator[Operation]:
    """The download, with the names of the files that the release has."""
    names = list(snapshot.release.manifest.files) if snapshot.release else []
    flat = tuple(name for name in names if "/" not in name) or ("policygraph.ttl",)
    file = parameter(Argument("file", CHOICE, "A file of the release", flat[0], flat), "path")
    media = sorted({media for media, _, _ in MEDIA.values()})
    yield Operation(
        "dump", "A file of the release", "data", text(*media), ("400", "404"), (file,), path="/dumps/{file}"
    )


ROUTES = [
    DataRoute(
        "/catalogue",
        catalogue,
        Operation("catalogue", "The catalogue in DCAT-AP, with sizes and hashes", "data", RDF_TEXT),
    ),
    Route("/catalogue", page),
    OperationRoute("/catalogue.{extension:syntax}", catalogue),
    OperationRoute(
        "/.well-known/api-catalog",
        api_catalog,
        Operation("api-catalog", "The services of this site (RFC 9727)", "data", text(LINKSET)),
    ),
    OperationRoute(
        "/context.jsonld",
        json_ld_context,
        Operation("context", "The JSON-LD context of our documents", "data", text(JSON_LD.media_type)),
    ),
    OperationRoute(
        f"/{CRATE}",
        ro_crate,
        Operation("ro-crate", "The release as an RO-Crate", "data", text(JSON_LD.media_type), ("404", "503")),
    ),
    OperationRoute(
        f"/{CITATION}",
        citation_file,
        Operation("citation", "How to cite the release (CITATION.cff)", "data", text(YAML), ("404", "503")),
    ),
    Route("/dumps", listing),
    Route("/dumps/", listing),
    OperationRoute("/dumps/{name:path}", dump, _operations),
]
