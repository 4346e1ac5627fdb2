"""One running server of each kind for the tests that only read and load; releases by name; no credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from servers import STORES, Server
from small_releases import quads, write_release


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., Path]:
    """Makes a release of so many actions, with a name of its own."""

    def make(name: str, actions: int = 40, **content: object) -> Path:
        return write_release(tmp_path / name, quads(actions, **content))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """The server of that name, started once for all tests that do not harm it."""
    servers: dict[str, Server] = {}
    with ExitStack() as stack:

        def get(name: str) -> Server:
            if name not in servers:
                servers[name] = stack.enter_context(STORES[name](tmp_path_factory.mktemp(name)))
            return servers[name]

        yield get


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test has the credentials that it sets, and no others."""
    for name in ("USER", "PASSWORD", "TOKEN", "AUTH"):
        monkeypatch.delenv(f"POLICYGRAPH_STORE_{name}", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
