"""From the sitemap along every link: each address is asked for once, and its answer written.

The work is cut into batches; with several processes each has the application and the store for itself. A page's
languages stand next to each other in a batch, for they ask the same questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import pyoxigraph as ox

from ..rdf.iris import SCHEMA, prefixes
from ..rdf.media_types import HTML, JSON_LD, TURTLE, file_types
from ..rdf.serialise import serialise
from ..release import Release
from .addresses import SiteAddress
from .client import SiteClient
from .search_index import FILE as SEARCH_INDEX

START = tuple(
    SiteAddress(f"/{name}")
    for name in ("sitemap.xml", "catalogue.ttl", "context.jsonld", "queries.ttl", "ldes.ttl", "changes.atom")
)
"""The sitemap leads to every page, pages to their data; nothing leads to the others."""

BATCH = 120
ACCEPT = dict(file_types(HTML, TURTLE, JSON_LD)) | {"xml": "application/xml"}
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What every process needs: the release, the folder that is written, the address of the site."""

    release: Path
    folder: Path
    site: str


@dataclass(slots=True)
class BatchResult:
    """What came of a batch: the number of files, the addresses that were met, and those without an answer."""

    files: int = 0
    met: dict[SiteAddress, SiteAddress] = field(default_factory=dict)
    """Each address with the first page that leads there."""

    dead: dict[SiteAddress, str] = field(default_factory=dict)


class Crawler:
    """Answers of one process; ``batch`` writes the files of some addresses."""

    def __init__(self, job: CrawlSettings) -> None:
        self.folder = job.folder
        self.client = SiteClient(Release.open(job.release), job.site)

    def batch(self, addresses: Iterable[SiteAddress]) -> BatchResult:
        """Ask for each address and write what comes; what cannot be had is listed with its reason."""
        result = BatchResult()
        for address in addresses:
            self.client.host.met.clear()
            extension = "html" if address.is_page else address.path.rpartition(".")[2]
            response = self.client.get(address.request, ACCEPT.get(extension, "*/*"))
            if response.status_code != 200:
                result.dead[address] = f"{response.status_code} {response.reason_phrase}"
                continue
            content = response.content
            if address.path == "/queries.ttl":
                content = without_endpoint(content, self.client.release.base)
            path = self.folder / address.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            result.files += 1
            for other in self.client.host.met:
                result.met.setdefault(other, address)
        return result

    def close(self) -> None:
        """Close the application."""
        self.client.close()


def without_endpoint(content: bytes, base: str) -> bytes:
    """The canned queries as RDF, without the endpoint that would answer them."""
    target = ox.NamedNode(SCHEMA + "target")
    quads = [quad for quad in ox.parse(content, format=TURTLE.rdf) if quad.predicate != target]
    return serialise(quads, TURTLE, prefixes(base))


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
        waiting = self._new({address: address for address in START})
        if self.jobs == 1:
            with closing(Crawler(self.job)) as crawler:
                while waiting:
                    waiting = self._round(map(crawler.batch, batches(waiting)), tell)
            return
        with ProcessPoolExecutor(self.jobs, get_context("spawn"), _begin, (self.job,)) as pool:
            while waiting:
                waiting = self._round(pool.map(_batch, batches(waiting)), tell)

    def _round(self, batches: Iterable[BatchResult], tell: Tell) -> list[SiteAddress]:
        met: dict[SiteAddress, SiteAddress] = {}
        for result in batches:
            self.files += result.files
            met = result.met | met
            self.dead |= {address: (self.known[address], why) for address, why in result.dead.items()}
            tell(self.files)
        return self._new(met)

    def _new(self, met: dict[SiteAddress, SiteAddress]) -> list[SiteAddress]:
        """The addresses that were not known, without those that are copied and not asked for."""
        fresh = {one: page for one, page in met.items() if one not in self.known and not is_copied(one)}
        self.known |= fresh
        return sorted(fresh, key=lambda one: (one.path, one.narrowed, one.part, one.language))


def is_copied(address: SiteAddress) -> bool:
    """Whether a file is copied as it is, or written when all pages are."""
    return address.path.startswith(("/static/", "/dumps/")) or address.path == f"/{SEARCH_INDEX}"


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
