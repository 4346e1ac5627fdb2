"""The whole site: written beside and renamed, so that the old one stays until the new one is complete."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ReleaseError, ServerError
from ..i18n import DEFAULT, languages
from ..queries import check_model
from ..release import Release
from ..release.atomic_publish import StagingFolder
from ..web.delivery.failures import SENTENCES
from ..web.pages.rendering import render
from ..web.pages.routing import problem_page
from ..web.pages.views import scripts
from ..web.viewmodels.links import STATIC
from .action_index import action_index, file_name
from .client import DUMP, SiteClient
from .crawling import CrawlSettings, SiteBuild, Tell
from .search_index import FILE, search_index

MARK = "site.json"


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
    check_model(release.folder, release.manifest.versions)
    if DUMP not in release.manifest.files:
        raise ReleaseError(f"The release has no {DUMP}, which browsers load: build it again.")
    site = _address(address or release.base)
    with StagingFolder(out, MARK, "site") as staging:
        job = CrawlSettings(release.folder.resolve(), staging.folder, site)
        files = _copy(release, staging.folder)
        crawl = SiteBuild(job, jobs)
        crawl.run(tell)
        _refuse_dead(crawl)
        files += crawl.files + _write_unlinked(job, release, base_path or urlsplit(site).path)
        (staging.folder / MARK).write_text(_mark(release, site, files), "utf-8")
        staging.publish()
    return Site(out, site, files + 1, scripts.is_built())


def _address(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ServerError(f"--address {address} is no address: write it in full, as in https://data.example.eu/.")
    return address.rstrip("/") + "/"


def _copy(release: Release, folder: Path) -> int:
    """The files that stay as they are: those of the release, and styles and scripts."""
    shutil.copytree(STATIC, folder / "static")
    for name in (*release.manifest.files, "manifest.json"):
        target = folder / "dumps" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(release.folder / name, target)
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _refuse_dead(crawl: SiteBuild) -> None:
    if not crawl.dead:
        return
    address, (page, why) = next(iter(sorted(crawl.dead.items(), key=lambda one: one[0].request)))
    raise ServerError(
        f"The link from {page.request} to {address.request} leads nowhere ({why}), and {len(crawl.dead) - 1} more "
        "like it: nothing was published."
    )


def _write_unlinked(job: CrawlSettings, release: Release, base_path: str) -> int:
    """What no page leads to: indexes of the actions, the page for unknown addresses, words for crawlers."""
    with closing(SiteClient(release, job.site)) as client:
        for language in languages():
            index = job.folder / file_name(language)
            index.parent.mkdir(exist_ok=True)
            index.write_bytes(client.run(action_index, client.context("/actions", language)))
        (job.folder / FILE).write_bytes(client.run(search_index, client.context("/search", DEFAULT)))
        path = "/" + base_path.strip("/") + "/" if base_path.strip("/") else "/"
        context = client.context("/", DEFAULT, replace(client.host, prefix=path))
        page = render(problem_page(context, 404, SENTENCES[404], general=True), context)
    (job.folder / "404.html").write_text(page, "utf-8")
    (job.folder / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {job.site}sitemap.xml\n", "utf-8")
    (job.folder / ".nojekyll").write_text("", "utf-8")
    return len(languages()) + 4


def _mark(release: Release, site: str, files: int) -> str:
    content = {"address": site, "canonical": release.manifest.canonical, "files": files}
    return json.dumps(content, indent=2, sort_keys=True) + "\n"
