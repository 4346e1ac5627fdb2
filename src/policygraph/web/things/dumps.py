"""``/dumps/…``: the files of the release, each as the manifest says it is, whole or in ranges."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from ...engine.dataset import Snapshot
from ...rdf.media_types import PLAIN_JSON, TURTLE
from ...release import FileDigest, digest
from ...release.atomic_publish import MANIFEST
from ...release.catalogue import MEDIA
from ..delivery.link_header import LICENCE, TypedLink, header, media_type
from ..delivery.negotiation import accept, wants_page
from ..delivery.operations import Operation, OperationRoute, parameter, text
from ..delivery.problems import HTTPProblem, printable
from ..delivery.requests import CHOICE, Argument, settings_of, view_of
from ..delivery.responses import deliver, matches


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
    Route("/dumps", listing),
    Route("/dumps/", listing),
    OperationRoute("/dumps/{name:path}", dump, _operations),
]
