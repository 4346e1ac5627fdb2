"""The entries of a source as one HTML page, for a person who reads them beside the document."""

from __future__ import annotations

from html import escape
from pathlib import Path

from ..errors import SourceError, readable
from .check import EntryRow, SourceCheck

STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}caption{font-weight:600;text-align:left;padding:.5rem 0}.no{background:#fff3cd}"
)


def write_report(checked: SourceCheck, path: Path) -> None:
    """Write the page. Raises SourceError where it cannot be written."""
    try:
        path.write_text(report_html(checked), "utf-8")
    except OSError as error:
        raise SourceError(
            f"“{readable(path)}” cannot be written ({error.strerror}): name another file."
        ) from error


def report_html(checked: SourceCheck) -> str:
    """The page: a table a part, a row an entry; one without a date is marked."""
    title = escape(f"{checked.source.rules.identifier}: what was understood")
    language = escape(checked.files[0].language)
    body = [f"<h1>{title}</h1>"]
    body += [f"<p class=no>{escape(difference)}.</p>" for difference in checked.differences]
    for file in checked.files:
        body.append(f"<h2>{escape(file.name)}</h2>")
        for problem in file.not_understood:
            body.append(f"<p class=no>{escape(str(problem))}</p>")
        for part in file.parts:
            rows = "".join(map(_row, part.rows))
            head = "<tr><th>Section<th>No<th>Words<th>Date as printed<th>Read as<th>Further columns</tr>"
            caption = escape(f"{part.key}, {part.kind}: {len(part.rows)} entries")
            body.append(f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{rows}</tbody></table>")
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style><main>{''.join(body)}</main></html>\n"
    )


def _row(row: EntryRow) -> str:
    further = "; ".join(f"{header}: {words}" for header, words in row.further)
    cells = (row.section, row.number, row.words, "; ".join(row.dates), "; ".join(row.readings), further)
    return f"<tr{'' if row.dates else ' class=no'}>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"
