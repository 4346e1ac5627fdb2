"""``policygraph serve``: the publisher, on loopback unless --host says otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ..errors import ServerError
from ..extras import require
from ..process.sandbox import require_platform
from ..rdf.iris import BASE
from . import PATH

RELEASE = Path("release")


@click.command("serve", short_help="endpoint, pages, API and feeds of a release")
@click.argument("sources", nargs=-1, type=PATH, metavar="[RELEASE | FILE…]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--endpoint", metavar="URL", help="Put the site over another SPARQL 1.1 store.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that wait for queries.")
@click.option("--public-url", metavar="URL", help="Where strangers reach this server; stands in links.")
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS", help="A proxy whose X-Forwarded-For counts.")
@click.option("--base", default=BASE, metavar="IRI", help="Base IRI of plain files and stores.")
@click.option("--limit", "limits", multiple=True, metavar="NAME=VALUE", help="A limit, such as seconds=5.")
def command(
    sources: tuple[Path, ...],
    host: str,
    port: int,
    endpoint: str | None,
    workers: int | None,
    public_url: str | None,
    proxies: tuple[str, ...],
    base: str,
    limits: tuple[str, ...],
) -> None:
    """Serve a release, or any RDF files, with a SPARQL endpoint that strangers may use.

    Without a source it serves ./release. Each limit can also be set in the environment, as in
    POLICYGRAPH_LIMIT_SECONDS=5. A release that is built anew is swapped in by itself; SIGHUP loads at once.

    \b
    Examples:
      policygraph serve
      policygraph serve release --port 0 --limit seconds=5 --limit rows=10000
      policygraph serve a.ttl b.nq
      policygraph serve release --endpoint http://127.0.0.1:8890/sparql
    """
    require("serve", "policygraph serve")
    require_platform("policygraph serve")
    from ..engine.settings import Limits, Settings
    from ..web.server import address_of, listen, run

    changes = [*limits, *([f"workers={workers}"] if workers else [])]
    settings = Settings(
        sources=_sources(sources, endpoint),
        endpoint=endpoint,
        base=base,
        proxies=proxies,
        limits=Limits.from_environment().with_settings(changes),
    )
    served = endpoint or ", ".join(map(str, settings.sources))
    with listen(host, port) as listener:
        here = address_of(listener)
        settings = replace(settings, address=_address(public_url) or here)
        run(settings, listener, lambda: click.echo(f"Serving {served} at {here} (stop with Ctrl+C)"))


def _sources(sources: tuple[Path, ...], endpoint: str | None) -> tuple[Path, ...]:
    """One release folder or files; raises ServerError for anything else."""
    if not sources:
        return (RELEASE,) if not endpoint or (RELEASE / "manifest.json").is_file() else ()
    for path in sources:
        if not path.exists():
            raise ServerError(f"{path} does not exist: name a release folder or RDF files.")
        if path.is_dir() and len(sources) > 1:
            raise ServerError(f"{path} is a folder among files: serve one release, or files.")
    return sources


def _address(url: str | None) -> str | None:
    if url is None:
        return None
    if not url.startswith(("http://", "https://")):
        raise ServerError(f"--public-url {url} is no address: write it in full, as in https://data.example.eu/.")
    return url.rstrip("/") + "/"
