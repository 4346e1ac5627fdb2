"""``policygraph diff``: what changed between two releases, in the domain's words."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("diff", epilog="Example: policygraph diff release-2025 release-2026 -f text")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "-f", "--format", "syntax", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True
)
def command(old: Path, new: Path, syntax: str) -> None:
    """Tell what changed from release OLD to release NEW."""
    from ..history.differences import compare
    from ..release import Release

    changes = compare(Release.open(old), Release.open(new))
    write = {"text": changes.to_text, "json": changes.to_json, "turtle": changes.to_turtle}[syntax]
    click.echo(write(), nl=False)
