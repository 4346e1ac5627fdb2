"""``policygraph validate``: RDF files and shapes → a SHACL report for a person or a machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..validation import Report

FORMATS = ("text", "json", "turtle", "sarif")


@click.command("validate", epilog="Example: policygraph validate release/policygraph.nq -f sarif > findings.sarif")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--shapes", multiple=True, metavar="FILE", type=click.Path(path_type=Path), help="Instead of ours.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--lang", type=click.Choice(["en", "nl"]), default="en", show_default=True, help="Of text and SARIF."
)
@click.option("--base", help="Base IRI of the data, where it is not ours.")
def command(files: tuple[Path, ...], shapes: tuple[Path, ...], form: str, lang: str, base: str | None) -> None:
    """Hold the statements of all FILEs together against the shapes, named graphs as one.

    The syntax follows from the extension: .ttl .nt .nq .trig .n3 .rdf .owl .xml .jsonld .json.

    Exit status: 0 the data conform (advice and remarks may be printed), 1 a core rule is violated,
    2 data or shapes that cannot be read, or shapes that look at nothing in the data.
    """
    from ..rdf.files import read
    from ..rdf.iris import BASE, Names
    from ..validation import validate

    quads = [quad for file in files for quad in read(file)]
    report = validate(quads, list(shapes) or None, names=Names(base or BASE))
    sys.stdout.buffer.write(_written(report, form, lang).encode())
    sys.stdout.flush()
    sys.exit(0 if report.conforms else 1)


def _written(report: Report, form: str, lang: str) -> str:
    if form == "json":
        return report.to_json()
    if form == "turtle":
        return report.to_turtle()
    return report.to_sarif(lang) if form == "sarif" else report.to_text(lang)
