"""``policygraph diff``: what changed between two releases, in the domain's words."""

from __future__ import annotations

from pathlib import Path

import click

from . import PATH, format_option


@click.command("diff", epilog="Example: policygraph diff release-2025 release-2026 -f text")
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@format_option("text", "json", "turtle", "patch")
def command(old: Path, new: Path, syntax: str) -> None:
    """Tell what changed from release OLD to release NEW.

    As text, JSON or Turtle in events of a type; as patch the statements themselves, D before those that went
    and A before those that came.
    """
    from ..history.differences import compare, patch_lines
    from ..release import Release

    releases = Release.open(old), Release.open(new)
    if syntax == "patch":
        for line in patch_lines(*releases):
            click.echo(line, nl=False)
    else:
        click.echo(getattr(compare(*releases), f"to_{syntax}")(), nl=False)
