"""What a server sent before, kept for the next time: every use asks the server whether it has changed.

An entry is kept only where the server gave an ETag or Last-Modified (RFC 9110, section 8.8), and used only where
it answers that nothing changed; an entry that is damaged is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .client import Reply, validators

KEPT_HEADERS = ("content-type",)
MOST_BYTES = 256 * 2**20
"""Bytes of an entry that is read back."""


def cache_folder() -> Path:
    """Return where downloads are kept: POLICYGRAPH_CACHE, else ``policygraph`` in the user's folder of caches."""
    if own := os.environ.get("POLICYGRAPH_CACHE"):
        return Path(own)
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "policygraph" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "policygraph"


class Downloads:
    """Answers in a folder, by address and the request's headers; what cannot be kept is asked for again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, address: str, headers: Mapping[str, str]) -> tuple[Reply, dict[str, str]] | None:
        """Return what was sent for this request, and the validators to ask with; None where nothing is kept."""
        path = self._path(address, headers)
        try:
            entry = json.loads(path.with_suffix(".json").read_text("utf-8"))
            with path.with_suffix(".body").open("rb") as file:
                content = file.read(MOST_BYTES)
            if hashlib.sha256(content).hexdigest() != entry["sha256"]:
                return None
            reply = Reply(str(entry["address"]), int(entry["status"]), dict(entry["headers"]), content)
            return reply, {name: str(value) for name, value in entry["validators"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, address: str, headers: Mapping[str, str], reply: Reply) -> None:
        """Keep an answer that has a validator; a disk that is full or read-only keeps nothing."""
        state = validators(reply.headers)
        if not any(state.values()):
            return
        path = self._path(address, headers)
        entry = {
            "address": reply.address,
            "status": reply.status,
            "headers": {name: reply.headers[name] for name in KEPT_HEADERS if name in reply.headers},
            "validators": state,
            "sha256": hashlib.sha256(reply.content).hexdigest(),
        }
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in ((".body", reply.content), (".json", json.dumps(entry).encode())):
                part = path.with_suffix(f"{suffix}.{os.getpid()}.part")
                try:
                    part.write_bytes(content)
                    part.replace(path.with_suffix(suffix))
                finally:
                    part.unlink(missing_ok=True)

    def _path(self, address: str, headers: Mapping[str, str]) -> Path:
        key = json.dumps([address, sorted((name.lower(), value) for name, value in headers.items())])
        return self.folder / hashlib.sha256(key.encode()).hexdigest()
