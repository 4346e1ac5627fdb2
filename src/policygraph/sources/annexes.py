"""Tables and prose → records: what the words of an annex mean; what no rule covers is refused, never guessed.

Nothing is lost, and ``accounted`` proves it: every character that is not white space belongs to a record,
a heading, a table's own words or named furniture.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from ..errors import NotUnderstood, TextLost
from . import actions, dialogues, initiatives
from .counts import CURE, Counted, count_differences
from .folder import SourceText
from .furniture import CleanText, view
from .records import Annex, Annexes, Footnote
from .spans import Fragment, Piece
from .tables import Table, read_table


class Region(NamedTuple):
    """An annex's number, its title's lines, and where its content stands (start, end)."""

    number: int
    title: tuple[Piece, ...]
    start: int
    end: int


def read(document: SourceText) -> Annexes:
    """Return everything that the text says.

    Raises NotUnderstood (with file, page, line and words) for wording that no rule covers, and TextLost
    where characters are left over.
    """
    page_view = view(document)
    collector = _Collector(page_view)
    for region in _regions(page_view):
        collector.take(region)
    annexes = collector.annexes_of_text()
    accounted(annexes)
    collector.check_counts(annexes)
    return annexes


@dataclass
class _Collector:
    """Collects the records of one text, annex by annex."""

    view: CleanText
    annexes: list[Annex] = field(default_factory=list)
    counts: dict[str, dict[Counted, int]] = field(default_factory=dict)
    talks: dialogues.DialogueTable = field(default_factory=dialogues.DialogueTable)
    works: initiatives.InitiativeList = field(default_factory=initiatives.InitiativeList)
    plans: actions.ActionTable = field(default_factory=actions.ActionTable)

    def take(self, region: Region) -> None:
        """Read one annex with the layout whose header it has, or as prose."""
        for layout in self.view.document.language.rules.layout:
            if table := read_table(self.view, layout, region.start, region.end):
                self._take_table(region, table)
                return
        before = len(self.works.initiatives)
        self.works = initiatives.read(self.view, region.start, region.end, self.works)
        self.counts[str(region.number)] = {"rows": len(self.works.initiatives) - before}
        own = self.works.passages
        text = self.view.document.fragment([p for passage in own for p in self.view.pieces(*passage)])
        notes = tuple(note for passage in own for note in self.view.notes(*passage))
        self._annex(region, "initiatives", text if own else None, notes, ())

    def _take_table(self, region: Region, table: Table) -> None:
        own, key = [*table.header], str(region.number)
        if table.layout.kind == "dialogues":
            self.talks = dialogues.read(self.view, table)
            own += [part.label for part in table.parts]
            headings = len({row.cells["sectors"] for part in table.parts for row in part.rows})
        else:
            self.plans = actions.read(self.view, table, f"A{region.number}")
            headings = sum(len(part.headings) for part in table.parts)
        rows = sum(len(part.rows) for part in table.parts)
        self.counts[key] = {"rows": rows, "headings": headings, "labels": len(table.parts)}
        words = tuple(self.view.document.fragment(pieces) for pieces in own)
        notes = self.view.notes(region.start, region.end)
        self._annex(region, table.layout.kind, None, notes, words)

    def _annex(
        self,
        region: Region,
        kind: str,
        text: Fragment | None,
        notes: tuple[Footnote, ...],
        own_words: tuple[Fragment, ...],
    ) -> None:
        title = self.view.document.fragment(region.title)
        self.annexes.append(Annex(region.number, kind, title, text, notes, own_words))

    def check_counts(self, annexes: Annexes) -> None:
        """Hold what was read against what source.toml counts."""
        titles = {str(annex.number): annex.title for annex in self.annexes}
        for difference in count_differences(annexes.document.source.rules, self.counts):
            span = titles.get(difference.key, self.annexes[-1].title).spans[0]
            raise annexes.document.refuse(f"Annex {difference}", span.start, span.end, CURE)

    def annexes_of_text(self) -> Annexes:
        return Annexes(
            document=self.view.document,
            annexes=tuple(self.annexes),
            sector_labels=self.talks.labels,
            dialogues=self.talks.dialogues,
            initiatives=self.works.initiatives,
            groupings=self.plans.groupings,
            headings=self.plans.headings,
            actions=self.plans.actions,
            furniture=self.view.furniture + self.works.list_marks,
        )


def _regions(page_view: CleanText) -> list[Region]:
    """The annexes: each begins with a line that bears its number, and ends where the next begins."""
    text, document = page_view.text, page_view.document
    title = re.compile(rf"^\s*{document.language.pattern('annex', 'title').pattern}", re.MULTILINE)
    starts = [(int(match["number"]), match.start()) for match in title.finditer(text)]
    if not starts:
        lines = page_view.lines(0, len(text))
        raise document.refuse(
            "No annex begins anywhere in this text",
            lines[0].start,
            lines[0].end,
            "policygraph reads annexes whose title has the form that sources/grammar/*.toml gives.",
        )
    borders = [start for _, start in starts] + [len(text)]
    return [_region(page_view, n, *ends) for (n, _), ends in zip(starts, pairwise(borders), strict=True)]


def _region(page_view: CleanText, number: int, start: int, end: int) -> Region:
    """A title goes on over the lines that begin in lower case."""
    lines = page_view.lines(start, end)
    title = [lines[0]]
    for line in lines[1:]:
        if not page_view.text[line.start].islower():
            break
        title.append(line)
    return Region(number, tuple(title), title[-1].end, end)


def accounted(annexes: Annexes) -> Counter[str]:
    """Count the characters, no white space, that each role claims; TextLost for the first that none claims."""
    document = annexes.document
    claimed = bytearray(len(document.text))
    counts: Counter[str] = Counter()
    for role, fragment in annexes.fragments():
        for span in fragment.spans:
            counts[role] += _claim(document.text, claimed, span.start, span.end)
    for match in re.finditer(r"\S+", document.text):
        if 0 in claimed[match.start() : match.end()]:
            raise _lost(document, claimed, match.start())
    return counts


def _claim(text: str, claimed: bytearray, start: int, end: int) -> int:
    """Claim the code points; how many of them are not white space and were not claimed before."""
    new = sum(1 for at in range(start, end) if not claimed[at] and not text[at].isspace())
    claimed[start:end] = b"\x01" * (end - start)
    return new


def _lost(document: SourceText, claimed: bytearray, start: int) -> NotUnderstood:
    first = claimed.index(0, start)
    line_end = document.text.find("\n", first)
    return TextLost(
        "Words that belong to no record, heading or furniture",
        document.place(first, line_end if line_end > 0 else len(document.text)),
        "the layout has something that sources/grammar/*.toml does not describe; nothing is dropped.",
    )
