"""The pages of docs/how-to/stores: their commands load, ask and take out of the store that they are about."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import clean
from places import ROOT
from servers import STORES, Server
from test_documents import pattern, printed, transcript

pytestmark = pytest.mark.stores

PAGES = ROOT / "docs" / "how-to" / "stores"
ADDRESS = re.compile(r"http://localhost:\d+(?:/ds|/rdf4j-server/repositories/policygraph)?(?=[/ \n]|$)")
OWN_LOADERS = re.compile(r"oxigraph load |isql-vt ")
"""What fills a store without policygraph; what stands below it on a page is of a store filled that way."""


@pytest.mark.parametrize("name", STORES)
def test_the_commands_of_a_page_print_what_stands_below_them(
    name: str,
    running: Callable[[str], Server],
    seed_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = running(name)
    if server.user:
        monkeypatch.setenv("POLICYGRAPH_STORE_USER", server.user)
        monkeypatch.setenv("POLICYGRAPH_STORE_PASSWORD", server.password)
    (tmp_path / "release").symlink_to(seed_release)
    monkeypatch.chdir(tmp_path)
    clean(server)
    programs = []
    for command, expected in transcript(PAGES / f"{name}.md"):
        if OWN_LOADERS.match(command):
            break
        if not command.startswith("policygraph "):
            continue
        line, _, tail = ADDRESS.sub(server.url, command).partition(" | ")
        output = printed(shlex.split(line), tmp_path)
        assert tail in ("", "tail -1"), command
        shown = output.splitlines()[-1] if tail else output
        assert re.fullmatch(pattern(ADDRESS.sub(server.url, expected)), f"{shown}\n"), f"$ {command}\n{shown}"
        programs.append(" ".join(shlex.split(line)[1:3]))
    assert {"load release", "query totals", "stores remove"} <= set(programs)
