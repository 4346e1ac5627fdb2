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
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pyoxigraph import Store

from ..errors import MappingError
from ..files import folder
from ..rdf.media_types import RDF_XML, TURTLE
from .authority_tables import load_table

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState

MEMORY = ".fetched.json"
ACCEPT = f"{RDF_XML.media_type}, {TURTLE.media_type};q=0.9, */*;q=0.1"
LARGEST = 1 << 30
"""Bytes; EuroVoc in all languages is about a tenth of it."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed (RFC 9110, section 15)."""

Tell = Callable[[str, int, int], None]
"""Told of progress: the table's name, the bytes that arrived, the bytes expected (0 where unknown)."""


@dataclass(frozen=True, slots=True)
class FetchRetryPolicy:
    """How long to try: attempts a table; seconds for the first wait (then doubled), the longest, the time-out."""

    attempts: int = 5
    first: float = 1.0
    longest: float = 60.0
    timeout: float = 60.0


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


class _Passing(MappingError):
    """A failure after which another attempt may succeed; ``after`` is what the server asks to wait, in seconds."""

    def __init__(self, words: str, after: float | None = None) -> None:
        super().__init__(words)
        self.after = after


def sources(base: str | None = None) -> list[TableDownload]:
    """The tables that our mappings point to: at their publisher, or below ``base`` in the layout of the list."""
    with (folder("ontology") / "mappings" / "tables.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
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
    into: Path, base: str | None = None, *, patience: FetchRetryPolicy | None = None, tell: Tell = lambda *_: None
) -> list[FetchResult]:
    """Bring the tables below ``into`` up to date, in the order of the list.

    Raises MappingError when some could not be got; the others are kept, and so is the older state of those.
    """
    import httpx

    with httpx.Client(follow_redirects=True, timeout=(patience or FetchRetryPolicy()).timeout) as client:
        wanted = _Folder(into, client, patience or FetchRetryPolicy(), tell)
        outcomes = [wanted.bring(source) for source in sources(base)]
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
    client: httpx.Client
    patience: FetchRetryPolicy
    tell: Tell

    def bring(self, source: TableDownload) -> FetchResult | MappingError:
        """One table, tried as often as patience allows."""
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        tries = Retrying(
            stop=stop_after_attempt(self.patience.attempts),
            wait=_waiting(self.patience),
            retry=retry_if_exception_type(_Passing),
            reraise=True,
        )
        try:
            return tries(self._once, source)
        except MappingError as error:
            return error
        except OSError as error:
            return MappingError(f"{self.into} cannot be written ({error.strerror}): free space or choose another.")

    def _once(self, source: TableDownload) -> FetchResult:
        import httpx

        target = self.into / source.path
        known = _remembered(self.into, target, source)
        try:
            with self.client.stream("GET", source.address, headers=_conditions(known)) as answer:
                if answer.status_code == 304 and known:
                    return FetchResult(source.name, target, "unchanged", target.stat().st_size)
                _accepted(answer, source)
                return self._kept(source, target, answer)
        except httpx.InvalidURL as error:
            raise MappingError(f"{source.address} is no address ({error}): correct --from.") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            words = str(error) or type(error).__name__
            raise _Passing(f"{source.address} did not send the table whole ({words}): try again later.") from error

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


def _accepted(answer: httpx.Response, source: TableDownload) -> None:
    if answer.status_code in PASSING:
        after = answer.headers.get("Retry-After", "")
        words = f"{source.address} answered {answer.status_code} each time: try again later."
        raise _Passing(words, float(after) if after.isdigit() else None)
    if answer.status_code != 200:
        raise MappingError(
            f"{source.address} answered {answer.status_code}: correct --from, or get the table by hand."
        )


def _proved(part: Path, source: TableDownload) -> None:
    """That the file parses and says something; a cut table mostly does not."""
    store = Store()
    try:
        load_table(store, part)
    except MappingError as error:
        raise _Passing(f"{source.address} sent something else than a whole table ({error})") from error
    if not len(store):
        raise _Passing(f"{source.address} sent an empty table: try again later.")


def _outcome(target: Path, digest: str) -> str:
    if not target.is_file():
        return "new"
    with target.open("rb") as file:
        return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == digest else "changed"


def _conditions(known: dict[str, str]) -> dict[str, str]:
    headers = {"Accept": ACCEPT, "If-None-Match": known.get("etag", "")}
    headers["If-Modified-Since"] = known.get("last_modified", "")
    return {name: value for name, value in headers.items() if value}


def _memory(into: Path) -> dict[str, Any]:
    try:
        memory = json.loads((into / MEMORY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def _remembered(into: Path, target: Path, source: TableDownload) -> dict[str, str]:
    """What is known of the table on disk, {} where it is not there, was changed, or came from elsewhere."""
    known = _memory(into).get(str(source.path))
    if not isinstance(known, dict) or known.get("address") != source.address or not target.is_file():
        return {}
    return known if _outcome(target, str(known.get("sha256"))) == "unchanged" else {}


def _remember(into: Path, source: TableDownload, digest: str, answer: httpx.Response) -> None:
    memory = _memory(into)
    memory[str(source.path)] = {
        "address": source.address,
        "sha256": digest,
        "etag": answer.headers.get("ETag", ""),
        "last_modified": answer.headers.get("Last-Modified", ""),
    }
    scratch = into / f"{MEMORY}.part"
    scratch.write_text(json.dumps(memory, indent=1, sort_keys=True) + "\n", "utf-8")
    scratch.replace(into / MEMORY)


def _waiting(patience: FetchRetryPolicy) -> Callable[[RetryCallState], float]:
    from tenacity import wait_random_exponential

    usual = wait_random_exponential(multiplier=patience.first, max=patience.longest)

    def seconds(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, _Passing) else None
        return float(usual(state)) if asked is None else min(asked, patience.longest)

    return seconds
