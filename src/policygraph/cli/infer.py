"""``policygraph infer``: the closure of a release or of any RDF, and where it is inconsistent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from ..errors import PolicygraphError
from ..rdf.media_types import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE
from . import PATH, format_option, output_option, write_output

SYNTAXES = {syntax.name: syntax for syntax in (N_TRIPLES, TURTLE, N_QUADS, TRIG, JSON_LD, RDF_XML)}


@click.command("infer", epilog="Example: policygraph infer release ontology.ttl --rules owl-rl -o inferred.nt")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@click.option(
    "--rules",
    type=click.Choice(["ours", "rdfs", "owl-rl"]),
    default="ours",
    show_default=True,
    help="Ours: subsumption by our ontology and by what the FILEs state. The others are owlrl's.",
)
@click.option("--raw", is_flag=True, help="With x owl:sameAs x and with literals as subjects, as owlrl has them.")
@format_option(*SYNTAXES)
@output_option
@click.option("--base", help="Base IRI of the data, where it is not ours or that of the release.")
def command(
    files: tuple[Path, ...],
    rules: Literal["ours", "rdfs", "owl-rl"],
    raw: bool,
    syntax: str,
    output: Path | None,
    base: str | None,
) -> None:
    """Write what follows from all FILEs together and stands in none of them; a FILE may be a release folder.

    Named graphs are read as one; in N-Quads and TriG what is new stands in the graph “inferred”.

    Exit status: 0 the statements are consistent, 1 they contradict each other (standard error says where),
    2 a file that cannot be read.
    """
    from ..enrich.closure import infer
    from ..rdf.files import read
    from ..rdf.iris import BASE, Names, prefixes
    from ..rdf.serialise import serialise
    from ..release import Release
    from ..vocabulary.codelists import in_graph

    if raw and syntax != "ntriples":
        raise PolicygraphError("--raw gives literals as subjects, which only N-Triples can show: add -f ntriples.")
    releases = {file: Release.open(file) for file in files if file.is_dir()}
    names = Names(base or next((release.base for release in releases.values()), BASE))
    quads = (quad for file in files for quad in read(releases[file].canonical if file in releases else file))
    closure = infer(quads, rules, names=names)
    if raw:
        lines = sorted([*(f"{triple} ." for triple in closure.triples), *closure.noise])
        data = "".join(f"{line}\n" for line in lines).encode()
    else:
        new = in_graph(closure.triples, names.graph("inferred"))
        data = serialise(new, SYNTAXES[syntax], prefixes(names.base))
    write_output(data, output)
    for sentence in closure.contradictions:
        click.echo(f"inconsistent: {sentence}", err=True)
    count = len(closure.triples) + (len(closure.noise) if raw else 0)
    click.echo(f"{count} new statements, {len(closure.contradictions)} contradictions.", err=True)
    sys.exit(1 if closure.contradictions else 0)
