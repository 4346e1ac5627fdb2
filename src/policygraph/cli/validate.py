"""``policygraph validate``: RDF files and shapes → a SHACL report for a person or a machine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from . import PATH, finish, format_option


@click.command("validate", epilog="Example: policygraph validate release/policygraph.nq -f sarif > findings.sarif")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
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
@click.option("--base", help="Base IRI of the data, where it is not ours.")
def command(
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    syntax: str,
    lang: str,
    engine: Literal["pyshacl", "fast"] | None,
    base: str | None,
) -> None:
    """Hold the statements of all FILEs together against the shapes, named graphs as one.

    The syntax follows from the extension: .ttl .nt .nq .trig .n3 .rdf .owl .xml .jsonld .json.

    Exit status: 0 the data conform (advice and remarks may be printed), 1 a core rule is violated,
    2 data or shapes that cannot be read, or shapes that look at nothing in the data.
    """
    from ..rdf.files import read
    from ..rdf.iris import BASE, Names
    from ..validation import validate

    quads = [quad for file in files for quad in read(file)]
    report = validate(quads, list(shapes) or None, names=Names(base or BASE), engine=engine)
    options = {"language": lang} if syntax in ("text", "sarif") else {}
    finish(getattr(report, f"to_{syntax}")(**options).encode(), report.conforms)
