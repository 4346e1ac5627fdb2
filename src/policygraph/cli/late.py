"""``policygraph late``: the actions that a status report calls late."""

from __future__ import annotations

from typing import Any

import click

from .tracking import list_options, opened, write_list


@click.command("late", epilog="Example: policygraph late --strategy 'apply ai' -f xlsx -o late.xlsx")
@list_options
def command(**options: Any) -> None:
    """List the actions that are late because the latest status report says so.

    A day that has passed makes no action late: those are listed by “policygraph unreported”.
    """
    from ..queries.tracking import late

    asking, scope = opened(options)
    empty = f"No report by {scope.as_of} calls an action late: “policygraph unreported” lists what is open."
    write_list(late(asking, scope), f"Late by a report recorded by {scope.as_of}", empty, options)
