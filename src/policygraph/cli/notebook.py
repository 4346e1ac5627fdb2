"""``policygraph notebook NAME…``: a Jupyter notebook of canned queries."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import QueryError
from . import PATH


@click.command(
    "notebook",
    epilog="Example: policygraph notebook load-by-sector-and-quarter --set lang=en -o load.ipynb",
)
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option(
    "--set", "settings", metavar="NAME=VALUE", multiple=True, help="A value for the queries that take it."
)
@click.option("--release", type=PATH, default=Path("release"), show_default=True, help="The release to ask.")
@click.option("-o", "--output", type=PATH, help="The file to write.  [default: the first query’s name, .ipynb]")
@click.option("--overwrite", is_flag=True, help="Write it also where it is there already.")
def command(
    names: tuple[str, ...], settings: tuple[str, ...], release: Path, output: Path | None, overwrite: bool
) -> None:
    """Write a notebook that goes from the question to the chart, and back to the words of the source.

    For each canned query (“policygraph queries” lists them): the question, its SPARQL to change and run again, the
    answer as a data frame, a chart where its columns suggest one, and the evidence of its first row. Running it
    needs Jupyter; “pip install 'policygraph[notebook]'” brings the rest.
    """
    from ..extras import require

    require("notebook", "policygraph notebook")
    from ..queries.notebook import notebook, write_notebook

    values = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise QueryError(f"“{setting[:60]}” of --set is no value: write it as NAME=VALUE, such as lang=en.")
        values[name.strip().lstrip("-").replace("-", "_")] = value.strip()
    text = notebook(names, release, values)
    file = output or Path(f"{names[0]}.ipynb")
    write_notebook(text, file, overwrite=overwrite)
    click.echo(f"{file} written: open it with Jupyter.")
