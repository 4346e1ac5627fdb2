"""``policygraph links``: every mapping against the tables it points to."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from . import PATH, finish, format_option


@click.group("links", epilog="Example: policygraph links check --tables tables")
def command() -> None:
    """Look after the links to EU vocabularies."""


@command.command("check", epilog="Example: policygraph links check --tables tables -f json")
@click.option(
    "--tables",
    type=PATH,
    default=Path("tables"),
    show_default=True,
    help="Folder of EU tables; policygraph tables fetch fills one.",
)
@format_option("text", "json")
def check(tables: Path, syntax: str) -> None:
    """Hold every mapping against the tables: the target exists, is called so, is current, is in its scheme.

    Exit status: 0 all agree, 1 findings, 2 a mapping or a table cannot be read.
    """
    from ..enrich import mappings as links

    points = links.targets()
    findings = links.check(tables, points)
    if syntax == "json":
        report = json.dumps({"checked": len(points), "findings": [asdict(f) for f in findings]}, indent=1)
    else:
        report = "\n".join([*map(str, findings), f"{len(points)} links checked, {len(findings)} findings."])
    finish(report, passed=not findings)
