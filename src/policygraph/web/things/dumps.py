"""``/dumps/…``: the files of the release, each as the manifest says it is, whole or in ranges."""

from __future__ import annotations

import asyncio
import os
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ...engine.settings import Settings
from ...rdf.media_types import PLAIN_JSON, TURTLE
from ...release import FileDigest, Release, digest
from ...release.atomic_publish import MANIFEST
from ..delivery.link_header import LICENCE, TypedLink, header, media_type
from ..delivery.problems import HTTPProblem
from ..delivery.routing import wants_page
from ..delivery.static import deliver
from ..sparql.endpoint import known


def routes() -> list[BaseRoute]:
    """The routes that ``application`` puts together."""
    return [
        Route("/dumps", listing, name="dumps"),
        Route("/dumps/", listing, name="dumps.folder"),
        Route("/dumps/{name:path}", dump, name="dump"),
    ]


async def listing(request: Request) -> Response:
    """The manifest lists the files; browsers are led to the page that does."""
    place = "/about" if wants_page(request.headers.getlist("accept")) else f"/dumps/{MANIFEST}"
    return RedirectResponse(place, status_code=303, headers={"Vary": "Accept"})


async def dump(request: Request) -> Response:
    """One file; its ETag is the SHA-256 in the manifest."""
    release, name = release_of(request), request.path_params["name"]
    links = _links(request.app.state.settings, name)
    if name == MANIFEST:
        return await deliver(request, release.manifest.to_json().encode(), PLAIN_JSON.media_type, links=links)
    written = release.manifest.files.get(name)
    if written is None:
        raise HTTPProblem(404, _unknown(release, name))
    headers = {"ETag": f'"{written.sha256}"', "Cache-Control": "no-cache", **header(links)}
    if known(request, headers):
        return Response(status_code=304, headers=headers)
    path = release.folder / name
    stat = await asyncio.to_thread(_as_stated, path, written)
    return FileResponse(path, headers=headers, media_type=media_type(name), stat_result=stat)


def release_of(request: Request) -> Release:
    """The release that is served; raises HTTPProblem 404 where plain files or another store are."""
    release: Release | None = request.state.view.snapshot.release
    if release is None:
        raise HTTPProblem(404, "There are no downloads here, for no release is served: ask /sparql for the data.")
    return release


def _links(settings: Settings, name: str) -> list[TypedLink]:
    address = settings.address
    about = [
        TypedLink(f"{address}catalogue", "collection"),
        TypedLink(f"{address}catalogue.ttl", "describedby", TURTLE.media_type),
        TypedLink(LICENCE, "license"),
    ]
    if name.startswith("tables/") and name.endswith(".csv"):
        about.append(TypedLink(f"{address}dumps/tables/csv-metadata.json", "describedby", "application/csvm+json"))
    return about


def _unknown(release: Release, name: str) -> str:
    near = get_close_matches(name, release.manifest.files, n=3, cutoff=0.5)
    cure = f"did you mean {', '.join(near)}?" if near else f"/dumps/{MANIFEST} lists the files."
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name[:80])
    return f"The release has no file “{shown}”: {cure}"


def _as_stated(path: Path, written: FileDigest) -> os.stat_result:
    """The file's stat where it is what the manifest says; HTTPProblem 503 while a release is being swapped."""
    try:
        stat = path.stat()
        found = _digest(path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        found = None
    if found is None or found.sha256 != written.sha256:
        raise HTTPProblem(
            503, "Another release is taking the place of this file: ask again in a moment.", retry_after=3
        )
    return stat


@lru_cache(maxsize=1024)
def _digest(path: Path, *_: int) -> FileDigest:
    """Size and hash of a file, found once for as long as inode, time and size stay the same."""
    return digest(path)
