"""The seed as a person reads it: each stretch of its text with the record it belongs to, and the records.

``seed.csv`` was read by eye beside the text: line, role, number of the record, words, in the order of the text; it
claims every character once (a test). What the rows mean stands in ``tests/queries/reading-*.csv``, read by hand.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from places import ROOT, SEED

QUERIES = ROOT / "tests" / "queries"
AUDIENCES = {
    "chief executives": "chief-executives",
    "consumer representatives": "consumer-representatives",
    "experts": "experts",
    "worker representatives": "worker-representatives",
}
ACCESS = {"publicly accessible": "public", "experts only": "experts-only", "": None}
SECTORS = 11
"""How many headings are sectors: they stand first, below the grouping."""
UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class Stretch(NamedTuple):
    """Words on one line: code points ``start`` to ``end`` of the text, and the records that they belong to."""

    start: int
    end: int
    role: str
    records: tuple[int, ...]
    words: str


class GoldAction(NamedTuple):
    number: int
    heading: str
    kind: str
    date: str
    words: str


class GoldHeading(NamedTuple):
    words: str
    grouping: str
    role: str


class GoldDialogue(NamedTuple):
    number: int
    kind: str
    date: str
    sectors: tuple[str, ...]
    access: str | None
    audiences: frozenset[str]
    attendance: int


class GoldInitiative(NamedTuple):
    kind: str
    words: str
    date: str


@dataclass(frozen=True)
class Gold:
    """What a text says; words are without white space and hyphens that nobody sees."""

    headings: tuple[GoldHeading, ...]
    actions: tuple[GoldAction, ...]
    dialogues: tuple[GoldDialogue, ...]
    initiatives: tuple[GoldInitiative, ...]


def squeezed(words: str) -> str:
    """The words as they are compared: without white space, soft hyphens, and ligatures of print."""
    return "".join(unicodedata.normalize("NFKC", words).translate(UNSEEN).split())


@dataclass(frozen=True)
class Model:
    """The text of the seed and its stretches in order."""

    text: str
    stretches: tuple[Stretch, ...]
    tables: dict[str, list[dict[str, str]]] = field(repr=False)

    def of(self, role: str, record: int | None = None) -> list[Stretch]:
        """The stretches of this role, of one record or of all."""
        return [s for s in self.stretches if s.role == role and (record is None or record in s.records)]

    def records(self, role: str) -> list[int]:
        return sorted({record for stretch in self.of(role) for record in stretch.records})

    def cells(self) -> list[tuple[Stretch, ...]]:
        """Neighbours of one role and record on one page: what was a cell, a heading or a paragraph."""
        page_tops = set(self.page_tops)
        parts: list[list[Stretch]] = []
        for stretch in self.stretches:
            last = parts[-1][-1] if parts else None
            if last and last[2:4] == stretch[2:4] and stretch not in page_tops:
                parts[-1].append(stretch)
            else:
                parts.append([stretch])
        return [tuple(part) for part in parts]

    @property
    def page_tops(self) -> list[Stretch]:
        """What stands first on each page: the text marks it by a blank before it, or by the page's number."""
        tops = []
        for before, stretch in zip([None, *self.stretches], self.stretches, strict=False):
            line = self.text.rfind("\n", 0, stretch.start) + 1
            blank = line < stretch.start and not self.text[line : stretch.start].strip()
            if blank and stretch.role not in ("date", "page number"):
                tops.append(stretch)
            if before and before.role == "page number":
                tops.append(stretch)
        return tops

    def line(self, stretch: Stretch) -> tuple[int, int]:
        """Where the line of this stretch begins and ends, without its newline."""
        end = self.text.find("\n", stretch.end)
        return self.text.rfind("\n", 0, stretch.start) + 1, len(self.text) if end < 0 else end

    def gold(self, words_of: Callable[[Stretch], str] = lambda stretch: stretch.words) -> Gold:
        """The records, where ``words_of`` gives the words of each stretch."""

        def words(role: str, record: int) -> str:
            return squeezed("".join(words_of(stretch) for stretch in self.of(role, record)))

        headings = {number: words("heading", number) for number in self.records("heading")}
        return Gold(
            tuple(
                GoldHeading(
                    text,
                    words("grouping", 1) if number <= SECTORS else "",
                    "sector" if number <= SECTORS else "theme",
                )
                for number, text in headings.items()
            ),
            tuple(
                GoldAction(
                    n := int(row["number"]),
                    headings[int(row["heading"])],
                    row["kind"],
                    f"{row['modality']} {row['period']}",
                    words("description", n),
                )
                for row in self.tables["annex-3"]
            ),
            tuple(
                GoldDialogue(
                    int(row["number"]),
                    row["kind"],
                    row["date"],
                    tuple(squeezed(sector) for sector in row["sectors"].split(";")),
                    ACCESS[row["access"]],
                    frozenset(AUDIENCES[word] for word in row["audience"].split(";") if word),
                    int(row["attendees"]),
                )
                for row in self.tables["annex-1"]
            ),
            tuple(
                GoldInitiative(
                    "objective" if number <= 4 else "example",
                    words("initiative", number),
                    "within 2026" if number == 5 else "",
                )
                for number in self.records("initiative")
            ),
        )


def _stretches(text: str) -> Iterator[Stretch]:
    at = 0
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    with Path(__file__).with_name("seed.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            start = text.index(row["words"], max(at, starts[int(row["line"]) - 1]))
            at = start + len(row["words"])
            yield Stretch(start, at, row["role"], tuple(map(int, row["record"].split())), row["words"])


@cache
def seed_model() -> Model:
    text = (SEED / "nl.txt").read_text("utf-8")
    tables = {}
    for name in ("annex-1", "annex-3"):
        with (QUERIES / f"reading-{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return Model(text, tuple(_stretches(text)), tables)


class Draft:
    """A copy in the making: edits of the seed's text, and what its records say when it is read as it stands."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.edits: list[tuple[int, int, str]] = []

    def put(self, start: int, end: int, words: str) -> None:
        """Put ``words`` in the place of these code points."""
        self.edits.append((start, end, words))

    def drop_lines(self, *stretches: Stretch) -> None:
        """Take out the lines of these stretches, with a blank line after each; blanks that mark a page stay."""
        text = self.model.text
        for line in dict.fromkeys(self.model.line(stretch) for stretch in stretches):
            start, end = line
            blanks = re.match(r" *", text[start:end])
            marks_page = any(line == self.model.line(top) for top in self.model.page_tops)
            end = min(end + 1, len(text))
            if text[end : end + 1] == "\n":
                end += 1
            if marks_page and blanks and blanks.group():
                following = re.compile(r"[^\n]*\S").search(text, end)
                self.put(start, following.start() if following else end, blanks.group())
            else:
                self.put(start, end, "")

    @property
    def text(self) -> str:
        return applied(self.model.text, 0, self.edits)

    @property
    def gold(self) -> Gold:
        """The records with the words as they now stand."""
        return self.model.gold(self._words)

    def _words(self, stretch: Stretch) -> str:
        own = [
            edit
            for edit in self.edits
            if (stretch.start <= edit[0] and edit[1] <= stretch.end and edit[0] < edit[1])
            or stretch.start < edit[0] == edit[1] < stretch.end
        ]
        if any(start <= stretch.start and stretch.end <= end for start, end, _ in self.edits):
            own = [edit for edit in own if edit[:2] == (stretch.start, stretch.end)]
            if not own:
                return ""
        return applied(stretch.words, stretch.start, own)


def applied(text: str, offset: int, edits: list[tuple[int, int, str]]) -> str:
    """The text with these edits, whose places count from ``offset`` characters before it."""
    kept, at = [], 0
    for start, end, words in sorted(edits):
        assert start - offset >= at, "edits overlap"
        kept += [text[at : start - offset], words]
        at = end - offset
    return "".join(kept) + text[at:]
