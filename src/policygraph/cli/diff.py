"""``policygraph diff``: what changed between two releases, in the domain's words."""

from __future__ import annotations

from pathlib import Path

import click

from . import PATH, format_option


@click.command("diff", epilog="Example: policygraph diff release-2025 release-2026 -f text")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@format_option("text", "json", "turtle")
def command(old: Path, new: Path, syntax: str) -> None:
    """Tell what changed from release OLD to release NEW."""
    from ..history.differences import compare
    from ..release import Release

    changes = compare(Release.open(old), Release.open(new))
    click.echo(getattr(changes, f"to_{syntax}")(), nl=False)
