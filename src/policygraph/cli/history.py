"""``policygraph history``: what earlier builds of a release changed; its earlier forms."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from . import PATH, format_option, output_option, write_output


@click.command("history", epilog="Example: policygraph history release --verify")
@click.argument("release", type=PATH, default=Path("release"))
@click.option("--verify", "proved", is_flag=True, help="Replay every step, and compare each form with its hash.")
@click.option("--before", "number", type=click.IntRange(1), help="Write the canonical form before this step.")
@format_option("text", "json")
@output_option
def command(release: Path, proved: bool, number: int | None, syntax: str, output: Path | None) -> None:
    """Tell what is kept of the history of RELEASE: each build that replaced another, and what it changed."""
    from ..errors import ReleaseError
    from ..history.steps import replay, steps, verify
    from ..release import Release

    opened = Release.open(release)
    history = verify(opened) if proved else steps(opened)
    if number is not None:
        if number > len(history):
            raise ReleaseError(f"{release} has {len(history)} step(s): there is no step {number}.")
        write_output(b"".join(replay(opened, number)), output)
        return
    lines = [
        f"{step.number:4}  {step.recorded}  {step.old[:12]} → {step.new[:12]}  "
        f"{step.added} statements new, {step.removed} gone"
        for step in history
    ] or ["No history is kept: this is the first build."]
    if proved:
        lines.append(f"{len(history)} step(s) replayed, each form has its hash.")
    text = "\n".join(lines) if syntax == "text" else json.dumps([asdict(step) for step in history], indent=2)
    write_output(f"{text}\n".encode(), output)
