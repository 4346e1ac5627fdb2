"""Gets the EU tables that mappings point to: conditional requests, a cache, retries, and never half a table.

A table is replaced only by one that arrived whole and parses; ``.fetched.json`` in the folder remembers
the validators of each (RFC 9110, section 13: If-None-Match, If-Modified-Since).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pyoxigraph import Store

from ..errors import MappingError, StoreError
from ..files import folder
from ..http.client import Client, RetryPolicy, validators
from ..http.errors import OTHERWISE, TRANSIENT, TransientError
from ..rdf.media_types import RDF_XML, TURTLE
from .authority_tables import load_table

if TYPE_CHECKING:
    import httpx

MEMORY = ".fetched.json"
ACCEPT = f"{RDF_XML.media_type}, {TURTLE.media_type};q=0.9, */*;q=0.1"
LARGEST = 1 << 30
"""Bytes; EuroVoc in all languages is about a tenth of it."""
RETRY = RetryPolicy(timeout=60.0, attempts=5, first=1.0, longest=60.0)
CURES = {
    OTHERWISE: "correct --from, or get the table by hand",
    **dict.fromkeys(TRANSIENT, "try again later"),
}

Tell = Callable[[str, int, int], None]
"""Told of progress: the table's name, the bytes that arrived, the bytes expected (0 where unknown)."""


@dataclass(frozen=True, slots=True)
class TableDownload:
    """A table to get: its name, where it goes below the folder, its address."""

    name: str
    path: PurePosixPath
    address: str


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of one table: ``new``, ``changed`` or ``unchanged``, and its size in bytes."""

    name: str
    path: Path
    outcome: str
    size: int


def table_list() -> list[dict[str, str]]:
    """The tables that our mappings point to: name, scheme, path, address and the evidence of the address."""
    with (folder("ontology") / "mappings" / "tables.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sources(base: str | None = None) -> list[TableDownload]:
    """The tables that our mappings point to: at their publisher, or below ``base`` in the layout of the list."""
    rows = table_list()
    if base is not None:
        return [
            TableDownload(r["name"], PurePosixPath(r["path"]), f"{base.rstrip('/')}/{r['path']}") for r in rows
        ]
    return [
        TableDownload(
            r["name"], PurePosixPath(r["path"]).with_suffix(PurePosixPath(r["address"]).suffix), r["address"]
        )
        for r in rows
        if r["address"]
    ]


def fetch(
    into: Path, base: str | None = None, *, retry: RetryPolicy = RETRY, tell: Tell = lambda *_: None
) -> list[FetchResult]:
    """Bring the tables below ``into`` up to date, in the order of the list.

    Raises MappingError when some could not be got; the others are kept, and so is the older state of those.
    """
    with Client(retry, cures=CURES, follow_redirects=True) as client:
        folder = _Folder(into, client, tell)
        outcomes = [folder.bring(source) for source in sources(base)]
    failures = [outcome for outcome in outcomes if isinstance(outcome, MappingError)]
    if failures:
        raise MappingError(
            f"{len(failures)} of {len(outcomes)} tables could not be fetched; the others are in place. "
            f"The first: {failures[0]}"
        )
    return [outcome for outcome in outcomes if isinstance(outcome, FetchResult)]


@dataclass
class _Folder:
    into: Path
    client: Client
    tell: Tell

    def bring(self, source: TableDownload) -> FetchResult | MappingError:
        """One table, tried as often as the policy allows."""
        target = self.into / source.path
        cached = _remembered(self.into, target, source)
        try:
            fetched = self.client.get_if_changed(
                source.address, "a request for a table", ACCEPT, cached, partial(self._kept, source, target)
            )
        except (MappingError, StoreError) as error:
            return MappingError(str(error))
        except OSError as error:
            return MappingError(f"{self.into} cannot be written ({error.strerror}): free space or choose another.")
        return fetched or FetchResult(source.name, target, "unchanged", target.stat().st_size)

    def _kept(self, source: TableDownload, target: Path, answer: httpx.Response) -> FetchResult:
        """The body beside the table, proved to be one, then in its place."""
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part{target.suffix}")
        try:
            digest = self._written(source, part, answer)
            _proved(part, source)
            outcome = _outcome(target, digest)
            size = part.stat().st_size
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _remember(self.into, source, digest, answer)
        return FetchResult(source.name, target, outcome, size)

    def _written(self, source: TableDownload, part: Path, answer: httpx.Response) -> str:
        total, digest, done = int(answer.headers.get("Content-Length") or 0), hashlib.sha256(), 0
        with part.open("wb") as file:
            for block in answer.iter_bytes(1 << 16):
                done += len(block)
                if done > LARGEST:
                    raise MappingError(
                        f"{source.address} sends more than {LARGEST} bytes: is it the right address?"
                    )
                digest.update(block)
                file.write(block)
                self.tell(source.name, answer.num_bytes_downloaded, total)
        return digest.hexdigest()


def _proved(part: Path, source: TableDownload) -> None:
    """That the file parses and says something; a cut table mostly does not."""
    store = Store()
    try:
        load_table(store, part)
    except MappingError as error:
        raise TransientError(f"{source.address} sent something else than a whole table ({error})") from error
    if not len(store):
        raise TransientError(f"{source.address} sent an empty table: try again later.")


def _outcome(target: Path, digest: str) -> str:
    if not target.is_file():
        return "new"
    with target.open("rb") as file:
        return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == digest else "changed"


def _memory(into: Path) -> dict[str, Any]:
    try:
        memory = json.loads((into / MEMORY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remembered(into: Path, target: Path, source: TableDownload) -> dict[str, str]:
    """What is known of the table on disk, {} where it is not there, was changed, or came from elsewhere."""
    cached = _memory(into).get(str(source.path))
    if not isinstance(cached, dict) or cached.get("address") != source.address or not target.is_file():
        return {}
    return cached if _outcome(target, str(cached.get("sha256"))) == "unchanged" else {}


def _remember(into: Path, source: TableDownload, digest: str, answer: httpx.Response) -> None:
    memory = _memory(into)
    memory[str(source.path)] = {
        "address": source.address,
        "sha256": digest,
        **validators(answer.headers),
    }
    scratch = into / f"{MEMORY}.part"
    scratch.write_text(json.dumps(memory, indent=1, sort_keys=True) + "\n", "utf-8")
    scratch.replace(into / MEMORY)
