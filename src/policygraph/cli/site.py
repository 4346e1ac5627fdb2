"""``policygraph site``: the pages as static files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..extras import require
from . import PATH
from .progress import progress

JOBS = min(4, os.cpu_count() or 1)


@click.command(
    "site", epilog="Example: policygraph site release --out site --address https://example.github.io/plans/"
)
@click.argument("release", type=PATH, default=Path("release"), metavar="[RELEASE]")
@click.option("--out", type=PATH, default=Path("site"), show_default=True)
@click.option("--address", metavar="URL", help="Where the site will be reached.  [default: the base IRI]")
@click.option("--base-path", metavar="PATH", help="Its path on the host.  [default: that of --address]")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, help="Processes beside each other.")
def command(release: Path, out: Path, address: str | None, base_path: str | None, jobs: int) -> None:
    """Write the pages of RELEASE (./release) as files that any host serves, also below a folder.

    Both languages, the data beside each thing, dumps, feeds and sitemap; the list of actions is searched and
    SPARQL is answered in the browser. The old site at --out stays until the new one is complete.
    """
    require("serve", "policygraph site")
    from ..site import write

    with progress() as tell:
        written = write(
            release, out, address=address, base_path=base_path, jobs=jobs, tell=lambda n: tell("files", n, 0)
        )
    click.echo(f"{out}: {written.files} files for {written.address}")
    if not written.built:
        click.echo("SPARQL in the browser was left out: “make web” builds it (it needs Node 20).", err=True)
