"""What ``serve`` is started with: limits, what to serve, addresses. Nothing here comes from a request."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ..errors import ServerError
from ..rdf.iris import BASE

ENVIRONMENT = "POLICYGRAPH_LIMIT_"


def _limit(value: float, words: str, unit: str = "", *, public: bool = True) -> Any:
    """A field with its meaning; ``unit`` is a UN/CEFACT code, ``public`` puts it in the service description."""
    return field(default=value, metadata={"words": words, "unit": unit, "public": public})


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of the publisher, with the words that the service description uses.

    Seconds are wall-clock time, sizes bytes unless the name says MiB.

    >>> Limits().with_settings(["seconds=2.5"]).seconds
    2.5
    """

    seconds: float = _limit(10.0, "a query that runs longer is stopped", "SEC")
    memory_mib: int = _limit(512, "memory that one query may take above the data", "4L")
    rows: int = _limit(100_000, "rows or triples of one answer")
    answer_mib: int = _limit(32, "size of one answer before compression", "4L")
    query_bytes: int = _limit(65_536, "length of a query in UTF-8", "AD")
    depth: int = _limit(64, "levels of brackets within each other")
    tokens: int = _limit(10_000, "words, signs, IRIs and literals of one query")
    graphs: int = _limit(100, "graphs named in one request")
    quick_seconds: float = _limit(
        1.0, "a query that uses the processor longer needs one of the places for long queries", "SEC"
    )
    crowded_seconds: float = _limit(0.25, "the same while other queries wait", "SEC")
    heavy: int = _limit(2, "queries that may run longer at the same time")
    workers: int = _limit(4, "processes that wait for queries", public=False)
    queue: int = _limit(128, "queries that may wait for a process", public=False)
    queue_seconds: float = _limit(5.0, "time that a query waits for a process", "SEC", public=False)
    large_answers: int = _limit(32, "answers above 1 MiB that are being sent at once", public=False)
    request_seconds: float = _limit(15.0, "time for a request to arrive", "SEC", public=False)
    stall_seconds: float = _limit(30.0, "time that a reader may take nothing", "SEC", public=False)
    idle_seconds: int = _limit(15, "time that a connection may wait for its next request", "SEC", public=False)
    connections: int = _limit(1_024, "open connections", public=False)
    connections_per_client: int = _limit(128, "open connections, or requests through a proxy, of one address")
    triples_in_memory: int = _limit(250_000, "a larger dataset is put on disk", public=False)
    queries_per_worker: int = _limit(10_000, "queries that one process answers", public=False)

    @property
    def head_bytes(self) -> int:
        """The longest request line and headers: a query, percent-encoded, and room for headers."""
        return 3 * self.query_bytes + 16_384

    def with_settings(self, settings: Iterable[str]) -> Limits:
        """These limits with ``name=value`` words applied; raises ServerError for an unknown name or value."""
        changes: dict[str, Any] = dict(map(_setting, settings))
        return replace(self, **changes)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """The defaults, changed by variables such as ``POLICYGRAPH_LIMIT_SECONDS=5``."""
        names = [name for name in environment if name.startswith(ENVIRONMENT)]
        return cls().with_settings(
            f"{name.removeprefix(ENVIRONMENT).lower()}={environment[name]}" for name in sorted(names)
        )

    def public(self) -> list[tuple[str, float, str, str]]:
        """Name, value, UN/CEFACT unit and words of each limit that strangers should know."""
        return [
            (item.name, getattr(self, item.name), item.metadata["unit"], item.metadata["words"])
            for item in fields(self)
            if item.metadata["public"]
        ]


def _setting(words: str) -> tuple[str, float]:
    name, _, value = words.partition("=")
    defaults: dict[str, Any] = {item.name: item.default for item in fields(Limits)}
    if name not in defaults:
        raise ServerError(f"There is no limit “{name}”: choose one of {', '.join(defaults)}.")
    try:
        number: float = type(defaults[name])(value)
    except ValueError as error:
        raise ServerError(f"The limit {name}={value!r} is no number: write {name}={defaults[name]}.") from error
    if not 0 < number < float("inf"):
        raise ServerError(f"The limit {name}={value} is not greater than 0: write {name}={defaults[name]}.")
    return name, number


@dataclass(frozen=True, slots=True)
class Settings:
    """``sources`` is one release folder or RDF files; ``endpoint`` a store that has the data instead.

    ``address`` is where strangers reach this server, with a slash at the end; it stands in links and in the
    service description. ``watch_seconds`` is how often a new release is looked for. ``proxies`` are the addresses
    or networks whose X-Forwarded-For is believed; nobody else's is.
    """

    sources: tuple[Path, ...] = ()
    endpoint: str | None = None
    address: str = "http://127.0.0.1:8000/"
    base: str = BASE
    limits: Limits = field(default_factory=Limits)
    watch_seconds: float = 2.0
    proxies: tuple[str, ...] = ()

    @property
    def release(self) -> Path | None:
        """The folder of the release, where one is served."""
        return self.sources[0] if len(self.sources) == 1 and self.sources[0].is_dir() else None
