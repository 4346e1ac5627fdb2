"""``policygraph links``: every mapping against the tables it points to."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click


@click.group("links", epilog="Example: policygraph links check --tables tables")
def command() -> None:
    """Look after the links to EU vocabularies."""


@command.command("check", epilog="Example: policygraph links check --tables tables -f json")
@click.option(
    "--tables",
    type=click.Path(path_type=Path),
    default=Path("tables"),
    show_default=True,
    help="Folder of EU tables; policygraph tables fetch fills one.",
)
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(tables: Path, form: str) -> None:
    """Hold every mapping against the tables: the target exists, is called so, is current, is in its scheme.

    Exit status: 0 all agree, 1 findings, 2 a mapping or a table cannot be read.
    """
    from ..enrich import mappings as links

    points = links.targets()
    findings = links.check(tables, points)
    if form == "json":
        click.echo(json.dumps({"checked": len(points), "findings": [asdict(f) for f in findings]}, indent=1))
    else:
        for finding in findings:
            click.echo(str(finding))
        click.echo(f"{len(points)} links checked, {len(findings)} findings.")
    sys.exit(1 if findings else 0)
