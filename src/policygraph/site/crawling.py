"""From the sitemap along every link: each address is asked for once, and its answer written.

The work is cut into batches; with several processes each has the application and the store for itself. A page's
languages stand next to each other in a batch, for they ask the same questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from xml.etree import ElementTree

from ..i18n import Words
from ..rdf.media_types import HTML, JSON_LD, TURTLE, file_types
from ..release import Release
from . import asking
from .addresses import SENTINEL, SiteAddress
from .answering import SiteClient
from .rewriting import NOTHING, PageAdditions, PageRewriter

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
BATCH = 120
ACCEPT = dict(file_types(HTML, TURTLE, JSON_LD)) | {"xml": "application/xml"}
WHOLE = ("xlsx", "ics")
"""Files whose addresses cannot be replaced afterwards: they are made with those of the site."""

REWRITTEN = ("xml", "atom", "json", "csv")
NARROW, ASK = "static/narrow.js", ("static/editor.css", "static/vendor/ask.js")
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What every process is told: the release, the folder that is written, the address of the site."""

    release: Path
    folder: Path
    site: str
    built: bool
    """Whether the parts from npm packages are there."""


@dataclass(slots=True)
class BatchResult:
    """What came of a batch: the number of files, the addresses that were met, and those without an answer."""

    files: int = 0
    met: dict[SiteAddress, SiteAddress] = field(default_factory=dict)
    dead: dict[SiteAddress, str] = field(default_factory=dict)


class Crawler:
    """Answers of one process; ``batch`` writes the files of some addresses."""

    def __init__(self, job: CrawlSettings) -> None:
        self.job = job
        release = Release.open(job.release)
        self.base = release.base
        self.server = SiteClient(release)
        self._whole: SiteClient | None = None
        self._release = release

    def batch(self, addresses: Iterable[SiteAddress]) -> BatchResult:
        """Ask for each address and write what comes; what cannot be had is told, with its reason."""
        done = BatchResult()
        for address in addresses:
            rewriting = PageRewriter(self.job.site, self.base, partial(_meet, done, address))
            content = self._content(address, rewriting, done)
            if content is not None:
                path = self.job.folder / address.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                done.files += 1
        return done

    def close(self) -> None:
        """Let go of the application."""
        self.server.close()
        if self._whole is not None:
            self._whole.close()

    def _content(self, address: SiteAddress, rewriting: PageRewriter, done: BatchResult) -> bytes | None:
        extension = address.path.rpartition(".")[2] if not address.is_page else "html"
        server = self._with_addresses() if extension in WHOLE else self.server
        response = server.get(address.asked, ACCEPT.get(extension, "*/*"))
        if response.status_code != 200:
            done.dead[address] = f"{response.status_code} {response.reason_phrase}"
            return None
        if address.is_page:
            return rewriting.page(response.text, address, self._added(address)).encode()
        if address.path == "/queries.ttl":
            return rewriting.queries(response.content)
        return rewriting.text(response.text).encode() if extension in REWRITTEN else response.content

    def _added(self, address: SiteAddress) -> PageAdditions:
        """What a page needs where the browser answers, and what it says where nothing does."""
        words = Words(address.language)
        if address.path == "/actions":
            return PageAdditions(
                (NARROW,), f'<noscript><p class="problem">{words("static.search")}</p></noscript>\n'
            )
        if not address.path.startswith("/queries/"):
            return NOTHING
        note = f'<p class="meta" data-static>{words("static.ask")}</p>\n'
        if not self.job.built:
            return PageAdditions(note=note)
        return PageAdditions(ASK, f"<noscript>{note}</noscript>", asking.block(address, self.base))

    def _with_addresses(self) -> SiteClient:
        if self._whole is None:
            self._whole = SiteClient(self._release, self.job.site)
        return self._whole


def _meet(done: BatchResult, page: SiteAddress, address: SiteAddress) -> None:
    done.met.setdefault(address, page)


class SiteBuild:
    """``run()`` writes every page and file that the sitemap and the links of pages lead to.

    Afterwards ``files`` counts them, ``dead`` says which links lead nowhere, from which page, and why.
    """

    def __init__(self, job: CrawlSettings, jobs: int) -> None:
        self.job, self.jobs = job, jobs
        self.known: dict[SiteAddress, SiteAddress] = {}
        self.dead: dict[SiteAddress, tuple[SiteAddress, str]] = {}
        self.files = 0

    def run(self, tell: Tell) -> None:
        with closing(Crawler(self.job)) as crawler:
            waiting = self._new({address: SiteAddress("/sitemap.xml") for address in starts(crawler.server)})
            if self.jobs == 1:
                while waiting:
                    waiting = self._round(map(crawler.batch, batches(waiting)), tell)
                return
        with ProcessPoolExecutor(self.jobs, get_context("spawn"), _begin, (self.job,)) as pool:
            while waiting:
                waiting = self._round(pool.map(_batch, batches(waiting)), tell)

    def _round(self, batches: Iterable[BatchResult], tell: Tell) -> list[SiteAddress]:
        met: dict[SiteAddress, SiteAddress] = {}
        for done in batches:
            self.files += done.files
            met |= {address: page for address, page in done.met.items() if address not in met}
            self.dead |= {address: (self.known[address], why) for address, why in done.dead.items()}
            tell(self.files)
        return self._new(met)

    def _new(self, met: dict[SiteAddress, SiteAddress]) -> list[SiteAddress]:
        """The addresses that were not known, without those that are copied and not asked for."""
        fresh = {one: page for one, page in met.items() if one not in self.known and not is_copied(one)}
        self.known |= fresh
        return sorted(fresh, key=lambda one: (one.path, one.part, one.language))


def is_copied(address: SiteAddress) -> bool:
    """Whether a file is copied as it is."""
    return address.path.startswith(("/static/", "/dumps/"))


def starts(server: SiteClient) -> Iterator[SiteAddress]:
    """The pages of the sitemap, and what no page leads to."""
    names = ["/sitemap.xml"]
    for name in names:
        text = server.get(name, "application/xml").text
        for loc in ElementTree.fromstring(text).iter(SITEMAP):
            path = "/" + (loc.text or "").removeprefix(SENTINEL)
            if re.fullmatch(r"/sitemap-\d+\.xml", path):
                names.append(path)
            elif not path.startswith("/api"):
                yield SiteAddress.of(path)[0]
    yield from (SiteAddress(name) for name in names)
    yield SiteAddress("/catalogue.ttl")
    yield SiteAddress("/queries.ttl")


def batches(addresses: Sequence[SiteAddress]) -> Iterator[list[SiteAddress]]:
    """The addresses in lists of BATCH, those of one path together."""
    waiting = iter(addresses)
    while batch := list(islice(waiting, BATCH)):
        yield batch


_crawler: Crawler | None = None


def _begin(job: CrawlSettings) -> None:
    global _crawler
    _crawler = Crawler(job)


def _batch(addresses: list[SiteAddress]) -> BatchResult:
    assert _crawler is not None
    return _crawler.batch(addresses)
