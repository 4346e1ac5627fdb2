"""``policygraph mcp``: the assistant's server on standard input and output."""

from __future__ import annotations

from pathlib import Path

import click

from ..extras import require
from ..process.sandbox import require_platform
from . import PATH


@click.command("mcp", epilog="Example: policygraph mcp release", short_help="an assistant's tools over a release")
@click.argument("release", type=PATH, default=Path("release"))
@click.option("--limit", "limits", multiple=True, metavar="NAME=VALUE", help="A limit, such as seconds=5.")
def command(release: Path, limits: tuple[str, ...]) -> None:
    """Speak the Model Context Protocol on standard input and output, over RELEASE (default: release).

    For programs that start it; “policygraph serve” has the same at /mcp. How to connect one is told in
    docs/how-to/connect-an-assistant.md.
    """
    require("assistant", "policygraph mcp")
    require_platform("policygraph mcp")
    import asyncio

    from ..assistant.server import run
    from ..engine.settings import Limits, Settings
    from ..queries import check_model
    from ..release import Release

    check_model(release, Release.open(release).manifest.versions)
    asyncio.run(run(Settings(sources=(release,), limits=Limits.from_environment().with_settings(limits))))
