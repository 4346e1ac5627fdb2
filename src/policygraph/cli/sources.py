"""``policygraph sources``: bring a document in, say what was understood of it, freeze the counts."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from ..errors import SourceError, readable
from ..extras import require
from .progress import progress

if TYPE_CHECKING:
    from ..errors import NotUnderstood
    from ..sources.check import FileCheck, SourceCheck
    from ..sources.extract import Extraction
    from ..sources.intake import Details, IncomingFile

SOURCES = Path("data") / "sources"
SHOWN_TABLES = 5
NO_LAYOUT = "No layout finds an entry: write a layout.toml beside source.toml (docs/how-to/add-a-strategy.md)."


@click.group("sources", epilog="Example: policygraph sources add annex.html --celex 52021DC0572")
def command() -> None:
    """Bring documents in as source folders."""


@command.command("add", epilog="Example: policygraph sources add 52021DC0572 --language en --all")
@click.argument("targets", nargs=-1, required=True, metavar="FILE|FOLDER|CELEX...")
@click.option("--into", type=click.Path(path_type=Path), default=SOURCES, show_default=True)
@click.option("--language", help="Of the files, in ISO 639-1 (en); of the one to download, default en.")
@click.option("--celex", help="The document's CELEX number, such as 52021DC0572.")
@click.option("--identifier", help="Its number as people cite it, such as COM(2021) 572.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day of the document.")
@click.option("--type", "kind", help="A code of the EU's table of resource types, such as COMMUNIC.")
@click.option("--author", help="A code of the EU's table of corporate bodies, such as COM.")
@click.option("--title", help="In the language of the files.")
@click.option("--address", help="Where the document stands; from the CELEX number where there is one.")
@click.option("--obtained-from", help="Where the files were got, if not from the publisher.")
@click.option("--layout", help="A layout of policygraph; without it the one that finds most entries.")
@click.option(
    "--like", metavar="SOURCE", help="Take layout and roles of headings from this source: id, CELEX, folder."
)
@click.option("--format", "file_format", type=click.Choice(["formex", "html", "docx", "pdf"]))
@click.option("--part", type=int, help="Which part to take, where the publisher has several.")
@click.option("--all", "every", is_flag=True, help="Take every part.")
@click.option("--refresh", is_flag=True, help="Download anew, also what is kept and has not changed.")
@click.option("--cellar", "base", metavar="URL", help="Ask this repository in place of the publisher's.")
def add(targets: tuple[str, ...], into: Path, language: str | None, **options: Any) -> None:
    """Make a source folder of FILEs, of a FOLDER of files, or of a document by its CELEX number.

    Exit status: 0 the folder is there, 2 something is missing or cannot be read; then nothing is written.
    """
    from ..files import source_folders
    from ..sources.cellar import is_celex
    from ..sources.extract import extract_bytes
    from ..sources.intake import (
        carried_over,
        details_of_celex,
        details_of_file,
        incoming_files,
        like_source,
        source_id,
        write_source,
    )

    if len(targets) == 1 and is_celex(targets[0]) and not Path(targets[0]).exists():
        files, details, origin = _from_cellar(targets[0], language or "en", options)
        authentic = options["base"] is None
    else:
        paths = [path for target in targets for path in _files_of(Path(target))]
        files, details = incoming_files(paths, language), None
        origin, authentic = options["obtained_from"] or ", ".join(Path(target).name for target in targets), False
    extractions = [(extract_bytes(file.content, file.name), file.language) for file in files]
    complete = _stated(options, files[0].language)
    complete = complete if details is None else complete.completed(details)
    for extraction, code in extractions:
        complete = complete.completed(details_of_file(extraction, code))
    complete = complete.completed(details_of_celex(complete.celex))

    def write(into: Path, layout: str = "", beside: Mapping[str, bytes] | None = None) -> Path:
        today = datetime.date.today()
        return write_source(into, complete, files, layout, beside or {}, authentic, origin, today)

    layout, beside = options["layout"] or "", {}
    if options["like"]:
        like = like_source(options["like"], source_folders())
        layout, beside = layout or like.rules.layout or "", carried_over(like, source_id(complete))
    elif not layout and not _is_read_as_annexes(write, extractions):
        layout, beside = _guessed_layout(extractions)
    folder = write(into, layout, beside)
    click.echo(f"{readable(folder)}: {', '.join([*(file.name for file in files), 'source.toml', *beside])}")
    _say_what_was_read(folder, layout)


def _is_read_as_annexes(write: Callable[..., Path], extractions: Sequence[tuple[Extraction, str]]) -> bool:
    """Whether the files are texts that need no layout: annexes whose tables were flattened."""
    from ..sources import open_source, read_source

    if any(extraction.format != "text" for extraction, _ in extractions):
        return False
    with TemporaryDirectory(prefix="policygraph-") as scratch:
        folder = write(Path(scratch))
        try:
            return bool(read_source(open_source(folder)))
        except SourceError:
            return False


def _guessed_layout(extractions: Sequence[tuple[Extraction, str]]) -> tuple[str, dict[str, bytes]]:
    """The layout that finds most entries in a file, or a draft of one with the headers of each language."""
    from ..sources.drafts import choose_layout, joined_drafts
    from ..sources.language import language as language_of

    guesses = [choose_layout(extraction, language_of(code)) for extraction, code in extractions]
    name, draft, _ = max(guesses, key=lambda guess: guess[2])
    text = joined_drafts([draft, *(other for _, other, _ in guesses)])
    return name, {"layout.toml": text.encode()} if draft else {}


def _say_what_was_read(folder: Path, layout: str) -> None:
    """Print what a new source is read as, and write the report; what stops the reading is said, not raised."""
    from ..sources.check import check_source
    from ..sources.folder import open_source
    from ..sources.report import write_report

    if layout:
        click.echo(f"layout: {layout}")
    elif (folder / "layout.toml").exists():
        click.echo("layout: layout.toml, a draft made from how the cells parse: compare it and correct it")
    try:
        checked = check_source(open_source(folder))
    except SourceError as error:
        is_laid_out = layout or (folder / "layout.toml").exists()
        click.echo(f"Nothing is read yet: {error}" if is_laid_out else NO_LAYOUT)
    else:
        if not any(checked.counts().values()):
            click.echo(NO_LAYOUT)
        _print(checked)
        write_report(checked, folder / "report.html")
        click.echo(f"{readable(folder / 'report.html')}: each row beside the page that it came from")
    click.echo(_next(folder))


def _next(folder: Path) -> str:
    return f"Next: policygraph sources check {readable(folder)}"


def _files_of(target: Path) -> list[Path]:
    if not target.is_dir():
        return [target]
    files = sorted(path for path in target.iterdir() if not path.name.startswith("."))
    if not files:
        raise SourceError(f"“{readable(target)}” holds no file: name the files of the document.")
    return files


def _stated(options: dict[str, Any], language: str) -> Details:
    from ..sources.intake import Details

    return Details(
        celex=options["celex"] or "",
        identifier=options["identifier"] or "",
        date=options["day"].date() if options["day"] else None,
        type=options["kind"] or "",
        author=options["author"] or "",
        address=options["address"] or "",
        titles={language: options["title"]} if options["title"] else {},
    )


def _from_cellar(celex: str, language: str, options: dict[str, Any]) -> tuple[list[IncomingFile], Details, str]:
    require("stores", "policygraph sources add CELEX")
    from ..http.client import Client, RetryPolicy
    from ..http.downloads import Downloads, cache_folder
    from ..sources.cellar import CELLAR, Cellar
    from ..sources.intake import cellar_files, details_of_notice
    from ..sources.language import language as language_of

    base, spoken = options["base"] or CELLAR, language_of(language).rules.authority.lower()
    with progress(of_bytes=True) as show, Client(RetryPolicy(timeout=60)) as client:
        downloads = None if options["refresh"] else Downloads(cache_folder() / "documents")
        cellar = Cellar(client, base, show, downloads)
        notice = cellar.notice(celex, spoken)
        files = cellar.fetch(
            celex, spoken, format=options["file_format"], part=options["part"], every=options["every"]
        )
    details = details_of_notice(celex, notice, [language])
    return cellar_files(files, language), details, files[0].address


@command.command("check", epilog="Example: policygraph sources check data/sources/52021DC0572")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Also write the rows as HTML.")
@click.option("--rows", "all_rows", is_flag=True, help="Print every entry as it was read.")
def check(folder: Path, report: Path | None, all_rows: bool) -> None:
    """Say what was understood of a source: entries a section, dates, wordings that no rule covers, unread tables.

    Exit status: 0 all is understood and counts as source.toml says, 1 some is not, 2 it cannot be read.
    """
    from ..sources.check import check_source
    from ..sources.folder import open_source
    from ..sources.report import write_report

    checked = check_source(open_source(folder))
    _print(checked, all_rows=all_rows)
    if report is not None:
        write_report(checked, report)
        click.echo(f"The rows, for reading beside the document: {readable(report)}")
    sys.exit(1 if checked.differences or any(file.not_understood for file in checked.files) else 0)


@command.command("accept", epilog="Example: policygraph sources accept data/sources/52021DC0572")
@click.argument("folder", type=click.Path(path_type=Path))
def accept(folder: Path) -> None:
    """Write the numbers of entries that a person has looked at into source.toml, so that a loss is noticed.

    Exit status: 0 they are written, 2 something is not understood.
    """
    from ..sources.check import check_source
    from ..sources.folder import open_source
    from ..sources.intake import write_counts

    checked = check_source(open_source(folder))
    if problems := [problem for file in checked.files for problem in file.not_understood]:
        raise problems[0]
    counts = checked.counts()
    if not any(counts.values()):
        raise SourceError(f"Nothing of {readable(folder)} can be accepted. {NO_LAYOUT}")
    write_counts(folder / "source.toml", counts)
    click.echo(f"[rows] now says {', '.join(f'{key} = {count}' for key, count in counts.items())}.")


@command.command("texts", epilog="Example: policygraph sources texts data/sources/52025DC0723 --language fr")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--language", required=True, help="The language to translate into, in ISO 639-1 (fr).")
def texts(folder: Path, language: str) -> None:
    """Print each text of a source that has no translation into a language, as rows of translations/LANGUAGE.tsv.

    Fill in translation, translator, method and date, and leave the rows out that you do not translate. What is
    translated, and what is stale, is counted on standard error.

    Exit status: 0 nothing is missing or stale, 1 something is, 2 the source or its table cannot be read.
    """
    from ..enrich.translations import COLUMNS, FOLDER, coverage

    covered = coverage(folder, language)
    if covered.missing:
        click.echo("\t".join(COLUMNS))
    for row, text in covered.missing:
        click.echo("\t".join((row, text.field, text.words.value, "", text.key[1], "", "", "", "")))
    for stale in covered.stale:
        click.echo(f"stale: {stale.row}, {stale.field}: its words no longer stand in the document", err=True)
    table = readable(folder / FOLDER / f"{language}.tsv")
    click.echo(
        f"{table}: {covered.translated} of {covered.translated + len(covered.missing)} texts are translated, "
        f"{len(covered.stale)} rows are stale.",
        err=True,
    )
    sys.exit(1 if covered.missing or covered.stale else 0)


def _print(checked: SourceCheck, *, all_rows: bool = False) -> None:
    for file in checked.files:
        click.echo(
            f"{checked.source.name}/{file.name}: {file.format}, {file.language}, {file.characters:,} characters"
        )
        for part in file.parts:
            dated = sum(bool(row.dates) for row in part.rows)
            click.echo(f"  {part.key}, {part.kind}: {len(part.rows)} entries, {dated} with a date")
            for section, count in part.sections():
                click.echo(f"    {count:4}  {section[:70] or '(no section)'}")
            if all_rows:
                _print_rows(part.rows)
        _print_rest(file)
    for difference in (*checked.disagreements, *checked.differences):
        click.echo(difference)


def _print_rows(rows: Sequence[Any]) -> None:
    for row in rows:
        dates = "; ".join(f"{date} → {reading}" for date, reading in zip(row.dates, row.readings, strict=False))
        click.echo(f"    {row.number:>4} {row.words[:80]}  [{dates or 'no date'}]")


def _print_rest(file: FileCheck) -> None:
    """Wordings by form, so that each line to add is asked for once, and tables that no part read."""
    forms: dict[str, list[NotUnderstood]] = {}
    for problem in file.not_understood:
        form = "".join("9" if sign.isdigit() else sign for sign in problem.place.words)
        forms.setdefault(form, []).append(problem)
    for form, problems in forms.items():
        click.echo(f"  not understood, {len(problems)} time(s): “{form}”; first at {problems[0].place}")
        click.echo(f"    {problems[0].cure}")
    for words in file.unread_tables[:SHOWN_TABLES]:
        click.echo(f"  a table that no part reads: “{words}…”")
    if (more := len(file.unread_tables) - SHOWN_TABLES) > 0:
        click.echo(f"  and {more} more tables that no part reads, none with a column of dates")
