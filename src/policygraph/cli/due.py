"""``policygraph due``: the actions whose last day falls in a quarter, or comes before a day."""

from __future__ import annotations

import datetime
from typing import Any

import click

from ..errors import QueryError
from .tracking import DAY, list_options, opened, write_list


@click.command("due", epilog="Example: policygraph due --quarter 2026-Q4 --sector health")
@click.option("--quarter", "--period", "period", metavar="PERIOD", help="As 2026-Q4 or 2026.  [default: this one]")
@click.option("--before", type=DAY, metavar="DAY", help="All that was to be complete before this day instead.")
@list_options
def command(period: str | None, before: datetime.datetime | None, **options: Any) -> None:
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
