"""``policygraph changes``: what builds of a release changed since a day, and which reports were recorded."""

from __future__ import annotations

import datetime
from typing import Any

import click

from .tracking import DAY, list_options, opened, write_list


@click.command("changes", epilog="Example: policygraph changes --since 2026-11-01 --strategy 'green deal'")
@click.option("--since", type=DAY, metavar="DAY", help="From this day on.  [default: 30 days back]")
@list_options
def command(since: datetime.datetime | None, **options: Any) -> None:
    """List what is new: changes from build to build, and status reports that were recorded."""
    from ..queries.tracking import changes
    from ..release import Release

    asking, scope = opened(options)
    month = datetime.date.fromisoformat(scope.as_of) - datetime.timedelta(days=30)
    first = since.date().isoformat() if since else month.isoformat()
    answer = changes(asking, Release.open(options["release"]), scope, first)
    span = f"from {first} to {scope.as_of}"
    write_list(answer, f"New {span}", f"Nothing is new {span}: look further back with --since.", options)
