"""Curated status reports → graph ``status``: append-only statements of what was known, when, and from where.

No report means "no report by that day", never "not done". A report is the act of recording it, so its IRI is that
of the action and the day of recording; an earlier one is corrected (it was wrong) or succeeded (things went on),
never edited. A search that found nothing is a row too. data/curated/README.md says what each column holds.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, Quad

from ..errors import SourceError
from ..files import folder
from ..rdf.iris import XSD, Names
from ..rdf.statements import Value, date, describe
from .codelists import labels
from .curated import read_rows

FILE = "status-reports.csv"
NOTHING_FOUND = "nothing-found"
FIRST_WITH_WORDS = datetime.date(2026, 11, 26)
"""Rows of this day and later have an IRI by their recording, and the words that they rest on."""

MOST_WORDS = 25
NUMBERS = re.compile(r"\b[1-9][0-9]{4}[A-Z]{1,2}[0-9]{4}\b|\beli/\S+")
"""CELEX numbers and ELIs: they may stand in a row only if the quoted words hold them."""

Row = Mapping[str, str]


def status_quads(names: Names) -> list[Quad]:
    """The ``pg:StatusReport`` or ``pg:StatusSearch`` of each row of ``data/curated/status-reports.csv``.

    Raises SourceError with file, line and cure for a row that cannot be right.
    """
    ledger = _Ledger(names)
    return [
        quad for row in read_rows(folder("data") / "curated" / FILE) for quad in ledger.read(row.cells, row.line)
    ]


class _Ledger:
    """The rows above the one that is read: their number on a day, and what each is about."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.about: dict[str, str] = {}
        self.recorded: Counter[tuple[str, datetime.date]] = Counter()

    def read(self, row: Row, line: int) -> list[Quad]:
        recorded = _day(row, "recorded_on", line)
        things = row["about"].split("/")[1:]
        if len(things) != 2:
            raise _refuse(line, f"is about “{row['about']}”, which is no action/DOCUMENT/ROW")
        self.recorded[row["about"], recorded] += 1
        count = self.recorded[row["about"], recorded]
        day = f"recorded-{recorded}" + (f"-{count}" if count > 1 else "")
        if row["status"] == NOTHING_FOUND:
            return self._search(row, line, recorded, ("status-search", *things, day))
        as_of = _day(row, "as_of", line)
        if recorded < as_of:
            raise _refuse(line, f"was recorded on {recorded}, before the day it is about ({as_of})")
        _known(row, "status", "status", line)
        with_words = recorded >= FIRST_WITH_WORDS
        report = ("status-report", *things, day if with_words else row["as_of"])
        properties: dict[str, Value | list[NamedNode]] = {
            "rdf:type": self.names.term("StatusReport"),
            "pg:about": self._thing(row["about"]),
            "pg:status": self.names.id("status", row["status"]),
            "pg:asOf": date(as_of),
            "pg:recordedOn": date(recorded),
            "dct:source": _page(row, line),
            "dct:description": Literal(row["note"], language="en"),
            "prov:wasRevisionOf": self._earlier(row, "corrects", line),
            "pg:succeeds": self._earlier(row, "succeeds", line),
        }
        if with_words:
            properties |= self._evidence(row, line, recorded)
        self.about["/".join(report)] = row["about"]
        return describe(self.names, "status", self.names.id(*report), properties)

    def _search(self, row: Row, line: int, recorded: datetime.date, search: tuple[str, ...]) -> list[Quad]:
        """A search that found nothing: where, and when."""
        if not row["note"]:
            raise _refuse(line, "found nothing and does not say where in note")
        return describe(
            self.names,
            "status",
            self.names.id(*search),
            {
                "rdf:type": self.names.term("StatusSearch"),
                "pg:about": self._thing(row["about"]),
                "pg:recordedOn": date(recorded),
                "dct:description": Literal(row["note"], language="en"),
            },
        )

    def _evidence(self, row: Row, line: int, recorded: datetime.date) -> dict[str, Value | list[NamedNode]]:
        """The words, the day of the news, how certain it is and what kind of source says it."""
        for column, what in (("quote", "the words that say it"), ("link", "what ties these words to the action")):
            if not row.get(column):
                raise _refuse(line, f"lacks {what} in {column}")
        if (count := len(row["quote"].split())) > MOST_WORDS:
            raise _refuse(line, f"quotes {count} words, more than {MOST_WORDS}")
        for number in NUMBERS.findall(f"{row['note']} {row['link']}"):
            if number not in row["quote"]:
                raise _refuse(line, f"names {number}, which does not stand in the quoted words")
        news = _day(row, "news_on", line)
        if news > recorded:
            raise _refuse(line, f"rests on news of {news}, after the day of recording ({recorded})")
        _known(row, "certainty", "certainty", line)
        _known(row, "source_kind", "source-kind", line)
        for column in ("page_answered", "late"):
            if row.get(column) not in ("yes", "no"):
                raise _refuse(line, f"has neither yes nor no in {column} (“{row.get(column)}”)")
        return {
            "pg:quote": Literal(row["quote"]),
            "pg:linkedBy": Literal(row["link"], language="en"),
            "pg:newsOn": date(news),
            "pg:certainty": self.names.id("certainty", row["certainty"]),
            "pg:sourceKind": self.names.id("source-kind", row["source_kind"]),
            "pg:pageAnswered": _boolean(row["page_answered"]),
            "pg:late": _boolean(row["late"]),
        }

    def _earlier(self, row: Row, column: str, line: int) -> list[NamedNode]:
        """The report above that this one corrects or succeeds."""
        report = row.get(column)
        if not report:
            return []
        if report not in self.about:
            raise _refuse(line, f"names in {column} “{report}”, which is no report of a row above")
        if self.about[report] != row["about"]:
            raise _refuse(line, f"names in {column} “{report}”, which is about {self.about[report]}")
        return [self._thing(report)]

    def _thing(self, path: str) -> NamedNode:
        return self.names.id(*path.split("/"))


def _page(row: Row, line: int) -> NamedNode:
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", row["source"]):
        raise _refuse(line, f"has no address of a page in source (“{row['source']}”)")
    return NamedNode(row["source"])


def _boolean(word: str) -> Literal:
    return Literal("true" if word == "yes" else "false", datatype=NamedNode(f"{XSD}boolean"))


def _known(row: Row, column: str, scheme: str, line: int) -> None:
    codes = {code for codes in labels(scheme, "en").values() for code in codes}
    if row.get(column) not in codes:
        raise _refuse(line, f"has the unknown {column} “{row.get(column)}” (known: {', '.join(sorted(codes))})")


def _day(row: Row, column: str, line: int) -> datetime.date:
    try:
        return datetime.date.fromisoformat(row[column])
    except (KeyError, ValueError) as error:
        raise _refuse(line, f"has no day in {column} (“{row.get(column, '')}”)") from error


def _refuse(line: int, what: str) -> SourceError:
    return SourceError(f"data/curated/{FILE}, line {line}: the report {what}; correct the row.")
