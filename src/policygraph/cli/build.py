"""``policygraph build``: sources → validated release."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import PATH
from .progress import progress

if TYPE_CHECKING:
    from ..enrich.authority_tables import Tables
    from ..pipeline.cluster import RemoteWorkers
    from ..release import Manifest
    from ..validation import Finding, Report

AT_ONCE = 250_000
"""Statements that are loaded to answer at once; a larger release is asked with ``policygraph query``."""

SHOWN = 5

TABLES = Path("tables")
"""Where ``policygraph tables fetch`` puts the EU tables; a build takes them from there unasked."""


@click.command("build", epilog="Example: policygraph build data/sources/52025DC0723 --out release --jobs 2")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=PATH)
@click.option("--out", type=PATH, default=Path("release"), show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes beside each other.")
@click.option(
    "--cluster", metavar="URL", help="Dask scheduler whose workers do the documents, as tcp://host:8786."
)
@click.option("--base", help="Base IRI of everything in the release.")
@click.option(
    "--tables",
    type=PATH,
    help="Folder of whole EU tables, from policygraph tables fetch.  [default: tables, else what is shipped]",
)
@click.option("--after", type=PATH, help="Release whose history goes on.  [default: the one that stands at --out]")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of the first answers.  [default: today]")
def command(
    sources: tuple[Path, ...],
    out: Path,
    jobs: int,
    cluster: str | None,
    base: str | None,
    tables: Path | None,
    after: Path | None,
    as_of: datetime | None,
) -> None:
    """Build the release of each source folder SOURCE; without any, of all in data/sources.

    Exit status: 0 the release conforms and stands at --out, 1 it does not conform (the report is printed
    and nothing is published), 2 a source or the disk made it impossible.
    """
    from ..enrich.authority_tables import read_tables
    from ..files import source_folders
    from ..pipeline.build import build
    from ..rdf.iris import BASE, Names
    from ..release.tables import parquet_is_possible

    eu_tables = read_tables(tables or TABLES) if tables or TABLES.is_dir() else None
    with _workers(cluster) as executor, progress(_line) as tell:
        built = build(
            sources or source_folders(),
            out,
            jobs=jobs,
            names=Names(base or BASE),
            executor=executor,
            tables=eu_tables,
            after=after,
            progress=tell,
        )
    if built.manifest is None:
        click.echo(built.report.to_text(), nl=False)
        click.echo("policygraph: the sources do not conform to the shapes; nothing was published.", err=True)
        sys.exit(1)
    if built.without_history:
        click.echo(f"The history begins anew: {built.without_history}", err=True)
    if not parquet_is_possible():
        click.echo("Parquet was left out: pip install 'policygraph[parquet]' adds it.", err=True)
    if words := _left_out(eu_tables):
        click.echo(words, err=True)
    for line in _warnings(built.report):
        click.echo(line, err=True)
    _first_answers(out, built.manifest, as_of.date() if as_of else date.today())


def _workers(cluster: str | None) -> AbstractContextManager[RemoteWorkers | None]:
    if cluster is None:
        return nullcontext()
    from ..pipeline.cluster import dask

    return dask(cluster)


def _left_out(tables: Tables | None) -> str:
    """A sentence on what the tables that were given lack, with the cure; empty where they lack nothing."""
    from ..enrich.mappings import absent

    if tables is None or not (schemes := absent(tables)):
        return ""
    return (
        f"Labels and hierarchy of {', '.join(schemes)} were left out: get them with policygraph tables fetch "
        f"--into {tables.folder}, then build again; without --tables the extract that is shipped has them."
    )


def _warnings(report: Report) -> Iterator[str]:
    """A line for each kind of warning: how many there are, the cure, and the first thing that it is about."""
    kinds: dict[str, list[Finding]] = {}
    for finding in report.findings:
        if finding.severity == "Warning":
            kinds.setdefault(finding.shape, []).append(finding)
    for findings in kinds.values():
        cure = dict(findings[0].messages).get("en", findings[0].rule)
        yield f"Warning, {len(findings)} time(s), first of {findings[0].label}: {cure}"


def _line(doing: str, done: int, total: int) -> None:
    if done == 0:
        click.echo(f"{doing}: {total} document(s)" if doing == "reading" else doing, err=True)


def _first_answers(out: Path, manifest: Manifest, day: date) -> None:
    """What a newcomer sees first, in the locale's language: what there is, what is due next and behind it."""
    counts = manifest.tables
    if sum(manifest.graphs.values()) > AT_ONCE:
        click.echo(f"{out}: {counts['actions']} actions, {counts['dialogues']} dialogues.")
        return
    from ..queries import ask
    from .tracking import language_of_environment

    lang = language_of_environment()
    (total,) = ask("totals", out).dicts()
    click.echo(
        f"{out}: {total['actions']} actions ({total['flagships']} flagships, {total['open_ended']} open-ended), "
        f"{total['dialogues']} dialogues, {total['initiatives']} initiatives, {total['headings']} headings."
    )
    due = ask("actions-due-next", out, as_of=day, lang=lang).dicts()
    behind = {row["heading"]: row for row in ask("actions-against-dialogues", out, lang=lang).dicts()}
    click.echo(f"Due next, from {day} ({len(due)} to come):" if due else f"Nothing is due from {day} on.")
    for row in due[:SHOWN]:
        action = f"{row['document']}, {str(row['action']).rsplit('/', 1)[-1]}"
        click.echo(f"  {row['completion_due_by']}  {action}  {row['heading'] or ''}")
    for heading in dict.fromkeys(row["heading"] for row in due[:SHOWN]):
        if heading in behind:
            row = behind[heading]
            held = f"{row['dialogues']} dialogue(s), about {row['approximate_attendees'] or 0} people"
            if row["dialogues"] is None:
                held = "dialogues not mapped to it"
            click.echo(f"Behind “{heading}”: {held}, {row['actions']} action(s).")
    if any(row["text_status"] == "unofficial" for row in due[:SHOWN]):
        click.echo("Some headings are unofficial translations: “policygraph query” has the texts as published.")
    click.echo("More: policygraph queries, policygraph query NAME.")
