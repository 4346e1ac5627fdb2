"""Curated status reports → graph ``status``: append-only statements of what was known, when, and from where.

No report means "no report by that day", never "not done"; a correction is a new report that revises an older one.
"""

from __future__ import annotations

import csv
import datetime

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import SourceError
from ..files import folder
from ..rdf.iris import Names
from ..rdf.statements import TYPE, date, standard
from .codelists import labels

FILE = "status-reports.csv"


def status_quads(names: Names) -> list[Quad]:
    """One ``pg:StatusReport`` for each row of ``data/curated/status-reports.csv``.

    Raises SourceError with the row for a status that the code list lacks, a day that no calendar has, and
    for a report recorded before the day it is about.
    """
    path = folder("data") / "curated" / FILE
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [quad for line, row in enumerate(rows, 2) for quad in _report(names, row, line)]


def _report(names: Names, row: dict[str, str], line: int) -> list[Quad]:
    as_of, recorded = _day(row, "as_of", line), _day(row, "recorded_on", line)
    if recorded < as_of:
        raise _refuse(line, f"was recorded on {recorded}, before the day it is about ({as_of})")
    if row["status"] not in {code for codes in labels("status", "en").values() for code in codes}:
        raise _refuse(line, f"has the unknown status “{row['status']}”")
    about = NamedNode(f"{names.base}id/{row['about']}")
    report = names.id("status-report", *row["about"].split("/")[1:], row["as_of"])
    statements: dict[NamedNode, NamedNode | Literal] = {
        TYPE: names.term("StatusReport"),
        names.term("about"): about,
        names.term("status"): names.id("status", row["status"]),
        names.term("asOf"): date(as_of),
        names.term("recordedOn"): date(recorded),
        standard("dct:source"): NamedNode(row["source"]),
        standard("dct:description"): Literal(row["note"], language="en"),
    }
    if row.get("revises"):
        statements[standard("prov:wasRevisionOf")] = NamedNode(f"{names.base}id/{row['revises']}")
    return [Quad(report, predicate, value, names.graph("status")) for predicate, value in statements.items()]


def _day(row: dict[str, str], column: str, line: int) -> datetime.date:
    try:
        return datetime.date.fromisoformat(row[column])
    except ValueError as error:
        raise _refuse(line, f"has no day in {column} (“{row[column]}”)") from error


def _refuse(line: int, what: str) -> SourceError:
    return SourceError(f"data/curated/{FILE}, line {line}: the report {what}; correct the row.")
