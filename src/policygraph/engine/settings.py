"""What ``serve`` was told: what to serve, and the addresses. Nothing here ever comes from a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..rdf.iris import BASE
from .limits import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """``sources`` is one release folder or RDF files; ``endpoint`` a store that has the data instead.

    ``address`` is where strangers reach this server, with a slash at the end; it stands in links and in the
    service description. ``watch_seconds`` is how often a new release is looked for.
    """

    sources: tuple[Path, ...] = ()
    endpoint: str | None = None
    address: str = "http://127.0.0.1:8000/"
    base: str = BASE
    limits: Limits = field(default_factory=Limits)
    watch_seconds: float = 2.0

    @property
    def release(self) -> Path | None:
        """The folder of the release, where one is served."""
        return self.sources[0] if len(self.sources) == 1 and self.sources[0].is_dir() else None
