"""``policygraph convert``: only the conversion, in one syntax."""

from __future__ import annotations

from pathlib import Path

import click

from ..rdf.media_types import JSON_LD, N_QUADS, RDF_XML, TRIG, TURTLE
from . import PATH, format_option, output_option, write_output

SYNTAXES = {syntax.name: syntax for syntax in (TURTLE, N_QUADS, TRIG, JSON_LD, RDF_XML)}


@click.command("convert", epilog="Example: policygraph convert data/sources/52025DC0723 -f turtle -o nl.ttl")
@click.argument("source", type=PATH)
@format_option(*SYNTAXES, default="nquads")
@output_option
@click.option("--base", help="Base IRI of everything that the conversion mints.")
def command(source: Path, syntax: str, output: Path | None, base: str | None) -> None:
    """Convert the source folder SOURCE, without reasoning, links or validation."""
    from ..graph import convert
    from ..rdf.iris import BASE, Names, prefixes
    from ..rdf.serialise import serialise
    from ..release.merge_sort import sorted_quads

    names = Names(base or BASE)
    quads = sorted_quads(convert(source, names))
    write_output(serialise(quads, SYNTAXES[syntax], prefixes(names.base)), output)
