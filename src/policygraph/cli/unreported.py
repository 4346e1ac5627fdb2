"""``policygraph unreported``: the actions whose day has passed without a status report."""

from __future__ import annotations

from typing import Any

import click

from .tracking import list_options, opened, write_list


@click.command("unreported", epilog="Example: policygraph unreported --sector energy -f csv")
@list_options
def command(**options: Any) -> None:
    """List the actions that were due, or should have started, without any status report.

    No report means that nobody reported, never that nothing was done.
    """
    from ..queries.tracking import unreported

    asking, scope = opened(options)
    empty = f"Every action whose day has passed by {scope.as_of} has a report: “policygraph due” lists what comes."
    write_list(unreported(asking, scope), f"Without a report by {scope.as_of}", empty, options)
