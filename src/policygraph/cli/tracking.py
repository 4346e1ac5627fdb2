"""``policygraph due``, ``late``, ``unreported`` and ``changes``: lists for analysts, all alike."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import sys
from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..errors import QueryError
from ..queries.results import Answer, aligned
from . import PATH, format_option, output_option, write_output
from .downloads import ALL, label_of, serialised

if TYPE_CHECKING:
    from ..queries.tracking import Scope

SHORT = 12
"""A status of more letters than this stands above its rows, not in them."""
NARROWEST = 24
"""A text gets at least this many columns, however narrow the terminal is."""
WIDE = "--wide shows each text whole"
DAY = click.DateTime(["%Y-%m-%d"])

SCOPE = (
    click.option("--document", "--strategy", metavar="NAME", help="One strategy, by words of its title."),
    click.option("--sector", metavar="NAME", help="One sector, by words of its name: health."),
    click.option("--as-of", type=DAY, metavar="DAY", help="The day of reference.  [default: today]"),
    click.option("--lang", metavar="TAG", help="The language of texts.  [default: that of the locale, else en]"),
    click.option("--release", type=PATH, default=Path("release"), show_default=True, help="The release to ask."),
)
FORM = (
    click.option("--wide", is_flag=True, help="Each text whole, however narrow the terminal is."),
    format_option(*ALL),
    output_option,
)


class ListedRow(NamedTuple):
    """A line of a list: the words of the section it stands in, short cells, and the text that may be shortened."""

    section: str
    cells: tuple[str, ...]
    text: str


def list_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a list: what is asked, of which day, in which language and form."""
    for option in reversed((*SCOPE, *FORM)):
        command = option(command)
    return command


@click.command("due", epilog="Example: policygraph due --quarter 2026-Q4 --sector health")
@click.option("--quarter", "--period", "period", metavar="PERIOD", help="As 2026-Q4 or 2026.  [default: this one]")
@click.option("--before", type=DAY, metavar="DAY", help="All that was to be complete before this day instead.")
@list_options
def due(period: str | None, before: datetime.datetime | None, **options: Any) -> None:
    """List the actions that are due, with what was reported of each.

    An action is due on the last day that its target names; one that only says from when it starts is never due.
    """
    from ..queries.tracking import due_before, due_in

    if period and before:
        raise QueryError("--quarter and --before exclude each other: give one of them.")
    asking, scope = opened(options)
    if before:
        answer, when = due_before(asking, scope, before.date().isoformat()), f"before {before.date()}"
    else:
        period = period or f"{scope.as_of[:4]}-Q{(int(scope.as_of[5:7]) + 2) // 3}"
        answer, when = due_in(asking, scope, period), f"in {period}"
    empty = f"No action is due {when}: “policygraph query due-by-quarter” tells when actions are."
    write_list(answer, f"Due {when}, as reported by {scope.as_of}", empty, options)


@click.command("late", epilog="Example: policygraph late --strategy 'apply ai' -f xlsx -o late.xlsx")
@list_options
def late(**options: Any) -> None:
    """List the actions that are late because the latest status report says so.

    A day that has passed makes no action late: those are listed by “policygraph unreported”.
    """
    from ..queries import tracking

    asking, scope = opened(options)
    empty = f"No report by {scope.as_of} calls an action late: “policygraph unreported” lists what is open."
    write_list(tracking.late(asking, scope), f"Late by a report recorded by {scope.as_of}", empty, options)


@click.command("unreported", epilog="Example: policygraph unreported --sector energy -f csv")
@list_options
def unreported(**options: Any) -> None:
    """List the actions that were due, or should have started, without any status report.

    No report means that nobody reported, never that nothing was done.
    """
    from ..queries import tracking

    asking, scope = opened(options)
    empty = f"Every action whose day has passed by {scope.as_of} has a report: “policygraph due” lists what comes."
    write_list(tracking.unreported(asking, scope), f"Without a report by {scope.as_of}", empty, options)


@click.command("changes", epilog="Example: policygraph changes --since 2026-11-01 --strategy 'green deal'")
@click.option("--since", type=DAY, metavar="DAY", help="From this day on.  [default: 30 days back]")
@list_options
def changes(since: datetime.datetime | None, **options: Any) -> None:
    """List what is new: changes from build to build, and status reports that were recorded."""
    from ..queries import tracking
    from ..release import Release

    asking, scope = opened(options)
    month = datetime.date.fromisoformat(scope.as_of) - datetime.timedelta(days=30)
    first = since.date().isoformat() if since else month.isoformat()
    answer = tracking.changes(asking, Release.open(options["release"]), scope, first)
    span = f"from {first} to {scope.as_of}"
    write_list(answer, f"New {span}", f"Nothing is new {span}: look further back with --since.", options)


def language_of_environment() -> str:
    """The language that the locale of the environment names, English where it names none."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    match = re.match(r"([a-z]{2,3})(?:[_.@-]|$)", locale)
    return match[1] if match else "en"


def opened(options: dict[str, Any]) -> tuple[partial[Answer], Scope]:
    """The release of the options ``SCOPE``, read once for all queries, and what narrows them, by IRIs."""
    from ..queries import ask, get, open_release, resolved
    from ..queries.tracking import Scope

    store, base = open_release(options["release"])
    names = {name: options.get(name) for name in ("document", "sector")}
    iris = resolved(get("actions-in-sector"), store, names, base=base)
    day = (options["as_of"] or datetime.datetime.now()).date().isoformat()
    scope = Scope(day, options["lang"] or language_of_environment(), **iris)
    return partial(ask, source=store, base=base), scope


def write_list(answer: Answer, title: str, empty: str, options: dict[str, Any]) -> None:
    """Print a list or write it to a file, by the options ``FORM``; ``empty`` is said where it has no rows.

    Only a terminal gets shortened lines, which say so.
    """
    output = options["output"]
    if options["syntax"] != "table":
        write_output(serialised(answer, options["syntax"], title), output)
        return
    width = None if output or options["wide"] else terminal_width()
    shown, whole = table(lines_of(answer), width)
    counted = f"{len(answer)} row{'' if len(answer) == 1 else 's'}{'' if whole else f'; {WIDE}'}"
    lines = [title, "", *shown, f"({counted})"] if shown else [empty]
    if any(row.get("text_status") == "unofficial" for row in answer.dicts()):
        lines.append("Some texts are unofficial translations: the column text_status says which.")
    write_output("".join(f"{line}\n" for line in lines).encode(), output)


def terminal_width() -> int | None:
    """How many columns the terminal has; None where standard output is none, which gets every line whole."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def lines_of(answer: Answer) -> list[ListedRow]:
    """The rows of a list of actions or of changes as lines; a long status becomes a section."""
    rows = [{name: " ".join((value or "").split()) for name, value in row.items()} for row in answer.dicts()]
    if "change" in answer.columns:
        return [ListedRow("", (row["day"], label_of(row["about"]), row["kind"]), row["change"]) for row in rows]
    if any(len(row["status"]) > SHORT for row in rows):
        rows.sort(key=lambda row: row["status"])
        return [
            ListedRow(row["status"], (row["day"], label_of(row["action"])), row["description"]) for row in rows
        ]
    return [
        ListedRow("", (row["day"], label_of(row["action"]), row["status"]), row["description"]) for row in rows
    ]


def table(lines: list[ListedRow], width: int | None) -> tuple[list[str], bool]:
    """Aligned lines, their texts ending at a word within ``width`` columns; and whether all texts are whole."""
    if not lines:
        return [], True
    fronts = aligned([(*line.cells, "|") for line in lines])
    room = None if width is None else max(width - len(fronts[0]) + 1, NARROWEST)
    texts = [
        line.text if room is None else shorten(line.text, room, placeholder="…", break_on_hyphens=False)
        for line in lines
    ]
    shown: list[str] = []
    numbered = groupby(range(len(lines)), key=lambda place: lines[place].section)
    for section, places in numbered:
        shown += [f"{section[:1].upper()}{section[1:]}:"] if section else []
        shown += [f"{fronts[place][:-1]}{texts[place]}" for place in places]
    return shown, texts == [line.text for line in lines]
