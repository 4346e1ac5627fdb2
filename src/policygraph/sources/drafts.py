"""A document without a layout → a draft of one, guessed from how its cells parse, for a person to correct.

Each guess is tried on the document; the one that finds most entries is kept, with comments that say what it rests
on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import NotUnderstood, Place, SourceError
from .checked_toml import quoted
from .deadlines import parse_deadlines
from .entries import read_blocks
from .entries.view import distinct, grid, tables_in
from .extract import Block, Extraction
from .language import Language
from .layout import BESIDE, DATED, DocumentLayout, fold_header, layout_names, layout_of, shipped

NUMBER = re.compile(r"[(\[]?[A-Z]?\d{0,3}(?:\.\d{1,2})*[a-z]?[.)\]]?")
AMOUNT = re.compile(
    r"(?:€|EUR|\$|USD)?\s?\d[\d\s.,]*(?:€|EUR|\$|USD|million|billion|mld|mln|Mio)?\.?", re.IGNORECASE
)
YEARLY = re.compile(r"(?=.{1,40}$)(?:\S+ ){0,4}\(?(?:19|20)\d\d\b\D{0,12}")
KIND = re.compile(r'^kind = "\w+"', re.MULTILINE)
LONGEST_HEADER, LONGEST_HEADING = 60, 120
"""Characters of a header's cell and of a heading in a text without a table."""
HEAD = """# A draft that “policygraph sources add” guessed from how the cells parse: compare it with the document
# and correct it. “policygraph sources check” shows what it reads; docs/how-to/add-a-strategy.md tells the keys.
"""


@dataclass
class _Column:
    """What the cells of one column look like, all tables of this header together."""

    header: str
    cells: list[str] = field(default_factory=list)

    def share(self, pattern: re.Pattern[str]) -> float:
        filled = [cell for cell in self.cells if cell]
        return sum(bool(pattern.fullmatch(cell)) for cell in filled) / len(filled) if filled else 0.0

    def dated(self, language: Language) -> int:
        return sum(bool(parse_deadlines(cell, language)) for cell in self.cells)

    def yearly(self, language: Language) -> int:
        """How many cells are dates, or short words about a year, which a line of grammar may make dates."""
        return sum(bool(parse_deadlines(cell, language) or YEARLY.fullmatch(cell)) for cell in self.cells)


def choose_layout(extraction: Extraction, language: Language) -> tuple[str, str, int]:
    """Return a layout's name, the text of a draft, and the entries that the one or the other finds.

    A layout of policygraph is named where it finds as many; the draft is "" then, and where nothing looks like
    entries.
    """
    best, most = "", 0
    for name in layout_names():
        count = _count(extraction, shipped(name), language)
        if count > most:
            best, most = name, count
    drafts = {text: _count_of(extraction, text, language) for text in draft_layouts(extraction, language)}
    draft = max(drafts, key=lambda text: drafts[text], default="")
    if drafts.get(draft, 0) > most or (draft and not best):
        return "", draft, max(drafts[draft], 0)
    return best, "", most


def joined_drafts(drafts: Sequence[str]) -> str:
    """Return the first draft with the headers that the others have in languages of their own."""
    text = drafts[0]
    for draft in drafts[1:]:
        head, mark, columns = draft.rpartition("[part.columns.")
        if mark and f"{mark}{columns.partition(']')[0]}]" not in text and KIND.findall(head) == KIND.findall(text):
            text += mark + columns
    return text


def _count(extraction: Extraction, layout: DocumentLayout, language: Language) -> int:
    """The entries that a layout finds, -1 where it stops."""

    def refuse(what: str, start: int, _: int, cure: str) -> NotUnderstood:
        return NotUnderstood(what, Place("", None, 1, extraction.text[start : start + 40]), cure)

    try:
        return len(read_blocks(extraction, layout, language, refuse, []).entries)
    except SourceError:
        return -1


def _count_of(extraction: Extraction, text: str, language: Language) -> int:
    with TemporaryDirectory(prefix="policygraph-") as folder:
        (Path(folder) / BESIDE).write_text(text, "utf-8")
        return _count(extraction, layout_of(Path(folder), ""), language)


def draft_layouts(extraction: Extraction, language: Language) -> Iterator[str]:
    """Yield each layout.toml that this document may be read by, best guess first."""
    tables = [grid(table) for table in tables_in(extraction.blocks)]
    words = _CellWords(extraction)
    for part in (_table_part(tables, words, language), _transposed_part(tables, words, language)):
        if part:
            yield HEAD + part
    if any(_has_period_heads(rows, words, language) for rows in tables):
        yield f'{HEAD}\n# Columns are headed by dates.\n[[part]]\nkind = "matrix"\n'
    if not tables and (part := _cells_part(extraction, language)):
        yield HEAD + part


class _CellWords:
    """The words of blocks without marks."""

    def __init__(self, extraction: Extraction) -> None:
        self._text = extraction.text

    def __call__(self, block: Block | None) -> str:
        if block is None:
            return ""
        leaves = (leaf for leaf in block.leaves() if leaf.kind != "mark")
        return " ".join(" ".join(self._text[leaf.start : leaf.end] for leaf in leaves).split())


Grid = Sequence[dict[int, Block]]


def _table_part(tables: Sequence[Grid], words: _CellWords, language: Language) -> str:
    """A part for the tables in which most cells of a column are dates."""
    columns: dict[tuple[str, ...], list[_Column]] = {}
    spanning = bare = False
    for rows in tables:
        at = next((n for n, row in enumerate(rows[:4]) if len(distinct(row)) > 1), None)
        if at is None or len(rows) - at < 2:
            continue
        header = {column: words(cell) for column, cell in rows[at].items()}
        below = [row for row in rows[at + 1 :] if len(distinct(row)) > 1]
        columns_of_header = columns.get(tuple(header.values())) or [_Column(head) for head in header.values()]
        for column, place in zip(columns_of_header, header, strict=True):
            column.cells += [words(row.get(place)) for row in below]
        dates = [
            column
            for column in columns_of_header
            if column.yearly(language) * 2 > len(list(filter(None, column.cells)))
        ]
        if not dates or any(parse_deadlines(head, language) for head in header.values()):
            continue
        columns[tuple(header.values())] = columns_of_header
        spanning |= len(below) < len(rows) - at - 1
        bare |= any(sum(bool(words(cell)) for cell in distinct(row)) == 1 for row in below)
    named = [entry for columns_of_header in columns.values() for entry in _roles(columns_of_header, language)]
    roles: dict[str, dict[str, str]] = {}
    for role, column, reason in named:
        roles.setdefault(role, {}).setdefault(column.header, reason)
    if "description" not in roles:
        return ""
    lines = ["", "[[part]]", 'kind = "table"']
    lines += ['sections = "spanning"  # rows of one cell head the rows below'] if spanning else []
    lacking = {role for role, column, _ in named if role in DATED and not all(column.cells)}
    if lacking and bare:
        lines.append('# may_lack = ["deadline"]  # some rows are one cell: headings, or rows that a page cuts?')
    elif lacking:
        lines.append(f"may_lack = [{', '.join(map(quoted, sorted(lacking)))}]  # some rows have nothing there")
    lines.append(f"[part.columns.{language.code}]")
    for role, headers in roles.items():
        lines += [f"# {_comment(header)}: {reason}" for header, reason in headers.items()]
        lines.append(f"{role} = [{', '.join(map(quoted, headers))}]")
    return "\n".join(lines) + "\n"


def _roles(columns: Sequence[_Column], language: Language) -> Iterator[tuple[str, _Column, str]]:
    """The role of each column by its cells, with the reason; a column without one keeps its header and words."""
    size = max((len(column.cells) for column in columns), default=0)
    dates = [column for column in columns if column.header and column.yearly(language) * 2 > size]
    rest = [column for column in columns if column.header and column not in dates]
    if not dates or not rest:
        return
    longest = max(rest, key=lambda column: sum(map(len, column.cells)))
    yield "description", longest, "the longest cells"
    names = ("begin", "end") if len(dates) == 2 else ("deadline",) * len(dates)
    for name, column in zip(names, dates, strict=True):
        yield name, column, f"{column.dated(language)} of {size} cells are dates"
    for column in rest:
        if column is longest:
            continue
        if column.share(NUMBER) > 0.8 and len(set(column.cells)) > size / 2:
            yield "number", column, "short numbers"
        elif column.share(AMOUNT) > 0.6:
            yield "amount", column, "sums"


def _transposed_part(tables: Sequence[Grid], words: _CellWords, language: Language) -> str:
    """A part for tables whose first column names fields, one of them with a date beside it."""
    fields: dict[str, list[str]] = {}
    for rows in tables:
        heads = [fold_header(words(row.get(0))) for row in rows]
        if len(rows) > 1 and all(heads) and len(set(heads)) == len(heads):
            for row in rows:
                cells = fields.setdefault(words(row.get(0)), [])
                cells += [words(cell) for column, cell in row.items() if column]
    repeated = {name: cells for name, cells in fields.items() if len(cells) > 1 and len(name) <= LONGEST_HEADER}
    dated = [
        name
        for name, cells in repeated.items()
        if sum(bool(parse_deadlines(cell, language)) for cell in cells) * 2 > len(cells)
    ]
    rest = [name for name in repeated if name not in dated]
    if not dated or not rest:
        return ""
    longest = max(rest, key=lambda name: sum(map(len, repeated[name])))
    lines = ["", "# The first column names the fields.", "[[part]]", 'kind = "transposed"']
    lines += [f"[part.columns.{language.code}]", f"description = [{quoted(longest)}]"]
    lines.append(f"deadline = [{', '.join(quoted(name) for name in dated)}]")
    return "\n".join(lines) + "\n"


def _has_period_heads(rows: Grid, words: _CellWords, language: Language) -> bool:
    for depth in (1, 2):
        heads = [
            " ".join(words(row.get(column)) for row in reversed(rows[:depth]))
            for column in sorted(rows[depth - 1] if len(rows) > depth else {})
        ]
        if len(heads) > 2 and all(parse_deadlines(head, language) for head in heads[1:]):
            return True
    return False


def _cells_part(extraction: Extraction, language: Language) -> str:
    """A part for a text in which each cell of a table stands by itself, between blank lines."""
    raw = [cell.strip() for cell in re.split(r"\n\s*\n", extraction.text) if cell.strip()]
    cells = [" ".join(cell.split()) for cell in raw]
    dates = [at for at, cell in enumerate(cells) if parse_deadlines(cell, language)]
    runs = _runs(dates)
    if not runs:
        return ""
    first, last = max(runs, key=lambda run: sum(run[0] <= at <= run[1] for at in dates))
    headings = [cells[at] for at in range(first + 1, last) if _is_heading(cells, at, dates)]
    top = first - (2 if headings else 1)
    if top < 2 or any(len(cell) > LONGEST_HEADER for cell in cells[top - 2 : top]):
        return ""
    headings[:0] = cells[top : first - 1]
    header = [quoted(cell) for cell in cells[top - 2 : top]]
    begins = quoted(f"^{_escaped(raw[top - 2].splitlines()[0])}$")
    lines = [
        "",
        "# One cell a paragraph: texts and dates in turn.",
        "[[part]]",
        'kind = "cells"',
        f"begins = {begins}",
    ]
    if last + 1 < len(cells):
        ends = " ".join(raw[last + 1].splitlines()[0].split()[:6])
        lines.append(f"ends = {quoted(f'^{_escaped(ends)}')}  # what follows the last date")
    if headings:
        listed = "\n".join(f"  {quoted(heading)}," for heading in dict.fromkeys(headings))
        lines += ['sections = "listed"', f"headings = [  # short cells above a text\n{listed}\n]"]
    lines += [f"[part.columns.{language.code}]", f"description = [{header[0]}]", f"deadline = [{header[1]}]"]
    return "\n".join(lines) + "\n"


def _runs(dates: Sequence[int]) -> list[tuple[int, int]]:
    """Stretches in which dates follow each other with at most four other cells between them, two dates or more."""
    runs: list[list[int]] = []
    for at in dates:
        if runs and at - runs[-1][-1] <= 5:
            runs[-1].append(at)
        else:
            runs.append([at])
    return [(run[0], run[-1]) for run in runs if len(run) > 2]


def _is_heading(cells: Sequence[str], at: int, dates: Sequence[int]) -> bool:
    """Whether this cell stands between a date and a text, and is no sentence."""
    is_between = at - 1 in dates and at not in dates and at + 1 not in dates
    return is_between and len(cells[at]) <= LONGEST_HEADING and not cells[at].endswith((".", ":", ";"))


def _escaped(text: str) -> str:
    """The text as a regular expression that a person can read."""
    return re.escape(text).replace("\\ ", " ").replace("\\-", "-")


def _comment(text: str) -> str:
    return " ".join(text.split())[:80]
