"""``policygraph validate``: RDF files and shapes → a SHACL report for a person or a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from . import PATH, finish, format_option


@click.command("validate", epilog="Example: policygraph validate release/policygraph.nq -f sarif > findings.sarif")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...", type=PATH)
@click.option("--shapes", multiple=True, metavar="FILE", type=PATH, help="Instead of ours.")
@format_option("text", "json", "turtle", "sarif")
@click.option(
    "--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True, help="Of text and SARIF."
)
@click.option(
    "--engine",
    type=click.Choice(["pyshacl", "fast"]),
    help="pyshacl is the reference, fast takes a hundredth of its time; both find the same.  "
    "[default: fast, pyshacl with --shapes]",
)
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), default=600, show_default=True, help="Limit of time."
)
@click.option(
    "--memory", "mib", type=click.IntRange(min=256), default=8192, show_default=True, help="Limit, in MiB."
)
@click.option("--base", help="Base IRI of the data, where it is not ours.")
def command(
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    syntax: str,
    lang: str,
    engine: Literal["pyshacl", "fast"] | None,
    seconds: float,
    mib: int,
    base: str | None,
) -> None:
    """Hold the statements of all FILEs together against the shapes, named graphs as one.

    The syntax follows from the extension: .ttl .nt .nq .trig .n3 .rdf .owl .xml .jsonld .json. Of a FOLDER all
    files are read but .xml and .json; of a release its canonical form. A child process does the work, so that
    hostile data and shapes end at the limits of time and memory.

    Exit status: 0 the data conform (advice and remarks may be printed), 1 a core rule is violated,
    2 data or shapes that cannot be read, or shapes that look at nothing in the data, or a limit.
    """
    from ..rdf.iris import BASE
    from ..validation.limited import rdf_files, report_limited

    report, conforms = report_limited(
        rdf_files(files),
        shapes,
        base=base or BASE,
        engine=engine,
        syntax=syntax,
        language=lang,
        seconds=seconds,
        mib=mib,
    )
    finish(report, conforms)
