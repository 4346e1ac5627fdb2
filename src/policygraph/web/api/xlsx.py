"""An answer as an Excel workbook: real dates and numbers, links on IRIs, no cell that is a formula."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from ...queries.results import Answer, Row, Term, plain
from ...rdf.iris import XSD
from ..delivery.problems import HTTPProblem

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROWS, CHARACTERS, ADDRESS, LINKS = 1_048_575, 32_767, 2_079, 65_530
"""Excel's own limits: rows below the header, characters of a cell and of an address, links of a sheet."""
EXACT = 2**53
"""Whole numbers beyond it are not exact in a spreadsheet: they stay text."""
FIRST_DAY = datetime.date(1900, 3, 1)
"""Before it Excel counts days wrongly or not at all: such dates stay text."""
NARROW, WIDE = 10, 60
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FIXED = datetime.datetime(2000, 1, 1)
"""The day of creation in every workbook, so that the same answer gives the same bytes."""

Link = Callable[[str], str | None]
About = Sequence[tuple[str, str]]


def workbook(answer: Answer, about: About, link: Link) -> bytes:
    """The answer as XLSX: a sheet with a frozen header, and a sheet about the query (``about``).

    ``link`` gives the address that an IRI leads to, or None. Raises HTTPProblem 413 for what no sheet can hold.
    """
    import xlsxwriter

    _check_size(answer)
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": FIXED})
        _Sheet(book, link).fill(answer)
        _add_about(book, about)
    return content.getvalue()


def _check_size(answer: Answer) -> None:
    if len(answer.rows) > ROWS:
        raise HTTPProblem(
            413, f"The answer has more than {ROWS:,} rows, which no sheet holds: take it as CSV or JSON."
        )
    for row in answer.rows:
        if any(len(plain(term) or "") > CHARACTERS for term in row):
            raise HTTPProblem(
                413, f"A cell of the answer has more than {CHARACTERS:,} characters: take it as CSV or JSON."
            )


class _Sheet:
    """Writes the rows; remembers how many links there are, for a sheet has only so many."""

    def __init__(self, book: Workbook, link: Link) -> None:
        self.sheet: Worksheet = book.add_worksheet("Answer")
        self.link, self.links = link, 0
        self.head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        self.number = book.add_format({"valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self.address = book.add_format({"font_color": "#0b57a4", "underline": 1, "valign": "top"})

    def fill(self, answer: Answer) -> None:
        """Header and rows."""
        self.sheet.freeze_panes(1, 0)
        for column, name in enumerate(answer.columns):
            self.sheet.write_string(0, column, name, self.head)
            self.sheet.set_column(column, column, _width(name, answer.rows, column))
        for number, row in enumerate(answer.rows, 1):
            for column, term in enumerate(row):
                if term is not None:
                    self._write(number, column, term)
        if answer.columns and answer.rows:
            self.sheet.autofilter(0, 0, len(answer.rows), len(answer.columns) - 1)

    def _write(self, row: int, column: int, term: Term) -> None:
        if isinstance(term, NamedNode):
            self._write_iri(row, column, term.value)
            return
        value = _value(term)
        if isinstance(value, bool):
            self.sheet.write_boolean(row, column, value, self.number)
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, self.number)
        elif isinstance(value, datetime.date):
            midnight = datetime.datetime.combine(value, datetime.time())
            self.sheet.write_datetime(row, column, midnight, self.day)
        else:
            quoted = value.startswith(FORMULA)
            self.sheet.write_string(row, column, value, self.quoted if quoted else self.text)

    def _write_iri(self, row: int, column: int, iri: str) -> None:
        address = self.link(iri)
        if address is None or len(address) > ADDRESS or self.links >= LINKS:
            self.sheet.write_string(row, column, iri, self.text)
            return
        self.links += 1
        self.sheet.write_url(row, column, address, self.address, string=iri)


def _value(term: Term) -> str | bool | int | float | datetime.date:
    """What a cell holds: a number, a truth value or a day where a sheet has it exactly, else the characters."""
    text = plain(term) or ""
    kind = term.datatype.value if isinstance(term, Literal) else ""
    value: Any = text
    with suppress(ValueError):
        if kind in (f"{XSD}integer", f"{XSD}nonNegativeInteger") and abs(int(text)) <= EXACT:
            value = int(text)
        elif kind in (f"{XSD}decimal", f"{XSD}double") and abs(float(text)) < 1e308:
            value = float(text)
        elif kind == f"{XSD}boolean":
            value = {"true": True, "1": True, "false": False, "0": False}.get(text, text)
        elif kind == f"{XSD}date" and datetime.date.fromisoformat(text) >= FIRST_DAY:
            value = datetime.date.fromisoformat(text)
    return value  # type: ignore[no-any-return]


def _width(name: str, rows: Sequence[Row], column: int) -> int:
    longest = max((len(plain(row[column]) or "") for row in rows), default=0)
    return min(max(longest, len(name), NARROW), WIDE) + 2


def _add_about(book: Workbook, about: About) -> None:
    sheet = book.add_worksheet("About")
    label, text = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    for row, (name, words) in enumerate(about):
        sheet.write_string(row, 0, name, label)
        sheet.write_string(row, 1, words[:CHARACTERS], text)
