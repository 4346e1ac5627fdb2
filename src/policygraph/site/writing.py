"""The whole site: written beside and renamed, so that the old one stays until the new one is complete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ReleaseError, ServerError
from ..i18n import DEFAULT, languages
from ..release import Release
from ..release.atomic_publish import StagingFolder
from ..web.pages.views.editor import is_built
from ..web.viewmodels.context import PageContext
from ..web.viewmodels.links import STATIC
from . import narrowing
from .answering import DUMP, SiteClient, dumps
from .crawling import CrawlSettings, SiteBuild
from .rewriting import PageRewriter

MARK = "site.json"
MISSING = "/there-is-nothing-here"
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What was written; ``address`` is what it says of itself, ``built`` whether the parts from npm are in."""

    folder: Path
    address: str
    files: int
    built: bool


def write(
    release: Release | Path | str,
    out: Path,
    *,
    address: str | None = None,
    base_path: str | None = None,
    jobs: int = 1,
    tell: Tell = lambda _: None,
) -> Site:
    """Write the site of a release to ``out``; an old one there is replaced when the new one is complete.

    ``address`` is where the site will be reached, for canonical links, sitemap and feeds: without it the base IRI,
    for that is what leads there. ``base_path`` is the path of that address, for the page of addresses that are not
    there. Raises ReleaseError for a folder that is no release or no site, ServerError where a link leads nowhere.
    """
    release = release if isinstance(release, Release) else Release.open(release)
    if DUMP not in release.manifest.files:
        raise ReleaseError(f"The release has no {DUMP}, which browsers load: build it again.")
    site = _address(address or release.base)
    with StagingFolder(out, MARK, "site") as staging:
        job = CrawlSettings(release.folder.resolve(), staging.folder, site, is_built())
        files = _copy(release, staging.folder)
        crawl = SiteBuild(job, jobs)
        crawl.run(tell)
        _refuse_dead(crawl)
        files += crawl.files + _alone(job, release, base_path or urlsplit(site).path)
        (staging.folder / MARK).write_text(_mark(release, site, files), "utf-8")
        staging.publish()
    return Site(out, site, files + 1, job.built)


def _address(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ServerError(f"--address {address} is no address: write it in full, as in https://data.example.eu/.")
    return address.rstrip("/") + "/"


def _copy(release: Release, folder: Path) -> int:
    """The files that stay as they are: those of the release, and styles and scripts."""
    shutil.copytree(STATIC, folder / "static")
    for name, path in dumps(release):
        target = folder / "dumps" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _refuse_dead(crawl: SiteBuild) -> None:
    if not crawl.dead:
        return
    address, (page, why) = next(iter(sorted(crawl.dead.items(), key=lambda one: one[0].asked)))
    raise ServerError(
        f"The link from {page.asked} to {address.asked} leads nowhere ({why}), and {len(crawl.dead) - 1} more "
        "like it: nothing was published."
    )


def _alone(job: CrawlSettings, release: Release, base_path: str) -> int:
    """What stands beside the pages: indexes for narrowing, the page for unknown addresses, words for crawlers."""
    server = SiteClient(release)
    try:
        for language in languages():
            pairs = (("lang", language),) if language != DEFAULT else ()
            visit = PageContext(server.view, "/actions", pairs, language, base=release.base, release=release)
            content = server.run(narrowing.index, visit)
            index = job.folder / narrowing.file(language)
            index.parent.mkdir(exist_ok=True)
            index.write_bytes(content)
        missing = server.get(MISSING, "text/html").text.replace(f'"{MISSING}', '"/')
    finally:
        server.close()
    rewriting = PageRewriter(job.site, release.base, lambda _: None)
    path = "/" + base_path.strip("/") + "/" if base_path.strip("/") else "/"
    (job.folder / "404.html").write_text(rewriting.rooted(missing, path), "utf-8")
    (job.folder / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {job.site}sitemap.xml\n", "utf-8")
    (job.folder / ".nojekyll").write_text("", "utf-8")
    return len(languages()) + 3


def _mark(release: Release, site: str, files: int) -> str:
    content = {"address": site, "canonical": release.manifest.canonical, "files": files}
    return json.dumps(content, indent=2, sort_keys=True) + "\n"
