"""Curated status reports → graph ``status``: append-only statements of what was known, when, and from where.

No report means "no report by that day", never "not done"; a correction is a new report that revises an older one.
"""

from __future__ import annotations

import datetime

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import SourceError
from ..files import folder
from ..rdf.iris import Names
from ..rdf.statements import date, describe
from .codelists import labels
from .curated import read_rows

FILE = "status-reports.csv"


def status_quads(names: Names) -> list[Quad]:
    """One ``pg:StatusReport`` for each row of ``data/curated/status-reports.csv``.

    Raises SourceError with the row for a status that the code list lacks, a day that no calendar has, and
    for a report recorded before the day it is about.
    """
    rows = read_rows(folder("data") / "curated" / FILE)
    return [quad for row in rows for quad in _report(names, row.cells, row.line)]


def _report(names: Names, row: dict[str, str], line: int) -> list[Quad]:
    as_of, recorded = _day(row, "as_of", line), _day(row, "recorded_on", line)
    if recorded < as_of:
        raise _refuse(line, f"was recorded on {recorded}, before the day it is about ({as_of})")
    if row["status"] not in {code for codes in labels("status", "en").values() for code in codes}:
        raise _refuse(line, f"has the unknown status “{row['status']}”")
    report = names.id("status-report", *row["about"].split("/")[1:], row["as_of"])
    revised = [NamedNode(f"{names.base}id/{row['revises']}")] if row.get("revises") else []
    return describe(
        names,
        "status",
        report,
        {
            "rdf:type": names.term("StatusReport"),
            "pg:about": NamedNode(f"{names.base}id/{row['about']}"),
            "pg:status": names.id("status", row["status"]),
            "pg:asOf": date(as_of),
            "pg:recordedOn": date(recorded),
            "dct:source": NamedNode(row["source"]),
            "dct:description": Literal(row["note"], language="en"),
            "prov:wasRevisionOf": revised,
        },
    )


def _day(row: dict[str, str], column: str, line: int) -> datetime.date:
    try:
        return datetime.date.fromisoformat(row[column])
    except ValueError as error:
        raise _refuse(line, f"has no day in {column} (“{row[column]}”)") from error


def _refuse(line: int, what: str) -> SourceError:
    return SourceError(f"data/curated/{FILE}, line {line}: the report {what}; correct the row.")
